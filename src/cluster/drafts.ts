/** Drafts: which operations come together by rule, before names are given. */
import type { Split } from "../annotations/types.js";
import type { Api, Operation } from "../model/types.js";
import { classifyCall, type Customs } from "./classify.js";
import { groupBy, nodeOf, type Entity } from "./entities.js";
import { findHosts, MAX_ACTIONS } from "./hosts.js";
import { isDownload, isUpload } from "./shapes.js";
import { foldTwins, type FoldedMember } from "./twins.js";
import type { OperationClass } from "./types.js";

/** What a group of calls is for; names follow from it. */
type Goal = "list" | "read" | "manage" | "delete" | "single";

export interface Draft {
  readonly goal: Goal;
  readonly host: Entity;
  readonly members: readonly FoldedMember[];
  readonly why: string;
}

export interface DraftInput {
  readonly api: Api;
  readonly entities: readonly Entity[];
  readonly customs: Customs;
  readonly splitOf: (entity: Entity) => Split;
  /** Class that the annotations give an operation. */
  readonly classOf: (operation: Operation) => OperationClass | undefined;
}

export function draftIntents(input: DraftInput): readonly Draft[] {
  const { entities, splitOf } = input;
  const members = new Map(entities.map((entity) => [entity, classifyEntity(entity, input)]));
  const hosts = findHosts(entities, members);
  const groups = groupBy(entities, (entity) => hosts.get(entity) ?? entity);
  const holdings = new Map(
    [...groups].map(([host, parts]) => [host, parts.flatMap((part) => members.get(part) ?? [])]),
  );
  for (const host of holdings.keys()) inviteLists(host, holdings);
  return [...holdings].flatMap(([host, held]) => draftHost(host, { members: held, split: splitOf(host) }));
}

function classifyEntity(entity: Entity, { customs, classOf, api }: DraftInput): readonly FoldedMember[] {
  const members = entity.placements.map((placement) => {
    const call = classifyCall(placement, entity.placements, customs);
    return { ...call, class: classOf(placement.operation) ?? call.class, entity };
  });
  return foldTwins(members, api);
}

/** Where one reads several things of an item anyway, lists of parts that have tools of their own are read there too. */
function inviteLists(host: Entity, holdings: Map<Entity, readonly FoldedMember[]>): void {
  const held = holdings.get(host) ?? [];
  const details = held.filter((member) => member.class === "read" && !(member.entity === host && isFinding(member)));
  if (!details.some(({ entity, placement }) => entity === host && placement.item)) return;
  const parts = [...holdings].filter(([part]) => part !== host && part.parent === host);
  const lists = parts.flatMap(([, members]) => members.filter((member) => isListBelow(member)));
  const guests = lists.sort(compareNear).slice(0, Math.max(0, MAX_ACTIONS - details.length));
  if (guests.length === 0 || details.length + guests.length < MIN_READS) return;
  holdings.set(host, [...held, ...guests]);
  for (const [part, members] of parts)
    holdings.set(
      part,
      members.filter((member) => !guests.includes(member)),
    );
}

/** What stands nearest to the item comes first where there is not room for all. */
function compareNear({ placement: left }: FoldedMember, { placement: right }: FoldedMember): number {
  return left.route.parts.length - right.route.parts.length || (left.operation.key < right.operation.key ? -1 : 1);
}

/** Fewer reads than these are plainer as tools of their own: a "get" without an action to choose. */
const MIN_READS = 3;

function isListBelow({ role, placement, class: effect }: FoldedMember): boolean {
  const { item, node, verb, operation } = placement;
  return effect === "read" && role === "list" && !item && !verb && node.belowItem && /\}\/[^/{]+$/.test(operation.path);
}

interface Holding {
  readonly members: readonly FoldedMember[];
  readonly split: Split;
}

