/** What a tool of several actions says of itself: `Create, update or delete a contact. Also: set status.` */
import type { Action, Tool } from "./tool.js";

const STANDARD = new Set(["list", "search", "get", "create", "update", "replace", "delete"]);

/** The description of a tool from the names of its actions, about something such as `a contact`. */
export function describeActions(actions: readonly string[], thing: string): string {
  const { head, tail } = partsOf(actions);
  return `${head} ${thing}${tail}`;
}

/**
 * The description of a tool of which these actions are left. One that was made from the names of all actions is made
 * anew: what a caller may not use is not told of. Of one that somebody wrote nothing is taken away.
 */
export function describeRest(tool: Tool, left: readonly (readonly [string, Action])[]): string {
  const all = Object.keys(tool.actions);
  const { description } = tool;
  if (left.length === all.length) return description;
  const names = left.map(([name]) => name);
  const { head, tail } = partsOf(all);
  const thing = description.slice(head.length + 1, -tail.length);
  if (description === `${head} ${thing}${tail}`) return describeActions(names, thing);
  return `${description.trimEnd()} Here only: ${names.map(wordsOf).join(", ")}.`;
}

function partsOf(actions: readonly string[]): { readonly head: string; readonly tail: string } {
  const standard = actions.filter((action) => STANDARD.has(action));
  const custom = actions.filter((action) => !STANDARD.has(action)).map(wordsOf);
  if (standard.length === 0) return { head: "Actions on", tail: `: ${custom.join(", ")}.` };
  const verbs = joinOr(standard);
  return {
    head: verbs.charAt(0).toUpperCase() + verbs.slice(1),
    tail: custom.length > 0 ? `. Also: ${custom.join(", ")}.` : ".",
  };
}

function wordsOf(action: string): string {
  return action.split("_").filter(Boolean).join(" ");
}

function joinOr(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
