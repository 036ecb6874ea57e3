import { isMap, isScalar, parseDocument } from "yaml";
import type { YAMLMap } from "yaml";
import type { ServerPlan, ToolPlan } from "../plan/types.js";
import type { Operation, OperationKey } from "../model/types.js";
import { findPair } from "./document.js";
import { applyEdits, appendAfter, detectStyle, endOfNode, indentOf, referTo } from "./edit.js";
import type { Edit, EditContext, TextStyle } from "./edit.js";
import { addAliases } from "./edit-aliases.js";
import { editTool } from "./edit-tool.js";
import { printKey, printScalar } from "./reference.js";
import type { Annotations } from "./types.js";

/** What the file records beside the plan. */
export interface RenderContext {
  /** The description as seen from the file's folder. */
  readonly spec: string;
  readonly overlays: readonly string[];
  readonly annotations: Pick<Annotations, "defaults">;
  readonly operations: readonly Pick<Operation, "key" | "operationId">[];
  /** Former names to add, or to lead on where their target moved. */
  readonly aliases?: ReadonlyMap<string, string>;
}

/**
 * The annotation file with every assignment of the plan in it. What a person wrote stays byte for byte: missing
 * entries are inserted as text, and a recorded path is replaced only where the operation moved.
 */
export function renderAnnotations(existing: string | undefined, plan: ServerPlan, context: RenderContext): string {
  if (existing === undefined || existing.trim() === "") return renderFirst(plan, context);
  const document = parseDocument(existing, { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return existing;
  const style = detectStyle(existing, document);
  const edits = [
    ...addSpec(document.contents, context, { text: existing, style }),
    ...addTools(document.contents, plan, { text: existing, style, ids: indexIds(context) }),
    ...addAliases(document.contents, context.aliases ?? new Map(), { text: existing, style }),
  ];
  const result = applyEdits(existing, edits);
  // A file in a style that cannot be edited as text is left alone: its assignments are found by rule again.
  return parseDocument(result, { prettyErrors: false }).errors.length > 0 ? existing : result;
}

function indexIds({ operations }: RenderContext): ReadonlyMap<OperationKey, string> {
  return new Map(operations.flatMap(({ key, operationId }) => (operationId === undefined ? [] : [[key, operationId]])));
}

function addSpec(root: YAMLMap, context: RenderContext, { text, style }: Omit<EditContext, "ids">): Edit[] {
  if (findPair(root, "spec")) return [];
  const version = findPair(root, "version");
  if (root.flow || !version) return [];
  return [appendAfter(text, endOfNode(version), `spec: ${printScalar(context.spec)}${style.newline}`, style)];
}

function addTools(root: YAMLMap, plan: ServerPlan, context: EditContext): Edit[] {
  const pair = findPair(root, "tools");
  const tools = pair?.value;
  if (!pair || (isScalar(tools) && tools.value === null)) {
    const last = root.items.at(-1);
    const lines = plan.tools.flatMap((tool) => printTool(tool, context.style.step, context));
    const block = (pair ? lines : ["", "tools:", ...lines]).map((line) => `${line}${context.style.newline}`).join("");
    const anchor = pair ?? last;
    if (root.flow || !anchor || lines.length === 0) return [];
    return [appendAfter(context.text, endOfNode(anchor), block, context.style)];
  }
  if (!isMap(tools)) return [];
  const known = new Map(tools.items.map((item) => [isScalar(item.key) ? String(item.key.value) : "", item]));
  const edits = plan.tools.flatMap((tool) => {
    const item = known.get(tool.name);
    return item ? editTool(item, tool, context) : [];
  });
  const added = plan.tools.filter((tool) => !known.has(tool.name));
  return added.length === 0 ? edits : [...edits, insertTools(tools, added, context)];
}

function insertTools(tools: YAMLMap, added: readonly ToolPlan[], context: EditContext): Edit {
  const last = tools.items.at(-1);
  if (tools.flow || !last) {
    const entries = added.map((tool) => `${printKey(tool.name)}: ${printFlowTool(tool, context)}`).join(", ");
    const offset = last ? endOfNode(last) : (tools.range?.[1] ?? 1) - 1;
    return { start: offset, end: offset, text: last ? `, ${entries}` : ` ${entries} ` };
  }
  const indent = indentOf(context.text, tools);
  const block = added
    .flatMap((tool) => printTool(tool, indent, context))
    .map((line) => `${line}${context.style.newline}`)
    .join("");
  return appendAfter(context.text, endOfNode(last), block, context.style);
}

/** A tool as block lines: `operation` for one operation, `actions` for more. */
function printTool(tool: ToolPlan, indent: string, { ids, style }: Pick<EditContext, "ids" | "style">): string[] {
  const inner = indent + style.step;
  const [only, second] = tool.actions;
  const head = `${indent}${printKey(tool.name)}:`;
  if (only && !second) return [head, `${inner}operation: ${printScalar(referTo(only, ids))}`];
  const actions = tool.actions.map(
    (action) => `${inner}${style.step}${printKey(action.key)}: ${printScalar(referTo(action, ids))}`,
  );
  return [head, `${inner}actions:`, ...actions];
}

function printFlowTool(tool: ToolPlan, { ids }: EditContext): string {
  const [only, second] = tool.actions;
  if (only && !second) return `{ operation: ${printScalar(referTo(only, ids), "flow")} }`;
  const actions = tool.actions.map((action) => `${printKey(action.key)}: ${printScalar(referTo(action, ids), "flow")}`);
  return `{ actions: { ${actions.join(", ")} } }`;
}

const heading = `# yaml-language-server: $schema=./.openapi-to-mcp/annotations.schema.json
#
# Which operations become which tools. This file is yours: edit it, run \`openapi-to-mcp\` again, and the project
# follows. Comments, order and formatting stay as you leave them; operations new in the description are added.
#
#   regroup   move a line under the \`actions\` of another tool, or give it a tool of its own
#   rename    change a tool's or an action's name (and keep the old one working under \`aliases\`)
#   leave out add a pattern under \`skip\`; a removed line alone comes back on the next run
#   refine    title, description, hints for a tool; summary, scopes, confirm, batch, pagination, result,
#             arguments (rename, description, default, hide, fixed, fromEnv, fromAuth) for an action
#
# An operation is found by its method and path, else by the operationId in parentheses. Either alone is enough.
`;

const closing = `
# skip: ["DELETE /admin/**"]
# aliases: { former_tool_name: tool_name }
# prompts:
#   weekly_report: { description: Sum up the week., arguments: [week], text: "Sum up week {week} …" }
`;

function renderFirst(plan: ServerPlan, context: RenderContext): string {
  const style: TextStyle = { newline: "\n", step: "  " };
  const ids = indexIds(context);
  const overlays = context.overlays.map((overlay) => printScalar(overlay, "flow")).join(", ");
  const lines = [
    "version: 1",
    `spec: ${printScalar(context.spec)}`,
    ...(overlays === "" ? [] : [`overlays: [${overlays}]`]),
    "",
    "defaults:",
    `  split: ${context.annotations.defaults.split} # list-read-write | read-write | none | delete-apart`,
    `  unassigned: ${context.annotations.defaults.unassigned} # operations this file does not name: group | skip | error`,
    "",
    plan.tools.length === 0 ? "tools: {}" : "tools:",
    ...plan.tools.flatMap((tool) => printTool(tool, style.step, { ids, style })),
  ];
  return `${heading}${lines.join("\n")}\n${closing}`;
}
