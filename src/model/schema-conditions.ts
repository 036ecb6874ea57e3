import type { JsonObject, Located } from "../load/types.js";
import { isObject, listChildren, stepInto } from "./raw.js";
import type { SchemaBuilder } from "./schema-build.js";
import { simplifyUnion } from "./schema-union.js";
import type { SchemaModel } from "./types.js";

const keywords = ["then", "else", "dependentSchemas"];

/** Whether parts of a schema hold for some values only. */
export function hasConditions(value: unknown): value is JsonObject {
  return isObject(value) && keywords.some((keyword) => value[keyword] !== undefined);
}

/** A node without the parts that hold for some values only. */
export function withoutConditions({ value, at }: Located): Located {
  if (!hasConditions(value)) return { value, at };
  return { value: Object.fromEntries(Object.entries(value).filter(([key]) => !keywords.includes(key))), at };
}

/**
 * A schema with the properties that only its conditions define (JSON Schema 2020-12 core 10.2.2), none of them required.
 * What a condition says of a property that is there anyway holds for some values only, and is left to the API.
 */
export function addConditional(
  builder: SchemaBuilder,
  base: SchemaModel | undefined,
  nodes: readonly Located[],
): SchemaModel | undefined {
  const found = new Map<string, SchemaModel[]>();
  for (const part of nodes.flatMap(listConditional)) {
    const built = builder.build(part);
    const model = builder.force(built);
    for (const [name, schema] of model?.kind === "object" ? model.properties : []) {
      found.set(name, [...(found.get(name) ?? []), schema]);
    }
  }
  if (found.size === 0 || (base && base.kind !== "object")) return base;
  const properties = new Map(base?.properties);
  for (const [name, branches] of found) {
    if (!properties.has(name)) properties.set(name, simplifyUnion({ kind: "union", exclusive: false, branches }));
  }
  return { kind: "object", required: new Set(), ...base, properties };
}

function listConditional(node: Located): Located[] {
  const [then, other, dependent] = keywords.map((keyword) => stepInto(node, keyword));
  const dependents = listChildren(dependent).map((child) => child.node);
  return [then, other, ...dependents].filter((part) => part !== undefined);
}
