/** Forgives what models commonly get wrong about types: numbers, booleans, lists and objects sent as text, ids as numbers. */
import { findOversize } from "./input-size.js";
import type { JsonSchema, JsonValue } from "./operation.js";

const MAX_DEPTH = 20;

type JsonType = "string" | "number" | "boolean" | "null" | "array" | "object";

/** The value as its schema wants it, where that is certain; else the value itself. `onChange` is told of each change. */
export function coerceValue(value: unknown, schema: unknown, onChange: () => void, depth = 0): unknown {
  if (!isSchema(schema) || depth > MAX_DEPTH) return value;
  const types = typesOf(schema);
  const listed = listedValue(value, schema);
  const isTaken =
    listed === undefined && types.has(typeOf(value)) && (typeof value !== "string" || listsText(value, schema));
  if (types.size === 0 || isTaken) return coerceInside(value, schema, onChange, depth);
  const changed = listed ?? convert(value, types, schema);
  if (changed === undefined || changed === value) return value;
  onChange();
  return coerceInside(changed, schema, onChange, depth);
}

/** Whether null is one of the values a schema takes. */
export function acceptsNull(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  return types.size === 0 || types.has("null");
}

/** Whether a text of digits stands for a number here; where any text is taken it is text. */
export function readsAsNumber(text: string, schema: unknown): boolean {
  if (!isSchema(schema)) return false;
  const types = typesOf(schema);
  return types.has("number") && !(types.has("string") && listsText(text, schema));
}

/** What a schema says about a member or an item of `whole`; of a union, what the branches say that may be meant. */
export function partOf(schema: unknown, key: string | number, whole: object, depth = 0): unknown {
  if (!isSchema(schema) || depth > MAX_DEPTH) return undefined;
  const own =
    typeof key === "number" ? itemOf(schema, key) : (propertiesOf(schema).get(key) ?? schema["additionalProperties"]);
  if (isSchema(own)) return own;
  const branches = alternativesOf(schema).filter((branch) => mayBe(whole, branch));
  const parts = branches.map((branch) => partOf(branch, key, whole, depth + 1)).filter(isSchema);
  return parts.length > 1 ? { anyOf: parts } : parts[0];
}

/** False where a property that tells branches apart says otherwise. */
function mayBe(whole: object, branch: JsonSchema): boolean {
  const types = typesOf(branch);
  if (types.size > 0 && !types.has(typeOf(whole))) return false;
  const given = new Map<string, unknown>(Object.entries(whole));
  return [...propertiesOf(branch)].every(([name, property]) => {
    const values = isSchema(property) ? (property["enum"] ?? [property["const"] ?? given.get(name)]) : undefined;
    return !given.has(name) || !Array.isArray(values) || values.includes(given.get(name));
  });
}

function itemOf(schema: JsonSchema, index: number): unknown {
  const first = schema["prefixItems"];
  return (Array.isArray(first) ? (first[index] as unknown) : undefined) ?? schema["items"];
}

