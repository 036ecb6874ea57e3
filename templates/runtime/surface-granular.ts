import { isFlat, listTool } from "./listing.js";
import { sliceTools } from "./listing-granular.js";
import type { Tool } from "./tool.js";
import type { SurfaceEntry, SurfaceInput } from "./surface-types.js";

/** One tool per operation, named after the operation. */
export function granularEntries(input: SurfaceInput): SurfaceEntry[] {
  const slices = sliceTools(input.definition.name, input.tools, input.isExposed);
  return slices.map(({ slice, tool, action }) => granularEntry(slice, tool, action));
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
