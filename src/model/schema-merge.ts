import type { SourcePointer } from "../diagnostics/types.js";
import type { SchemaBuilder } from "./schema-build.js";
import { factsOf, withFacts } from "./schema-facts.js";
import { simplifyUnion } from "./schema-union.js";
import type {
  ArraySchema,
  EnumSchema,
  NumberSchema,
  ObjectSchema,
  SchemaFacts,
  SchemaId,
  SchemaModel,
  StringSchema,
  UnionSchema,
} from "./types.js";

/** Beyond this a base is not written into each branch of a union. */
const maxBranches = 24;

/** How many schemas behind references one merge may write out: unions that contain each other grow without end. */
const maxWritten = 200;

type Forced = Exclude<SchemaModel, { kind: "ref" }>;

/** One merge of two schemas, with all it leads to. */
interface Merge {
  readonly builder: SchemaBuilder;
  /** Targets that were written into the branches of a union. */
  readonly seen: Set<SchemaId>;
  /** Pairs of properties that are being merged: they may contain themselves. */
  readonly pairs: Set<string>;
  readonly budget: { left: number };
}

/**
 * The schema of values that satisfy both `first` and `second`; where they disagree the second, which stands nearer,
 * wins. Undefined when one of them is still being built.
 */
export function mergeSchemas(
  builder: SchemaBuilder,
  [first, second]: readonly [SchemaModel, SchemaModel],
  at: SourcePointer,
): SchemaModel | undefined {
  const merge: Merge = { builder, seen: new Set(), pairs: new Set(), budget: { left: maxWritten } };
  const merged = mergeTwo(merge, first, second);
  if (merge.budget.left < 0) {
    const message = "`allOf` and unions contain each other in too many ways; only a part of what they allow is kept.";
    builder.report({ code: "model/unusable-schema", message, at, fix: "Let the unions name plain objects." });
  }
  return merged;
}

function mergeTwo(merge: Merge, first: SchemaModel, second: SchemaModel): SchemaModel | undefined {
  if (second.kind === "any") return withFacts(first, factsOf(second));
  if (first.kind === "any") return withFacts(second, { ...factsOf(first), ...factsOf(second) });
  if (first.kind === "ref" && second.kind === "ref" && first.target === second.target) {
    return withFacts(second, { ...factsOf(first), ...factsOf(second) });
  }
  if (first.kind === "ref" && isBareObject(second)) return withFacts(first, factsOf(second));
  if (second.kind === "ref" && isBareObject(first)) return withFacts(second, { ...factsOf(first), ...factsOf(second) });
  const a = forceWithFacts(merge.builder, first);
  const b = forceWithFacts(merge.builder, second);
  if (!a || !b) {
    const known = a ?? b;
    // A plain value beside a reference to an object: they cannot both hold, and the plain one is sent.
    return known && known.kind !== "object" && known.kind !== "union" ? known : undefined;
  }
  const facts = mergeFacts(a, b);
  return replaceFacts(intersect(merge, a, b), facts);
}

function forceWithFacts(builder: SchemaBuilder, schema: SchemaModel): Forced | undefined {
  if (schema.kind !== "ref") return schema;
  const target = builder.force(schema);
  if (!target) return undefined;
  const inner = target.kind === "ref" ? forceWithFacts(builder, target) : target;
  const { kind: _kind, target: _target, ...facts } = schema;
  return inner && { ...inner, ...facts };
}

/** `type: object` and nothing else says no more than the other part does. */
function isBareObject(schema: SchemaModel): boolean {
  return (
    schema.kind === "object" &&
    schema.properties.size === 0 &&
    schema.required.size === 0 &&
    (schema.additional === undefined || (schema.additional !== false && schema.additional.kind === "any"))
  );
}

