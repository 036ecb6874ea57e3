/** Intents: drafts with their final action and tool names. */
import { isPlural, toPlural, toSingular } from "../naming/plural.js";
import { splitWords } from "../naming/words.js";
import { claimName, cutName, toLegalName } from "../naming/legal.js";
import type { ActionAnnotation, ToolAnnotation } from "../annotations/types.js";
import type { Operation } from "../model/types.js";
import type { Choice, Intent } from "./types.js";
import { readIdVerb } from "./classify.js";
import type { Draft } from "./drafts.js";
import { groupBy, nodeOf, type Entity } from "./entities.js";
import { createFit, joinCall, type FitName } from "./fit-names.js";
import { findVerbKind, isBulkWord, isQualifier, isVerb } from "../naming/lexicon.js";
import { joinNouns, singularise } from "./nouns.js";
import type { FoldedMember } from "./twins.js";
import { chainOf } from "./tree.js";

export interface NameInput {
  readonly nouns: ReadonlyMap<Entity, readonly string[]>;
  /** Names that the annotation file has given away. */
  readonly taken: ReadonlySet<string>;
  /** Settings of operations that no tool of the file names. */
  readonly annotationOf: (operation: Operation) => ActionAnnotation | undefined;
  /** Settings of tools by name. */
  readonly settings: ReadonlyMap<string, ToolAnnotation>;
  /** Longest tool name that clients take from this server. */
  readonly maxName: number;
}

export function nameIntents(drafts: readonly Draft[], input: NameInput): readonly Intent[] {
  const { nouns, taken, maxName } = input;
  const worded = drafts.map((draft) => ({ draft, wordings: listWordings(draft, nouns) }));
  const fit = createFit(
    maxName,
    worded.flatMap(({ wordings }) => wordings.slice(0, 1)),
  );
  const named = worded.map(({ draft, wordings }) => {
    const names = fitNames(wordings, fit, maxName);
    return { draft, names, isWhole: names[0] === joinCall(wordings[0] ?? []) };
  });
  const claimed = new Set(taken);
  const chosen = new Map<Draft, string>();
  // Decided in the order of keys, not of the document: a name must not change when paths are reordered.
  const order = [...named].sort(
    (left, right) =>
      // A name that had to be shortened takes no other's.
      Number(right.isWhole) - Number(left.isWhole) || (sortKey(left.draft) < sortKey(right.draft) ? -1 : 1),
  );
  const wishes = groupBy(order, ({ names }) => names[0] ?? "call");
  for (const [first, rivals] of wishes) {
    if (rivals.length === 1 && !claimed.has(first)) claimed.add(first);
  }
  for (const { draft, names } of order) {
    const [first = "call"] = names;
    const isAlone = wishes.get(first)?.length === 1 && !taken.has(first);
    const free = isAlone ? first : names.find((name) => !claimed.has(name));
    chosen.set(draft, free ?? claimName(names.at(-1) ?? first, claimed, maxName));
    claimed.add(chosen.get(draft) ?? first);
  }
  return drafts.map((draft) => toIntent(draft, chosen.get(draft) ?? "call", { ...input, fit }));
}

/** From the best to the last resort; cut in the middle of what it says only where nothing else fits. */
function fitNames(wordings: readonly (readonly string[])[], fit: FitName, maxName: number): readonly string[] {
  const fitting = wordings.flatMap(fit);
  return fitting.length > 0 ? fitting : [cutName(joinCall(wordings[0] ?? []), maxName)];
}

function sortKey({ goal, members }: Draft): string {
  const rank = goal === "single" ? "1" : "0";
  return `${rank} ${members.map(({ placement }) => placement.operation.key).sort()[0] ?? ""}`;
}

interface Naming extends NameInput {
  readonly fit: FitName;
}

function toIntent(draft: Draft, name: string, naming: Naming): Intent {
  const { nouns, annotationOf, settings } = naming;
  const noun = nouns.get(draft.host) ?? [];
  const [only, second] = draft.members;
  const annotation = settings.get(name);
  return {
    name,
    noun: noun.join(" "),
    resource: resourcePath(draft.host),
    choices:
      only && !second
        ? [toChoice(only, nameFlat(only), annotationOf)]
        : nameChoices(draft.members, { host: draft.host, annotationOf }).map((choice, i) =>
            addAlone(choice, draft.members[i], naming),
          ),
    why: only && !second ? "One operation with a goal of its own." : draft.why,
    ...(annotation && { annotation }),
  };
}

/** Action of a tool of one operation: its verb alone, so that nothing around the operation changes it. */
export function nameFlat({ verb }: FoldedMember): string {
  return toLegalName(verb, "run");
}

function addAlone(choice: Choice, member: FoldedMember | undefined, { nouns, fit, maxName }: Naming): Choice {
  if (member === undefined) return choice;
  const draft: Draft = { goal: "single", host: member.entity, members: [member], why: "" };
  const alone = () => ({ names: fitNames(listWordings(draft, nouns), fit, maxName), action: nameFlat(member) });
  return { ...choice, alone };
}

