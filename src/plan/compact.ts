/**
 * Schemas as a model reads them: short, shallow, and without anything a client is known to refuse
 * (no `$ref`, no combinators, no bare booleans, `items` on every array).
 */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { ObjectSchema, SchemaModel, UnionSchema } from "../model/types.js";
import { endSentence, listBranches, listNames, outlineAll, outlineKind } from "./compact-outline.js";
import type { Branch } from "./compact-outline.js";
import { reduceEnum, reduceNumber, reduceString } from "./compact-scalars.js";
import { resolveSchema, toJson, visibleProperties } from "./schemas.js";
import type { ResolvedSchema, Schemas } from "./schemas.js";
import { firstSentences, hasHiddenText, repeatsName } from "./text.js";

/** How much of a schema is shown. */
export interface Detail {
  /** Levels of objects and arrays below an argument. */
  readonly depth: number;
  /** Longest description of an argument, and of what lies inside one; 0 for none. */
  readonly text: number;
  readonly nestedText: number;
  readonly enumValues: number;
  /** Most properties shown of one nested object. */
  readonly width: number;
}

interface Walk {
  readonly schemas: Schemas;
  readonly detail: Detail;
  readonly stack: readonly string[];
  readonly level: number;
  /** Lists of lists above. */
  readonly lists: number;
  /** Nodes still allowed, so that wide schemas end. */
  readonly budget: { left: number };
}

const MAX_NODES = 300;
/** Clients refuse schemas that are deeper than a handful of levels; coordinates take four. */
const MAX_LISTS = 5;

/** By detail, for the last name: many operations share an argument. */
const compacted = new WeakMap<SchemaModel, Map<Detail, Compacted>>();

interface Compacted {
  readonly name: string;
  readonly schema: JsonSchema;
}

/** The advertised schema of one argument. */
export function compactSchema(
  schema: SchemaModel,
  name: string,
  { schemas, detail }: { readonly schemas: Schemas; readonly detail: Detail },
): JsonSchema {
  const known = compacted.get(schema) ?? new Map<Detail, Compacted>();
  compacted.set(schema, known);
  const found = known.get(detail);
  if (found?.name === name) return found.schema;
  const budget = { left: MAX_NODES };
  const compact = walk(schema, name, { schemas, detail, stack: [], level: 0, lists: 0, budget });
  known.set(detail, { name, schema: compact });
  return compact;
}

function walk(schema: SchemaModel, name: string, context: Walk): JsonSchema {
  context.budget.left -= 1;
  const target = schema.kind === "ref" ? schema.target : undefined;
  if (target !== undefined && context.stack.includes(target)) {
    return { type: "object", properties: {}, description: "(recursive)" };
  }
  const resolved = resolveSchema(schema, context.schemas);
  const below = target === undefined ? context : { ...context, stack: [...context.stack, target] };
  const reduced = reduce(resolved, below);
  const max = context.level === 0 ? context.detail.text : context.detail.nestedText;
  const text = firstSentences(resolved.description ?? resolved.title, max);
  const note = typeof reduced["description"] === "string" ? reduced["description"] : "";
  const description = [repeatsName(text, name) ? "" : text, note].filter((part) => part !== "").join(" ");
  const { description: _note, ...rest } = reduced;
  const shown = toJson(resolved.default);
  const isPlain = shown !== undefined && shown !== null && typeof shown !== "object";
  const isShown = isPlain && String(shown).length <= 40 && !hasHiddenText(shown);
  return {
    ...rest,
    ...(isShown && shown !== "" && { default: shown }),
    ...(description !== "" && { description }),
  };
}

function reduce(schema: ResolvedSchema, context: Walk): JsonSchema {
  switch (schema.kind) {
    case "any":
    case "never":
    case "null":
      return { description: "Any JSON value." };
    case "boolean":
      return { type: "boolean" };
    case "number":
      return reduceNumber(schema);
    case "string":
      return reduceString(schema);
    case "enum":
      return reduceEnum(schema, context.detail.enumValues);
    case "array":
      return schema.prefixItems
        ? reduceTuple(schema.prefixItems, schema.items, context)
        : reduceArray(schema.items, context);
    case "object":
      return reduceObject(schema, context);
    case "union":
      return reduceUnion(schema, context);
  }
}

