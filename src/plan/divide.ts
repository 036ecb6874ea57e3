/** Divides the tools of a large API into groups of which each is a server: by tag, by path, and by kinship of names. */
import { toPlural, toSingular } from "../naming/plural.js";
import { splitWords } from "../naming/words.js";
import type { ToolDraft } from "./drafts.js";
import { LIMITS } from "./limits.js";

export interface Group {
  /** What all of it has in common; empty where that is nothing. */
  readonly name: string;
  readonly drafts: readonly ToolDraft[];
  /** Names of what was put together for want of size, the largest first. */
  readonly parts?: readonly string[];
}

/** A domain of fewer tools than this goes together with others. */
const MIN_TOOLS = 5;

/** Fewer tags than this say nothing about what an API is made of. */
const MIN_TAGS = 5;

/** Fewer names than this that only end alike are no family. */
const MIN_ENDINGS = 3;

/** Last words that any name could have, and that make no family. */
const ENDINGS = new Set("api endpoint level management method misc operation other resource service".split(" "));

const MAX_LEVEL = 2;

/** One group while that is small enough, else by tag or first path literal, and by further literals. */
export function divideTools(all: Group): readonly Group[] {
  if (isSmall(all)) return [all];
  const tags = groupBy(all.drafts, tagOf);
  const isTagged =
    tags.length >= MIN_TAGS && tags.every((group) => group.name !== "") && tags.length <= all.drafts.length / 1.5;
  const first = isTagged ? tags : groupBy(all.drafts, (draft) => literalOf(draft, 0));
  const groups = arrangeParts("", first).flatMap((group) => divideGroup(group, isTagged ? 0 : 1));
  const places = new Map(all.drafts.map((draft, place) => [draft, place] as const));
  const placeOf = ({ drafts: [first] }: Group) => (first && places.get(first)) ?? 0;
  return joinTiny(groups).toSorted((a, b) => placeOf(a) - placeOf(b));
}

export function isSmall({ drafts }: Pick<Group, "drafts">): boolean {
  return drafts.length <= LIMITS.toolsPerDomain && sumTokens(drafts) <= LIMITS.tokensPerDomain;
}

export function sumTokens(drafts: readonly ToolDraft[]): number {
  return drafts.reduce((sum, draft) => sum + draft.tokens, 0);
}

/** Further levels by path, and where that does not help either, equal parts in order. */
function divideGroup(group: Group, level: number): readonly Group[] {
  if (isSmall(group)) return [group];
  if (level > MAX_LEVEL) {
    const single = group.drafts.map((draft) => ({ name: nounOf(draft), drafts: [draft] }));
    return packParts(group.name, single);
  }
  const parts = groupBy(group.drafts, (draft) => literalOf(draft, level));
  if (parts.length === 1) return divideGroup(group, level + 1);
  return arrangeParts(group.name, parts).flatMap((part) => divideGroup(part, level + 1));
}

/** Parts of a few tools join a relative or each other: a domain is a server, and nobody runs one for a single tool. */
function arrangeParts(prefix: string, parts: readonly Group[]): readonly Group[] {
  const large = parts.filter((part) => part.drafts.length >= MIN_TOOLS);
  const small = parts.filter((part) => part.drafts.length < MIN_TOOLS);
  const { kept, left: strangers } = absorbParts(large, small);
  const begun = gatherFamilies(strangers, { keyOf: (part) => stemOf(part.name)[0] ?? "", min: 2, nameOf: sharedStart });
  const ended = gatherFamilies(begun.left, {
    keyOf: (part) =>
      stemOf(part.name)
        .slice(-1)
        .find((word) => !ENDINGS.has(word)) ?? "",
    min: MIN_ENDINGS,
    nameOf: ([first]) => toPlural(stemOf(first?.name ?? "").at(-1) ?? ""),
  });
  const named = [...kept, ...begun.families, ...ended.families];
  return [...named.map((part) => ({ ...part, name: joinNames(prefix, part.name) })), ...packParts(prefix, ended.left)];
}

/** `tax_rates` belongs with `tax`, and `apps` with `apps_v1`. */
function absorbParts(large: readonly Group[], small: readonly Group[]) {
  const kept = [...large];
  const left = small.filter((part) => {
    const hosts = kept
      .map((host, index) => ({ host, index, joined: { ...host, drafts: [...host.drafts, ...part.drafts] } }))
      .filter(({ host }) => startsWith(stemOf(part.name), stemOf(host.name)))
      .filter(({ host, joined }) => !isSmall(host) || isSmall(joined))
      .toSorted((a, b) => stemOf(b.host.name).length - stemOf(a.host.name).length || byLength(a.host, b.host));
    const [best] = hosts;
    if (!best) return true;
    // With only one version of it there, the name needs none.
    const plain = stemNameOf(best.host.name);
    const isAlone = kept.every((other) => other === best.host || stemNameOf(other.name) !== plain);
    kept[best.index] = isAlone ? { ...best.joined, name: plain } : best.joined;
    return false;
  });
  return { kept, left };
}

interface Kinship {
  readonly keyOf: (part: Group) => string;
  /** Fewest parts that make a family. */
  readonly min: number;
  readonly nameOf: (parts: readonly Group[]) => string;
}

