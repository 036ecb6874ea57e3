/** What a failed schema keyword means, in words. */
import type { OutputUnit } from "@cfworker/json-schema";
import type { FieldError } from "./context.js";
import type { JsonSchema } from "./operation.js";
import { valueAt } from "./response.js";
import { nearestName } from "./validate-names.js";
import { splitPointer } from "./pointer.js";

export interface Problem {
  readonly field: string;
  readonly value: unknown;
  readonly schema: JsonSchema;
  readonly unit: OutputUnit;
}

const EXAMPLES = new Map([
  ["date", "a date such as 2026-01-31"],
  ["date-time", "a date and time with offset, such as 2026-01-31T09:30:00Z"],
  ["time", "a time with offset, such as 09:30:00Z"],
  ["uuid", "a UUID such as 123e4567-e89b-12d3-a456-426614174000"],
  ["email", "an e-mail address"],
  ["ipv4", "an IPv4 address"],
  ["ipv6", "an IPv6 address"],
  ["uri", "an absolute URL"],
]);

/** One error, with the place inside the argument and the limit that was missed. */
export function describeProblem({ field, value, schema, unit }: Problem): FieldError {
  const limit = valueAt(schema, pointerOf(unit.keywordLocation));
  const actual = valueAt(value, pointerOf(unit.instanceLocation));
  const at = `${field}${placeOf(unit.instanceLocation)}`;
  if (unit.keyword === "required" && Array.isArray(limit)) {
    const missing = limit.filter(
      (name) => typeof actual === "object" && actual !== null && !Object.hasOwn(actual, name),
    );
    return { field: at, message: `lacks ${missing.map((name) => `\`${clip(name)}\``).join(", ")}`, code: "required" };
  }
  return { field: at, message: describeKeyword(unit, limit, actual), code: unit.keyword };
}

/** What would do, where each branch of a union only lacks something: the least first. */
export function describeLacking(problems: readonly Problem[]): FieldError {
  const errors = problems.slice(0, 4).map(describeProblem);
  const ways = new Set(errors.map(({ message }) => message.replace(/^lacks /, "")));
  return { field: errors[0]?.field ?? "", message: `lacks ${[...ways].join("; or ")}`, code: "required" };
}

function describeKeyword(unit: OutputUnit, limit: unknown, actual: unknown): string {
  switch (unit.keyword) {
    case "type":
      return `must be ${typeList(limit)}, not ${kindOf(actual)}`;
    case "enum":
      return describeEnum(limit, actual);
    case "const":
      return `must be ${clip(JSON.stringify(limit))}`;
    case "format":
      return `must be ${EXAMPLES.get(String(limit)) ?? `in the format ${String(limit)}`}`;
    case "pattern":
      return `must match the pattern ${clip(String(limit), 200)}`;
    case "anyOf":
    case "oneOf":
      return describeUnion(limit, unit.keyword, actual);
    case "additionalProperties":
    case "unevaluatedProperties":
    case "false":
      return "holds a property that is not known here";
    default:
      return describeLimit(unit, limit);
  }
}

function describeLimit(unit: OutputUnit, limit: unknown): string {
  const template = LIMITS.get(unit.keyword);
  return template === undefined ? clip(unit.error, 200) : template.replace("#", String(limit));
}

const LIMITS = new Map([
  ["minLength", "must have at least # characters"],
  ["maxLength", "must have at most # characters"],
  ["minimum", "must be at least #"],
  ["maximum", "must be at most #"],
  ["exclusiveMinimum", "must be greater than #"],
  ["exclusiveMaximum", "must be less than #"],
  ["multipleOf", "must be a multiple of #"],
  ["minItems", "must have at least # items"],
  ["maxItems", "must have at most # items"],
  ["uniqueItems", "must not repeat an item"],
  ["minProperties", "must have at least # properties"],
  ["maxProperties", "must have at most # properties"],
  ["not", "must not have this form"],
]);

function describeEnum(limit: unknown, actual: unknown): string {
  const values = Array.isArray(limit) ? limit : [];
  const shown = values.slice(0, 30).map((item) => clip(typeof item === "string" ? item : JSON.stringify(item)));
  const more = values.length > shown.length ? ` and ${values.length - shown.length} more` : "";
  const texts = values.filter((item) => typeof item === "string");
  const near = typeof actual === "string" ? nearestName(actual, texts) : undefined;
  return `must be one of: ${shown.join(", ")}${more}${near === undefined ? "" : `; did you mean ${clip(near)}?`}`;
}

function describeUnion(limit: unknown, keyword: string, actual: unknown): string {
  const forms = formsOf(limit).filter((form) => form !== "");
  if (keyword === "oneOf" && forms.length === 0) return "must match exactly one of its accepted forms";
  const listed = [...new Set(forms)].slice(0, 8).join("; or ");
  return listed === "" ? "matches none of its accepted forms" : `must be ${listed}, not ${kindOf(actual)}`;
}

function formsOf(branches: unknown): readonly string[] {
  if (!Array.isArray(branches)) return [];
  return branches.flatMap((branch) => {
    const inner = valueAt(branch, "/anyOf") ?? valueAt(branch, "/oneOf");
    return inner === undefined ? [formOf(branch)] : formsOf(inner);
  });
}

function formOf(branch: unknown): string {
  if (typeof branch !== "object" || branch === null) return "";
  const required = valueAt(branch, "/required");
  const values = valueAt(branch, "/enum");
  if (Array.isArray(values))
    return `one of ${values
      .slice(0, 10)
      .map((item) => clip(String(item)))
      .join(", ")}`;
  const type = valueAt(branch, "/type");
  const name = type === undefined ? "" : typeList(type);
  return Array.isArray(required) && required.length > 0
    ? `${name || "an object"} with ${required
        .slice(0, 8)
        .map((item) => clip(String(item)))
        .join(", ")}`
    : name;
}

function typeList(types: unknown): string {
  return (Array.isArray(types) ? types : [types]).map((type) => withArticle(String(type))).join(" or ");
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "an array";
  return withArticle(typeof value);
}

function withArticle(type: string): string {
  if (type === "null") return type;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** `#/items/0/name` as `.items[0].name`. */
function placeOf(location: string): string {
  const keys = splitPointer(pointerOf(location));
  return keys.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${clip(key)}`)).join("");
}

/** The validator writes pointers as URI fragments. */
function pointerOf(location: string): string {
  return location.replace(/^#/, "");
}

function clip(text: string, length = 80): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
