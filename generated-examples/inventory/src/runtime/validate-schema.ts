/** Schema checks of one argument, with messages a model can act on. */
import { Validator, type OutputUnit } from "@cfworker/json-schema";
import type { FieldError } from "./context.js";
import type { JsonSchema, JsonValue } from "./operation.js";
import { costOf, createGuard, needsClock, type Clock, type Guard } from "./validate-guard.js";
import { valueAt } from "./response.js";
import { describeLacking, describeProblem } from "./validate-messages.js";

/** Checks one value in the time that is left; `field` names it in the errors. */
export type Check = (field: string, value: unknown, clock: Clock) => FieldError[];

/** Keywords whose error only says that an error lies deeper. */
const CONTAINERS = new Set(["properties", "patternProperties", "items", "prefixItems", "allOf", "$ref", "if"]);

/** Formats worth refusing a call for; descriptions misuse the others too often. */
const FORMATS = new Set(["date", "date-time", "time", "uuid", "email", "ipv4", "ipv6", "uri"]);

/** Prepares the check of one schema. `onUnusable` is told when a part of the schema cannot be checked. */
export function compileCheck(schema: JsonSchema, onUnusable: (reason: string) => void): Check {
  const usable = usableSchema(schema, onUnusable);
  const validator = new Validator(usable, "2020-12", false);
  const cost = costOf(usable);
  let guard: Guard | undefined;
  return (field, value, clock) => {
    try {
      const check = (): FieldError[] => {
        const { valid, errors } = validator.validate(value);
        return valid ? [] : describeErrors({ field, value, schema: usable, errors });
      };
      if (!needsClock(cost, value)) return check();
      guard ??= createGuard();
      return guard(check, clock) ?? [{ field, message: TOO_COSTLY, code: "pattern" }];
    } catch (error) {
      // The API has the last word: a schema that cannot be applied must not take down the call.
      onUnusable(error instanceof Error ? error.message : String(error));
      return [];
    }
  };
}

/** Nothing is known of a value whose check was stopped. */
export const TOO_COSTLY = "takes too long to be checked; make it shorter or simpler, or send less in one call";

interface Checked {
  readonly field: string;
  readonly value: unknown;
  readonly schema: JsonSchema;
  readonly errors: readonly OutputUnit[];
}

