/** What both reductions of a schema share. */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { ObjectSchema, RefSchema, SchemaId, SchemaModel } from "../model/types.js";

export type Schemas = ReadonlyMap<SchemaId, SchemaModel>;
export type Direction = "input" | "output";
export type ResolvedSchema = Exclude<SchemaModel, RefSchema>;

/** Follows references; facts beside one override those of its target. A chain that leads nowhere allows anything. */
export function resolveSchema(schema: SchemaModel, schemas: Schemas): ResolvedSchema {
  let current = schema;
  for (let step = 0; current.kind === "ref" && step < 50; step += 1) {
    const { kind: _kind, target, ...facts } = current;
    const found = schemas.get(target);
    if (!found) return { kind: "any", ...facts };
    current = Object.keys(facts).length === 0 ? found : { ...found, ...facts };
  }
  return current.kind === "ref" ? { kind: "any" } : current;
}

/** Properties a caller may send (or an API may return), in document order. */
export function visibleProperties(
  schema: ObjectSchema,
  schemas: Schemas,
  direction: Direction,
): readonly (readonly [string, SchemaModel])[] {
  return [...schema.properties].filter(([name, property]) => {
    if (name === "__proto__") return false;
    const facts = property.kind === "ref" ? resolveSchema(property, schemas) : property;
    if (direction === "output") return !facts.writeOnly;
    return !facts.readOnly && !(facts.deprecated && !schema.required.has(name)) && facts.kind !== "never";
  });
}

/** A value of the description as JSON; undefined for what JSON cannot hold. */
export function toJson(value: unknown, depth = 0): JsonValue | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object" || depth > 20) return undefined;
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item, depth + 1) ?? null);
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const json = toJson(item, depth + 1);
    return json === undefined || key === "__proto__" ? [] : [[key, json] as const];
  });
  return Object.fromEntries(entries);
}

/** The type a value of this schema has; undefined when there is no single one. */
export function typeOf(schema: JsonSchema): string | undefined {
  const type = schema["type"];
  if (typeof type === "string") return type === "integer" ? "number" : type;
  if (!Array.isArray(type)) return undefined;
  const types = type.filter((name) => name !== "null");
  return types.length === 1 && typeof types[0] === "string" ? types[0].replace("integer", "number") : undefined;
}
