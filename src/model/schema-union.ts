import type { Located, LoadedSpec } from "../load/types.js";
import { followRef, isObject, listChildren, readList, readMember, readText, stepInto } from "./raw.js";
import type { SchemaBuilder } from "./schema-build.js";
import { factsOf, withFacts } from "./schema-facts.js";
import type { EnumSchema, SchemaModel, UnionSchema } from "./types.js";

/** How deep the bases of a branch are searched for the value that names it. */
const maxBases = 8;
/** A branch that allows more values than this is not named by them. */
const maxValues = 8;

type Value = NonNullable<UnionSchema["discriminator"]>["values"][number];

/** The union a `oneOf` or `anyOf` describes; undefined when there is none. */
export function buildUnion(builder: SchemaBuilder, node: Located, keyword: string): SchemaModel | undefined {
  const list = stepInto(node, keyword);
  if (!list || !Array.isArray(list.value) || list.value.length === 0) return undefined;
  const property = readProperty(node);
  const mapping = readMapping(builder, node);
  const tagged = listChildren(list).flatMap(({ node: branch }) => tagBranch(builder, branch, { property, mapping }));
  const values = tagged.flatMap(({ value }) => value ?? []);
  const union: UnionSchema = {
    kind: "union",
    exclusive: keyword === "oneOf",
    branches: tagged.map(({ branch }) => branch),
    ...(property !== undefined && values.length === tagged.length && { discriminator: { property, values } }),
  };
  return simplifyUnion(union);
}

/** A union in its simplest form: without null, repeated and impossible branches, and no union at all where one is left. */
export function simplifyUnion(union: UnionSchema): SchemaModel {
  const facts = factsOf(union);
  if (union.branches.some((branch) => branch.kind === "any")) return withFacts({ kind: "any" }, facts);
  const hasNull = union.branches.some((branch) => branch.kind === "null");
  const nullable = hasNull ? { ...facts, nullable: true as const } : facts;
  const kept = listKeptBranches(union);
  const branches = kept.flatMap((i) => union.branches[i] ?? []);
  const [first, ...others] = branches;
  if (!first) return withFacts({ kind: hasNull ? "null" : "never" }, facts);
  if (others.length === 0) return withFacts(first, nullable);
  const values = joinEnums(branches);
  if (values) return withFacts(values, nullable);
  const { discriminator, ...rest } = union;
  const kind: UnionSchema = { ...rest, ...nullable, branches };
  if (!discriminator) return kind;
  const { property } = discriminator;
  return { ...kind, discriminator: { property, values: kept.map((i) => discriminator.values[i] ?? "") } };
}

/** Indexes of the branches that say something of their own. */
function listKeptBranches(union: UnionSchema): number[] {
  const seen = new Set<string>();
  const kept: number[] = [];
  for (const [i, branch] of union.branches.entries()) {
    if (branch.kind === "null" || branch.kind === "never") continue;
    const key = identify(branch, union.discriminator?.values[i]);
    if (key !== undefined && seen.has(key)) continue;
    if (key !== undefined) seen.add(key);
    kept.push(i);
  }
  return kept;
}

/** Equal for branches that accept the same; undefined for those whose comparison is not worth it. */
function identify(branch: SchemaModel, value: Value | undefined): string | undefined {
  if (branch.kind === "ref") return `ref ${value ?? ""} ${branch.target}`;
  if (branch.kind === "boolean") return branch.kind;
  if (branch.kind !== "string" && branch.kind !== "number") return undefined;
  const { title: _title, description: _description, examples: _examples, ...constraints } = branch;
  return JSON.stringify(constraints);
}

/** `oneOf: [{const: a}, {const: b}]` is an enum; what is said of each value goes into the description. */
function joinEnums(branches: readonly SchemaModel[]): EnumSchema | undefined {
  const enums = branches.filter((branch) => branch.kind === "enum");
  if (enums.length !== branches.length) return undefined;
  const nullable = enums.some((branch) => branch.nullable);
  const notes = enums.flatMap(({ values, description }) =>
    values.length === 1 && description ? [`${values[0]}: ${description}`] : [],
  );
  return {
    kind: "enum",
    values: [...new Set(enums.flatMap(({ values }) => values))],
    ...(nullable && { nullable }),
    ...(notes.length > 0 && { description: notes.join("\n") }),
  };
}

function readProperty(node: Located): string | undefined {
  const raw = readMember(node.value, "discriminator");
  return typeof raw === "string" ? raw : readText(raw, "propertyName");
}

/**
 * A branch with the value that names it, once for each value it has. A discriminator changes nothing about which values
 * are valid (OpenAPI 3.1.1 section 4.8.25): what the branch itself allows goes before the mapping and the name.
 */
function tagBranch(
  builder: SchemaBuilder,
  node: Located,
  { property, mapping }: { readonly property: string | undefined; readonly mapping: readonly Mapped[] },
): { readonly branch: SchemaModel; readonly value: Value | undefined }[] {
  const branch = builder.build(node);
  if (branch.kind === "null") return [{ branch, value: "" }];
  if (property === undefined) return [{ branch, value: undefined }];
  const target = branch.kind === "ref" ? branch.target : undefined;
  const mapped = mapping.filter((entry) => entry.target === target);
  const named = mapped.length > 0 || target === undefined ? mapped.map(({ value }) => value) : [target];
  const own = readOwnValues(builder.spec, node, property);
  const values = own ? chooseOwn(own, named) : named;
  return values.length > 0 ? values.map((value) => ({ branch, value })) : [{ branch, value: undefined }];
}

/** Of the values that a branch allows those that name it, as a base may list the values of all branches. */
function chooseOwn(own: readonly Value[], named: readonly string[]): readonly Value[] {
  const known = own.filter((value) => named.includes(String(value)));
  if (known.length > 0) return known;
  return own.length > maxValues ? [] : own;
}

/** The values a branch allows for a property. It is read where it is written: building it might lead back here. */
function readOwnValues(spec: LoadedSpec, start: Located, property: string, depth = 0): Value[] | undefined {
  const node = followRef(spec, start);
  if (!node || depth > maxBases) return undefined;
  const properties = stepInto(node, "properties");
  const stated = followRef(spec, properties && stepInto(properties, property))?.value;
  const constant = readMember(stated, "const");
  const values = (constant === undefined ? readList(stated, "enum") : [constant])?.filter(isValue);
  if (values && values.length > 0) return values;
  for (const { node: base } of listChildren(stepInto(node, "allOf")).toReversed()) {
    const inherited = readOwnValues(spec, base, property, depth + 1);
    if (inherited) return inherited;
  }
  return undefined;
}

function isValue(value: unknown): value is Value {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

interface Mapped {
  readonly value: string;
  readonly target: string;
}

function readMapping(builder: SchemaBuilder, node: Located): Mapped[] {
  const mapping = readMember(readMember(node.value, "discriminator"), "mapping");
  if (!isObject(mapping)) return [];
  const entries: Mapped[] = [];
  for (const [value, ref] of Object.entries(mapping)) {
    if (typeof ref !== "string") continue;
    // A bare name means the component schema of that name (OpenAPI 3.x, Discriminator Object).
    const isName = /^[\w.-]+$/.test(ref) && !/\.(ya?ml|json)$/.test(ref);
    const target = isName ? ref : builder.identify(ref, node.at);
    if (target !== undefined) entries.push({ value, target });
  }
  return entries;
}
