/** JSON as APIs send it, without losing digits. */
import type { JsonValue } from "./operation.js";

const LONG_INTEGER = /(?:^|[\s:[,])-?\d{16,}/;

/** Parses JSON; undefined when it is none. Integers beyond 2^53 become strings, so that an id stays the same id. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(LONG_INTEGER.test(text) ? quoteLongIntegers(text) : text) as JsonValue; // JSON.parse yields JSON only
  } catch {
    return undefined;
  }
}

function quoteLongIntegers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])|-?\d+\.\d+/gs, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}
