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

type Forced = Exclude<SchemaModel, { kind: "ref" }>;

/**
 * The schema of values that satisfy both `first` and `second`; where they disagree the second, which stands nearer,
 * wins. Undefined when one of them is still being built.
 */
export function mergeSchemas(builder: SchemaBuilder, first: SchemaModel, second: SchemaModel): SchemaModel | undefined {
  if (second.kind === "any") return withFacts(first, factsOf(second));
  if (first.kind === "any") return withFacts(second, { ...factsOf(first), ...factsOf(second) });
  if (first.kind === "ref" && second.kind === "ref" && first.target === second.target) {
    return withFacts(second, { ...factsOf(first), ...factsOf(second) });
  }
  if (first.kind === "ref" && isBareObject(second)) return withFacts(first, factsOf(second));
  if (second.kind === "ref" && isBareObject(first)) return withFacts(second, { ...factsOf(first), ...factsOf(second) });
  const a = forceWithFacts(builder, first);
  const b = forceWithFacts(builder, second);
  if (!a || !b) {
    const known = a ?? b;
    // A plain value beside a reference to an object: they cannot both hold, and the plain one is sent.
    return known && known.kind !== "object" && known.kind !== "union" ? known : undefined;
  }
  const facts = mergeFacts(a, b);
  return replaceFacts(intersect(builder, a, b), facts);
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

function intersect(builder: SchemaBuilder, a: Forced, b: Forced, seen = new Set<SchemaId>()): SchemaModel {
  if (a.kind === "union") return distribute(builder, b, a, seen);
  if (b.kind === "union") return distribute(builder, a, b, seen);
  if (a.kind === "object" && b.kind === "object") return mergeObjects(builder, a, b);
  if (a.kind === "enum") return narrowEnum(a, b);
  if (b.kind === "enum") return narrowEnum(b, a);
  if (a.kind === "number" && b.kind === "number") return mergeNumbers(a, b);
  if (a.kind === "string" && b.kind === "string") return mergeStrings(a, b);
  if (a.kind === "array" && b.kind === "array") return mergeArrays(builder, a, b);
  return a;
}

/**
 * A base beside a union holds for each branch. A branch that says it already stays as it is, and so does one that
 * was met before: unions may contain each other.
 */
function distribute(builder: SchemaBuilder, base: Forced, union: UnionSchema, seen: Set<SchemaId>): SchemaModel {
  if (isBareObject(base) && union.branches.every((branch) => branch.kind === "ref" || branch.kind === "object"))
    return union;
  // `anyOf: [{required: [a]}, {required: [b]}]` restricts combinations that no flat schema can express.
  if (
    base.kind === "object" &&
    union.branches.every((branch) => branch.kind === "object" && branch.properties.size === 0)
  ) {
    return base;
  }
  if (union.branches.length > maxBranches) return base.kind === "object" && base.properties.size > 0 ? base : union;
  const branches = union.branches.map((branch) => {
    const forced = isNew(branch, seen) ? forceWithFacts(builder, branch) : undefined;
    if (!forced || containsBase(forced, base)) return branch;
    return replaceFacts(intersect(builder, base, forced, seen), { ...factsOf(base), ...factsOf(forced) });
  });
  return simplifyUnion({ ...union, branches });
}

function isNew(schema: SchemaModel, seen: Set<SchemaId>): boolean {
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

function mergeObjects(builder: SchemaBuilder, a: ObjectSchema, b: ObjectSchema): ObjectSchema {
  const properties = new Map(a.properties);
  for (const [name, schema] of b.properties) {
    const other = properties.get(name);
    properties.set(name, other ? mergeProperty(builder, other, schema) : schema);
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

/** The nearer definition of a property wins; two inline ones are merged. */
function mergeProperty(builder: SchemaBuilder, a: SchemaModel, b: SchemaModel): SchemaModel {
  if (a === b) return a;
  if (b.kind === "any" || (a.kind !== "ref" && b.kind !== "ref")) return mergeSchemas(builder, a, b) ?? b;
  return b;
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

function mergeArrays(builder: SchemaBuilder, a: ArraySchema, b: ArraySchema): ArraySchema {
  return {
    ...a,
    ...b,
    items: mergeProperty(builder, a.items, b.items),
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
