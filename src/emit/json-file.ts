import { printLiteral, type Printable } from "./literal.js";

/** A JSON file in the formatter's shape. */
export function printJson(value: Printable): string {
  return `${printLiteral(value, { language: "json", expand: [] })}\n`;
}

/** A file the formatter prints as `JSON.stringify` does: package.json. */
export function printPackageJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The value with the keys of every object sorted, so that two lists compare line by line. */
export function sortKeys(value: unknown): Printable {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (typeof value !== "object" || value === null) return isScalar(value) ? value : null;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sortKeys(entry)]));
}

function isScalar(value: unknown): value is string | number | boolean | null | undefined {
  return value === null || ["string", "number", "boolean", "undefined"].includes(typeof value);
}