/** Parts that share a word are one group where they are enough for one. */
function gatherFamilies(parts: readonly Group[], { keyOf, min, nameOf }: Kinship) {
  const byKey = new Map<string, Group[]>();
  for (const part of parts) byKey.set(keyOf(part), [...(byKey.get(keyOf(part)) ?? []), part]);
  const families: Group[] = [];
  const left = new Set(parts);
  for (const [key, members] of byKey) {
    const drafts = members.flatMap((part) => part.drafts);
    if (key === "" || members.length < min || drafts.length < MIN_TOOLS || !isSmall({ drafts })) continue;
    families.push({ name: nameOf(members), drafts });
    for (const member of members) left.delete(member);
  }
  return { families, left: [...left] };
}

/** The words all names begin with; as one of them writes it, where that is the whole of it. */
function sharedStart(parts: readonly Group[]): string {
  const stems = parts.map((part) => stemOf(part.name));
  const [first = []] = stems;
  const length = first.findIndex((word, i) => !stems.every((stem) => stem[i] === word));
  const shared = length === -1 ? first : first.slice(0, length);
  const whole = parts.find((_, i) => stems[i]?.length === shared.length);
  return whole === undefined ? shared.join("-") : stemNameOf(whole.name);
}

/** In order, into groups about as large as each other. */
function packParts(prefix: string, parts: readonly Group[]): readonly Group[] {
  const all = parts.flatMap((part) => part.drafts);
  const count = Math.max(
    Math.ceil(all.length / LIMITS.toolsPerDomain),
    Math.ceil(sumTokens(all) / LIMITS.tokensPerDomain),
  );
  const enough = Math.ceil(all.length / Math.max(1, count));
  const packs: Group[][] = [];
  for (const part of parts) {
    const last = packs.at(-1);
    const drafts = last?.flatMap((each) => each.drafts) ?? [];
    const isFull = drafts.length >= enough || !isSmall({ drafts: [...drafts, ...part.drafts] });
    if (last && !isFull) last.push(part);
    else packs.push([part]);
  }
  return packs.map((pack) => ({ name: prefix, drafts: pack.flatMap((part) => part.drafts), parts: rankNames(pack) }));
}

function rankNames(parts: readonly Group[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name, drafts } of parts) counts.set(name, (counts.get(name) ?? 0) + drafts.length);
  const ranked = [...counts].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  return ranked.filter((name) => name !== "");
}

/** What is left of a division may be tiny: it goes back to what it was taken from, or with what is left there. */
function joinTiny(groups: readonly Group[]): readonly Group[] {
  const joined: Group[] = [];
  for (const group of groups.toSorted(byLength)) {
    const isTiny = group.drafts.length < MIN_TOOLS;
    const index = joined.findIndex((other) => {
      const isKin = other.parts !== undefined && startsWith(splitWords(group.name), splitWords(other.name));
      return isKin && isSmall({ drafts: [...other.drafts, ...group.drafts] });
    });
    const host = joined[index];
    if (!isTiny || !host) {
      joined.push(group);
      continue;
    }
    const parts = [...(host.parts ?? []), ...(group.parts ?? [group.name])];
    joined[index] = { name: host.name, drafts: [...host.drafts, ...group.drafts], parts };
  }
  return joined;
}

function groupBy(drafts: readonly ToolDraft[], key: (draft: ToolDraft) => string): readonly Group[] {
  const groups = new Map<string, ToolDraft[]>();
  for (const draft of drafts) {
    const name = key(draft);
    groups.set(name, [...(groups.get(name) ?? []), draft]);
  }
  return [...groups].map(([name, members]) => ({ name, drafts: members }));
}

function tagOf(draft: ToolDraft): string {
  return draft.operations[0]?.choice.operation.tags[0] ?? "";
}

/** A literal of the path, versions and prefixes that say nothing left out. */
function literalOf(draft: ToolDraft, level: number): string {
  const path = draft.operations[0]?.choice.operation.path ?? "";
  const literals = path
    .split(/[/:?]/)
    .filter((part) => part !== "" && !part.includes("{") && !/^(v\d+\w*|api|apis|rest)$/i.test(part));
  return literals[Math.min(level, Math.max(0, literals.length - 1))] ?? "";
}

/** What a tool is about, in the plural. */
export function nounOf(draft: ToolDraft): string {
  const words = splitWords(draft.intent.noun);
  return [...words.slice(0, -1), toPlural(words.at(-1) ?? "")].join(" ");
}

/** Words of a name as they are compared: singular, without versions. */
function stemOf(name: string): readonly string[] {
  return splitWords(name).filter(isTelling).map(toSingular);
}

/** A name as it is written, without versions. */
function stemNameOf(name: string): string {
  const words = splitWords(name);
  const telling = words.filter(isTelling);
  return (telling.length > 0 ? telling : words).join("-");
}

function byLength(a: Group, b: Group): number {
  return a.name.length - b.name.length;
}

function isTelling(word: string): boolean {
  return !/^v\d+((alpha|beta)\d*)?$/.test(word);
}

function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.length > 0 && start.every((word, i) => words[i] === word);
}

/** `repos` and `repos/branches` as `repos-branches`: no word is said twice in a row. */
function joinNames(prefix: string, part: string): string {
  const before = splitWords(prefix);
  const words = splitWords(part);
  const isSaid = words.every((word) => before.includes(word));
  if (isSaid) return prefix;
  return [...before, ...(startsWith(words, before) ? words.slice(before.length) : words)].join("-");
}
