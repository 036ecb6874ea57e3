/** Schemas of a description as JSON Schema 2020-12 that a sampler and a validator of other people understand. */
import { validate, type Schema } from "@cfworker/json-schema";
import { childOf, isRecord, listOf, textOf, type Json, type JsonRecord } from "./json.js";

export interface SchemaTable {
  /** `{ $ref }` of a schema; what it refers to stands in `document`. */
  refTo(schema: Json): JsonRecord;
  readonly document: { readonly $defs: Record<string, JsonRecord | boolean> };
  /** The schema itself, as converted. */
  read(schema: Json): JsonRecord;
  isValid(value: Json, schema: Json): boolean;
}

/** Each schema object becomes one entry, so that cycles and shared parts stay what they are. */
export function createSchemaTable(names: WeakMap<object, string>, keepExamples = true): SchemaTable {
  const known = new Map<object, string>();
  const defs: Record<string, JsonRecord | boolean> = {};
  const lookup: Record<string, Schema | boolean> = {};

  const refTo = (schema: Json): JsonRecord => {
    if (!isRecord(schema)) return schema === false ? { not: {} } : {};
    const owner = known.get(schema) ?? String(known.size);
    if (!known.has(schema)) {
      known.set(schema, owner);
      const converted = convertSchema(schema, { refTo, names, keepExamples });
      defs[owner] = converted;
      lookup[`#/$defs/${owner}`] = converted as Schema; // both are JSON Schema objects
    }
    return { $ref: `#/$defs/${owner}` };
  };
  return {
    refTo,
    document: { $defs: defs },
    read: (schema) => {
      const key = textOf(refTo(schema), "$ref").split("/").at(-1) ?? "";
      const found = defs[key];
      return isRecord(found) ? found : {};
    },
    isValid: (value, schema) => {
      try {
        return validate(value, refTo(schema) as Schema, "2020-12", lookup, true).valid;
      } catch {
        return false;
      }
    },
  };
}

interface Conversion {
  readonly refTo: (schema: Json) => JsonRecord;
  readonly names: WeakMap<object, string>;
  readonly keepExamples: boolean;
}

const COPIED =
  `type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems
  maxItems uniqueItems minProperties maxProperties readOnly writeOnly deprecated contentMediaType contentEncoding`.split(
    /\s+/,
  );

function convertSchema(schema: JsonRecord, context: Conversion): JsonRecord {
  const { refTo, keepExamples } = context;
  const out: Record<string, Json> = {};
  for (const key of COPIED) if (schema[key] !== undefined && schema[key] !== null) out[key] = schema[key];
  if (isFormat(schema["format"])) out["format"] = schema["format"];
  if (isPattern(schema["pattern"])) out["pattern"] = schema["pattern"];
  if (Array.isArray(schema["required"]))
    out["required"] = schema["required"].filter((name) => typeof name === "string");
  for (const key of ["properties", "patternProperties"]) {
    const map = Object.entries(childOf(schema, key)).map(([name, part]) => [name, refTo(part)] as const);
    if (map.length > 0) out[key] = Object.fromEntries(map);
  }
  for (const key of ["items", "additionalProperties", "not", "propertyNames", "contains"]) {
    const part = schema[key];
    if (typeof part === "boolean") out[key] = part;
    else if (isRecord(part)) out[key] = refTo(part);
  }
  for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"]) {
    const parts = listOf(schema, key).map((part) =>
      key === "oneOf" || key === "anyOf" ? branchOf(schema, part, context) : refTo(part),
    );
    if (parts.length > 0) out[key] = parts;
  }
  // Without a type, text would be as valid as the object that is meant.
  if (out["type"] === undefined && out["properties"] !== undefined) out["type"] = "object";
  if (keepExamples) {
    const [example] = listOf(schema, "examples");
    const given = schema["example"] ?? example ?? schema["default"];
    if (given !== undefined && given !== null) out["example"] = given;
  }
  if (out["example"] === undefined && out["enum"] === undefined && isPattern(out["pattern"])) {
    const fitting = textFor(out["pattern"], Number(out["minLength"] ?? 0), Number(out["maxLength"] ?? 200));
    if (fitting !== undefined) out["example"] = fitting;
  }
  return withNull(withNumbers(out), schema);
}

const PARTS = [
  "a",
  "A",
  "1",
  "a1",
  "ab-1",
  "1.0",
  "a.b",
  "a_b",
  "0x1",
  "/a",
  "#aabbcc",
  "2025-01-31",
  "12:00",
  "a@b.cd",
];

/** A text of a pattern: the sampler's own depends on chance and knows few patterns. */
function textFor(pattern: string, least: number, most: number): string | undefined {
  const expression = new RegExp(pattern, "u");
  const repeated = ["a", "A", "1", "f"].flatMap((part) =>
    Array.from({ length: 40 }, (_, more) => part.repeat(more + 1)),
  );
  const start = /^\^?([\w/-]+?)(?![*+?{\w/-])/.exec(pattern)?.[1] ?? "";
  return [...PARTS, ...repeated]
    .flatMap((text) => [text, `${start}${text}`])
    .find((text) => text.length >= least && text.length <= most && expression.test(text));
}

/** OpenAPI 3.x, Discriminator Object: the property names the branch. */
function branchOf(schema: JsonRecord, part: Json, { refTo, names }: Conversion): JsonRecord {
  const discriminator = childOf(schema, "discriminator");
  const property = textOf(discriminator, "propertyName");
  const name = isRecord(part) ? names.get(part) : undefined;
  if (property === "" || name === undefined) return refTo(part);
  const mapped = Object.entries(childOf(discriminator, "mapping")).flatMap(([value, target]) =>
    typeof target === "string" && decodeURIComponent(target.split("/").at(-1) ?? "") === name ? [value] : [],
  );
  const value = { enum: mapped.length > 0 ? mapped : [name] };
  return { allOf: [refTo(part), { type: "object", properties: { [property]: value }, required: [property] }] };
}

/** Swagger's `file` is text here; booleans of 3.0's exclusive limits become limits. */
function withNumbers(schema: Record<string, Json>): Record<string, Json> {
  const out = { ...schema };
  if (out["type"] === "file") Object.assign(out, { type: "string", format: "binary" });
  for (const [flag, limit] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof out[flag] !== "boolean") continue;
    const value = out[limit];
    const isOn = out[flag] && value !== undefined;
    delete out[flag];
    if (isOn) Object.assign(out, { [flag]: value, [limit]: undefined });
    if (isOn) delete out[limit];
  }
  return out;
}

function withNull(schema: Record<string, Json>, source: JsonRecord): JsonRecord {
  if (source["nullable"] !== true && source["x-nullable"] !== true) return schema;
  const { type, enum: values, ...rest } = schema;
  if (typeof type === "string") {
    const listed = Array.isArray(values) ? { enum: [...(values as readonly Json[]), null] } : {};
    return { ...rest, type: [type, "null"], ...listed };
  }
  return type === undefined ? { anyOf: [schema, { type: "null" }] } : schema;
}

const CHECKED_FORMATS = new Set([
  "date",
  "date-time",
  "email",
  "uuid",
  "binary",
  "byte",
  "uri",
  "ipv4",
  "ipv6",
  "hostname",
]);

/** Formats that validators agree upon. */
function isFormat(format: Json | undefined): format is string {
  return typeof format === "string" && CHECKED_FORMATS.has(format);
}

function isPattern(pattern: Json | undefined): pattern is string {
  if (typeof pattern !== "string") return false;
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}
