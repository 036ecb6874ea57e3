/** Groups the operations of an API into intents: first as the annotation file says, then by rule. */
import type { Annotations, Split } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api, Operation, SkippedOperation } from "../model/types.js";
import { MAX_NAME } from "../naming/legal.js";
import { assignOperations, isUnasked, type Assignment } from "./assign.js";
import { readCustoms } from "./classify.js";
import { draftIntents, type Draft } from "./drafts.js";
import { findEntities, type Entity } from "./entities.js";
import { nameIntents } from "./intents.js";
import { buildAssigned, namedOperations, placeFresh, toAssignedIntent } from "./join.js";
import { nameEntities } from "./nouns.js";
import { placeOperations } from "./place.js";
import { readRoutes } from "./routes.js";
import { describeSkipped, skipOperations } from "./skip.js";
import { buildTree } from "./tree.js";
import type { Clustering, Intent, OperationClass } from "./types.js";

export interface ClusterOptions {
  /** Operations that the annotation file does not know are errors. */
  readonly frozen?: boolean;
  /** Longest tool name that clients take from this server. */
  readonly maxName?: number;
  /** Keys of the operations that the last run offered. */
  readonly published?: ReadonlySet<string> | undefined;
}

export function clusterOperations(
  api: Api,
  annotations: Annotations,
  report: Report,
  options: ClusterOptions = {},
): Clustering {
  const sieve = skipOperations(api.operations, annotations.skip, report);
  const { published } = options;
  const { skipped } = api;
  const kept = new Set(sieve.kept);
  const assignments = assignOperations(api.operations, { annotations, kept, skipped, published, report });
  const named = new Set(namedOperations(assignments));
  // A deprecated operation is here because the file seems to name it: where it does not, nobody asks for it.
  const isStale = (operation: Operation): boolean => isUnasked(operation) && !named.has(operation);
  const stale = sieve.kept.filter(isStale);
  const operations = sieve.kept.filter((operation) => !isStale(operation));
  const { drafts, nouns } = draftByRule({ ...api, operations }, annotations, assignments);
  const fresh = operations.filter((operation) => !named.has(operation));
  const refused = refuseOperations(fresh, annotations, { report, frozen: options.frozen === true });
  const added = new Set(refused === undefined ? fresh : []);
  const joined = buildAssigned(drafts, { assignments, fresh: added, report });
  const annotationOf = ({ key }: Operation) => annotations.operations?.get(key);
  const isFresh = (operation: Operation) => added.has(operation) && !joined.known.has(operation);
  const left = placeFresh(drafts, { joined, isFresh, annotationOf, split: annotations.defaults.split });
  // A tool of settings alone is filled in by the rules, if they come to its name.
  const assigned = [...annotations.tools].filter(([, { actions }]) => actions.size > 0);
  const taken = new Set([...assigned.map(([name]) => name), ...annotations.aliases.keys()]);
  const { maxName = MAX_NAME } = options;
  const ruled = nameIntents(left, { nouns, taken, annotationOf, settings: annotations.tools, maxName });
  const intents = [...joined.tools.map((tool) => toAssignedIntent(tool, nouns)), ...ruled];
  return {
    intents: sortByFile(intents, annotations),
    skipped: [...sieve.skipped, ...stale.map((each) => describeSkipped(each, "deprecated")), ...(refused ?? [])],
    added: annotations.file === undefined ? [] : [...added].map(({ key }) => key),
  };
}

interface Drafted {
  readonly drafts: readonly Draft[];
  readonly nouns: ReadonlyMap<Entity, readonly string[]>;
}

function draftByRule(api: Api, annotations: Annotations, assignments: readonly Assignment[]): Drafted {
  const splits = new Map<Operation, Split | undefined>();
  const classes = new Map<Operation, OperationClass | undefined>();
  for (const { operation, annotation, toolAnnotation } of assignments) {
    splits.set(operation, toolAnnotation.split);
    classes.set(operation, annotation.class);
  }
  const tree = buildTree(readRoutes(api.operations));
  const placements = placeOperations(tree, api);
  const { all: entities, scopes } = findEntities(tree, placements, api);
  const drafts = draftIntents({
    api,
    entities,
    customs: readCustoms(placements),
    splitOf: (entity) =>
      entity.placements.map(({ operation }) => splits.get(operation)).find(Boolean) ?? annotations.defaults.split,
    classOf: (operation) => classes.get(operation) ?? annotations.operations?.get(operation.key)?.class,
  });
  const order = new Map(api.operations.map((operation, i) => [operation, i]));
  return { drafts: sortByDocument(drafts, order), nouns: nameEntities(entities, scopes) };
}

/** Tools that the file names come first, in its order. */
function sortByFile(intents: readonly Intent[], { tools }: Annotations): readonly Intent[] {
  const order = new Map([...tools.keys()].map((name, i) => [name, i]));
  const placeOf = ({ name }: Intent) => order.get(name) ?? order.size;
  return [...intents].sort((left, right) => placeOf(left) - placeOf(right));
}

/** Tools and their actions stand in the order of the document. */
function sortByDocument(drafts: readonly Draft[], order: ReadonlyMap<Operation, number>): readonly Draft[] {
  const places = new Map(
    drafts.flatMap(({ members }) =>
      members.map((member) => {
        const operations = [member.placement.operation, ...member.twins];
        return [member, Math.min(...operations.map((operation) => order.get(operation) ?? 0))] as const;
      }),
    ),
  );
  const placeOf = (member: Draft["members"][number] | undefined) => (member && places.get(member)) ?? 0;
  const sorted = drafts.map((draft) => ({
    ...draft,
    members: [...draft.members].sort((left, right) => placeOf(left) - placeOf(right)),
  }));
  return sorted.sort((left, right) => placeOf(left.members[0]) - placeOf(right.members[0]));
}

interface Refusing {
  readonly report: Report;
  readonly frozen: boolean;
}

/** Operations that the file leaves out, where it (or the run) says so; undefined when they are grouped by rule. */
function refuseOperations(
  fresh: readonly Operation[],
  { file, defaults }: Annotations,
  { report, frozen }: Refusing,
): readonly SkippedOperation[] | undefined {
  const isFrozen = frozen && file !== undefined;
  if (!isFrozen && defaults.unassigned === "group") return undefined;
  for (const { key, at } of fresh) {
    if (isFrozen) report({ code: "cluster/new-operation", message: `${key} is new: ${file} does not name it.`, at });
    else if (defaults.unassigned === "error") {
      report({ code: "cluster/unassigned-operation", message: `${key} belongs to no tool.`, at });
    }
  }
  return fresh.map((operation) => describeSkipped(operation, "not named in the annotation file"));
}
