/** Twins: one operation in several scopes (`POST /orgs/{org}/repos`, `POST /user/repos`), folded into one action. */
import type { Api, Operation } from "../model/types.js";
import { groupBy, signCall, type Entity } from "./entities.js";
import type { Call } from "./classify.js";
import { hasSameInputs, mayAnswerAlike, takesInput } from "./shapes.js";

/** Every scope is named with every id of all of them: many make a text that nobody reads. */
const MAX_TWINS = 12;

interface Member extends Call {
  /** The resource that the call is on. */
  readonly entity: Entity;
}

export interface FoldedMember extends Member {
  readonly twins: readonly Operation[];
}

/** Folds what the path parameters given in a call can tell apart; the call that needs most of them comes first. */
export function foldTwins(members: readonly Member[], api: Api): readonly FoldedMember[] {
  const groups = groupBy(members, (member) => `${signCall(member.placement)} ${member.role} ${lastFold(member)}`);
  return [...groups.values()].flatMap((group) => foldGroup(group, api));
}

function lastFold({ placement }: Member): string {
  const { key } = placement.node;
  return key.slice(key.lastIndexOf("/") + 1);
}

function foldGroup(group: readonly Member[], api: Api): readonly FoldedMember[] {
  const sorted = [...group].sort(compareSpecific);
  const folded: { main: Member; twins: Operation[] }[] = [];
  for (const member of sorted) {
    const host = folded.find(
      ({ main, twins }) =>
        twins.length < MAX_TWINS &&
        isTwin(main, member, api) &&
        areTold([main.placement.operation, ...twins], member, api),
    );
    if (host) host.twins.push(member.placement.operation);
    else folded.push({ main: member, twins: [] });
  }
  return folded.map(({ main, twins }) => ({ ...main, twins }));
}

function compareSpecific(left: Member, right: Member): number {
  const count = pathNames(right.placement.operation).length - pathNames(left.placement.operation).length;
  return count || (left.placement.operation.key < right.placement.operation.key ? -1 : 1);
}

function isTwin(main: Member, other: Member, api: Api): boolean {
  if (main.class !== other.class || main.verb.join(" ") !== other.verb.join(" ")) return false;
  if (!mayAnswerAlike(main.placement.answer, other.placement.answer)) return false;
  return hasSameInputs(main.placement.operation, other.placement.operation, api.schemas);
}

/** Each of them has a set of path parameters that no other has, and no other takes one of them elsewhere. */
function areTold(operations: readonly Operation[], { placement }: Member, { schemas }: Api): boolean {
  const names = pathNames(placement.operation);
  const key = names.join(" ");
  if (placement.item && operations.some((operation) => pathNames(operation).at(-1) !== names.at(-1))) return false;
  const takesOf = (left: Operation, right: Operation): boolean =>
    pathNames(right).some((name) => !pathNames(left).includes(name) && takesInput(left, name, schemas));
  return operations.every(
    (operation) =>
      pathNames(operation).join(" ") !== key &&
      !takesOf(operation, placement.operation) &&
      !takesOf(placement.operation, operation),
  );
}

export function pathNames({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}