function mergeFacts(a: Forced, b: Forced): SchemaFacts {
  const { nullable: _a, ...first } = factsOf(a);
  const { nullable: _b, ...second } = factsOf(b);
  return { ...first, ...second, ...(a.nullable && b.nullable && { nullable: true }) };
}

function replaceFacts(schema: SchemaModel, facts: SchemaFacts): SchemaModel {
  const { nullable: _nullable, ...rest } = schema;
  // The spread of a union member without one optional field keeps its kind.
  return { ...rest, ...facts } as SchemaModel;
}

function intersect(merge: Merge, a: Forced, b: Forced): SchemaModel {
  if (a.kind === "any") return b;
  if (a.kind === "union") return distribute(merge, b, a);
  if (b.kind === "union") return distribute(merge, a, b);
  if (a.kind === "object" && b.kind === "object") return mergeObjects(merge, a, b);
  if (a.kind === "enum") return narrowEnum(a, b);
  if (b.kind === "enum") return narrowEnum(b, a);
  if (a.kind === "number" && b.kind === "number") return mergeNumbers(a, b);
  if (a.kind === "string" && b.kind === "string") return mergeStrings(a, b);
  if (a.kind === "array" && b.kind === "array") return mergeArrays(merge, a, b);
  return a;
}

/**
 * A base beside a union holds for each branch. A branch that says it already stays as it is, and so does one that
 * was met before: unions may contain each other.
 */
function distribute(merge: Merge, base: Forced, union: UnionSchema): SchemaModel {
  if (isBareObject(base) && union.branches.every((branch) => branch.kind === "ref" || branch.kind === "object"))
    return union;
  // `anyOf: [{required: [a]}, {required: [b]}]` restricts combinations that no flat schema can express.
  if (
    base.kind === "object" &&
    union.branches.every((branch) => branch.kind === "object" && branch.properties.size === 0)
  ) {
    return base;
  }
  const whole = base.kind === "object" && base.properties.size > 0 ? base : union;
  if (union.branches.length > maxBranches) return whole;
  const branches = union.branches.map((branch) => {
    const forced = isNew(merge, branch) && spend(merge) ? forceWithFacts(merge.builder, branch) : undefined;
    if (!forced || containsBase(forced, base)) return branch;
    return replaceFacts(intersect(merge, base, forced), { ...factsOf(base), ...factsOf(forced) });
  });
  return merge.budget.left < 0 ? whole : simplifyUnion({ ...union, branches });
}

/** Whether one more schema may be written out. */
function spend({ budget }: Merge): boolean {
  if (budget.left >= 0) budget.left--;
  return budget.left >= 0;
}

function isNew({ seen }: Merge, schema: SchemaModel): boolean {
  if (schema.kind !== "ref") return true;
  const isFirst = !seen.has(schema.target);
  seen.add(schema.target);
  return isFirst;
}

function containsBase(branch: Forced, base: Forced): boolean {
  if (branch.kind !== "object" || base.kind !== "object") return false;
  return (
    [...base.properties].every(([name, schema]) => branch.properties.get(name) === schema) &&
    [...base.required].every((name) => branch.required.has(name))
  );
}

function mergeObjects(merge: Merge, a: ObjectSchema, b: ObjectSchema): ObjectSchema {
  const properties = new Map(a.properties);
  for (const [name, schema] of b.properties) {
    const other = properties.get(name);
    properties.set(name, other ? mergeProperty(merge, other, schema) : schema);
  }
  const additional = mergeAdditional(a, b);
  const { additional: _a, ...first } = a;
  const { additional: _b, ...second } = b;
  return {
    ...first,
    ...second,
    properties,
    required: new Set([...a.required, ...b.required]),
    ...(additional !== undefined && { additional }),
  };
}

/** Both definitions of a property hold (JSON Schema 2020-12 core 10.2.1.1); where they cannot, the nearer one does. */
function mergeProperty(merge: Merge, a: SchemaModel, b: SchemaModel): SchemaModel {
  if (a === b) return a;
  const inner = { ...merge, seen: new Set<SchemaId>() };
  if (b.kind === "any" || (a.kind !== "ref" && b.kind !== "ref")) return mergeTwo(inner, a, b) ?? b;
  return mergeReferred(inner, a, b) ?? b;
}

