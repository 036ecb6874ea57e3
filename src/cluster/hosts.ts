/** In whose tools each resource is: its own, or those of the item it is a part of. */
import { groupBy, type Entity } from "./entities.js";
import type { FoldedMember } from "./twins.js";

/** As many writes as make a part a resource in its own right. */
const OWN_LIFE = 3;

/** Most actions that one tool has. */
export const MAX_ACTIONS = 12;

export type Members = ReadonlyMap<Entity, readonly FoldedMember[]>;
export type Hosts = ReadonlyMap<Entity, Entity>;

/** The resource in whose tools each one is: its own, or that of the item it is a part of. */
export function findHosts(entities: readonly Entity[], members: Members): Hosts {
  const parts = groupBy(entities, ({ parent }) => parent);
  const containers = new Set(entities.filter((entity) => isContainer(entity, { parts, members })));
  const writes = (entity: Entity): number =>
    countWrites(members.get(entity) ?? []) + (parts.get(entity) ?? []).reduce((sum, part) => sum + countSmall(part), 0);
  const countSmall = (part: Entity): number => (writes(part) < OWN_LIFE ? writes(part) : 0);
  const hosts = new Map<Entity, Entity>();
  const findHost = (entity: Entity): Entity => {
    const { parent } = entity;
    const known = hosts.get(entity);
    if (known) return known;
    const isOwn = parent === undefined || (writes(entity) >= OWN_LIFE && !containers.has(parent));
    const host = isOwn ? entity : findHost(parent);
    hosts.set(entity, host);
    return host;
  };
  for (const entity of entities) findHost(entity);
  return hosts;
}

/** A resource that changes only by its parts (a board and its cards): their writes are its own. */
function isContainer(
  entity: Entity,
  { parts, members }: { parts: ReadonlyMap<Entity | undefined, readonly Entity[]>; members: Members },
): boolean {
  const own = members.get(entity) ?? [];
  if (own.some((member) => member.class !== "read") || !own.some(({ placement }) => placement.item)) return false;
  const counts = (parts.get(entity) ?? []).map((part) => countWrites(members.get(part) ?? [])).filter(Boolean);
  return counts.length > 1 && counts.reduce((sum, count) => sum + count, 0) <= MAX_ACTIONS;
}

function countWrites(members: readonly FoldedMember[]): number {
  return members.filter((member) => member.class !== "read").length;
}
