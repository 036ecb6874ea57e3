/** Word search over verb, resource and summary of actions. */
import type { Action, Tool } from "./tool.js";

export interface CatalogItem {
  readonly tool: Tool;
  readonly name: string;
  readonly action: Action;
}

// What a word says depends on where it stands: names are chosen, prose mentions.
const NAME_WEIGHT = 4;
const PATH_WEIGHT = 2;
const TEXT_WEIGHT = 1;

/** Verbs people use for the standard methods. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["add", "create"],
  ["new", "create"],
  ["make", "create"],
  ["remove", "delete"],
  ["destroy", "delete"],
  ["edit", "update"],
  ["change", "update"],
  ["modify", "update"],
  ["show", "get"],
  ["read", "get"],
  ["fetch", "get"],
  ["retrieve", "get"],
  ["find", "search"],
]);

/** Returns a function that orders actions by how well they answer a query; unrelated ones are left out. */
export function createSearch(items: readonly CatalogItem[]): (query: string) => CatalogItem[] {
  const index = buildIndex(items);
  return (query) => {
    const scores = new Map<number, number>();
    for (const word of new Set(splitWords(query))) {
      const found = new Map(index.get(word));
      const synonym = index.get(SYNONYMS.get(word) ?? "");
      for (const [item, weight] of synonym ?? []) found.set(item, Math.max(found.get(item) ?? 0, weight));
      const rarity = Math.log(1 + items.length / (1 + found.size));
      for (const [item, weight] of found) scores.set(item, (scores.get(item) ?? 0) + weight * rarity);
    }
    return [...scores]
      .sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a - b)
      .flatMap(([item]) => items[item] ?? []);
  };
}

function buildIndex(items: readonly CatalogItem[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const index = new Map<string, Map<number, number>>();
  for (const [position, { tool, name, action }] of items.entries()) {
    const fields = [
      [`${tool.name} ${name} ${action.operation.id}`, NAME_WEIGHT],
      [action.operation.path, PATH_WEIGHT],
      [`${action.summary} ${tool.title}`, TEXT_WEIGHT],
    ] as const;
    for (const [text, weight] of fields) {
      for (const word of splitWords(text)) {
        const found = index.get(word) ?? new Map<number, number>();
        found.set(position, Math.max(found.get(position) ?? 0, weight));
        index.set(word, found);
      }
    }
  }
  return index;
}

function splitWords(text: string): string[] {
  const words =
    text
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map(singular);
}

/** Cheap singular, the same on both sides of the comparison. */
function singular(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}