function describeErrors(checked: Checked): FieldError[] {
  const seen = new Set<string>();
  return leaves(checked).filter(({ field, message }) => {
    const key = `${field} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Errors that name the cause. Of a union only the nearest branch speaks, or the union as a whole. */
function leaves(checked: Checked): FieldError[] {
  const { errors } = checked;
  const unions = errors.filter((unit) => unit.keyword === "anyOf" || unit.keyword === "oneOf");
  const inUnion = (unit: OutputUnit): OutputUnit | undefined =>
    unions.find((union) => unit !== union && unit.keywordLocation.startsWith(`${union.keywordLocation}/`));
  const plain = errors.filter((unit) => !CONTAINERS.has(unit.keyword) && inUnion(unit) === undefined);
  return plain.flatMap((unit) =>
    unions.includes(unit) ? nearestBranch(unit, checked) : [describeProblem({ ...checked, unit })],
  );
}

/** A branch of a union that the value does not fit, by its place in the schema. */
interface Miss {
  readonly location: string;
  readonly units: readonly OutputUnit[];
}

function nearestBranch(union: OutputUnit, checked: Checked): FieldError[] {
  const branches = new Map<string, OutputUnit[]>();
  for (const unit of checked.errors) {
    if (!unit.keywordLocation.startsWith(`${union.keywordLocation}/`)) continue;
    const index = unit.keywordLocation.slice(union.keywordLocation.length + 1).split("/", 1)[0] ?? "";
    branches.set(index, [...(branches.get(index) ?? []), unit]);
  }
  const own = [...branches]
    .map(([index, units]): Miss => ({ location: `${union.keywordLocation}/${index}`, units }))
    .filter(({ units }) => !units.some((unit) => isOwnMismatch(unit, union)))
    .sort((a, b) => a.units.length - b.units.length);
  const chosen = own.filter((miss) => !own.some((other) => takesChoiceOf(miss, { other, union, checked })));
  const near = chosen.length > 0 ? chosen : own;
  const [nearest, second] = near;
  if (!nearest) return [describeProblem({ ...checked, unit: union })];
  const lacking = near.flatMap(({ units }) => units.slice(0, 1)).map((unit) => ({ ...checked, unit }));
  const isIncomplete = ({ keyword, instanceLocation }: OutputUnit): boolean =>
    keyword === "required" && instanceLocation === union.instanceLocation;
  if (second && near.every(({ units }) => units.every(isIncomplete))) return [describeLacking(lacking)];
  if (second && second.units.length === nearest.units.length) return [describeProblem({ ...checked, unit: union })];
  return leaves({ ...checked, errors: nearest.units });
}

interface Rival {
  readonly other: Miss;
  readonly union: OutputUnit;
  readonly checked: Checked;
}

/** Another branch takes a value that this one does not list: it is the one that is meant. */
function takesChoiceOf(miss: Miss, { other, union, checked }: Rival): boolean {
  const refusedBy = ({ units }: Miss): string[] =>
    units
      .filter(({ keyword }) => keyword === "enum" || keyword === "const")
      .map(({ instanceLocation }) => instanceLocation.slice(union.instanceLocation.length + 1))
      .filter((member) => !member.includes("/"));
  return refusedBy(miss).some((member) => {
    const pointer = `${other.location.replace(/^#/, "")}/properties/${member}`;
    return !refusedBy(other).includes(member) && valueAt(checked.schema, pointer) !== undefined;
  });
}

/** The branch is for another kind of value: another type, or another value of a telling property. */
function isOwnMismatch(unit: OutputUnit, union: OutputUnit): boolean {
  if (unit.instanceLocation === union.instanceLocation) return ["type", "const", "enum"].includes(unit.keyword);
  const isBelow = unit.instanceLocation.split("/").length === union.instanceLocation.split("/").length + 1;
  return isBelow && unit.keyword === "const";
}

/** The schema without patterns that are no regular expression and formats that are not checked. */
function usableSchema(schema: JsonSchema, onUnusable: (reason: string) => void): JsonSchema {
  const entries = Object.entries(schema).flatMap(([keyword, value]): [string, JsonValue][] => {
    if (keyword === "pattern" && typeof value === "string") {
      const pattern = usablePattern(value);
      if (pattern === undefined) onUnusable(`pattern is not a regular expression: ${value.slice(0, 100)}`);
      return pattern === undefined ? [] : [[keyword, pattern]];
    }
    if (keyword === "patternProperties") return isUsableMap(value) ? [[keyword, value]] : [];
    if (keyword === "format") return typeof value === "string" && FORMATS.has(value) ? [[keyword, value]] : [];
    if (ANNOTATIONS.has(keyword)) return [];
    return [[keyword, usableValue(keyword, value, onUnusable)]];
  });
  return Object.fromEntries(entries);
}

const ANNOTATIONS = new Set(["description", "title", "examples", "default", "$comment", "$id", "$schema", "$anchor"]);
const MAPS = new Set(["properties", "$defs", "dependentSchemas"]);

function usableValue(keyword: string, value: JsonValue, onUnusable: (reason: string) => void): JsonValue {
  if (keyword === "enum" || keyword === "const" || typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((item) => (isObject(item) ? usableSchema(item, onUnusable) : item));
  if (!MAPS.has(keyword)) return usableSchema(value, onUnusable);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isObject(item) ? usableSchema(item, onUnusable) : item]),
  );
}

/** Validators read patterns in Unicode mode, where escapes such as `\-` or `\_` are errors: they become code points. */
function usablePattern(pattern: string): string | undefined {
  if (isRegExp(pattern)) return pattern;
  const escaped = pattern.replace(/\\(\\|[^A-Za-z0-9^$\\.*+?()[\]{}|/])/gu, (whole, character: string) =>
    character === "\\" ? whole : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return isRegExp(escaped) ? escaped : undefined;
}

function isUsableMap(value: JsonValue): boolean {
  return isObject(value) && Object.keys(value).every(isRegExp);
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

function isObject(value: JsonValue): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
