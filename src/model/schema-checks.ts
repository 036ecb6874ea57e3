/** Slips in schemas that would pass in silence: what they state is ignored. */
import type { JsonObject, Located } from "../load/types.js";
import { isObject, readNumber, stepInto } from "./raw.js";
import type { SchemaBuilder } from "./schema-build.js";
import type { EnumSchema, SchemaModel } from "./types.js";

const lists = ["enum", "allOf", "oneOf", "anyOf"];
const bounds = [
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
] as const;

/** Reports the keywords of a schema whose values are of the wrong type. */
export function checkKeywords(builder: SchemaBuilder, node: Located, value: JsonObject): void {
  for (const key of lists) {
    if (value[key] !== undefined && !Array.isArray(value[key])) reportKeyword(builder, node, key, "a list");
  }
  if (value["properties"] !== undefined && !isObject(value["properties"])) {
    reportKeyword(builder, node, "properties", "a map");
  }
  if (value["$ref"] !== undefined && typeof value["$ref"] !== "string") reportKeyword(builder, node, "$ref", "text");
  const { required } = value;
  // `required: true` on a property is draft 3, and read.
  const isList = Array.isArray(required) && required.every((name) => typeof name === "string");
  if (required !== undefined && typeof required !== "boolean" && required !== null && !isList) {
    reportKeyword(builder, node, "required", "a list of names");
  }
}

function reportKeyword(builder: SchemaBuilder, node: Located, key: string, wanted: string): void {
  const at = stepInto(node, key)?.at ?? node.at;
  builder.report({ code: "model/unusable-schema", message: `\`${key}\` must be ${wanted}; it is ignored.`, at });
}

/** The bounds of sizes that refuse every value (reported): they are left out. */
export function listCrossedBounds(builder: SchemaBuilder, node: Located): readonly string[] {
  return bounds.flatMap(([least, most]) => {
    if ((readNumber(node.value, least) ?? 0) <= (readNumber(node.value, most) ?? Infinity)) return [];
    // A negative one is told by itself.
    if ((readNumber(node.value, most) ?? 0) < 0) return [];
    const message = `\`${least}\` is above \`${most}\`, so no value would do; both are ignored.`;
    builder.report({ code: "model/unusable-schema", message, at: stepInto(node, most)?.at ?? node.at });
    return [least, most];
  });
}

/** A schema with the default it states as a value that it takes; without it (reported) where it is none. */
export function settleDefault(builder: SchemaBuilder, node: Located, model: SchemaModel): SchemaModel {
  const at = stepInto(node, "default")?.at;
  if (model.default === undefined || !at) return model;
  const preset = asValue(model, model.default);
  if (preset === model.default) return model;
  const { default: _default, ...rest } = model;
  if (preset !== undefined) return { ...rest, default: preset };
  const message = "The default is no value of its schema; it is left out.";
  builder.report({ code: "model/unusable-schema", message, at });
  return rest;
}

/** The value as the schema means it: YAML and forms write numbers as text and text as numbers. */
function asValue(schema: SchemaModel, value: unknown): unknown {
  switch (schema.kind) {
    case "string":
      return typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : keepIf(typeof value === "string", value);
    case "number": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return keepIf(typeof number === "number" && Number.isFinite(number), number);
    }
    case "boolean":
      return value === "true" || value === "false" ? value === "true" : keepIf(typeof value === "boolean", value);
    case "enum":
      return findValue(schema, value);
    case "array":
      return keepIf(Array.isArray(value), value);
    case "object":
      return keepIf(isObject(value), value);
    default:
      return value;
  }
}

function findValue({ values }: EnumSchema, value: unknown): unknown {
  return values.find((known) => known === value) ?? values.find((known) => String(known) === String(value));
}

function keepIf(holds: boolean, value: unknown): unknown {
  return holds ? value : undefined;
}