/** Two definitions of which one is a reference; undefined where the second says it all or contradicts the first. */
function mergeReferred(merge: Merge, a: SchemaModel, b: SchemaModel): SchemaModel | undefined {
  const first = forceWithFacts(merge.builder, a);
  const second = forceWithFacts(merge.builder, b);
  if (!first || !second || !canBoth(first, second)) return undefined;
  if (b.kind === "ref" && (containsBase(second, first) || hasBranch(first, b.target))) return undefined;
  const pair = `${a.kind === "ref" ? a.target : ""} ${b.kind === "ref" ? b.target : ""}`;
  if ((a.kind === "ref" && b.kind === "ref" && merge.pairs.has(pair)) || !spend(merge)) return undefined;
  merge.pairs.add(pair);
  const merged = mergeTwo(merge, a, b);
  merge.pairs.delete(pair);
  return merged;
}

function canBoth(a: Forced, b: Forced): boolean {
  const kinds = [a.kind, b.kind];
  if (a.kind === b.kind || kinds.includes("union") || kinds.includes("any")) return true;
  return kinds.includes("enum") && !kinds.includes("object") && !kinds.includes("array");
}

function hasBranch(schema: Forced, target: SchemaId): boolean {
  return schema.kind === "union" && schema.branches.some((branch) => branch.kind === "ref" && branch.target === target);
}

/** A closed object that is extended by properties of another can only be meant as open. */
function mergeAdditional(a: ObjectSchema, b: ObjectSchema): SchemaModel | false | undefined {
  const extendsA = [...b.properties.keys()].some((name) => !a.properties.has(name));
  const extendsB = [...a.properties.keys()].some((name) => !b.properties.has(name));
  const first = a.additional === false && extendsA ? undefined : a.additional;
  const second = b.additional === false && extendsB ? undefined : b.additional;
  return second ?? first;
}

function narrowEnum(values: EnumSchema, other: Forced): EnumSchema {
  const allowed = values.values.filter((value) => {
    if (other.kind === "enum") return other.values.includes(value);
    return other.kind === typeof value;
  });
  return allowed.length > 0 ? { ...values, values: allowed } : values;
}

function mergeNumbers(a: NumberSchema, b: NumberSchema): NumberSchema {
  return {
    ...a,
    ...b,
    integer: a.integer || b.integer,
    ...tightest("minimum", Math.max, a.minimum, b.minimum),
    ...tightest("exclusiveMinimum", Math.max, a.exclusiveMinimum, b.exclusiveMinimum),
    ...tightest("maximum", Math.min, a.maximum, b.maximum),
    ...tightest("exclusiveMaximum", Math.min, a.exclusiveMaximum, b.exclusiveMaximum),
  };
}

function mergeStrings(a: StringSchema, b: StringSchema): StringSchema {
  return {
    ...a,
    ...b,
    ...tightest("minLength", Math.max, a.minLength, b.minLength),
    ...tightest("maxLength", Math.min, a.maxLength, b.maxLength),
  };
}

function mergeArrays(merge: Merge, a: ArraySchema, b: ArraySchema): ArraySchema {
  return {
    ...a,
    ...b,
    items: mergeProperty(merge, a.items, b.items),
    ...tightest("minItems", Math.max, a.minItems, b.minItems),
    ...tightest("maxItems", Math.min, a.maxItems, b.maxItems),
  };
}

function tightest<Key extends string>(
  key: Key,
  pick: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): { [name in Key]?: number } {
  if (a === undefined || b === undefined) return {};
  // A computed key widens to string.
  return { [key]: pick(a, b) } as { [name in Key]?: number };
}
