/** Checks raw annotations against a schema and explains what is wrong in the words of the file, not of the schema. */
import { z } from "zod";
import type { Report } from "../diagnostics/types.js";
import { suggestName } from "../diagnostics/suggest.js";
import { entriesOf } from "./document.js";
import type { EntryPath, Place } from "./document.js";
import { findFormat, toolNameFormat } from "./formats.js";

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

export interface Validation {
  readonly place: Place;
  readonly report: Report;
  /** What stands before the path in messages: nothing in the file, `x-mcp` in a description. */
  readonly label: string;
}

/** The typed annotations; undefined when something is wrong, all of it reported. */
export function validateRaw<Output>(schema: z.ZodType<Output>, raw: unknown, context: Validation): Output | undefined {
  const input = dropNulls(raw);
  const result = schema.safeParse(input);
  // Schemas pass over this key without a word.
  const prototypes = findPrototypes(input, []);
  for (const path of prototypes)
    reportFormat(String(toolNameFormat.pattern), "__proto__", context, context.place(path, "key"));
  if (result.success) return prototypes.length > 0 ? undefined : result.data;
  for (const issue of flattenIssues(result.error.issues, [])) reportIssue(issue, schema, input, context);
  return undefined;
}

/** The raw annotations without the entries that are wrong; undefined when what is left is none either. */
export function salvageRaw<Output>(schema: z.ZodType<Output>, raw: unknown, version: number): Output | undefined {
  const input = { ...entriesOf(structuredClone(dropNulls(raw))), version };
  const { error, data } = schema.safeParse(input);
  for (const issue of flattenIssues(error?.issues ?? [], [])) removeFault(input, issue);
  return data ?? schema.safeParse(input).data;
}

/** Of a list the whole goes: the places of its other entries stay what they are. */
function removeFault(input: unknown, issue: Issue): void {
  const path = issue.path.map(toKey);
  const keys = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
  for (const each of keys) {
    const depth = each.findIndex((_, i) => Array.isArray(valueAt(input, each.slice(0, i))));
    const found = depth < 0 ? each : each.slice(0, depth);
    const parent = valueAt(input, found.slice(0, -1));
    if (typeof parent === "object" && parent !== null) Reflect.deleteProperty(parent, found.at(-1) ?? "");
  }
}

function findPrototypes(raw: unknown, path: EntryPath): readonly EntryPath[] {
  if (typeof raw !== "object" || raw === null) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const inner = [...path, Array.isArray(raw) ? Number(key) : key];
    if (key === "__proto__") return [inner];
    return nullable.has(key) ? [] : findPrototypes(value, inner);
  });
}

/** Keys whose null is a value; anywhere else an empty entry (`skip:`) is one not filled in yet. */
const nullable = new Set(["default", "fixed", "equals"]);

/** Entries without the empty ones. */
export function dropNulls(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(dropNulls);
  if (typeof raw !== "object" || raw === null) return raw;
  const entries = Object.entries(raw).filter(([key, value]) => value !== null || nullable.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, nullable.has(key) ? value : dropNulls(value)]));
}

/** Issues of a union are those of the branch that was meant: the one whose own type fits. */
function flattenIssues(issues: readonly Issue[], prefix: EntryPath): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...issue.path.map(toKey)];
    if (issue.code !== "invalid_union") return [{ ...issue, path }];
    const meant = issue.errors.find((branch) => !branch.some(isOwnType));
    return meant ? flattenIssues(meant, path) : [{ ...issue, path }];
  });
}

