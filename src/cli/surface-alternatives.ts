/** A schema as the list of what a value may be: one alternative for each branch of a union and each type. */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import { textKeywords } from "./surface-limits.js";

/** Alternatives of one type each, without texts; a schema that says nothing of the type is one that takes any. */
export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, ...rest } = schema;
  const branches = [anyOf, oneOf].flatMap((list) => listOf(list) ?? []);
  if (branches.length > 0) {
    return branches.filter(isSchema).flatMap((branch) => alternativesOf({ ...rest, ...branch }));
  }
  const plain = Object.fromEntries(Object.entries(rest).filter(([keyword]) => !textKeywords.includes(keyword)));
  // `not: {}` takes nothing.
  if (plain["not"] !== undefined) return [];
  const types = listOf(plain["type"]) ?? [plain["type"]];
  const values = listOf(plain["enum"]);
  const takesNull = types.includes("null") || (plain["type"] === undefined && values?.includes(null) === true);
  const others = types.filter((type) => type !== "null");
  const found = others.map((type): JsonSchema => {
    const { type: _type, ...limits } = plain;
    return {
      ...limits,
      ...(type !== undefined && { type }),
      ...(values && { enum: values.filter((value) => value !== null) }),
    };
  });
  return takesNull ? [...found, { type: "null" }] : found;
}

/** `an array`, or `an object with a, b` where several could be meant. */
export function describeAlternative(schema: JsonSchema): string {
  const { type } = schema;
  if (typeof type !== "string") return schema["enum"] === undefined ? "any value" : JSON.stringify(schema["enum"]);
  const members = listOf(schema["required"]) ?? [...mapOf(schema["properties"]).keys()];
  const named = type === "object" && members.length > 0 ? ` with ${members.slice(0, 3).join(", ")}` : "";
  return `${type === "null" ? "" : /^[aeiou]/.test(type) ? "an " : "a "}${type}${named}`;
}

export function isSchema(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function mapOf(value: JsonValue | undefined): Map<string, JsonSchema> {
  const entries = isSchema(value) ? Object.entries(value) : [];
  return new Map(entries.flatMap(([key, schema]) => (isSchema(schema) ? [[key, schema] as const] : [])));
}

/** Same value; order of object keys is no difference. */
export function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (isSchema(left) && isSchema(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => isSame(left[key], right[key]));
  }
  const [first, second] = [listOf(left), listOf(right)];
  return !!first && !!second && first.length === second.length && first.every((value, i) => isSame(value, second[i]));
}