/** Providers know no `prefixItems`: every item may be any of them, and their order is told. */
function reduceTuple(prefixItems: readonly SchemaModel[], rest: SchemaModel, context: Walk): JsonSchema {
  const branches = rest.kind === "any" || rest.kind === "never" ? prefixItems : [...prefixItems, rest];
  const kinds = prefixItems.map((item) => outlineKind(resolveSchema(item, context.schemas), context.schemas));
  const array = reduceArray({ kind: "union", exclusive: false, branches }, context);
  return noteAlternative(array, `In this order: ${kinds.join(", ")}.`);
}

function reduceArray(items: SchemaModel, context: Walk): JsonSchema {
  const resolved = resolveSchema(items, context.schemas);
  const deep = resolved.kind === "object" || resolved.kind === "array" || resolved.kind === "union";
  const level = Math.max(deep ? context.level : context.level + 1, 1);
  const lists = context.lists + 1;
  if (lists > MAX_LISTS || context.budget.left <= 0)
    return { type: "array", items: { type: "object", properties: {} } };
  return { type: "array", items: withType(walk(items, "", { ...context, level, lists })) };
}

/** Some clients refuse an `items` without a type. */
function withType(schema: JsonSchema): JsonSchema {
  return Object.hasOwn(schema, "type") ? schema : { type: "string", ...schema };
}

function reduceObject(schema: ObjectSchema, context: Walk): JsonSchema {
  const visible = visibleProperties(schema, context.schemas, "input");
  if (visible.length === 0) return { type: "object", properties: {}, ...mapNote(schema, context.schemas) };
  if (context.level >= context.detail.depth || context.budget.left < visible.length)
    return outlineObject(schema, visible);
  const ordered = visible.toSorted(([a], [b]) => Number(schema.required.has(b)) - Number(schema.required.has(a)));
  const shown = ordered.slice(0, context.detail.width);
  const below = { ...context, level: context.level + 1 };
  const properties: Record<string, JsonValue> = {};
  for (const [name, property] of shown) {
    if (isLegalKey(name)) properties[name] = walk(property, name, below);
  }
  const required = Object.keys(properties).filter((name) => schema.required.has(name));
  const rest = ordered.map(([name]) => name).filter((name) => !Object.hasOwn(properties, name));
  return {
    type: "object",
    properties,
    ...(required.length > 0 && { required }),
    ...(rest.length > 0 && { description: endSentence(`Also: ${listNames(rest)}`) }),
  };
}

/** Below the depth shown, an object is described by the names in it; a star marks what it needs. */
function outlineObject(schema: ObjectSchema, visible: readonly (readonly [string, SchemaModel])[]): JsonSchema {
  const names = visible
    .toSorted(([a], [b]) => Number(schema.required.has(b)) - Number(schema.required.has(a)))
    .map(([name]) => (schema.required.has(name) ? `${name}*` : name));
  return { type: "object", properties: {}, description: endSentence(`Object with ${listNames(names)}`) };
}

function mapNote(schema: ObjectSchema, schemas: Schemas): JsonSchema {
  if (!schema.additional) return {};
  const value = resolveSchema(schema.additional, schemas);
  return value.kind === "any"
    ? {}
    : { description: `Map of names to ${value.kind === "enum" ? "strings" : `${value.kind}s`}.` };
}

/** Branches become one schema: objects are united, scalars widened, and a mixture is told in words. */
function reduceUnion(schema: UnionSchema, context: Walk): JsonSchema {
  const all = listBranches(schema, context.schemas);
  const branches = all.filter(({ resolved }) => !isBlank(resolved));
  if (branches.length === 0 || branches.length === all.length) return uniteBranches(schema, all, context);
  const [only] = branches;
  const main = branches.length === 1 && only ? reduceBranch(only, context) : uniteBranches(schema, branches, context);
  const takesBlank = main["type"] === "string" && main["enum"] === undefined && main["format"] === undefined;
  return takesBlank ? main : noteAlternative(main, 'Or "".');
}

/** The empty text beside other values: APIs take it to unset something. */
function isBlank(schema: ResolvedSchema): boolean {
  return schema.kind === "enum" && schema.values.every((value) => value === "");
}

function reduceBranch({ branch, resolved }: Branch, context: Walk): JsonSchema {
  if (branch.kind !== "ref") return reduce(resolved, context);
  if (context.stack.includes(branch.target)) return { type: "object", properties: {}, description: "(recursive)" };
  return reduce(resolved, { ...context, stack: [...context.stack, branch.target] });
}

