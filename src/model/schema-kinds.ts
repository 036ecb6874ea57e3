import type { JsonObject, Located } from "../load/types.js";
import {
  followRef,
  isObjectNode,
  listChildren,
  readFlag,
  readList,
  readMember,
  readNumber,
  readText,
  readTexts,
  stepInto,
} from "./raw.js";
import type { SchemaBuilder } from "./schema-build.js";
import { listCrossedBounds } from "./schema-checks.js";
import { simplifyUnion } from "./schema-union.js";
import type { ArraySchema, EnumSchema, NumberSchema, ObjectSchema, SchemaModel, StringSchema } from "./types.js";

/** Keywords that tell the type of a schema which does not state it. */
const hints: readonly (readonly [string, readonly string[]])[] = [
  [
    "object",
    [
      "properties",
      "additionalProperties",
      "patternProperties",
      "required",
      "minProperties",
      "maxProperties",
      "unevaluatedProperties",
    ],
  ],
  ["array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]],
  ["string", ["pattern", "minLength", "maxLength", "contentMediaType", "contentEncoding"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];

/** Type names that are no JSON Schema and whose meaning is plain. */
const foreignTypes: ReadonlyMap<string, string> = new Map([
  ["int", "integer"],
  ["int32", "integer"],
  ["int64", "integer"],
  ["long", "integer"],
  ["float", "number"],
  ["double", "number"],
  ["decimal", "number"],
  ["bool", "boolean"],
  ["text", "string"],
  ["date", "string"],
  ["datetime", "string"],
  ["date-time", "string"],
  ["uuid", "string"],
  ["list", "array"],
  ["dict", "object"],
  ["map", "object"],
]);

const numberFormats = new Set(["int32", "int64", "float", "double", "integer", "decimal"]);

/** Whether a schema has keywords of its own, beside `allOf`, `oneOf` and `anyOf`. */
export function hasKind(value: JsonObject): boolean {
  return listTypes(value).length > 0 || value["enum"] !== undefined || Object.hasOwn(value, "const");
}

/** Whether a node that should hold something else is a schema. */
export function isSchemaLike(value: JsonObject): boolean {
  return hasKind(value) || ["allOf", "oneOf", "anyOf"].some((keyword) => Array.isArray(value[keyword]));
}

/** The model of a schema's own keywords. */
export function buildKind(builder: SchemaBuilder, node: Located, value: JsonObject): SchemaModel {
  const types = listTypes(value);
  const values = buildEnum(value, types);
  if (values) return values;
  const named = types.filter((type) => type !== "null");
  const [type, ...others] = named;
  if (type === undefined) return types.length > 0 ? { kind: "null" } : { kind: "any" };
  if (others.length === 0) return buildType(builder, node, type);
  const branches = named.map((name) => buildType(builder, node, name));
  return simplifyUnion({ kind: "union", exclusive: false, branches });
}

function listTypes(value: JsonObject): string[] {
  const stated = readTexts(value, "type") ?? [readText(value, "type") ?? ""];
  const types = stated
    .map((type) => foreignTypes.get(type.toLowerCase()) ?? type.toLowerCase())
    .filter((type) => type !== "");
  if (types.length > 0) return [...new Set(types)];
  // `nullable`, `required: true` and the like say nothing about the type.
  const hint = hints.find(([, keys]) =>
    keys.some((key) => value[key] !== undefined && typeof value[key] !== "boolean"),
  );
  if (hint) return [hint[0]];
  if (typeof value["additionalProperties"] === "boolean") return ["object"];
  const format = readText(value, "format");
  if (format === undefined) return [];
  if (!numberFormats.has(format)) return ["string"];
  return [format.startsWith("int") ? "integer" : "number"];
}

function buildType(builder: SchemaBuilder, node: Located, type: string): SchemaModel {
  switch (type) {
    case "object":
      return buildObject(builder, node);
    case "array":
      return buildArray(builder, node);
    case "string":
      return buildString(builder, node);
    case "file":
      return { kind: "string", format: "binary" };
    case "integer":
    case "number":
      return buildNumber(node.value, type === "integer");
    case "boolean":
      return { kind: "boolean" };
    case "any":
    case "null":
      return { kind: "any" };
    default: {
      const message = `"${type}" is no type of JSON Schema; any value is accepted here.`;
      builder.report({ code: "model/unusable-schema", message, at: stepInto(node, "type")?.at ?? node.at });
      return { kind: "any" };
    }
  }
}

/** `enum` and `const` of plain values; undefined when a value is none of those. */
function buildEnum(value: JsonObject, types: readonly string[]): SchemaModel | undefined {
  const stated = Object.hasOwn(value, "const") ? [value["const"]] : readList(value, "enum");
  if (!stated || stated.length === 0) return undefined;
  const values: (string | number | boolean)[] = [];
  for (const item of stated) {
    if (item === null) continue;
    if (typeof item !== "string" && typeof item !== "number" && typeof item !== "boolean") return undefined;
    values.push(coerce(item, types));
  }
  if (values.length === 0) return { kind: "null" };
  const unique = [...new Set(values)];
  if (unique.includes(true) && unique.includes(false) && unique.length === 2) return { kind: "boolean" };
  const schema: EnumSchema = { kind: "enum", values: unique };
  return schema;
}

/** YAML reads unquoted values as numbers and booleans; the stated type says what is meant. */
function coerce(value: string | number | boolean, types: readonly string[]): string | number | boolean {
  if (types.length === 0 || types.includes(typeof value)) return value;
  if (typeof value === "number" && types.includes("integer")) return value;
  if (types.includes("string")) return String(value);
  const isNumeric = types.includes("integer") || types.includes("number");
  if (isNumeric && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
    return Number(value);
  return value;
}

function buildString(builder: SchemaBuilder, node: Located): StringSchema {
  const { value } = node;
  const format = readStringFormat(value);
  const pattern = readText(value, "pattern");
  const contentMediaType = readText(value, "contentMediaType");
  return {
    kind: "string",
    ...(format !== undefined && { format }),
    ...(contentMediaType !== undefined && { contentMediaType }),
    ...(pattern !== undefined && pattern !== "" && { pattern }),
    ...pickSizes(builder, node, ["minLength", "maxLength"]),
  };
}

/** Raw bytes are `format: binary` in 3.0 and `contentMediaType` without `contentEncoding` in 3.1. */
function readStringFormat(value: unknown): string | undefined {
  const encoding = readText(value, "contentEncoding");
  if (encoding !== undefined) return encoding.startsWith("base64") ? "byte" : readText(value, "format");
  const media = readText(value, "contentMediaType");
  const isText = media !== undefined && /json|xml|^text\//.test(media);
  return readText(value, "format") ?? (media !== undefined && !isText ? "binary" : undefined);
}

function buildNumber(value: unknown, integer: boolean): NumberSchema {
  const format = readText(value, "format");
  // In 3.0 `exclusiveMinimum: true` makes `minimum` exclusive; from 3.1 on it is the bound itself.
  const isExclusive = { minimum: readFlag(value, "exclusiveMinimum"), maximum: readFlag(value, "exclusiveMaximum") };
  const bounds = pickNumbers(value, ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]);
  const { minimum, maximum, multipleOf, ...rest } = bounds;
  return {
    kind: "number",
    integer,
    ...(format !== undefined && { format }),
    ...rest,
    ...(minimum !== undefined && (isExclusive.minimum ? { exclusiveMinimum: minimum } : { minimum })),
    ...(maximum !== undefined && (isExclusive.maximum ? { exclusiveMaximum: maximum } : { maximum })),
    ...(multipleOf !== undefined && multipleOf > 0 && { multipleOf }),
  };
}

function buildArray(builder: SchemaBuilder, node: Located): ArraySchema {
  const items = stepInto(node, "items");
  // A list under `items` is the tuple of JSON Schema before 2020-12.
  const isTuple = Array.isArray(items?.value);
  const prefix = stepInto(node, "prefixItems") ?? (isTuple ? items : undefined);
  const prefixItems = listChildren(prefix).map(({ node: item }) => builder.build(item));
  return {
    kind: "array",
    items: items && !isTuple ? builder.build(items) : { kind: "any" },
    ...(prefixItems.length > 0 && { prefixItems }),
    ...pickSizes(builder, node, ["minItems", "maxItems"]),
    ...(readFlag(node.value, "uniqueItems") && { uniqueItems: true }),
  };
}

function buildObject(builder: SchemaBuilder, node: Located): ObjectSchema {
  const properties = new Map<string, SchemaModel>();
  const required = new Set(readTexts(node.value, "required") ?? []);
  const stated = followRef(builder.spec, stepInto(node, "properties"));
  for (const { key, node: property } of isObjectNode(stated) ? listChildren(stated) : []) {
    properties.set(key, builder.build(property));
    // `required: true` on the property itself is draft 3, and still written.
    if (readMember(property.value, "required") === true) required.add(key);
  }
  const additional = buildAdditional(builder, node);
  return {
    kind: "object",
    properties,
    required,
    ...(additional !== undefined && { additional }),
    ...pickSizes(builder, node, ["minProperties", "maxProperties"]),
  };
}

/** What undeclared properties hold: a name decides which pattern applies, so any of their schemas may. */
function buildAdditional(builder: SchemaBuilder, node: Located): SchemaModel | false | undefined {
  const additional = stepInto(node, "additionalProperties") ?? stepInto(node, "unevaluatedProperties");
  const branches = listChildren(stepInto(node, "patternProperties")).map((pattern) => builder.build(pattern.node));
  if (additional && additional.value !== false) branches.push(builder.build(additional));
  if (branches.length === 0) return additional && false;
  return simplifyUnion({ kind: "union", exclusive: false, branches });
}

/** Sizes; a negative one would refuse every value. */
function pickSizes<Key extends string>(
  builder: SchemaBuilder,
  node: Located,
  keys: readonly Key[],
): { [name in Key]?: number } {
  const crossed = listCrossedBounds(builder, node);
  const negative = keys.filter((key) => (readNumber(node.value, key) ?? 0) < 0);
  for (const key of negative) {
    const message = `\`${key}\` must not be negative; it is ignored.`;
    builder.report({ code: "model/unusable-schema", message, at: stepInto(node, key)?.at ?? node.at });
  }
  return pickNumbers(
    node.value,
    keys.filter((key) => !negative.includes(key) && !crossed.includes(key)),
  );
}

/** The members of a list of names that are finite numbers. */
function pickNumbers<Key extends string>(value: unknown, keys: readonly Key[]): { [name in Key]?: number } {
  const picked: { [name in Key]?: number } = {};
  for (const key of keys) {
    const number = readNumber(value, key);
    if (number !== undefined) picked[key] = number;
  }
  return picked;
}
