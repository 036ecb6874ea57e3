import type { Caller } from "./context.js";
import type { Action } from "./tool.js";

/** The scopes of an action that a caller lacks. Without authorization there is no caller and nothing is lacking. */
export function missingScopes(action: Action, caller: Caller | undefined): string[] {
  if (caller === undefined) return [];
  return action.scopes.filter((scope) => !caller.scopes.includes(scope));
}

/** Scopes of many actions, in order of first use. */
export function collectScopes(actions: Iterable<Action>): string[] {
  const scopes = new Set<string>();
  for (const action of actions) for (const scope of action.scopes) scopes.add(scope);
  return [...scopes];
}
