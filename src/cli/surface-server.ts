/** Compares what belongs to no tool: the environment variables of a deployment, and former names. */
import { findLostVariables } from "../annotations/former-variables.js";
import type { Variables } from "../annotations/former-variables.js";
import type { FormerAction } from "../annotations/types.js";
import type { PublishedSurface, SurfaceChange } from "./surface.js";

/** Stands where the name of a tool does; no tool can have it. */
export const THE_SERVER = "the server";

/** A deployment breaks where it sets what is no longer read, or does not set what is needed. */
export function compareVariables(before: Variables | undefined, after: Variables | undefined): SurfaceChange[] {
  if (!before || !after) return [];
  const lost = findLostVariables(before, after);
  const heirs = new Set(lost.map(({ now }) => now));
  const needed = [...after].filter(([name, isNeeded]) => isNeeded && before.get(name) !== true && !heirs.has(name));
  return [
    ...lost.map(({ name, now }) => `${name} is no longer read${now === undefined ? "" : `; ${now} is`}`),
    ...needed.map(([name]) => `${name} is ${before.has(name) ? "now" : "new and"} required`),
  ].map((change) => ({
    class: "breaking",
    tool: THE_SERVER,
    change: `environment variable ${change}`,
    operations: [],
    tokens: 0,
  }));
}

/** A former name that answers no more breaks whoever still calls it, and so does one that leads elsewhere. */
export function compareAliases(before: PublishedSurface, after: PublishedSurface): SurfaceChange[] {
  // Without a record nothing is known of former names.
  if (!after.tools.some(({ actions }) => actions)) return [];
  return Object.entries(before.aliases).flatMap(([name, target]): SurfaceChange[] => {
    const [was, is] = [findActions(before, target), findActions(after, name)];
    const isSame = was.some(({ id, operation }) =>
      is.some((now) => now.operation === operation || (id !== "" && now.id === id)),
    );
    if (isSame || (was.length === 0 && is.length > 0)) return [];
    const change = is.length === 0 ? "the former name answers no more" : "the former name leads to another operation";
    const operations = [...new Set(was.map(({ operation }) => operation))].sort();
    return [{ class: "breaking", tool: name, change: `${change}; it led to ${target}`, operations, tokens: 0 }];
  });
}

/** The actions that a name reaches: of a tool all of them, of `tool.action` that one. */
function findActions({ tools, aliases }: PublishedSurface, name: string): FormerAction[] {
  const target = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
  const [former = "", key] = target.split(".", 2);
  const tool = Object.hasOwn(aliases, former) && key !== undefined ? (aliases[former] ?? former) : former;
  const actions = tools.find((each) => each.name === tool)?.actions ?? new Map<string, FormerAction>();
  if (key === undefined || actions.size === 1) return [...actions.values()];
  return [...actions].flatMap(([action, found]) => (action === key ? [found] : []));
}
