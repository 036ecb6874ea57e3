import type { Intent } from "../cluster/types.js";
import { toSingular } from "../naming/plural.js";
import { splitWords } from "../naming/words.js";

/** Ends of a parameter's name that say how a resource is named, not what it is. */
const HOW = new Set("id ids uuid guid gid identifier name key slug number code".split(" "));

/** What the last parameter of a path names, whoever's tool it is in: `run` of `/automations/{id}/runs/{run_id}`. */
export function planNoun(path: string, { noun, resource }: Pick<Intent, "noun" | "resource">): string | undefined {
  const segments = (path.split(/[?#]/, 1)[0] ?? "").split("/");
  const index = segments.findLastIndex((segment) => segment.includes("{"));
  if (index === -1) return undefined;
  if (shapeOf(segments.slice(0, index).join("/")) === shapeOf(resource)) return noun || undefined;
  const words = [...splitWords(/\{([^}]*)\}/.exec(segments[index] ?? "")?.[1] ?? "")];
  while (HOW.has(words.at(-1) ?? "")) words.pop();
  const collection = segments[index - 1] ?? "";
  if (words.length === 0 && !collection.includes("{")) {
    const [last = "", ...before] = splitWords(collection).toReversed();
    words.push(...before.toReversed(), toSingular(last));
  }
  return words.join(" ") || noun || undefined;
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "{}");
}
