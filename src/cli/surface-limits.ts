/** What a change of one keyword of JSON Schema does to the values that are valid. */
import type { JsonValue } from "../../templates/runtime/operation.js";

/** Values are lost, or won; what was promised is gone, or something new may be used; or nothing of it but a text. */
export type Effect = "narrows" | "widens" | "loses" | "adds" | "text";

/** Keywords that say nothing about which values are valid. */
export const textKeywords = ["title", "description", "examples", "default", "deprecated", "$comment"];

/** Greater is narrower. */
const lower = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
/** Less is narrower. */
const upper = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);
/** Nothing is shorter than 0. */
const counts = new Set(["minLength", "minItems", "minProperties"]);

/** Undefined where the keyword means the same; where it cannot be told, values are lost. */
export function effectOf(
  keyword: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Effect | undefined {
  const [was, is] = [before, after].map((value) => (counts.has(keyword) && value === 0 ? undefined : value));
  if (was === is) return undefined;
  if (was === undefined) return "narrows";
  if (is === undefined) return "widens";
  if (typeof was !== "number" || typeof is !== "number") {
    return keyword === "type" && was === "integer" && is === "number" ? "widens" : "narrows";
  }
  if (lower.has(keyword)) return is > was ? "narrows" : "widens";
  if (upper.has(keyword)) return is < was ? "narrows" : "widens";
  return keyword === "multipleOf" && was % is === 0 ? "widens" : "narrows";
}

/** `maxLength 5`, or that there is none. */
export function describeKeyword(keyword: string, value: JsonValue | undefined): string {
  return value === undefined ? `no ${keyword}` : `${keyword} ${JSON.stringify(value)}`;
}