function draftHost(host: Entity, { members, split }: Holding): readonly Draft[] {
  const apart = members.filter(standsApart);
  const rest = members.filter((member) => !standsApart(member));
  const single = (member: FoldedMember, why: string): Draft => ({
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

function standsApart({ placement, verb, class: effect }: FoldedMember): boolean {
  const { operation, item, node } = placement;
  if (isUpload(operation) || isDownload(operation)) return true;
  if (effect === "read") return false;
  const isBulk = [...verb, ...node.words].some((word) => /^(?:bulk|batch|many|multiple|mass)$/.test(word));
  const onAll = !item && placement.verb === undefined && node.hasItems && /^(?:PUT|PATCH)$/.test(operation.method);
  return isBulk || onAll || (!item && verb[0] === "delete" && verb[1] === "all");
}

function draftGroup(goal: Goal, host: Entity, members: readonly FoldedMember[]): readonly Draft[] {
  if (members.length === 0) return [];
  const why = WHY[goal];
  if (members.length <= MAX_ACTIONS) return [{ goal, host, members, why }];
  const own = members.filter(({ entity }) => entity === host);
  if (goal === "read" && own.length < members.length) {
    // Too much for one tool: each part is read by tools of its own, lists apart from what reads one.
    const parts = groupBy(
      members.filter(({ entity }) => entity !== host),
      ({ entity }) => entity,
    );
    return [...draftGroup(goal, host, own), ...[...parts].flatMap(([part, reads]) => draftPart(part, reads))];
  }
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
function splitLarge(host: Entity, members: readonly FoldedMember[]): readonly (readonly FoldedMember[])[] {
  const own = members.filter(({ entity }) => entity === host);
  const core = own.filter(({ role }) => role !== "action");
  const actions = own.filter(({ role }) => role === "action");
  const parts = [
    ...groupBy(
      members.filter(({ entity }) => entity !== host),
      ({ entity }) => entity,
    ).values(),
  ];
  const groups = own.length <= MAX_ACTIONS ? [own, ...parts] : [core, actions, ...parts];
  return groups.filter((group) => group.length > 0).flatMap((group) => chunk(group));
}

function chunk(members: readonly FoldedMember[]): readonly (readonly FoldedMember[])[] {
  const chunks: (readonly FoldedMember[])[] = [];
  for (let i = 0; i < members.length; i += MAX_ACTIONS) chunks.push(members.slice(i, i + MAX_ACTIONS));
  return chunks;
}

function draftReads(host: Entity, reads: readonly FoldedMember[]): readonly Draft[] {
  const own = reads.filter(({ entity }) => entity === host);
  const finds = own.filter(isFinding);
  const details = own.filter((member) => !isFinding(member));
  const ofParts = reads.filter(({ entity }) => entity !== host);
  const lists = draftGroup("list", host, finds);
  // One part to read is no reason to give a plain "get" an action to choose.
  if (details.length > 0 && details.length + ofParts.length >= MIN_READS) {
    return [...lists, ...draftGroup("read", host, [...details, ...ofParts])];
  }
  const parts = [...groupBy(ofParts, ({ entity }) => entity)];
  return [
    ...lists,
    ...draftGroup("read", host, details),
    ...parts.flatMap(([part, members]) => draftPart(part, members)),
  ];
}

function draftPart(part: Entity, members: readonly FoldedMember[]): readonly Draft[] {
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
function isFinding({ role, placement, entity }: FoldedMember): boolean {
  if (role === "list" || role === "search") return !placement.item;
  return !placement.item && placement.verb !== undefined && nodeOf(entity).hasItems && role !== "get";
}

/** Creating in a collection of parts is a goal of its own; settings, states and memberships are actions of the host. */
function draftWrites(host: Entity, writes: readonly FoldedMember[]): readonly Draft[] {
  const collections = new Set(
    isContainer(host, writes) ? [] : writes.filter(isPartCreation(host)).map(({ entity }) => entity),
  );
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

/** Nothing of its own is written, only parts of several kinds. */
function isContainer(host: Entity, writes: readonly FoldedMember[]): boolean {
  return writes.every(({ entity }) => entity !== host) && new Set(writes.map(({ entity }) => entity)).size > 1;
}

function isPartCreation(host: Entity): (member: FoldedMember) => boolean {
  return ({ entity, placement }) =>
    entity !== host && placement.operation.method === "POST" && placement.verb === undefined && !placement.item;
}
