/** Assignments of the annotation file: which operation each entry means in the API as it is now. */
import type { ActionAnnotation, Annotations, SingleReference, ToolAnnotation } from "../annotations/types.js";
import { suggestName } from "../diagnostics/suggest.js";
import type { Report } from "../diagnostics/types.js";
import type { Operation, SkippedOperation } from "../model/types.js";
import { groupBy } from "./entities.js";

export interface Assignment {
  readonly tool: string;
  /** Key of the action; "" in a tool of one operation. */
  readonly action: string;
  readonly operation: Operation;
  /** Twins in other scopes that the file names with it. */
  readonly twins: readonly Operation[];
  readonly annotation: ActionAnnotation;
  readonly toolAnnotation: ToolAnnotation;
}

/** One name of an operation in the file: an action has one, and one more for each twin. */
interface Entry {
  readonly tool: string;
  readonly action: string;
  readonly reference: SingleReference;
  readonly annotation: ActionAnnotation;
  readonly toolAnnotation: ToolAnnotation;
}

export interface AssignInput {
  readonly annotations: Annotations;
  /** Operations that no skip rule leaves out: entries of the others are kept in the file and mean nothing. */
  readonly kept: ReadonlySet<Operation>;
  /** Operations of the description that make no tool. */
  readonly skipped: readonly SkippedOperation[];
  /** Keys of the operations that the last run offered; undefined where there was none. */
  readonly published?: ReadonlySet<string> | undefined;
  readonly report: Report;
}

/** Assignments in file order. Exact references choose first, so that a moved operation never takes another's place. */
export function assignOperations(
  operations: readonly Operation[],
  { annotations, kept, skipped, published, report }: AssignInput,
): readonly Assignment[] {
  const entries = [...annotations.tools].flatMap(([tool, toolAnnotation]) =>
    [...toolAnnotation.actions].flatMap(([action, annotation]): Entry[] =>
      [annotation.operation, ...(annotation.operation.twins ?? [])].map((reference) => ({
        tool,
        action,
        reference,
        annotation,
        toolAnnotation,
      })),
    ),
  );
  const found = new Map<Entry, Operation>();
  const taken = new Map<Operation, Entry>();
  for (const find of createFinders(operations)) {
    for (const entry of entries) {
      if (found.has(entry)) continue;
      const candidates = find(entry.reference);
      const exact = candidates.length === 1 ? candidates[0] : undefined;
      const operation = exact ?? onlyOne(candidates.filter((candidate) => !taken.has(candidate)));
      if (operation === undefined) continue;
      found.set(entry, operation);
      const earlier = taken.get(operation);
      if (earlier === undefined) taken.set(operation, entry);
      else reportTwice(entry, { earlier, operation, report });
    }
  }
  const free = operations.filter((operation) => !taken.has(operation));
  for (const entry of entries) {
    const operation = found.get(entry);
    if (!operation) reportMissing(entry, { operations, free, skipped, published, report });
    else if (kept.has(operation) && isUnasked(operation)) reportDeprecated(entry, operation, report);
  }
  return [...groupBy(entries, ({ annotation }) => annotation).values()].flatMap((names) => {
    const own = names.flatMap((entry) => {
      const operation = found.get(entry);
      return operation === undefined || taken.get(operation) !== entry || !kept.has(operation) ? [] : [operation];
    });
    const [entry] = names;
    const [operation, ...twins] = own;
    return entry === undefined || operation === undefined ? [] : [{ ...entry, operation, twins }];
  });
}

/** Deprecated, and the description does not ask for a tool of it. */
export function isUnasked({ deprecated, extension }: Operation): boolean {
  return deprecated && (extension === undefined || extension === false);
}

function reportDeprecated(entry: Entry, { key }: Operation, report: Report): void {
  const message = `${key} is deprecated; ${placeName(entry)} goes on offering it, as the annotation file names it.`;
  report({ code: "cluster/deprecated-operation", message, at: entry.annotation.at });
}