function uniteBranches(schema: UnionSchema, branches: readonly Branch[], context: Walk): JsonSchema {
  const kinds = new Set(branches.map(({ resolved }) => groupOf(resolved)));
  if (kinds.size === 1 && kinds.has("object")) return uniteObjects(schema, branches, context);
  if (kinds.size === 1 && kinds.has("scalar"))
    return uniteScalars(
      branches.map(({ resolved }) => resolved),
      context,
    );
  const list = branches.find(({ resolved }) => resolved.kind === "array");
  const best = list ?? branches.find(({ resolved }) => groupOf(resolved) === "scalar") ?? branches[0];
  if (!best) return { description: "Any JSON value." };
  const main = walk(best.branch, "", { ...context, level: Math.max(context.level, 1) });
  const others = branches.filter((item) => item !== best).map(({ resolved }) => resolved);
  if (others.every((other) => isItemOf(other, best.resolved, context.schemas))) {
    return noteAlternative(main, outlineAll(others, context.schemas, "Or "));
  }
  const { description = "" } = main;
  // A type would rule the others out: clients hold values to what they read.
  const outline = outlineAll(
    branches.map(({ resolved }) => resolved),
    context.schemas,
  );
  return { description: description === "" ? outline : `${String(description)} ${outline}` };
}

/** One or many of the same: the list says both. */
function isItemOf(schema: ResolvedSchema, list: ResolvedSchema, schemas: Schemas): boolean {
  if (list.kind !== "array") return false;
  const kindOf = (each: ResolvedSchema) => (each.kind === "enum" ? "string" : each.kind);
  return kindOf(schema) === kindOf(resolveSchema(list.items, schemas));
}

function noteAlternative(schema: JsonSchema, note: string): JsonSchema {
  const { description } = schema;
  return { ...schema, description: typeof description === "string" ? `${description} ${note}` : note };
}

function groupOf(schema: ResolvedSchema): "object" | "array" | "scalar" {
  if (schema.kind === "object" || schema.kind === "array") return schema.kind;
  if (schema.kind === "union") return "object";
  return "scalar";
}

function uniteObjects(schema: UnionSchema, branches: readonly Branch[], context: Walk): JsonSchema {
  const properties = new Map<string, SchemaModel>();
  const objects = branches.flatMap(({ resolved }) => (resolved.kind === "object" ? [resolved] : []));
  if (objects.length === 0) return { type: "object", properties: {} };
  for (const object of objects) {
    for (const [name, property] of object.properties) if (!properties.has(name)) properties.set(name, property);
  }
  const { discriminator } = schema;
  if (discriminator) {
    properties.set(discriminator.property, { kind: "enum", values: [...new Set(discriminator.values)] });
  }
  const required = new Set(
    [...properties.keys()].filter((name) => objects.every((object) => object.required.has(name))),
  );
  return reduceObject({ kind: "object", properties, required }, context);
}

function uniteScalars(branches: readonly ResolvedSchema[], context: Walk): JsonSchema {
  const real = branches.filter((branch) => branch.kind !== "null");
  const enums = real.flatMap((branch) => (branch.kind === "enum" ? branch.values : []));
  if (real.length > 0 && real.every((branch) => branch.kind === "enum")) {
    return reduceEnum({ kind: "enum", values: [...new Set(enums)] }, context.detail.enumValues);
  }
  const [first, ...others] = real.toSorted((a, b) => rankOf(a) - rankOf(b));
  if (!first) return { description: "Any JSON value." };
  const main = reduce(first, context);
  const rest = others.filter((other) => outlineKind(other, context.schemas) !== outlineKind(first, context.schemas));
  if (rest.length === 0) return main;
  // Text can spell all of them; values, formats and bounds of one would rule the others out.
  if (first.kind === "string" && main["format"] === undefined) {
    return { type: "string", description: outlineAll(rest, context.schemas, "Or ") };
  }
  const types = new Set(real.map((branch) => reduce(branch, context)["type"] ?? ""));
  const type = main["type"] === "string" || types.size === 1 ? { type: main["type"] ?? "string" } : {};
  return { ...type, description: outlineAll([first, ...rest], context.schemas) };
}

/** A string can spell every other scalar. */
function rankOf(schema: ResolvedSchema): number {
  return ["string", "enum", "number", "boolean"].indexOf(schema.kind) + (schema.kind === "any" ? 5 : 0);
}

function isLegalKey(name: string): boolean {
  return /^[a-zA-Z0-9_.-]{1,64}$/.test(name);
}
