import { nameOfCall } from "./hints.js";
import type { Caller } from "./context.js";
import { isFlat, listTool } from "./listing.js";
import { missingScopes } from "./scopes.js";
import type { Tool } from "./tool.js";
import type { Arguments, Route, SurfaceEntry, SurfaceInput } from "./surface-types.js";

/** The intent tools as they were generated, limited to the exposed actions. */
export function groupedEntries(input: SurfaceInput): SurfaceEntry[] {
  return input.tools.flatMap((tool) => {
    const names = Object.keys(tool.actions).filter((name) => input.isExposed(tool, name));
    return names.length === 0 ? [] : [groupedEntry(tool, names)];
  });
}

function groupedEntry(tool: Tool, names: readonly string[]): SurfaceEntry {
  return {
    name: tool.name,
    list: (isAllowed) =>
      listTool(tool, (name) => {
        const action = tool.actions[name];
        return action !== undefined && names.includes(name) && isAllowed(action);
      }),
    route: (args, caller) => routeAction(tool, names, args, caller),
    nameCall: (called, action) =>
      called.name === tool.name && names.includes(action) ? nameOfCall(tool, action) : undefined,
  };
}

/** Finds the action that a call names. */
export function routeAction(tool: Tool, exposed: readonly string[], args: Arguments, caller?: Caller): Route {
  const name = isFlat(tool) ? exposed[0] : args["action"];
  if (typeof name !== "string" || !Object.hasOwn(tool.actions, name)) {
    const shown = Object.entries(tool.actions).filter(([, action]) => missingScopes(action, caller).length === 0);
    const names = shown.flatMap(([each]) => (exposed.includes(each) ? [each] : []));
    // A complete tool explains a missing or misspelt action itself; a limited one must not name what it hides.
    if (names.length === Object.keys(tool.actions).length) return { kind: "call", tool, arguments: args };
    if (names.length === 0) return refuse("forbidden", `The access token allows no action of ${tool.name}.`);
    return refuse("invalid_input", `${tool.name} needs an action: one of ${names.join(", ")}.`);
  }
  const action = tool.actions[name];
  if (action === undefined || !exposed.includes(name)) {
    return refuse(
      "forbidden",
      `${tool.name} does not offer "${name}" on this server; it offers ${exposed.join(", ")}.`,
    );
  }
  return { kind: "call", tool, action: { name, action }, arguments: args };
}

export function refuse(code: "invalid_input" | "forbidden" | "not_found", message: string): Route {
  return { kind: "refusal", error: { code, message, retryable: false } };
}
