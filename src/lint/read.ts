import type { LintedTool } from "./types.js";
import { isRecord } from "./value.js";

/**
 * The tools of a value: `tools.json`, an answer of tools/list, or a bare array of tools. Undefined when it is none of
 * these, so that a description can be told from a list.
 */
export function readTools(value: unknown): { readonly pointer: string; readonly tools: LintedTool[] } | undefined {
  const result = isRecord(value) && isRecord(value["result"]) ? { at: "/result", held: value["result"] } : undefined;
  const { at, held } = result ?? { at: "", held: value };
  const isBare = Array.isArray(held);
  const list: unknown = isBare ? held : isRecord(held) ? held["tools"] : undefined;
  if (!Array.isArray(list)) return undefined;
  const tools = list.map(toLinted);
  if (tools.some((tool) => tool === undefined)) return undefined;
  return { pointer: isBare ? at : `${at}/tools`, tools: tools.filter((tool) => tool !== undefined) };
}

/** One entry of a list; undefined when it has no name. */
export function toLinted(entry: unknown): LintedTool | undefined {
  if (!isRecord(entry) || typeof entry["name"] !== "string") return undefined;
  const { name, title, description, annotations, inputSchema, outputSchema } = entry;
  return {
    name,
    title: typeof title === "string" ? title : undefined,
    description: typeof description === "string" ? description : "",
    hints: isRecord(annotations) ? annotations : {},
    inputSchema,
    outputSchema,
    entry,
  };
}
