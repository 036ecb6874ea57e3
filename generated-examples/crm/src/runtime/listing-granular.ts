/** The tools of the granular surface: one per operation. */
import { splitTool } from "./listing.js";
import type { Tool } from "./tool.js";

export interface ToolSlice {
  /** The tool of one operation, under its own name. */
  readonly slice: Tool;
  /** What it was cut from, and the action that it is. */
  readonly tool: Tool;
  readonly action: string;
}

/** Cuts tools into one per action, leaving out what is not exposed; names are unique among those that stay. */
export function sliceTools(
  server: string,
  tools: readonly Tool[],
  isExposed: (tool: Tool, action: string) => boolean = () => true,
): readonly ToolSlice[] {
  const taken = new Set<string>();
  return tools.flatMap((tool) =>
    splitTool(tool).flatMap((part) => {
      const [action] = Object.keys(part.actions);
      if (action === undefined || !isExposed(tool, action)) return [];
      const name = nameSlice([part.name, `${tool.name}_${action}`], server, taken);
      taken.add(name);
      return [{ slice: { ...part, name }, tool, action }];
    }),
  );
}

/** Longest tool name that providers take; clients put `mcp__server__` before it. */
const MAX_NAME = 64;

/** A name not yet taken: the operation's, or that of tool and action where it fits better; else one of them cut. */
export function nameSlice(names: readonly [string, string], server: string, taken: ReadonlySet<string>): string {
  const limits = [MAX_NAME - "mcp____".length - server.length, MAX_NAME];
  const whole = limits.flatMap((limit) => names.filter(({ length }) => length <= limit));
  const free = whole.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? "" : `_${number}`;
    const name = `${cutAtWord(names[1], MAX_NAME - end.length)}${end}`;
    if (!taken.has(name)) return name;
  }
}

function cutAtWord(name: string, length: number): string {
  if (name.length <= length) return name;
  const cut = name.slice(0, length + 1).lastIndexOf("_");
  return name.slice(0, cut > 0 ? cut : length);
}