/** Collection path of an entity, as the API writes it. */
export function resourcePath(entity: Entity): string {
  const paths = entity.placements
    .filter(({ node }) => node === nodeOf(entity))
    .map(({ operation, item, verb }) => {
      const path = operation.path.replace(/[?#].*$/s, "");
      if (verb !== undefined) return path.replace(/\/[^/]*$/, "").replace(item ? /\/[^/]*\{[^/]*$/ : /$^/, "");
      return item ? path.replace(/(?:\/[^/]*\{[^/]*)+$/, "") : path;
    });
  const [shortest = "/"] = paths.sort((left, right) => left.length - right.length || (left < right ? -1 : 1));
  return shortest || "/";
}

export interface ActionNameInput {
  readonly host: Entity;
  /** Actions that the annotation file has named already. */
  readonly taken?: ReadonlySet<string>;
  readonly annotationOf?: (operation: Operation) => ActionAnnotation | undefined;
}

/** Choices with action names that are unique in their tool. */
export function nameChoices(members: readonly FoldedMember[], input: ActionNameInput): readonly Choice[] {
  const named = members.map((member) => ({ member, names: listActions(member, input.host) }));
  const wishes = groupBy(named, ({ names }) => names[0] ?? "run");
  const claimed = new Set(input.taken);
  for (const [first, rivals] of wishes) if (rivals.length === 1) claimed.add(first);
  const chosen = new Map<FoldedMember, string>();
  for (const { member, names } of [...named].sort((left, right) => compareRivals(left.member, right.member))) {
    const [first = "run"] = names;
    const isAlone = wishes.get(first)?.length === 1 && !input.taken?.has(first);
    const free = isAlone ? first : names.find((name) => !claimed.has(name));
    chosen.set(member, free ?? claimName(names.at(-1) ?? first, claimed));
    claimed.add(chosen.get(member) ?? first);
  }
  return members.map((member) => toChoice(member, chosen.get(member) ?? "run", input.annotationOf));
}

export function toChoice(
  member: FoldedMember,
  action: string,
  annotationOf?: (operation: Operation) => ActionAnnotation | undefined,
): Choice {
  const { operation } = member.placement;
  const annotation = annotationOf?.(operation);
  const { role, twins, why } = member;
  return { operation, role, class: member.class, action, twins, why, ...(annotation && { annotation }) };
}

/** The richest place keeps the short name. */
function compareRivals(left: FoldedMember, right: FoldedMember): number {
  const rank = placeRank(left) - placeRank(right);
  return rank || (left.placement.operation.key < right.placement.operation.key ? -1 : 1);
}

function placeRank({ entity, placement }: FoldedMember): number {
  return entity.nodes.indexOf(placement.node);
}

function listActions(member: FoldedMember, host: Entity): readonly string[] {
  const words = actionWords(member, host);
  const short = toLegalName(words, "run");
  const scope = scopeWords(member);
  const id = splitWords(member.placement.operation.operationId ?? "").slice(0, 6);
  return [
    short,
    ...(scope.length > 0 ? [toLegalName([...words, "for", ...scope], "run")] : []),
    toLegalName([...words, member.placement.item ? "one" : "all"], "run"),
    ...(id.length > 0 ? [toLegalName(id, "run")] : []),
  ];
}

/** Noun of the resource in whose scope the call is. */
function scopeWords({ placement }: FoldedMember): readonly string[] {
  const above = chainOf(placement.node).at(-2);
  return above === undefined ? [] : singularise(above.words);
}

/** `create`, `set_status`, `list_notes`: a verb, and the part of the host that it is on. */
function actionWords({ entity, verb, role, placement }: FoldedMember, host: Entity): readonly string[] {
  if (entity === host) return verb;
  const part = singularise(nodeOf(entity).words);
  if (placement.verb !== undefined) return verb.length > 1 ? verb : [...verb, ...part];
  const noun = role === "list" || role === "search" ? nameMany(entity, part) : part;
  const first = role === "create" && verb[0] === "create" ? ["add"] : verb;
  const isMembership = !entity.placements.some(({ operation, item }) => operation.method === "POST" && !item);
  if (isMembership && placement.item && role === "delete") return ["remove", ...noun];
  if (isMembership && placement.item && role === "replace") return ["add", ...noun];
  return [...first, ...noun];
}

/** Plural of a noun, unless the API itself names the list in the singular (`/history`). */
function nameMany(entity: Entity, noun: readonly string[]): readonly string[] {
  const { hasItems, words } = nodeOf(entity);
  const isMany = hasItems || words.length === 0 || isPlural(words.at(-1) ?? "") || isQualifier(words[0]);
  return isMany ? pluralise(noun) : noun;
}

function pluralise(words: readonly string[]): readonly string[] {
  const last = words.at(-1);
  return last === undefined ? [] : [...words.slice(0, -1), toPlural(last)];
}

/** Words of tool names from the best to the last resort. */
function listWordings(draft: Draft, nouns: NameInput["nouns"]): readonly (readonly string[])[] {
  const noun = nouns.get(draft.host) ?? ["item"];
  const base = nameBase(draft, nouns);
  const [verb = "manage", ...rest] = base;
  const ownWords = listOwnWords(draft);
  const above = chainOf(nodeOf(draft.host)).slice(0, -1).reverse();
  const qualified = above.map(({ words }) => joinNouns(singularise(words), rest));
  const parts = [...new Set(draft.members.map(({ entity }) => nouns.get(entity) ?? noun))];
  const [part] = parts;
  return [
    firstName(base, ownWords),
    ...qualified.filter((words) => words.length > rest.length).map((words) => [verb, ...words]),
    ...(ownWords.length > 0 ? [ownWords] : []),
    ...(part && parts.length === 1 && part !== noun ? [[verb, ...part]] : []),
    ...(draft.goal === "manage" ? [["run", ...noun, "action"]] : []),
    ...(draft.goal === "read" ? [["get", ...noun, "details"]] : []),
  ];
}

/** Words of the operationId of a single operation. */
function listOwnWords({ members }: Draft): readonly string[] {
  const [member, second] = members;
  return member && !second ? splitWords(member.placement.operation.operationId ?? "") : [];
}

function firstName(base: readonly string[], ownWords: readonly string[]): readonly string[] {
  // `POST /purge` is purge, not purge_purge.
  const plain = base.length === 2 && base[0] === base[1] ? base.slice(1) : base;
  // A lone verb says too little where the API says more: `searchThings` on /search.
  const saysMore = plain.length === 1 && ownWords.length > 1 && ownWords.length <= 6 && isVerb(ownWords[0]);
  return saysMore ? ownWords : plain;
}

function nameBase(draft: Draft, nouns: NameInput["nouns"]): readonly string[] {
  const [member, second] = draft.members;
  const noun = nouns.get(draft.host) ?? ["item"];
  return member && !second ? singleName(member, nouns.get(member.entity) ?? noun) : groupName(draft, noun);
}

function groupName({ goal, host, members }: Draft, noun: readonly string[]): readonly string[] {
  if (goal === "list") {
    if (members.some(({ role }) => role === "list")) return ["list", ...nameMany(host, noun)];
    const own = dropVerb("search", noun);
    return ["search", ...(own === noun ? nameMany(host, noun) : pluralise(own))];
  }
  if (goal === "delete") return ["delete", ...noun];
  if (goal === "manage") return ["manage", ...noun];
  return [members.some(({ role }) => role === "get") ? "get" : "read", ...noun];
}

/** The noun of an RPC call as the API writes it: `getUpdates` gets updates. */
function asCalled({ placement }: FoldedMember, noun: readonly string[]): readonly string[] {
  const last = placement.verb === undefined ? undefined : placement.node.words.at(-1);
  return last === undefined || toSingular(last) !== noun.at(-1) || placement.item ? noun : [...noun.slice(0, -1), last];
}

function standardName(member: FoldedMember, noun: readonly string[]): readonly string[] {
  const { role, verb, placement, entity } = member;
  const [first = "call", ...rest] = verb;
  const many = role === "list" || role === "search" || (role === "delete" && rest.length > 0);
  const isPart = role === "create" && first === "create" && entity.parent !== undefined;
  const isAdding = isPart && readIdVerb(placement.operation.operationId) !== "create";
  if (isAdding) return ["add", ...asCalled(member, noun)];
  const own = dropVerb(first, noun);
  if (!many) return [first, ...asCalled(member, own)];
  return [first, ...(own === noun ? nameMany(entity, noun) : pluralise(own))];
}

/** `/search/repositories` is search_repositories; a list or a set is as often a thing. */
function dropVerb(verb: string, noun: readonly string[]): readonly string[] {
  const isSaidTwice = verb === "search" || /^(?:act|create|update|delete)$/.test(findVerbKind(verb) ?? "");
  const rest = isSaidTwice ? noun.filter((word) => word !== verb) : [];
  return rest.length === 0 || rest.length === noun.length ? noun : rest;
}

/** `create_contact`, `add_contact_note`, `merge_pull_request`: verb and noun. */
function singleName(member: FoldedMember, noun: readonly string[]): readonly string[] {
  const { role, verb, placement, entity } = member;
  const [first = "call", ...rest] = verb;
  const isWhole = nodeOf(entity) === placement.node && nodeOf(entity).words === placement.verb;
  if (isWhole && rest.length > 0) return verb;
  if (placement.verb === undefined || role !== "action") return standardName(member, noun);
  if (isWhole) return noun.length === 0 ? verb : [first, ...singularise(splitWords(placement.operation.tags[0] ?? ""))];
  const said = new Set(verb.map(toSingular));
  if (isBulkWord(first)) return [...verb, ...pluralise(noun)];
  if (findVerbKind(first) === undefined) return noun.some((word) => said.has(word)) ? verb : ["run", ...noun, ...verb];
  if (rest.length > 0 && noun.some((word) => said.has(word))) return verb;
  return [first, ...joinNouns(asCalled(member, noun), rest)];
}
