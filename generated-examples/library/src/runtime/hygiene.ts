/** What comes from an API is data of unknown origin: it leaves without secrets and without anything invisible. */
import type { JsonValue } from "./operation.js";
import { isList } from "./pagination-items.js";
import { MAX_DEPTH } from "./response-json.js";
import { visibleText } from "./response-text.js";

/** The same without control and invisible characters and secrets of this server; a copy only where there were any. */
export function cleanData(data: JsonValue, redact: (text: string) => string): JsonValue {
  return cleanValue(data, (text) => redact(isPlain(text) ? text : visibleText(text)), 0);
}

function cleanValue(value: JsonValue, clean: (text: string) => string, depth: number): JsonValue {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (isList(value)) {
    const items = value.map((item) => cleanValue(item, clean, depth + 1));
    return items.every((item, index) => Object.is(item, value[index])) ? value : items;
  }
  let isSame = true;
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => {
    const entry: [string, JsonValue] = [clean(key), cleanValue(item, clean, depth + 1)];
    isSame &&= entry[0] === key && Object.is(entry[1], item);
    return entry;
  });
  return isSame ? value : Object.fromEntries(entries);
}

/** Most texts are printable ASCII, which needs no closer look. */
function isPlain(text: string): boolean {
  return /^[\n\t\x20-\x7e]*$/.test(text);
}
