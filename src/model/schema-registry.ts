import type { Report } from "../diagnostics/types.js";
import type { JsonObject, Located, LoadedSpec } from "../load/types.js";
import { isCircular, isObject, readMember } from "./raw.js";
import { buildSchema, type SchemaBuilder } from "./schema-build.js";
import { hasOwnConstraints, readRefFacts } from "./schema-facts.js";
import { createSchemaNames } from "./schema-names.js";
import type { SchemaId, SchemaModel } from "./types.js";

/** Builds schemas; those that are the target of a `$ref` are built once and kept by name. */
export interface SchemaRegistry {
  readonly named: ReadonlyMap<SchemaId, SchemaModel>;
  build(node: Located): SchemaModel;
  /** The schema a use refers to; the schema itself when it is no reference. */
  deref(schema: SchemaModel): SchemaModel;
}

/** How deeply `allOf` may chain from schema to schema. */
const maxChain = 60;
const maxHops = 30;

export function createSchemaRegistry(spec: LoadedSpec, report: Report): SchemaRegistry {
  const named = new Map<SchemaId, SchemaModel>();
  const targets = new Map<SchemaId, Located>();
  const queue: SchemaId[] = [];
  const building: SchemaId[] = [];
  const inline = new WeakMap<JsonObject, SchemaModel>();
  const partial = new WeakMap<JsonObject, SchemaModel>();
  const names = createSchemaNames(spec.root.at.file);

  const buildNode = (node: Located): SchemaModel => remember(inline, node, () => buildSchema(builder, node));

  const buildNamed = (id: SchemaId): void => {
    const target = targets.get(id);
    if (named.has(id) || !target) return;
    building.push(id);
    const model = buildNode(target);
    building.pop();
    named.set(id, leadsTo(named, model, id) ? reportCircle(report, target) : model);
  };

  const force = (id: SchemaId): SchemaModel | undefined => {
    const target = targets.get(id);
    if (building.includes(id)) return isObject(target?.value) ? partial.get(target.value) : undefined;
    if (building.length >= maxChain) return undefined;
    buildNamed(id);
    return named.get(id);
  };

  const buildReference = (node: Located): SchemaModel => {
    const target = followSchema(spec, node);
    if (!target) return { ...readLost(spec, report, node), ...readRefFacts(node.value, spec.version) };
    if (!isObject(target.value)) return buildNode(target);
    const id = names.nameOf(target.at);
    if (!targets.has(id)) {
      targets.set(id, target);
      queue.push(id);
    }
    return { kind: "ref", target: id, ...readRefFacts(node.value, spec.version) };
  };

  const builder: SchemaBuilder = {
    spec,
    report,
    build: buildNode,
    buildReference,
    force: (schema) => (schema.kind === "ref" ? force(schema.target) : schema),
    markPartial: (raw, model) => partial.set(raw, model),
    identify: (ref, from) => {
      const target = followSchema(spec, { value: { $ref: ref }, at: from });
      return target && names.nameOf(target.at);
    },
  };

  return {
    named,
    build(node) {
      const model = buildNode(node);
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) buildNamed(id);
      return model;
    },
    deref: (schema) => derefSchema(named, schema),
  };
}

function reportCircle(report: Report, node: Located): SchemaModel {
  const message = "The schema is nothing but a reference to itself; any value is accepted here.";
  report({ code: "model/unusable-schema", message, at: node.at });
  return { kind: "any" };
}

/** A `$ref` that leads to no schema; that it leads nowhere was reported when it was followed. */
function readLost(spec: LoadedSpec, report: Report, node: Located): SchemaModel {
  return isCircular(spec, node) ? reportCircle(report, node) : { kind: "any" };
}

/** The first schema of a chain of `$ref`s that is more than a `$ref`. */
function followSchema(spec: LoadedSpec, start: Located): Located | undefined {
  let node = start;
  for (let hop = 0; hop < maxHops; hop++) {
    const ref = readMember(node.value, "$ref");
    if (typeof ref !== "string" || (hop > 0 && hasOwnConstraints(node.value, spec.version))) return node;
    const target = spec.resolve(ref, node.at);
    if (!target) return undefined;
    node = target;
  }
  return undefined;
}

function derefSchema(named: ReadonlyMap<SchemaId, SchemaModel>, schema: SchemaModel): SchemaModel {
  let current = schema;
  for (let hop = 0; current.kind === "ref" && hop < maxHops; hop++) {
    const { kind: _kind, target, ...facts } = current;
    const next = named.get(target);
    if (!next) return { kind: "any" };
    current = Object.keys(facts).length === 0 ? next : { ...next, ...facts };
  }
  return current.kind === "ref" ? { kind: "any" } : current;
}

/** Whether a schema is, through others, nothing but a reference to `id`. */
function leadsTo(named: ReadonlyMap<SchemaId, SchemaModel>, schema: SchemaModel, id: SchemaId): boolean {
  let current: SchemaModel | undefined = schema;
  while (current?.kind === "ref") {
    if (current.target === id) return true;
    current = named.get(current.target);
  }
  return false;
}

/** YAML aliases share nodes: each is built once. */
function remember(known: WeakMap<JsonObject, SchemaModel>, node: Located, build: () => SchemaModel): SchemaModel {
  if (!isObject(node.value)) return build();
  const model = known.get(node.value) ?? build();
  known.set(node.value, model);
  return model;
}
