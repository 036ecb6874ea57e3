/** The usual way, for comparison: one tool per operation, with title and hints, every schema resolved in full. */
import type { Api, Operation, SchemaModel } from "../../src/model/types.js";

/** Beyond this a schema is cut, so that descriptions that explode can be measured at all. */
const MAX_NODES = 20_000;

type Json = Record<string, unknown>;

/** The entry of an operation in tools/list as a plain converter writes it. */
export function listNaive(operation: Operation, api: Api): Json {
  const budget = { left: MAX_NODES };
  const reduce = (schema: SchemaModel) => walk(schema, api, [], budget);
  const properties: Json = {};
  const required: string[] = [];
  for (const parameter of operation.parameters) {
    const schema = reduce(parameter.schema);
    properties[parameter.name] = parameter.description ? { ...schema, description: parameter.description } : schema;
    if (parameter.required) required.push(parameter.name);
  }
  const [media] = operation.body?.content ?? [];
  if (media) {
    properties["requestBody"] = reduce(media.schema);
    if (operation.body?.required) required.push("requestBody");
  }
  return {
    name: operation.operationId ?? operation.key,
    title: operation.operationId ?? operation.key,
    description: [operation.summary, operation.description].filter(Boolean).join("\n\n"),
    inputSchema: { type: "object", properties, ...(required.length > 0 && { required }) },
    annotations: {
      readOnlyHint: operation.method === "GET",
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: true,
    },
  };
}

function walk(schema: SchemaModel, api: Api, stack: readonly string[], budget: { left: number }): Json {
  budget.left -= 1;
  if (budget.left < 0) return {};
  if (schema.kind === "ref") {
    const target = api.schemas.get(schema.target);
    if (!target || stack.includes(schema.target)) return {};
    return walk(target, api, [...stack, schema.target], budget);
  }
  const next = (inner: SchemaModel) => walk(inner, api, stack, budget);
  const { description } = schema;
  const facts = {
    ...(description && { description }),
    ...(schema.default !== undefined && { default: schema.default }),
  };
  return { ...shapeOf(schema, next), ...facts };
}

function shapeOf(schema: Exclude<SchemaModel, { kind: "ref" }>, next: (inner: SchemaModel) => Json): Json {
  switch (schema.kind) {
    case "object":
      return {
        type: "object",
        properties: Object.fromEntries([...schema.properties].map(([name, property]) => [name, next(property)])),
        ...(schema.required.size > 0 && { required: [...schema.required] }),
        ...(schema.additional && { additionalProperties: next(schema.additional) }),
      };
    case "array":
      return { type: "array", items: next(schema.items) };
    case "union":
      return { [schema.exclusive ? "oneOf" : "anyOf"]: schema.branches.map(next) };
    case "enum":
      return { type: typeof schema.values[0], enum: schema.values };
    case "number":
      return { type: schema.integer ? "integer" : "number", minimum: schema.minimum, maximum: schema.maximum };
    case "string":
      return { type: "string", format: schema.format, pattern: schema.pattern, maxLength: schema.maxLength };
    case "boolean":
    case "null":
      return { type: schema.kind };
    case "any":
    case "never":
      return {};
  }
}
