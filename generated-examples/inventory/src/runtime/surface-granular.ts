import { isFlat, listTool, splitTool } from "./listing.js";
import type { Tool } from "./tool.js";
import type { SurfaceEntry, SurfaceInput } from "./surface-types.js";

/** One tool per operation, named after the operation. */
export function granularEntries(input: SurfaceInput): SurfaceEntry[] {
  const taken = new Set<string>();
  return input.tools.flatMap((tool) =>
    splitTool(tool).flatMap((slice) => {
      const [actionName] = Object.keys(slice.actions);
      if (actionName === undefined || !input.isExposed(tool, actionName)) return [];
      const name = nameSlice(slice.name, `${tool.name}_${actionName}`, taken);
      taken.add(name);
      return [granularEntry({ ...slice, name }, tool, actionName)];
    }),
  );
}

function nameSlice(wanted: string, fallback: string, taken: ReadonlySet<string>): string {
  const free = [wanted.slice(0, 64), fallback.slice(0, 64)].find((name) => !taken.has(name));
  if (free !== undefined) return free;
  for (let number = 2; ; number += 1) {
    const numbered = `${fallback.slice(0, 58)}_${number}`;
    if (!taken.has(numbered)) return numbered;
  }
}

function granularEntry(slice: Tool, tool: Tool, actionName: string): SurfaceEntry {
  const action = tool.actions[actionName];
  return {
    name: slice.name,
    list: (isAllowed) => listTool(slice, () => action !== undefined && isAllowed(action)),
    route: (args) => ({
      kind: "call",
      tool,
      ...(action && { action: { name: actionName, action } }),
      arguments: isFlat(tool) ? args : { ...args, action: actionName },
    }),
    nameCall: (called, action) => (called.name === tool.name && action === actionName ? slice.name : undefined),
  };
}