type Finder = (reference: SingleReference) => readonly Operation[];

/** Method and path; the same without version and parameter names; operationId. */
function createFinders(operations: readonly Operation[]): readonly Finder[] {
  const byKey = groupBy(operations, ({ key }) => String(key));
  const byShape = groupBy(operations, ({ key }) => normaliseKey(key));
  const byId = groupBy(operations, ({ operationId }) => operationId ?? "");
  return [
    (reference) =>
      reference.kind === "key" ? (byKey.get(reference.key) ?? []) : (byId.get(reference.operationId) ?? []),
    (reference) => (reference.kind === "key" ? (byShape.get(normaliseKey(reference.key)) ?? []) : []),
    ({ operationId }) => (operationId === undefined ? [] : (byId.get(operationId) ?? [])),
  ];
}

function onlyOne(operations: readonly Operation[]): Operation | undefined {
  return operations.length === 1 ? operations[0] : undefined;
}

/** `PUT /v2/contacts/{id}/` and `PUT /contacts/{contact_id}` are one place, and so are `COPY /a` and `copy /a`. */
function normaliseKey(key: string): string {
  return key
    .replace(/^\S+/, (method) => method.toUpperCase())
    .replaceAll(/\{[^}]*\}/g, "{}")
    .replaceAll(/\/(?:v\d+(?:[._]\d+)*(?:(?:alpha|beta)\d*)?|\d{4}-\d{2}(?:-\d{2})?)(?=\/|$)/gi, "")
    .replace(/\/$/, "");
}

function placeName({ tool, action }: Entry): string {
  return action === "" ? tool : `${tool}.${action}`;
}

function reportTwice(
  entry: Entry,
  { earlier, operation, report }: { earlier: Entry; operation: Operation; report: Report },
): void {
  report({
    code: "cluster/assigned-twice",
    message: `${operation.key} stands in ${placeName(earlier)} and again in ${placeName(entry)}.`,
    at: entry.annotation.at ?? operation.at,
  });
}

interface Missing {
  readonly operations: readonly Operation[];
  /** Those that no entry names. */
  readonly free: readonly Operation[];
  readonly skipped: readonly SkippedOperation[];
  readonly published: ReadonlySet<string> | undefined;
  readonly report: Report;
}

function reportMissing(entry: Entry, missing: Missing): void {
  const { reference, annotation } = entry;
  const name = reference.kind === "key" ? reference.key : reference.operationId;
  if (isGone(entry, missing)) {
    const isTwin = annotation.operation.twins !== undefined;
    const effect = isTwin ? `${placeName(entry)} goes on without it` : `${placeName(entry)} is left out`;
    const left = missing.skipped.find(({ method, path }) => `${method} ${path}` === name);
    const cause = left ? `makes no tool any more (${left.reason})` : "is gone from the API";
    const message = `${name} (${reference.operationId ?? ""}) ${cause}, so ${effect}.`;
    return missing.report({ code: "cluster/vanished-operation", message, at: annotation.at });
  }
  const meant = suggestName(name, missing.operations.map(nameLike(reference)));
  missing.report({
    code: "cluster/unknown-operation",
    message: `The API has no operation ${name}, which ${placeName(entry)} names.`,
    at: annotation.at,
    ...(meant !== undefined && { fix: `Did you mean "${meant}"?` }),
  });
}

/** A reference with both key and id was written by a run, unless none knew it and a free operation is nearly the same. */
function isGone({ reference, annotation }: Entry, { free, published }: Missing): boolean {
  if (reference.kind !== "key" || reference.operationId === undefined) return false;
  if (published === undefined || published.has(reference.key) || annotation.operation.twins !== undefined) return true;
  return suggestName(reference.key, free.map(nameLike(reference))) === undefined;
}

function nameLike({ kind }: SingleReference) {
  return ({ key, operationId }: Operation): string => (kind === "key" ? key : (operationId ?? key));
}
