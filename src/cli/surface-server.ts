/** Compares what belongs to no tool: the environment variables of a deployment. */
import { findLostVariables } from "../annotations/former-variables.js";
import type { Variables } from "../annotations/former-variables.js";
import type { SurfaceChange } from "./surface.js";

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