function coerceInside(value: unknown, schema: JsonSchema, onChange: () => void, depth: number): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => coerceValue(item, itemOf(schema, index), onChange, depth + 1));
  }
  if (typeof value !== "object" || value === null) return value;
  const properties = propertiesOf(schema);
  const rest = schema["additionalProperties"];
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    coerceValue(item, properties.get(key) ?? rest, onChange, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** The one listed value that reads like what was given, such as 1 for "1"; undefined where none or more do, or it is listed itself. */
function listedValue(value: unknown, { enum: values }: JsonSchema): unknown {
  if (!Array.isArray(values) || typeof value === "object" || values.includes(value)) return undefined;
  const same = values.filter((item: unknown) => typeof item !== "object" && String(item) === String(value));
  return same.length === 1 ? same[0] : undefined;
}

/** Property schemas of an object schema and of what its `allOf` adds. */
function propertiesOf(schema: JsonSchema): Map<string, unknown> {
  const own = isSchema(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const inherited = branchesOf(schema, "allOf").flatMap((branch) => [...propertiesOf(branch)]);
  return new Map<string, unknown>([...inherited, ...own]);
}

/** JSON types a schema takes; empty when it says nothing about types. `integer` counts as number. */
function typesOf(schema: JsonSchema, depth = 0): Set<JsonType> {
  if (depth > MAX_DEPTH) return new Set();
  const stated = typeof schema["type"] === "string" ? [schema["type"]] : schema["type"];
  if (Array.isArray(stated)) return new Set(stated.map((type) => (type === "integer" ? "number" : type)));
  if (Array.isArray(schema["enum"])) return new Set(schema["enum"].map(typeOf));
  if (Object.hasOwn(schema, "const")) return new Set([typeOf(schema["const"])]);
  const branches = alternativesOf(schema).map((branch) => typesOf(branch, depth + 1));
  // One branch that takes anything means that nothing needs to change.
  if (branches.some((types) => types.size === 0)) return new Set();
  return new Set(branches.flatMap((types) => [...types]));
}

/** False for a text that is none of the values where all text is listed: a number beside `now` may still be sent as text. */
function listsText(text: string, schema: JsonSchema): boolean {
  const ofText = alternativesOf(schema).filter((branch) => typesOf(branch).has("string"));
  return ofText.length === 0 || ofText.some(({ enum: values }) => !Array.isArray(values) || values.includes(text));
}

function convert(value: unknown, types: ReadonlySet<JsonType>, schema: JsonSchema): unknown {
  if (typeof value === "string") return convertText(value, types, schema);
  if (types.has("string") && (typeof value === "boolean" || isSafeNumber(value))) return String(value);
  return wrapped(value, types, schema);
}

function convertText(text: string, types: ReadonlySet<JsonType>, schema: JsonSchema): unknown {
  const trimmed = text.trim();
  if (types.has("number") && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(trimmed)) {
    const number = Number(trimmed);
    if (Number.isFinite(number) && (Number.isSafeInteger(number) || !Number.isInteger(number))) return number;
    // Exact as text only: it stays text until it is sent.
    if (/^-?\d{16,40}$/.test(trimmed)) return trimmed;
  }
  if (types.has("boolean") && /^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === "true";
  if (types.has("null") && trimmed === "null") return null;
  const parsed = /^[[{]/.test(trimmed) ? parseJson(trimmed) : undefined;
  // As text it came past the check of the whole call.
  if (typeof parsed === "object" && types.has(typeOf(parsed)) && !findOversize([parsed])) return parsed;
  return wrapped(text, types, schema);
}

/** One value where a list is wanted. A text with commas is left alone: it may be a list of its own. */
function wrapped(value: unknown, types: ReadonlySet<JsonType>, schema: JsonSchema): unknown {
  if (!types.has("array") || value === null || !isSchema(schema["items"])) return undefined;
  const itemTypes = typesOf(schema["items"]);
  if (typeof value === "string" && /[,;\n]|^\s*[[{]|^$/.test(value))
    return splitList(value, schema["items"], itemTypes);
  const fits = itemTypes.has(typeOf(value)) || convert(value, itemTypes, schema["items"]) !== undefined;
  return fits ? [value] : undefined;
}

/** `1,2,3`, or ids or listed values with commas between them; free text may hold commas of its own. */
function splitList(text: string, items: JsonSchema, types: ReadonlySet<JsonType>): unknown {
  const isFree =
    types.size === 0 || (types.has("string") && items["enum"] === undefined && items["format"] === undefined);
  if (isFree || !text.includes(",") || /[;\n]|^\s*[[{]/.test(text)) return undefined;
  const values = text.split(",").map((part) => (types.has("string") ? part.trim() : convert(part, types, items)));
  return values.includes(undefined) || values.includes("") ? undefined : values;
}

function alternativesOf(schema: JsonSchema): JsonSchema[] {
  return [...branchesOf(schema, "anyOf"), ...branchesOf(schema, "oneOf")];
}

function branchesOf(schema: JsonSchema, keyword: "allOf" | "anyOf" | "oneOf"): JsonSchema[] {
  const branches = schema[keyword];
  return Array.isArray(branches) ? branches.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSafeNumber(value: unknown): boolean {
  return typeof value === "number" && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

function typeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // JSON.parse yields nothing but JSON values
  } catch {
    return undefined;
  }
}
