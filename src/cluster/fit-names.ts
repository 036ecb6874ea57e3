/** Tool names that fit what clients take, where the words that say most are more than that. */
import { joinName } from "../naming/legal.js";
import { isBulkWord, isVerb } from "../naming/lexicon.js";

type Words = readonly string[];

/** The name of these words; where it is too long, names without the words that say least; none where all are. */
export type FitName = (words: Words) => readonly string[];

/** A word that more than this part of the names of an API have says nothing about one of them. */
const EVERYWHERE = 0.2;

/** `all` are the names of the whole API: a word that many of them have tells little about one of them. */
export function createFit(max: number, all: readonly Words[]): FitName {
  let counts: ReadonlyMap<string, number> | undefined;
  return (words) => {
    // Counted as `manage` would make it, so that all tools of one thing are called alike.
    const spare = /^(get|list)$/.test(words[0] ?? "") ? "manage".length - (words[0] ?? "").length : 0;
    const isShort = (kept: Words) => joinCall(kept).length + spare <= max;
    if (isShort(words)) return [joinCall(words)];
    counts ??= countWords(all);
    return shortenName(words, { isShort, phrases: findPhrases(words, counts), noise: all.length * EVERYWHERE });
  };
}

/** The words as a legal name, however long. */
export function joinCall(words: Words): string {
  return joinName(words, "call");
}

function countWords(all: readonly Words[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const words of all) {
    for (const word of new Set(words.slice(countVerbs(words)))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** What is done: a name begins with it, and keeps it. */
function countVerbs(words: Words): number {
  return Math.max(
    1,
    words.findIndex((word) => !isVerb(word) && !isBulkWord(word)),
  );
}

interface Phrase {
  /** Names of the API that have it; a phrase that the name itself says twice counts as said by all. */
  readonly count: number;
  /** Places of its words in the name. */
  readonly places: number[];
}

/** Words between what is done and the last one; neighbours that are equally common are one phrase: `k8s io`. */
function findPhrases(words: Words, counts: ReadonlyMap<string, number>): readonly Phrase[] {
  const phrases: Phrase[] = [];
  for (let at = countVerbs(words); at < words.length - 1; at++) {
    const word = words[at] ?? "";
    const count = words.indexOf(word) < at ? Infinity : (counts.get(word) ?? 0);
    const last = phrases.at(-1);
    if (last?.count === count) last.places.push(at);
    else phrases.push({ count, places: [at] });
  }
  return phrases;
}

interface Shortening {
  readonly isShort: (kept: Words) => boolean;
  readonly phrases: readonly Phrase[];
  /** A phrase that more names than this have is left out for good. */
  readonly noise: number;
}

/** Leaves out the commonest phrases, outer ones first, and puts back those that still fit. */
function shortenName(words: Words, { isShort, phrases, noise }: Shortening): readonly string[] {
  const without = (dropped: readonly Phrase[]) => {
    const places = new Set(dropped.flatMap((phrase) => phrase.places));
    return words.filter((_word, at) => !places.has(at));
  };
  const order = phrases.toSorted((left, right) => (left.count === right.count ? 0 : right.count - left.count));
  const names = order.flatMap((_phrase, i) => {
    const dropped = order.slice(0, i + 1);
    if (!isShort(without(dropped))) return [];
    const least = dropped.reduceRight<readonly Phrase[]>((left, phrase) => {
      const fewer = left.filter((other) => other !== phrase);
      return phrase.count <= noise && isShort(without(fewer)) ? fewer : left;
    }, dropped);
    return [joinCall(without(least)), joinCall(without(dropped))];
  });
  return [...new Set(names)];
}
