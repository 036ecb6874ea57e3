/** Drafts: which operations come together by rule, before names are given. */
import type { Split } from "../annotations/types.js";
import type { Operation } from "../model/types.js";
import { classifyCall, type Call, type Customs } from "./classify.js";
import { groupBy, nodeOf, type Entity } from "./entities.js";
import type { OperationClass } from "./types.js";
import { isDownload, isUpload } from "./shapes.js";

/** What a group of calls is for; names follow from it. */
export type Goal = "list" | "read" | "manage" | "delete" | "single";

export interface Member extends Call {
  /** The resource that the call is on: the host of its draft, or a part of it. */
  readonly entity: Entity;
}

export interface Draft {
  readonly goal: Goal;
  readonly host: Entity;
  readonly members: readonly Member[];
  readonly why: string;
}

const MAX_ACTIONS = 12;
/** As many writes as make a part a resource in its own right. */
const OWN_LIFE = 3;

export interface DraftInput {
  readonly entities: readonly Entity[];
  readonly customs: Customs;
  readonly splitOf: (entity: Entity) => Split;
  /** Class that the annotations give an operation. */
  readonly classOf: (operation: Operation) => OperationClass | undefined;
}

export function draftIntents(input: DraftInput): readonly Draft[] {
  const { entities, splitOf } = input;
  const members = new Map(entities.map((entity) => [entity, classifyEntity(entity, input)]));
  const hosts = new Map<Entity, Entity>();
  const hostOf = (entity: Entity): Entity => {
    const known = hosts.get(entity);
    if (known) return known;
    const parent = entity.parent;
    const host = parent === undefined || hasOwnLife(members.get(entity) ?? []) ? entity : hostOf(parent);
    hosts.set(entity, host);
    return host;
  };
  const groups = groupBy(entities, hostOf);
  return [...groups].flatMap(([host, parts]) =>
    draftHost(host, { members: parts.flatMap((part) => members.get(part) ?? []), split: splitOf(host) }),
  );
}

function classifyEntity(entity: Entity, { customs, classOf }: DraftInput): readonly Member[] {
  return entity.placements.map((placement) => {
    const call = classifyCall(placement, entity.placements, customs);
    return { ...call, class: classOf(placement.operation) ?? call.class, entity };
  });
}

/** Writes in several scopes count once. */
function hasOwnLife(members: readonly Member[]): boolean {
  const writes = members.filter((member) => member.class !== "read");
  return (
    new Set(writes.map(({ placement, verb }) => `${placement.operation.method} ${placement.item} ${verb.join(" ")}`))
      .size >= OWN_LIFE
  );
}

interface Holding {
  readonly members: readonly Member[];
  readonly split: Split;
}

function draftHost(host: Entity, { members, split }: Holding): readonly Draft[] {
  const apart = members.filter(standsApart);
  const rest = members.filter((member) => !standsApart(member));
  const single = (member: Member, why: string): Draft => ({
    goal: "single",
    host: member.entity,
    members: [member],
    why,
  });
  const singles = apart.map((member) =>
    single(member, "It moves a file or touches many items at once, so it stands alone."),
  );
  if (split === "none") return [...singles, ...draftGroup("manage", host, rest)];
  const reads = rest.filter((member) => member.class === "read");
  const writes = rest.filter((member) => member.class !== "read");
  const deletes = split === "delete-apart" ? writes.filter((member) => member.class === "delete") : [];
  const others = writes.filter((member) => !deletes.includes(member));
  const readDrafts = split === "read-write" ? draftGroup("read", host, reads) : draftReads(host, reads);
  return [...singles, ...readDrafts, ...draftWrites(host, others), ...draftGroup("delete", host, deletes)];
}

function standsApart({ placement, verb, class: effect }: Member): boolean {
  const { operation, item, node } = placement;
  if (isUpload(operation) || isDownload(operation)) return true;
  if (effect === "read") return false;
  const isBulk = [...verb, ...node.words].some((word) => /^(?:bulk|batch|many|multiple|mass)$/.test(word));
  return isBulk || (!item && verb[0] === "delete" && verb[1] === "all");
}

