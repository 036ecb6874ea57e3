/** Schemas that arguments and results are checked against: complete, but bounded in depth and size. */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { ArraySchema, EnumSchema, NumberSchema, ObjectSchema, SchemaModel, StringSchema } from "../model/types.js";
import { COMPLETE } from "./limits.js";
import { resolveSchema, visibleProperties } from "./schemas.js";
import type { Direction, ResolvedSchema, Schemas } from "./schemas.js";

export interface CompleteOptions {
  readonly schemas: Schemas;
  readonly direction: Direction;
  /** Depths to try, the last one in any case. */
  readonly depths: readonly number[];
  readonly nodes: number;
  /** Types only: what an API returns is never refused for a pattern or an unknown enum value. */
  readonly lenient?: boolean;
}

interface Walk extends CompleteOptions {
  readonly depth: number;
  readonly stack: readonly string[];
  readonly level: number;
  readonly budget: { left: number };
}

const FORMATS = new Set(["date", "date-time", "email", "uuid"]);
const MAX_UNION = 20;

/** The deepest reduction that stays within the node limit; what lies below it may be anything. */
export function completeSchema(schema: SchemaModel, options: CompleteOptions): JsonSchema {
  let reduced: JsonSchema = {};
  for (const depth of options.depths) {
    const budget = { left: options.nodes };
    reduced = walk(schema, { ...options, depth, budget, stack: [], level: 0 });
    if (budget.left >= 0) return reduced;
  }
  return reduced;
}

const inputs = new WeakMap<SchemaModel, JsonSchema>();

/** What an argument is checked against; creating, replacing and changing a thing often take the same. */
export function completeInput(schema: SchemaModel, schemas: Schemas): JsonSchema {
  const complete = inputs.get(schema) ?? completeSchema(schema, { schemas, direction: "input", ...COMPLETE });
  inputs.set(schema, complete);
  return complete;
}

function walk(schema: SchemaModel, context: Walk): JsonSchema {
  context.budget.left -= 1;
  if (context.budget.left < 0 || context.level > context.depth) return {};
  if (schema.kind !== "ref") return withNull(reduce(schema, context), schema.nullable);
  if (context.stack.includes(schema.target)) return {};
  const resolved = resolveSchema(schema, context.schemas);
  return withNull(reduce(resolved, { ...context, stack: [...context.stack, schema.target] }), resolved.nullable);
}

function reduce(schema: ResolvedSchema, context: Walk): JsonSchema {
  switch (schema.kind) {
    case "any":
      return {};
    case "never":
      return { not: {} };
    case "null":
      return { type: "null" };
    case "boolean":
      return { type: "boolean" };
    case "number":
      return reduceNumber(schema, context);
    case "string":
      return reduceString(schema, context);
    case "enum":
      return reduceEnum(schema, context);
    case "array":
      return reduceArray(schema, context);
    case "object":
      return reduceObject(schema, context);
    case "union":
      return reduceUnion(schema.branches, context);
  }
}

function reduceNumber(schema: NumberSchema, context: Walk): JsonSchema {
  const type = { type: schema.integer ? "integer" : "number" };
  if (context.lenient) return type;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const multipleOf = schema.multipleOf && schema.multipleOf >= 1 ? schema.multipleOf : undefined;
  return { ...type, ...defined({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }) };
}

function reduceString(schema: StringSchema, context: Walk): JsonSchema {
  if (context.lenient) return { type: "string" };
  const { minLength, maxLength } = schema;
  const format = schema.format && FORMATS.has(schema.format) ? schema.format : undefined;
  const pattern = schema.pattern !== undefined && isUsablePattern(schema.pattern) ? schema.pattern : undefined;
  return { type: "string", ...defined({ format, pattern, minLength, maxLength }) };
}

function reduceEnum(schema: EnumSchema, context: Walk): JsonSchema {
  const types = [...new Set(schema.values.map((value) => typeof value))];
  const [type] = types;
  const typed = types.length === 1 && type ? { type } : {};
  return context.lenient ? typed : { ...typed, enum: [...schema.values] };
}

