/**
 * Counts tokens (o200k_base) as `gpt-tokenizer` does, from its vocabulary: looking words up in the file itself takes
 * a quarter of the time of loading the whole of it as a module.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { O200K_TOKEN_SPLIT_REGEX } from "gpt-tokenizer/encodingParams/constants";
import { remember } from "../naming/remember.js";

let findRank: Vocabulary | undefined;

/** Tokens of a text. What looks like a special token (`<|endoftext|>`) counts as the text it is. */
export function countTextTokens(text: string): number {
  let sum = 0;
  for (const word of text.match(O200K_TOKEN_SPLIT_REGEX) ?? []) sum += countKnown(word);
  return sum;
}

/** Descriptions use the same words again and again. */
const countKnown = remember((word) => countWord(toBytes(word)));

/** Byte pair encoding: the pair with the lowest rank is merged until no pair is in the vocabulary. */
function countWord(bytes: string): number {
  findRank ??= readVocabulary();
  const vocabulary = findRank;
  if (vocabulary(btoa(bytes)) !== undefined) return 1;
  const rankOf = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? Infinity : (vocabulary(btoa(bytes.slice(from, to))) ?? Infinity);
  const starts = Array.from({ length: bytes.length + 1 }, (_, i) => i);
  const pairs = starts.map((start) => rankOf(start, starts[start + 2]));
  while (starts.length > 2) {
    const lowest = pairs.reduce((best, rank) => Math.min(best, rank), Infinity);
    if (lowest === Infinity) break;
    const i = pairs.indexOf(lowest);
    starts.splice(i + 1, 1);
    pairs.splice(i + 1, 1);
    pairs[i] = rankOf(starts[i], starts[i + 2]);
    if (i > 0) pairs[i - 1] = rankOf(starts[i - 1], starts[i + 1]);
  }
  return starts.length - 1;
}

/** UTF-8 bytes, one character each: what `btoa` takes. */
function toBytes(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The rank of a token, given in base64; undefined for what is none. */
type Vocabulary = (token: string) => number | undefined;

/** More than twice the tokens there are, so that looking one up ends soon; a power of two. */
const SLOTS = 2 ** 19;
const SPACE = 32;
const NEWLINE = 10;
/** Base64 comes in groups of four. */
const GROUP = 4;

/** Reads lines of `IQ== 0`, by rank. A table of places in the file takes half the time of a map of 200,000 strings. */
function readVocabulary(): Vocabulary {
  const file = createRequire(import.meta.url).resolve("gpt-tokenizer/data/o200k_base.tiktoken");
  const bytes = readFileSync(file);
  const starts = new Int32Array(SLOTS).fill(-1);
  const ranks = new Int32Array(SLOTS);
  let longest = 0;
  let rank = 0;
  for (let start = 0; start < bytes.length; rank++) {
    let end = start;
    while (end < bytes.length && bytes[end] !== SPACE) end += GROUP;
    let slot = hashToken(bytes, start, end);
    while (starts[slot] !== -1) slot = (slot + 1) & (SLOTS - 1);
    starts[slot] = start;
    ranks[slot] = rank;
    if (end - start > longest) longest = end - start;
    while (end < bytes.length && bytes[end] !== NEWLINE) end++;
    start = end + 1;
  }
  const wanted = new Uint8Array(longest);
  return (token) => {
    if (token.length > longest) return undefined;
    const { length } = token;
    for (let i = 0; i < length; i++) wanted[i] = token.charCodeAt(i);
    for (let slot = hashToken(wanted, 0, length); ; slot = (slot + 1) & (SLOTS - 1)) {
      const start = starts[slot] ?? -1;
      if (start === -1) return undefined;
      let same = 0;
      while (same < length && bytes[start + same] === wanted[same]) same++;
      if (same === length && bytes[start + length] === SPACE) return ranks[slot];
    }
  };
}

/** A slot, from the first group, the last one and the length. */
function hashToken(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = 0; i < GROUP; i++) {
    hash = Math.imul(hash ^ (bytes[start + i] ?? 0), 0x01000193);
    hash = Math.imul(hash ^ (bytes[end - 1 - i] ?? 0), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
