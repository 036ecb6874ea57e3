/** Brings what the annotation file assigns and what the rules say together; the file is never moved by a rule. */
import type { ActionAnnotation, Split, ToolAnnotation } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Operation } from "../model/types.js";
import type { Assignment } from "./assign.js";
import type { Draft } from "./drafts.js";
import { groupBy } from "./entities.js";
import { nameChoices, nameFlat, resourcePath, toChoice } from "./intents.js";
import { pathNames, type FoldedMember } from "./twins.js";
import type { Entity } from "./entities.js";
import type { Choice, Intent } from "./types.js";

interface Found {
  readonly draft: Draft;
  readonly member: FoldedMember;
}

export interface AssignedTool {
  readonly name: string;
  readonly annotation: ToolAnnotation;
  readonly host: Entity;
  readonly choices: Choice[];
}

export interface Joined {
  readonly tools: readonly AssignedTool[];
  /** Operations that stand in a tool of the file, twins of assigned ones included. */
  readonly known: ReadonlySet<Operation>;
}

const MAX_ACTIONS = 12;

export interface AssignedInput {
  readonly assignments: readonly Assignment[];
  /** Operations that the file does not name, and that may come along as twins. */
  readonly fresh: ReadonlySet<Operation>;
  readonly report: Report;
}

/** The tools of the file, each with exactly the actions it names; new twins come along. */
export function buildAssigned(drafts: readonly Draft[], { assignments, fresh, report }: AssignedInput): Joined {
  const found = indexDrafts(drafts);
  const known = new Set(namedOperations(assignments));
  const tools: AssignedTool[] = [];
  for (const [name, group] of groupBy(assignments, ({ tool }) => tool)) {
    const [first] = group;
    const host = first && found.get(first.operation)?.draft.host;
    if (first === undefined || host === undefined) continue;
    const choices = group.flatMap((assignment) => toAssignedChoice(assignment, { found, known, fresh, report }));
    tools.push({ name, annotation: first.toolAnnotation, host, choices });
  }
  return { tools, known };
}

/** Every operation that the file names, twins included. */
export function namedOperations(assignments: readonly Assignment[]): readonly Operation[] {
  return assignments.flatMap(({ operation, twins }) => [operation, ...twins]);
}

function indexDrafts(drafts: readonly Draft[]): ReadonlyMap<Operation, Found> {
  const found = new Map<Operation, Found>();
  for (const draft of drafts) {
    for (const member of draft.members) {
      for (const operation of [member.placement.operation, ...member.twins]) found.set(operation, { draft, member });
    }
  }
  return found;
}

interface Assigning {
  readonly found: ReadonlyMap<Operation, Found>;
  readonly known: Set<Operation>;
  readonly fresh: ReadonlySet<Operation>;
  readonly report: Report;
}

function toAssignedChoice(assignment: Assignment, { found, known, fresh, report }: Assigning): Choice[] {
  const { operation, action, annotation } = assignment;
  const member = found.get(operation)?.member;
  if (member === undefined) return [];
  const others = [member.placement.operation, ...member.twins].filter((other) => fresh.has(other) && !known.has(other));
  const reached = [operation, ...assignment.twins];
  const added = others.filter((other) => !reached.some((earlier) => needsMore(other, earlier)));
  for (const twin of added) known.add(twin);
  for (const [i, twin] of assignment.twins.entries()) {
    const before = reached.slice(0, i + 1).find((earlier) => needsMore(twin, earlier));
    if (before) reportHidden(twin, before, { assignment, report });
  }
  const twins = [...assignment.twins, ...added];
  const own = { ...member, placement: { ...member.placement, operation }, twins };
  const name = action === "" ? nameFlat(own) : action;
  return [{ ...toChoice(own, name), class: annotation.class ?? member.class, annotation }];
}

function reportHidden(
  twin: Operation,
  before: Operation,
  { assignment, report }: { readonly assignment: Assignment; readonly report: Report },
): void {
  report({
    code: "cluster/hidden-twin",
    message: `No call would reach ${twin.key}: whatever fits it fits ${before.key}, which stands before it.`,
    at: assignment.annotation.at,
  });
}

/** Whether every call that fits `other` fits `operation` as well, so that `other` would never be reached. */
function needsMore(other: Operation, operation: Operation): boolean {
  const names = new Set(pathNames(other));
  return pathNames(operation).every((name) => names.has(name));
}

export interface Placing {
  readonly joined: Joined;
  readonly isFresh: (operation: Operation) => boolean;
  readonly annotationOf: (operation: Operation) => ActionAnnotation | undefined;
  /** Split of tools that have none of their own. */
  readonly split: Split;
}

interface Homeless {
  readonly draft: Draft;
  readonly fresh: readonly FoldedMember[];
  readonly split: Split;
}

/** Adds new operations to the tools of the file where their likes are; what is left are drafts of new tools. */
export function placeFresh(drafts: readonly Draft[], placing: Placing): readonly Draft[] {
  const toolOf = new Map<Operation, AssignedTool>();
  for (const tool of placing.joined.tools) for (const { operation } of tool.choices) toolOf.set(operation, tool);
  return drafts.flatMap((draft) => {
    const fresh = draft.members.flatMap((member) => keepFresh(member, placing.isFresh));
    if (fresh.length === 0) return [];
    const tool = findTool({ draft, fresh, split: placing.split }, toolOf);
    if (tool === undefined) return [{ ...draft, members: fresh }];
    const taken = new Set(tool.choices.map(({ action }) => action));
    tool.choices.push(...nameChoices(fresh, { host: draft.host, taken, annotationOf: placing.annotationOf }));
    return [];
  });
}

/** The member without what the file has assigned elsewhere. */
function keepFresh(member: FoldedMember, isFresh: (operation: Operation) => boolean): FoldedMember[] {
  const [main, ...twins] = [member.placement.operation, ...member.twins].filter(isFresh);
  return main === undefined ? [] : [{ ...member, placement: { ...member.placement, operation: main }, twins }];
}

/** The tool that holds most of the draft: one with actions to choose, of the same class, with room left. */
function findTool(
  { draft, fresh, split }: Homeless,
  toolOf: ReadonlyMap<Operation, AssignedTool>,
): AssignedTool | undefined {
  const tools = draft.members.flatMap(({ placement }) => toolOf.get(placement.operation) ?? []);
  const ranked = [...groupBy(tools, (tool) => tool)].sort(
    ([left, mine], [right, theirs]) => theirs.length - mine.length || (left.name < right.name ? -1 : 1),
  );
  return ranked.find(([tool]) => {
    if (tool.annotation.actions.has("") || tool.choices.length + fresh.length > MAX_ACTIONS) return false;
    if ((tool.annotation.split ?? split) === "none") return true;
    const reads = new Set(tool.choices.map((choice) => choice.class === "read"));
    return reads.size > 1 || fresh.every((member) => reads.has(member.class === "read"));
  })?.[0];
}

export function toAssignedIntent(tool: AssignedTool, nouns: ReadonlyMap<Entity, readonly string[]>): Intent {
  return {
    name: tool.name,
    noun: (nouns.get(tool.host) ?? []).join(" "),
    resource: resourcePath(tool.host),
    choices: tool.choices,
    why: "The annotation file puts these together.",
    annotation: tool.annotation,
  };
}
