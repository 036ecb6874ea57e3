import type { SpecVersion } from "../load/types.js";
import { isObject, readFilledText, readFlag, readList, readMember } from "./raw.js";
import type { SchemaFacts, SchemaModel } from "./types.js";

/** The annotations of a schema. */
export function readFacts(value: unknown): SchemaFacts {
  const title = readFilledText(value, "title");
  const description = readFilledText(value, "description");
  const preset = readMember(value, "default");
  const examples = readExamples(value);
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(isNullable(value) && { nullable: true }),
    ...(readFlag(value, "readOnly") && { readOnly: true }),
    ...(readFlag(value, "writeOnly") && { writeOnly: true }),
    ...(readFlag(value, "deprecated") && { deprecated: true }),
    ...(preset !== undefined && preset !== null && { default: preset }),
    ...(examples && { examples }),
  };
}

/** What beside a `$ref` is kept: from 3.1 on every annotation, before it what authors clearly mean to add. */
export function readRefFacts(value: unknown, version: SpecVersion): SchemaFacts {
  const facts = readFacts(value);
  if (version === "3.1" || version === "3.2") return facts;
  const { title: _title, default: _default, examples: _examples, ...kept } = facts;
  return kept;
}

function readExamples(value: unknown): readonly unknown[] | undefined {
  const example = readMember(value, "example") ?? readMember(value, "x-example");
  if (example !== undefined && example !== null) return [example];
  const examples = readList(value, "examples");
  return examples && examples.length > 0 ? examples : undefined;
}

/** `nullable` (3.0), `x-nullable` (2.0), a `null` among types or values (3.1). */
function isNullable(value: unknown): boolean {
  if (readFlag(value, "nullable") || readFlag(value, "x-nullable")) return true;
  const types = readList(value, "type");
  if (types && types.length > 1 && types.includes("null")) return true;
  return readList(value, "enum")?.includes(null) ?? false;
}

/** A schema with further facts, which win over its own. */
export function withFacts(schema: SchemaModel, facts: SchemaFacts): SchemaModel {
  return hasFacts(facts) ? { ...schema, ...facts } : schema;
}

export function hasFacts(facts: SchemaFacts): boolean {
  return Object.keys(facts).length > 0;
}

/** The facts of a built schema. */
export function factsOf(schema: SchemaModel): SchemaFacts {
  const { title, description, nullable, readOnly, writeOnly, deprecated, examples } = schema;
  const preset = schema.default;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(nullable && { nullable }),
    ...(readOnly && { readOnly }),
    ...(writeOnly && { writeOnly }),
    ...(deprecated && { deprecated }),
    ...(preset !== undefined && { default: preset }),
    ...(examples && { examples }),
  };
}

const annotations = new Set(
  "$ref $id $schema $comment $anchor title description summary default example examples deprecated readOnly writeOnly nullable xml externalDocs".split(
    " ",
  ),
);

/** Whether keywords beside a `$ref` constrain the value; before 3.1 they are ignored (OpenAPI 3.0 section 4.7.23). */
export function hasOwnConstraints(value: unknown, version: SpecVersion): boolean {
  if (version === "2.0" || version === "3.0" || !isObject(value)) return false;
  return Object.keys(value).some((key) => !annotations.has(key) && !key.startsWith("x-"));
}