function reduceArray(schema: ArraySchema, context: Walk): JsonSchema {
  const below = { ...context, level: context.level + 1 };
  const items = walk(schema.items, below);
  if (context.lenient) return { type: "array", items };
  const { minItems, maxItems, uniqueItems } = schema;
  const prefixItems = schema.prefixItems?.map((item) => walk(item, below));
  return { type: "array", items, ...defined({ prefixItems, minItems, maxItems, uniqueItems }) };
}

function reduceObject(schema: ObjectSchema, context: Walk): JsonSchema {
  const visible = visibleProperties(schema, context.schemas, context.direction);
  if (context.level >= context.depth) {
    // What lies below is not looked at, but counts.
    context.budget.left -= visible.length + (schema.additional ? 1 : 0);
    return { type: "object" };
  }
  const below = { ...context, level: context.level + 1 };
  const properties = Object.fromEntries(visible.map(([name, property]) => [name, walk(property, below)] as const));
  const required = Object.keys(properties).filter((name) => schema.required.has(name));
  const isMap = visible.length === 0 && schema.additional !== false;
  const additional = schema.additional ? walk(schema.additional, below) : undefined;
  return {
    type: "object",
    ...(isMap ? {} : { properties }),
    ...(context.lenient || required.length === 0 ? {} : { required }),
    ...(additional && Object.keys(additional).length > 0 ? { additionalProperties: additional } : {}),
    ...(schema.additional === false && !context.lenient ? { additionalProperties: false } : {}),
    ...(context.lenient ? {} : defined({ minProperties: schema.minProperties, maxProperties: schema.maxProperties })),
  };
}

/** `oneOf` is checked as `anyOf`: a value that fits two branches is the API's to judge. */
function reduceUnion(branches: readonly SchemaModel[], context: Walk): JsonSchema {
  const reduced = branches.slice(0, MAX_UNION).map((branch) => walk(branch, context));
  const distinct = [...new Map(reduced.map((branch) => [JSON.stringify(branch), branch] as const)).values()];
  const [only] = distinct;
  if (distinct.length === 1 && only) return only;
  if (branches.length > MAX_UNION || distinct.some((branch) => Object.keys(branch).length === 0)) return {};
  return { anyOf: distinct };
}

function withNull(schema: JsonSchema, nullable: true | undefined): JsonSchema {
  if (!nullable) return schema;
  const type = schema["type"];
  const values = schema["enum"];
  const anyOf = schema["anyOf"];
  return {
    ...schema,
    ...(typeof type === "string" && type !== "null" && { type: [type, "null"] }),
    ...(Array.isArray(values) && { enum: [...values, null] }),
    ...(Array.isArray(anyOf) && !anyOf.some(takesNull) && { anyOf: [...anyOf, { type: "null" }] }),
  };
}

function takesNull(branch: JsonValue): boolean {
  if (!isSchema(branch)) return false;
  const type = branch["type"];
  return type === "null" || (Array.isArray(type) && type.includes("null"));
}

/** Allows null wherever a value stands below the root: APIs send it for what they do not know, declared or not. */
export function allowNulls(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === "properties" && isSchema(value)) {
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, orNull(each)]))] as const;
    }
    if (keyword === "anyOf" && Array.isArray(value)) {
      return [keyword, value.map((branch: JsonValue) => (isSchema(branch) ? allowNulls(branch) : branch))] as const;
    }
    const isBelow = keyword === "items" || keyword === "additionalProperties";
    return [keyword, isBelow ? orNull(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

function orNull(value: JsonValue): JsonValue {
  return isSchema(value) ? withNull(allowNulls(value), true) : value;
}

function isSchema(value: JsonValue): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Patterns that compile are kept; the runtime stops one that runs away. */
function isUsablePattern(pattern: string): boolean {
  if (pattern.length > 500) return false;
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}

function defined(values: Readonly<Record<string, JsonValue | undefined>>): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) kept[key] = value;
  return kept;
}
