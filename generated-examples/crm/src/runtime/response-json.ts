/** JSON as APIs send it, without losing digits. */
import type { JsonValue } from "./operation.js";

const LONG_INTEGER = /(?:^|[\s:[,])-?\d{16,}/;

/** Parses JSON; undefined when it is none. Integers beyond 2^53 become strings, so that an id stays the same id. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue; // JSON.parse yields JSON only
    // Only after that: what is no JSON could make the search for numbers endless.
    return LONG_INTEGER.test(text) ? (JSON.parse(quoteLongIntegers(text)) as JsonValue) : value;
  } catch {
    return undefined;
  }
}

/** One token at a time, so that a text of any length costs no more than its length. */
function quoteLongIntegers(text: string): string {
  let isInText = false;
  return text.replace(/\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs, (token) => {
    if (token === '"') isInText = !isInText;
    if (isInText || token.length < 16 || !/^-?\d+$/.test(token)) return token;
    return Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
  });
}

/** Deeper values are of no use to a reader, and a danger to whatever walks through them. */
export const MAX_DEPTH = 200;

/** The same value with null in place of what lies too deep. */
export function boundDepth(value: JsonValue, depth = 0): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item: JsonValue) => boundDepth(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, boundDepth(item, depth + 1)]));
}
