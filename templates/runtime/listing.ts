import type { JsonSchema, JsonValue } from "./operation.js";
import type { Action, Tool, ToolHints } from "./tool.js";

/** One entry of `tools/list` (MCP 2026-07-28, Tool). */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations: ToolHints & { readonly title: string };
}

/** Names the runtime owns; an API's own argument of the same name is renamed when the server is generated. */
export const CONTROL_ARGUMENTS = ["action", "limit", "cursor", "request_id", "fields", "confirm", "items"] as const;

/**
 * The tool as a client sees it, limited to the actions a caller may use.
 * Returns undefined when none is left.
 */
export function listTool(tool: Tool, isAllowed: (action: string) => boolean = () => true): ListedTool | undefined {
  const names = Object.keys(tool.actions).filter(isAllowed);
  if (names.length === 0) return undefined;
  const schema = inputSchema(tool, names);
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: schema,
    annotations: { title: tool.title, ...hintsOf(tool, names) },
  };
}

/** A tool of one action takes no `action` argument. */
export function isFlat(tool: Tool): boolean {
  return Object.keys(tool.actions).length === 1;
}

function inputSchema(tool: Tool, names: readonly string[]): JsonSchema {
  void tool;
  void names;
  const properties: Record<string, JsonValue> = {};
  return { type: "object", properties };
}

function hintsOf(tool: Tool, names: readonly string[]): ToolHints {
  const actions: Action[] = names.flatMap((name) => tool.actions[name] ?? []);
  if (actions.length === Object.keys(tool.actions).length) return tool.hints;
  return {
    ...tool.hints,
    readOnlyHint: actions.every((action) => action.operation.class === "read"),
  };
}
