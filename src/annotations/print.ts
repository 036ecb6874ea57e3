/** The annotation file as the first run prints it, and the entries that later runs add. */
import type { Operation, OperationKey } from "../model/types.js";
import type { ActionPlan, ServerPlan, ToolPlan } from "../plan/types.js";
import { printKey, printReference, printReferences, printScalar } from "./reference.js";
import type { Annotations } from "./types.js";

/** How the file is laid out; insertions follow it. */
export interface TextStyle {
  readonly newline: "\n" | "\r\n";
  /** One level of indentation. */
  readonly step: string;
}

/** What the file records beside the plan. */
export interface RenderContext {
  /** Where the file is. */
  readonly file?: string | undefined;
  /** The description as seen from the file's folder. */
  readonly spec: string;
  readonly overlays: readonly string[];
  readonly annotations: Pick<Annotations, "defaults" | "server">;
  readonly operations: readonly Pick<Operation, "key" | "operationId">[];
  /** Former names to add, or to lead on where their target moved. */
  readonly aliases?: ReadonlyMap<string, string>;
}

/** operationIds of the description, by key. */
export type OperationIds = ReadonlyMap<OperationKey, string>;

/** How entries are written. */
export interface EntryContext {
  readonly ids: OperationIds;
  readonly style: TextStyle;
}

export function indexIds({ operations }: RenderContext): OperationIds {
  return new Map(operations.flatMap(({ key, operationId }) => (operationId === undefined ? [] : [[key, operationId]])));
}

/** How the file names the operation of an action. */
export function referTo(action: ActionPlan, ids: OperationIds): string {
  const { key, twins = [] } = action.operation;
  return printReferences([key, ...twins].map((each) => printReference(each, ids.get(each))));
}

/** A tool as block lines: `operation` for one operation, `actions` for more. */
export function printTool(tool: ToolPlan, indent: string, { ids, style }: EntryContext): string[] {
  const inner = indent + style.step;
  const [only, second] = tool.actions;
  const head = `${indent}${printKey(tool.name)}:`;
  if (only && !second) return [head, `${inner}operation: ${printScalar(referTo(only, ids))}`];
  const actions = tool.actions.map(
    (action) => `${inner}${style.step}${printKey(action.key)}: ${printScalar(referTo(action, ids))}`,
  );
  return [head, `${inner}actions:`, ...actions];
}

export function printFlowTool(tool: ToolPlan, { ids }: EntryContext): string {
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

/** The whole file, for a project that has none. */
export function printFirst(plan: ServerPlan, context: RenderContext): string {
  const style: TextStyle = { newline: "\n", step: "  " };
  const ids = indexIds(context);
  const overlays = context.overlays.map((overlay) => printScalar(overlay, "flow")).join(", ");
  const lines = [
    "version: 1",
    `spec: ${printScalar(context.spec)}`,
    ...(overlays === "" ? [] : [`overlays: [${overlays}]`]),
    // A name that an extension of the description states stays there.
    ...(context.annotations.server.name === undefined
      ? [`server: { name: ${printScalar(plan.name, "flow")} } # variables and scopes are named after it`]
      : []),
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
