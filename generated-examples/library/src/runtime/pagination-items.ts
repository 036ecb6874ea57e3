/** Finds the list in a response body. */
import { valueAt } from "./response.js";
import type { JsonValue } from "./operation.js";
import { escapeSegment } from "./pointer.js";

/** A list and the JSON Pointer it was found at. */
export interface FoundItems {
  readonly items: readonly JsonValue[];
  readonly pointer: string;
}

/** Names under which a body holds its list. */
export const LIST_NAMES = [
  "data",
  "items",
  "results",
  "value",
  "values",
  "records",
  "entries",
  "resources",
  "elements",
  "rows",
];
const OUTER_NAMES = ["_embedded", "data", "response", "result", "results", "hits", "body", "payload"];

/** The list at the stated pointer, else the one list that is clearly meant; undefined when there is none. */
export function findItems(data: JsonValue, pointer?: string): FoundItems | undefined {
  if (pointer !== undefined) {
    const stated = valueAt(data, pointer);
    if (isList(stated)) return { items: stated, pointer };
    if (stated === null && pointer !== "") return { items: [], pointer };
  }
  if (isList(data)) return { items: data, pointer: "" };
  if (!isObject(data)) return undefined;
  return listIn(data, "") ?? nestedList(data);
}

function nestedList(data: Readonly<Record<string, JsonValue>>): FoundItems | undefined {
  for (const name of OUTER_NAMES) {
    const inner = Object.hasOwn(data, name) ? data[name] : undefined;
    const found = inner !== undefined && isObject(inner) ? listIn(inner, `/${name}`) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A list under a known name, else the only list, else the only list of objects. */
function listIn(data: Readonly<Record<string, JsonValue>>, prefix: string): FoundItems | undefined {
  const lists = Object.entries(data).flatMap(([name, items]) => (isList(items) ? [{ name, items }] : []));
  const objects = lists.filter(({ items }) => items.length > 0 && items.every((item) => isObject(item)));
  const known = LIST_NAMES.map((name) => lists.find((list) => list.name === name)).find((list) => list !== undefined);
  const found = known ?? (lists.length === 1 ? lists[0] : objects.length === 1 ? objects[0] : undefined);
  return found && { items: found.items, pointer: `${prefix}/${escapeSegment(found.name)}` };
}

export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
