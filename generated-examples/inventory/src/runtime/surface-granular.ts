import { isFlat, listTool, nameSlice, splitTool } from "./listing.js";
import type { Tool } from "./tool.js";
import type { SurfaceEntry, SurfaceInput } from "./surface-types.js";

/** One tool per operation, named after the operation. */
export function granularEntries(input: SurfaceInput): SurfaceEntry[] {
  const taken = new Set<string>();
  return input.tools.flatMap((tool) =>
    splitTool(tool).flatMap((slice) => {
      const [actionName] = Object.keys(slice.actions);
      if (actionName === undefined || !input.isExposed(tool, actionName)) return [];
      const name = nameSlice([slice.name, `${tool.name}_${actionName}`], input.definition.name, taken);
      taken.add(name);
      return [granularEntry({ ...slice, name }, tool, actionName)];
    }),
  );
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