function draftGroup(goal: Goal, host: Entity, members: readonly Member[]): readonly Draft[] {
  if (members.length === 0) return [];
  const why = WHY[goal];
  if (members.length <= MAX_ACTIONS) return [{ goal, host, members, why }];
  return splitLarge(host, members).map((part) => ({ goal, host: part[0]?.entity ?? host, members: part, why }));
}

const WHY: Record<Goal, string> = {
  list: "These find items without changing anything.",
  read: "These read one item and what belongs to it.",
  manage: "These change one kind of thing.",
  delete: "Deleting is kept apart from the other changes.",
  single: "One operation with a goal of its own.",
};

/** Too much for one tool: the resource itself, then each part, cut where there is still too much. */
function splitLarge(host: Entity, members: readonly Member[]): readonly (readonly Member[])[] {
  const own = members.filter(({ entity }) => entity === host);
  const core = own.filter(({ placement }) => placement.verb === undefined);
  const actions = own.filter(({ placement }) => placement.verb !== undefined);
  const parts = [
    ...groupBy(
      members.filter(({ entity }) => entity !== host),
      ({ entity }) => entity,
    ).values(),
  ];
  const groups = own.length <= MAX_ACTIONS ? [own, ...parts] : [core, actions, ...parts];
  return groups.filter((group) => group.length > 0).flatMap((group) => chunk(group));
}

function chunk(members: readonly Member[]): readonly (readonly Member[])[] {
  const chunks: (readonly Member[])[] = [];
  for (let i = 0; i < members.length; i += MAX_ACTIONS) chunks.push(members.slice(i, i + MAX_ACTIONS));
  return chunks;
}

function draftReads(host: Entity, reads: readonly Member[]): readonly Draft[] {
  const own = reads.filter(({ entity }) => entity === host);
  const finds = own.filter(isFinding);
  const details = own.filter((member) => !isFinding(member));
  const ofParts = reads.filter(({ entity }) => entity !== host);
  const lists = draftGroup("list", host, finds);
  // One part to read is no reason to give a plain "get" an action to choose.
  if (details.length > 0 && details.length + ofParts.length > 2) {
    return [...lists, ...draftGroup("read", host, [...details, ...ofParts])];
  }
  const parts = [...groupBy(ofParts, ({ entity }) => entity)];
  return [
    ...lists,
    ...draftGroup("read", host, details),
    ...parts.flatMap(([part, members]) => draftPart(part, members)),
  ];
}

function draftPart(part: Entity, members: readonly Member[]): readonly Draft[] {
  const finds = members.filter(isFinding);
  return [
    ...draftGroup("list", part, finds),
    ...draftGroup(
      "read",
      part,
      members.filter((member) => !isFinding(member)),
    ),
  ];
}

/** Lists, searches and counts: what needs no id. */
function isFinding({ role, placement, entity }: Member): boolean {
  if (role === "list" || role === "search") return !placement.item;
  return !placement.item && placement.verb !== undefined && nodeOf(entity).hasItems && role !== "get";
}

/** Creating in a collection of parts is a goal of its own; settings, states and memberships are actions of the host. */
function draftWrites(host: Entity, writes: readonly Member[]): readonly Draft[] {
  const collections = new Set(writes.filter(isPartCreation(host)).map(({ entity }) => entity));
  const own = writes.filter(({ entity }) => !collections.has(entity));
  const parts = groupBy(
    writes.filter(({ entity }) => collections.has(entity)),
    ({ entity }) => entity,
  );
  return [
    ...draftGroup("manage", host, own),
    ...[...parts].flatMap(([part, members]) => draftGroup("manage", part, members)),
  ];
}

function isPartCreation(host: Entity): (member: Member) => boolean {
  return ({ entity, placement }) =>
    entity !== host && placement.operation.method === "POST" && placement.verb === undefined && !placement.item;
}