function isOwnType(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

function reportIssue(issue: Issue, schema: Schema, raw: unknown, context: Validation): void {
  const path = issue.path.map(toKey);
  const label = [context.label, ...path].filter((part) => part !== "").join(".") || "the file";
  if (issue.code === "unrecognized_keys") return reportUnknownKeys(issue.keys, { path, label, schema }, context);
  if (issue.code === "invalid_key") {
    const pattern = issue.issues.find((inner) => inner.code === "invalid_format")?.pattern ?? "";
    return reportFormat(pattern, String(path.at(-1)), context, context.place(path, "key"));
  }
  if (issue.code === "invalid_format") {
    return reportFormat(issue.pattern ?? "", String(valueAt(raw, path)), context, context.place(path));
  }
  const value = valueAt(raw, path);
  if (value === undefined && issue.code !== "too_big" && issue.code !== "too_small") {
    context.report({
      code: "annotations/missing-key",
      message: `The key "${String(path.at(-1) ?? "version")}" is missing in ${nameParent(context, path)}.`,
      at: context.place(path.slice(0, -1), "key"),
      ...(path.length === 1 && path[0] === "version" ? { fix: "Add the line `version: 1` at the top." } : {}),
    });
    return;
  }
  const { message, fix, isType } = explainValue(issue, value);
  context.report({
    code: isType ? "annotations/wrong-type" : "annotations/wrong-value",
    message: `${label} ${message}`,
    at: context.place(path),
    fix,
  });
}

function nameParent(context: Validation, path: EntryPath): string {
  return [context.label, ...path.slice(0, -1)].filter((part) => part !== "").join(".") || "the file";
}

function reportUnknownKeys(
  keys: readonly string[],
  { path, label, schema }: { path: EntryPath; label: string; schema: Schema },
  context: Validation,
): void {
  const known = keysAt(schema, path);
  for (const key of keys) {
    const meant = suggestName(key, known);
    context.report({
      code: "annotations/unknown-key",
      message: `Unknown key "${key}" in ${label}.`,
      at: context.place([...path, key], "key"),
      fix: meant ? `Did you mean "${meant}"?` : `Remove it. Keys here: ${known.join(", ")}.`,
    });
  }
}

function reportFormat(pattern: string, value: string, context: Validation, at: ReturnType<Place>): void {
  const format = findFormat(pattern);
  if (!format) return;
  context.report({ code: format.code, message: `"${value}" is no ${format.noun}.`, at, fix: format.rule });
}

function explainValue(issue: Issue, value: unknown): { message: string; fix?: string; isType?: boolean } {
  switch (issue.code) {
    case "invalid_type":
      return { message: `must be ${nameType(issue.expected)}, not ${nameValue(value)}.`, isType: true };
    case "invalid_value": {
      const values = issue.values.map(String);
      if (typeof value === "string" && values.includes(value)) {
        return { message: `must be the value ${value}, not the text "${value}".`, fix: "Write it without quotes." };
      }
      const meant = typeof value === "string" ? suggestName(value, values) : undefined;
      const message = `must be ${listWords(values)}, not ${nameValue(value)}.`;
      return meant === undefined ? { message } : { message, fix: `Did you mean "${meant}"?` };
    }
    case "invalid_union": {
      const types = issue.errors.flatMap((branch) => branch.filter(isOwnType).map(nameExpected));
      return { message: `must be ${listWords([...new Set(types)])}, not ${nameValue(value)}.`, isType: true };
    }
    case "too_small":
      return { message: `must be at least ${sizeOf(issue.origin, issue.minimum)}.` };
    case "too_big":
      return { message: `must be at most ${sizeOf(issue.origin, issue.maximum)}.` };
    default:
      return { message: "has a value that is not taken here." };
  }
}

function nameExpected(issue: Issue): string {
  if (issue.code === "invalid_type") return nameType(issue.expected);
  return issue.code === "invalid_value" ? listWords(issue.values.map(String)) : "another value";
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function nameType(expected: string): string {
  return typeNames[expected] ?? expected;
}

function nameValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  return typeof value === "string" ? `"${value.slice(0, 60)}"` : String(value);
}

function sizeOf(origin: string, size: number | bigint): string {
  if (origin === "string") return `${size} character${size === 1 ? "" : "s"} long`;
  return origin === "array" ? `${size} entr${size === 1 ? "y" : "ies"} long` : String(size);
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function valueAt(raw: unknown, path: EntryPath): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

/** The keys a schema takes at a path, for suggestions. */
function keysAt(schema: Schema, path: EntryPath): string[] {
  const reached = path.reduce<Schema[]>((schemas, key) => schemas.flatMap((at) => childrenAt(at, key)), unwrap(schema));
  return reached.flatMap((at) => (at instanceof z.ZodObject ? Object.keys(at.shape) : []));
}

function childrenAt(schema: Schema, key: string | number): Schema[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? unwrap(schema.shape[key]) : [];
  if (schema instanceof z.ZodRecord) return unwrap(schema.valueType);
  return schema instanceof z.ZodArray ? unwrap(schema.element) : [];
}

/** The schemas a value can meet: branches of a union apart, optional ones without their wrapper. */
function unwrap(schema: Schema | undefined): Schema[] {
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  return schema ? [schema] : [];
}

function toKey(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}
