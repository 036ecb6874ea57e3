import type { Report, SourcePointer } from "../diagnostics/types.js";
import type { JsonObject, Located, LoadedSpec } from "../load/types.js";
import { isObject, listChildren, readMember, stepInto } from "./raw.js";
import { checkKeywords, settleDefault } from "./schema-checks.js";
import { addConditional, hasConditions, withoutConditions } from "./schema-conditions.js";
import { factsOf, hasOwnConstraints, readFacts, withFacts } from "./schema-facts.js";
import { buildKind, hasKind } from "./schema-kinds.js";
import { mergeSchemas } from "./schema-merge.js";
import { buildUnion } from "./schema-union.js";
import type { SchemaId, SchemaModel } from "./types.js";

/** What building one schema needs of the others. */
export interface SchemaBuilder {
  readonly spec: LoadedSpec;
  readonly report: Report;
  build(node: Located): SchemaModel;
  /** The use of the schema a node's `$ref` names. */
  buildReference(node: Located): SchemaModel;
  /** The schema behind a reference, built at once; undefined when it is being built already. */
  force(schema: SchemaModel): SchemaModel | undefined;
  /** Records what is known of a schema before its `oneOf` branches, which may extend it, are read. */
  markPartial(raw: JsonObject, model: SchemaModel): void;
  identify(ref: string, from: SourcePointer): SchemaId | undefined;
}

/** Builds the model of one schema node. */
export function buildSchema(builder: SchemaBuilder, node: Located): SchemaModel {
  const { value } = node;
  if (value === true) return { kind: "any" };
  if (value === false) return { kind: "never" };
  if (!isObject(value)) {
    const message = "A schema must be an object; any value is accepted here.";
    builder.report({ code: "model/unusable-schema", message, at: node.at });
    return { kind: "any" };
  }
  const reference = typeof readMember(value, "$ref") === "string" ? builder.buildReference(node) : undefined;
  if (reference && !hasOwnConstraints(value, builder.spec.version)) return reference;
  checkKeywords(builder, node, value);
  return settleDefault(builder, node, buildComposed(builder, node, value, reference));
}

/** A value must satisfy a schema's own keywords, each of `allOf`, and its unions: they are merged into one. */
function buildComposed(
  builder: SchemaBuilder,
  node: Located,
  value: JsonObject,
  reference: SchemaModel | undefined,
): SchemaModel {
  const facts = reference ? {} : readFacts(value);
  const parts: SchemaModel[] = reference ? [reference] : [];
  const own = hasKind(value) ? buildKind(builder, node, value) : undefined;
  const members = listMembers(node, value);
  for (const member of members) parts.push(builder.build(withoutConditions(member)));
  if (own) parts.push(own);
  const plain = parts.length > 0 ? mergeParts(builder, parts, node) : undefined;
  const conditional = [node, ...members].filter((part) => hasConditions(part.value));
  const isClosed = conditional.length === 0 || value["additionalProperties"] === false;
  const base = isClosed ? plain : addConditional(builder, plain, conditional);
  if (base && value["oneOf"] === undefined && value["anyOf"] === undefined) return withFacts(base, facts);
  if (base) builder.markPartial(value, withFacts(base, facts));
  const unions = ["oneOf", "anyOf"].flatMap((keyword) => buildUnion(builder, node, keyword) ?? []);
  if (!base && unions.length === 0) return withFacts({ kind: "any" }, facts);
  return withFacts(mergeParts(builder, base ? [base, ...unions] : unions, node), facts);
}

function listMembers(node: Located, value: JsonObject): Located[] {
  if (!Array.isArray(value["allOf"])) return [];
  return listChildren(stepInto(node, "allOf")).map((child) => child.node);
}

/** Merges the parts of a schema; a part that (through others) contains itself is left out. */
function mergeParts(builder: SchemaBuilder, parts: readonly SchemaModel[], node: Located): SchemaModel {
  const [first, ...rest] = parts.filter(
    (part, i) => part.kind !== "any" || i === 0 || Object.keys(factsOf(part)).length > 0,
  );
  if (!first) return { kind: "any" };
  let merged = first;
  for (const part of rest) {
    const next = mergeSchemas(builder, [merged, part], node.at);
    if (next) {
      merged = next;
      continue;
    }
    if (!builder.force(merged)) merged = part;
    const message = "An `allOf` contains itself or is chained too deeply; that part is left out.";
    builder.report({ code: "model/unusable-schema", message, at: node.at });
  }
  return merged;
}
