import type { OperationPlan, ServerPlan, ToolPlan } from "../plan/types.js";
import { EDIT_ANNOTATIONS, headerOf } from "./header.js";
import { referTo, type Printable } from "./literal.js";
import { titleOf } from "./operations-file.js";
import { runtimeTool } from "./runtime-tool.js";
import { createSourceFile } from "./source-file.js";
import type { GeneratedFile } from "./types.js";

/** Actions named in a tool's doc comment before the rest is counted. */
const MAX_NAMED = 6;

/** `src/generated/tools/<tool>.ts`: one intent, its actions and its arguments as a client sees them. */
export function emitTool(
  tool: ToolPlan,
  plan: ServerPlan,
  fileOf: (operation: OperationPlan) => string,
): GeneratedFile {
  const file = createSourceFile(headerOf(plan, EDIT_ANNOTATIONS));
  file.importSymbol("defineTool", "../../runtime/tool.js");
  for (const { operation } of tool.actions) {
    file.importSymbol(operation.constant, `../operations/${fileOf(operation)}.js`);
  }
  file.doc(describeTool(tool));
  file.constant(tool.constant, printable(tool), { call: "defineTool", expand: ["actions", "properties"] });
  return { path: `src/generated/tools/${tool.file}.ts`, content: file.toString(), owner: "generator" };
}

function describeTool(tool: ToolPlan): string {
  const named = tool.actions.slice(0, MAX_NAMED).map(({ operation }) => titleOf(operation).slice(0, 100));
  const more = tool.actions.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The runtime's tool with its operations by name instead of by value. */
function printable(plan: ToolPlan): Printable {
  const tool = runtimeTool(plan);
  const actions = plan.actions.map((action) => {
    return [action.key, { ...tool.actions[action.key], operation: referTo(action.operation.constant) }] as const;
  });
  return { ...tool, actions: Object.fromEntries(actions) };
}
