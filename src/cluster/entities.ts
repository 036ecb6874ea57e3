/** Entities: the resources of the API, each with all operations on it, in whatever scopes they stand. */
import type { Api } from "../model/types.js";
import { isActNode, type Placement } from "./place.js";
import { hasSameInputs, mayAnswerAlike } from "./shapes.js";
import { chainOf, type Tree, type TreeNode } from "./tree.js";

export interface Entity {
  /** Where its operations stand; the richest place first. */
  readonly nodes: readonly TreeNode[];
  readonly placements: readonly Placement[];
  /** Resource of whose items this one is a part. */
  readonly parent?: Entity | undefined;
}

export interface Entities {
  readonly all: readonly Entity[];
  readonly scopes: ReadonlySet<TreeNode>;
}

/** More parts than fit into one tool: what stands below such a resource has a life of its own. */
const MAX_PARTS = 12;

export function findEntities(tree: Tree, placements: readonly Placement[], api: Api): Entities {
  const scopes = findScopes(tree);
  const byTail = groupBy(gatherUnits(placements), (unit) => tailOf(nodeOf(unit), scopes).map(foldOf).join("/"));
  const merged = [...byTail.values()].flatMap((units) => mergeScopes(units, api));
  return { all: linkParents(joinCanonical(merged), scopes), scopes };
}

export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Where an entity mainly stands. */
export function nodeOf(entity: Entity): TreeNode {
  const [node] = entity.nodes;
  if (node === undefined) throw new Error("An entity stands somewhere.");
  return node;
}

function foldOf(node: TreeNode): string {
  return node.key.slice(node.key.lastIndexOf("/") + 1);
}

/** Resources that only frame others: tenants, organisations, accounts, namespaces. */
function findScopes(tree: Tree): ReadonlySet<TreeNode> {
  return new Set(
    tree.nodes.filter((node) => {
      if (node.parent === undefined || (!node.hasItems && node.stops.length === 0)) return false;
      if (node.hasItems && node.stops.length === 0) return true;
      const things = [...node.children.values()].filter((child) => !isActNode(child));
      const parts = things.filter(({ children, hasItems }) => hasItems || children.size > 0);
      return things.length > MAX_PARTS || (parts.length > 4 && node.weight * 2 > tree.root.weight);
    }),
  );
}

/** What tells a resource apart from others, whatever scope it stands in. */
export function tailOf(node: TreeNode, scopes: ReadonlySet<TreeNode>): readonly TreeNode[] {
  return chainOf(node).filter((above) => above === node || !scopes.has(above));
}

function gatherUnits(placements: readonly Placement[]): readonly Entity[] {
  const groups = groupBy(placements, ({ node }) => node);
  return [...groups].map(([node, members]) => ({ nodes: [node], placements: members }));
}

/** One resource in several scopes (`/orgs/{org}/projects`, `/users/{user}/projects`), as far as the calls are alike. */
function mergeScopes(units: readonly Entity[], api: Api): readonly Entity[] {
  const ranked = [...units].sort(compareWealth);
  const entities: Entity[] = [];
  for (const unit of ranked) {
    const at = entities.findIndex((entity) => isSameResource(entity, unit, api));
    const host = entities[at];
    if (host === undefined) entities.push(unit);
    else entities[at] = joinEntities(host, unit);
  }
  return entities;
}

function joinEntities(host: Entity, guest: Entity): Entity {
  return { nodes: [...host.nodes, ...guest.nodes], placements: [...host.placements, ...guest.placements] };
}

/** Items first, then most operations, then the shortest path; the key decides between equals. */
export function compareWealth(left: Entity, right: Entity): number {
  const items = Number(hasItemCalls(right)) - Number(hasItemCalls(left));
  const wealth = items || right.placements.length - left.placements.length;
  const depth = wealth || nodeOf(left).key.split("/").length - nodeOf(right).key.split("/").length;
  return depth || (nodeOf(left).key < nodeOf(right).key ? -1 : 1);
}

function hasItemCalls(entity: Entity): boolean {
  return entity.placements.some(({ item, verb }) => item && verb === undefined);
}

/** What two calls on one resource must share to be one call in two scopes. */
export function signCall({ operation, item, verb }: Placement): string {
  return `${operation.method} ${item ? "item" : "all"} ${verb?.join("_") ?? ""}`;
}

/** Same calls alike, or two halves of one whole. */
function isSameResource(host: Entity, unit: Entity, api: Api): boolean {
  const mine = groupBy(host.placements, signCall);
  let alike = 0;
  let unlike = 0;
  for (const placement of unit.placements) {
    const others = mine.get(signCall(placement));
    if (others === undefined) continue;
    if (others.some((other) => isAlike(other, placement, api))) alike++;
    else unlike++;
  }
  if (alike + unlike > 0) return alike >= unlike;
  return hasItemCalls(host) && !hasItemCalls(unit) && unit.placements.every(({ verb }) => verb === undefined);
}

function isAlike(left: Placement, right: Placement, api: Api): boolean {
  return mayAnswerAlike(left.answer, right.answer) && hasSameInputs(left.operation, right.operation, api.schemas);
}

/** A nested list (or creation) of a resource that has one canonical item path elsewhere joins that resource. */
function joinCanonical(entities: readonly Entity[]): readonly Entity[] {
  const byFold = groupBy(
    entities.filter((entity) => findItemAnswer(entity) !== undefined),
    (entity) => foldOf(nodeOf(entity)),
  );
  const joined = new Map(entities.map((entity) => [entity, entity]));
  for (const entity of entities) {
    const [canonical, another] = byFold.get(foldOf(nodeOf(entity))) ?? [];
    if (canonical === undefined || another !== undefined || canonical === entity) continue;
    const item = findItemAnswer(canonical);
    const isNested = entity.placements.every(
      ({ operation, answer, item: onItem, verb }) =>
        !onItem && verb === undefined && /^(?:GET|POST)$/.test(operation.method) && answer.item === item,
    );
    if (!isNested) continue;
    joined.set(canonical, joinEntities(joined.get(canonical) ?? canonical, entity));
    joined.delete(entity);
  }
  return [...joined.values()];
}

function findItemAnswer(entity: Entity): string | undefined {
  const get = entity.placements.find(({ operation, item, verb }) => operation.method === "GET" && item && !verb);
  return get?.answer.item;
}

/** A resource below an item of another is a part of it. */
function linkParents(entities: readonly Entity[], scopes: ReadonlySet<TreeNode>): readonly Entity[] {
  const linked = new Map<TreeNode, Entity>();
  const depthOf = (entity: Entity) => nodeOf(entity).key.split("/").length;
  for (const entity of [...entities].sort((left, right) => depthOf(left) - depthOf(right))) {
    const tail = tailOf(nodeOf(entity), scopes);
    const at = tail.findLastIndex((above, i) => i < tail.length - 1 && linked.has(above));
    const above = tail[at];
    const isPart = above !== undefined && tail.slice(at + 1).some(({ belowItem }) => belowItem || !above.hasItems);
    const complete = isPart ? { ...entity, parent: linked.get(above) } : entity;
    for (const node of entity.nodes) linked.set(node, complete);
  }
  return [...new Set(linked.values())];
}
