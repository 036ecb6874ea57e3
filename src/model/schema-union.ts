import type { Located } from "../load/types.js";
import { isObject, listChildren, readMember, readText, stepInto } from "./raw.js";
import type { SchemaBuilder } from "./schema-build.js";
import { factsOf, withFacts } from "./schema-facts.js";
import type { EnumSchema, SchemaModel, UnionSchema } from "./types.js";

type Discriminator = NonNullable<UnionSchema["discriminator"]>;

/** The union a `oneOf` or `anyOf` describes; undefined when there is none. */
export function buildUnion(builder: SchemaBuilder, node: Located, keyword: string): SchemaModel | undefined {
  const list = stepInto(node, keyword);
  if (!list || !Array.isArray(list.value) || list.value.length === 0) return undefined;
  const branches = listChildren(list).map(({ node: branch }) => builder.build(branch));
  const named = addMappedTwins(builder, node, branches);
  const union: UnionSchema = { kind: "union", exclusive: keyword === "oneOf", branches: named };
  const discriminator = buildDiscriminator(builder, node, named);
  return simplifyUnion(discriminator ? { ...union, discriminator } : union);
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
function identify(branch: SchemaModel, value: string | undefined): string | undefined {
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

/** A mapping may give one schema several values; each gets a branch of its own. */
function addMappedTwins(builder: SchemaBuilder, node: Located, branches: readonly SchemaModel[]): SchemaModel[] {
  const counts = new Map<string, number>();
  for (const { target } of readMapping(builder, node)) counts.set(target, (counts.get(target) ?? 0) + 1);
  return branches.flatMap((branch) => {
    const count = branch.kind === "ref" ? (counts.get(branch.target) ?? 1) : 1;
    return Array.from({ length: count }, () => branch);
  });
}

function readMapping(builder: SchemaBuilder, node: Located): { value: string; target: string }[] {
  const mapping = readMember(readMember(node.value, "discriminator"), "mapping");
  if (!isObject(mapping)) return [];
  const entries: { value: string; target: string }[] = [];
  for (const [value, ref] of Object.entries(mapping)) {
    if (typeof ref !== "string") continue;
    // A bare name means the component schema of that name (OpenAPI 3.x, Discriminator Object).
    const isName = /^[\w.-]+$/.test(ref) && !/\.(ya?ml|json)$/.test(ref);
    const target = isName ? ref : builder.identify(ref, node.at);
    if (target !== undefined) entries.push({ value, target });
  }
  return entries;
}

/** Which value names which branch; undefined unless it is known for all of them. */
function buildDiscriminator(
  builder: SchemaBuilder,
  node: Located,
  branches: readonly SchemaModel[],
): Discriminator | undefined {
  const raw = readMember(node.value, "discriminator");
  const property = typeof raw === "string" ? raw : readText(raw, "propertyName");
  if (property === undefined) return undefined;
  const unused = readMapping(builder, node);
  const values: string[] = [];
  for (const branch of branches) {
    if (branch.kind === "null") {
      values.push("");
      continue;
    }
    const mapped = branch.kind === "ref" ? unused.findIndex(({ target }) => target === branch.target) : -1;
    const [entry] = mapped === -1 ? [] : unused.splice(mapped, 1);
    const value = entry?.value ?? readOwnValue(branch, property) ?? (branch.kind === "ref" ? branch.target : undefined);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { property, values };
}

/** The one value an inline branch allows for the discriminating property. */
function readOwnValue(branch: SchemaModel, property: string): string | undefined {
  const schema = branch.kind === "object" ? branch.properties.get(property) : undefined;
  return schema?.kind === "enum" && schema.values.length === 1 ? String(schema.values[0]) : undefined;
}
