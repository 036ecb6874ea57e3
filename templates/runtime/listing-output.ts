/** What a tool says of its results. */
import type { JsonSchema, JsonValue, Operation } from "./operation.js";
import type { Action } from "./tool.js";

/**
 * The output schema of a tool whose actions all advertise theirs. Clients refuse a result that does not fit it, and an
 * API is free to answer otherwise than it said: so it shows names, nesting and types, and demands nothing but an object.
 */
export function outputSchema(actions: readonly Action[]): JsonSchema | undefined {
  if (!actions.every((action) => action.result?.advertise && action.operation.output)) return undefined;
  const properties: Record<string, JsonValue> = {};
  for (const action of actions) {
    for (const [name, schema] of Object.entries(resultProperties(action.operation))) {
      const shown = describeSchema(schema);
      const differs = Object.hasOwn(properties, name) && JSON.stringify(properties[name]) !== JSON.stringify(shown);
      properties[name] = differs ? { description: "Depends on the action." } : shown;
    }
  }
  properties["error"] = { description: "Of a failed call: object" };
  return { type: "object", properties };
}

function resultProperties(operation: Operation): Readonly<Record<string, JsonValue>> {
  const output = operation.output ?? {};
  if (operation.pagination) {
    const nextCursor = { type: "string", description: "While there is more" };
    return { items: { type: "array" }, next_cursor: nextCursor };
  }
  if (output["type"] !== "object") return { result: output };
  const properties = output["properties"];
  return isRecord(properties) ? properties : {};
}

/** Types become words; `properties` and `items` refuse nothing where there is no `type`. */
function describeSchema(schema: JsonValue): JsonSchema {
  if (!isRecord(schema)) return { description: "any value" };
  const types = [schema["type"]].flat().filter((type) => typeof type === "string" && type !== "null");
  const text = typeof schema["description"] === "string" ? `${schema["description"]}: ` : "";
  const { properties, items } = schema;
  return {
    description: `${text}${types.length > 0 ? types.join(" or ") : "any value"}`,
    ...(isRecord(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, describeSchema(inner)])),
    }),
    ...(isRecord(items) && Object.keys(items).length > 0 && { items: describeSchema(items) }),
  };
}

function isRecord(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
