/** What comes from an API is data of unknown origin: it leaves without secrets and without anything invisible. */
import type { JsonValue } from "./operation.js";
import { isList } from "./pagination-items.js";
import { MAX_DEPTH } from "./response-json.js";
import { visibleText } from "./response-text.js";

/** A copy whose texts and keys hold no control or invisible characters and no secret of this server. */
export function cleanData(data: JsonValue, redact: (text: string) => string): JsonValue {
  return cleanValue(data, (text) => redact(isPlain(text) ? text : visibleText(text)), 0);
}

function cleanValue(value: JsonValue, clean: (text: string) => string, depth: number): JsonValue {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (isList(value)) return value.map((item) => cleanValue(item, clean, depth + 1));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [clean(key), cleanValue(item, clean, depth + 1)]));
}

/** Most texts are printable ASCII, which needs no closer look. */
function isPlain(text: string): boolean {
  return /^[\n\t\x20-\x7e]*$/.test(text);
}
