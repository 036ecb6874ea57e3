/** Which call tells how an operation goes on that answered 202 (RFC 9110 section 15.3.3). */
import type { Operation as WireOperation } from "../../templates/runtime/operation.js";
import type { Operation, SchemaModel } from "../model/types.js";
import { toSingular } from "../naming/plural.js";
import { splitWords } from "../naming/words.js";
import { mapOperations } from "./drafts.js";
import type { ToolDraft } from "./drafts.js";
import type { PlannedOperation } from "./operation.js";
import { resolveSchema } from "./schemas.js";
import type { Schemas } from "./schemas.js";
import { joinPointer } from "../naming/pointer.js";

type Poll = NonNullable<NonNullable<WireOperation["longRunning"]>["poll"]>;

/** A read of one item that asks for its id, and for what its path holds before it. */
interface Reader {
  readonly operation: Operation;
  readonly tool: string;
  readonly action: string | null;
  readonly argument: string;
  /** Its arguments before the id, each by the path that ends in it. */
  readonly parents: ReadonlyMap<string, string>;
  /** What the id is an id of: the word before it in the path, and the words of the argument without `id`. */
  readonly nouns: readonly string[];
}

/** An id that an answer holds, and what it says it is an id of; undefined for a bare `id`. */
interface FoundId {
  readonly pointer: string;
  readonly noun?: string;
}

/** Names the call to ask next, where the id in the answer leaves no doubt about it. */
export function planPolling(drafts: readonly ToolDraft[], schemas: Schemas): readonly ToolDraft[] {
  const isNeeded = drafts.some((draft) => draft.operations.some(({ wire }) => wire.longRunning));
  if (!isNeeded) return drafts;
  const readers = drafts.flatMap(readersOf);
  return drafts.map((draft) => {
    const polls = new Map<string, Poll>();
    for (const planned of draft.operations) {
      const { choice, wire } = planned;
      const poll = wire.longRunning && wire.class !== "read" && findPoll(planned, readers, schemas);
      if (poll) polls.set(choice.action, poll);
    }
    return polls.size === 0 ? draft : withPolls(draft, polls);
  });
}

function withPolls(draft: ToolDraft, polls: ReadonlyMap<string, Poll>): ToolDraft {
  return mapOperations(draft, (planned) => {
    const poll = polls.get(planned.choice.action);
    return poll ? { ...planned, wire: { ...planned.wire, longRunning: { poll } } } : planned;
  });
}

function readersOf(draft: ToolDraft): readonly Reader[] {
  return draft.operations.flatMap((planned) => {
    const argument = idOf(planned);
    const { operation, action } = planned.choice;
    const literal = /([^/{}]+)\/\{[^/{}]+\}(?:\/status)?\/?$/.exec(operation.path)?.[1];
    if (argument === undefined || literal === undefined || !isId(argument, literal)) return [];
    const nouns = [splitWords(literal), splitWords(argument)].map(nounOf).filter((noun) => noun !== "");
    const parents = pathArguments(planned);
    for (const [path, name] of parents) if (name === argument) parents.delete(path);
    const own = draft.operations.length === 1 ? null : action;
    return [{ operation, tool: draft.name, action: own, argument, parents, nouns }];
  });
}

/** The last argument of its path, where nothing else is required. */
function idOf(planned: PlannedOperation): string | undefined {
  const { wire } = planned;
  if (wire.method !== "GET" || wire.pagination || wire.variants) return undefined;
  const needsMore = wire.arguments.some((argument) => argument.required && argument.in !== "path");
  return needsMore ? undefined : [...pathArguments(planned).values()].at(-1);
}

/** Names of the arguments in a path, each by the path that ends in it: `/teams/{}` to `team_id`. */
function pathArguments({ wire, choice }: PlannedOperation): Map<string, string> {
  const found = [...choice.operation.path.matchAll(/\{([^/{}]*)\}/g)].flatMap(({ 0: text, 1: name, index }) => {
    const argument = wire.arguments.find((each) => each.in === "path" && each.wire === name);
    const path = choice.operation.path.slice(0, index + text.length);
    return argument ? [[normalPath(path), argument.name] as const] : [];
  });
  return new Map(found);
}

/** What a call knows of the arguments before the id; undefined where it does not know them all. */
function knownParents(started: PlannedOperation, { parents }: Reader): Poll["known"] | undefined {
  const own = pathArguments(started);
  const known = [...parents].map(([path, name]) => [name, own.get(path)] as const);
  return known.every((pair): pair is readonly [string, string] => pair[1] !== undefined)
    ? Object.fromEntries(known)
    : undefined;
}

/** `{id}`, `{job_id}`, and `{job}` of `/jobs`; a `{job_name}` is something else. */
function isId(argument: string, literal: string): boolean {
  const words = splitWords(argument);
  return words.at(-1) === "id" || nounOf(words) === nounOf(splitWords(literal));
}

function findPoll(started: PlannedOperation, readers: readonly Reader[], schemas: Schemas): Poll | undefined {
  const { operation } = started.choice;
  const schema = acceptedSchema(operation);
  const found = schema ? findIds(schema, schemas) : [];
  // An id that says what it is of comes before one that may be of anything.
  for (const { pointer, noun } of found.toSorted((a, b) => Number(!a.noun) - Number(!b.noun))) {
    const fitting = readers.filter((reader) =>
      noun === undefined ? isSameThing(operation, reader, schema) : reader.nouns.includes(noun),
    );
    const [reader, ...others] = fitting.filter((each) => knownParents(started, each));
    if (!reader || others.length > 0) continue;
    const known = knownParents(started, reader);
    const isScoped = known !== undefined && Object.keys(known).length > 0;
    const { tool, action, argument } = reader;
    return { tool, action, argument, from: pointer, ...(isScoped && { known }) };
  }
  return undefined;
}

/** A bare id is that of the item read, where both answers are of one named schema and one path leads to the other. */
function isSameThing(operation: Operation, reader: Reader, schema: SchemaModel | undefined): boolean {
  const read = reader.operation.responses.find(({ status }) => status === "200")?.content[0]?.schema;
  const isOneSchema = schema?.kind === "ref" && read?.kind === "ref" && read.target === schema.target;
  const item = normalPath(reader.operation.path);
  const path = normalPath(operation.path);
  return isOneSchema && (path === item || path.startsWith(`${item}/`) || item === `${path}/{}`);
}

function normalPath(path: string): string {
  return path.replaceAll(/\{[^/{}]*\}/g, "{}").replace(/\/$/, "");
}

function acceptedSchema(operation: Operation): SchemaModel | undefined {
  const accepted = operation.responses.find(({ status }) => status === "202");
  return accepted?.content.find(({ mediaType }) => /^[^;]*[/+]json\b/.test(mediaType))?.schema;
}

/** Ids at the root of an answer and in its objects: `id`, `job_id`, `job.id`. */
function findIds(schema: SchemaModel, schemas: Schemas, within = ""): readonly FoundId[] {
  const resolved = resolveSchema(schema, schemas);
  if (resolved.kind !== "object") return [];
  return [...resolved.properties].flatMap(([name, property]) => {
    const pointer = joinPointer([name]);
    const words = splitWords(name);
    const { kind } = resolveSchema(property, schemas);
    if (kind === "object" && within === "") {
      return findIds(property, schemas, name).map((id) => ({ ...id, pointer: `${pointer}${id.pointer}` }));
    }
    if (words.at(-1) !== "id" || (kind !== "string" && kind !== "number")) return [];
    const noun = nounOf(words.length === 1 ? splitWords(within) : words);
    return [noun === "" || noun === "data" ? { pointer } : { pointer, noun }];
  });
}

/** `job_ids` and `jobs` as `job`. */
function nounOf(words: readonly string[]): string {
  return words
    .map(toSingular)
    .filter((word) => word !== "id")
    .join(" ");
}
