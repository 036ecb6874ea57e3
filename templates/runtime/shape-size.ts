/** Makes a value fit into a number of characters of JSON, and says what it left out. */
import { isList, isObject } from "./pagination-items.js";
import type { JsonValue } from "./operation.js";

export interface Fitted {
  readonly value: JsonValue;
  /** What was cut, with its place; empty when nothing was. */
  readonly cuts: readonly string[];
}

interface Limits {
  readonly text: number;
  readonly list: number;
  readonly depth: number;
}

/** From gentle to drastic; the first that fits is used. */
const STEPS: readonly Limits[] = [
  { text: 8_000, list: 200, depth: 12 },
  { text: 2_000, list: 100, depth: 12 },
  { text: 500, list: 30, depth: 8 },
  { text: 200, list: 10, depth: 6 },
  { text: 100, list: 5, depth: 4 },
  { text: 60, list: 2, depth: 3 },
];
/** Members alone are counted. */
const UNLIMITED: Limits = { text: Infinity, list: Infinity, depth: Infinity };
const MAX_CUTS = 8;
/** More members than this never fit, however short they are. */
const MAX_MEMBERS = 10_000;

/** Cuts the longest texts and lists first. The result is always a complete value, never broken JSON. */
export function fitValue(value: JsonValue, budget: number): Fitted {
  if (sizeOf(value) <= budget) return { value, cuts: [] };
  // One long text deserves all the room there is.
  if (typeof value === "string") return cutText(value, { budget, path: "" });
  const missing: string[] = [];
  const countable = cutValue(value, { limits: UNLIMITED, path: "", depth: 0, cuts: missing });
  for (const limits of [...textSteps(countable, budget), ...STEPS]) {
    const cuts = [...missing];
    const cut = cutValue(countable, { limits, path: "", depth: 0, cuts });
    if (sizeOf(cut) <= budget) return { value: cut, cuts: shortList(cuts) };
  }
  return keepFirstMembers(countable, budget, isObject(value) ? Object.keys(value).length : 0);
}

/** Characters of a value as compact JSON. */
export function sizeOf(value: JsonValue): number {
  return JSON.stringify(value).length;
}

/** An object that is mostly one text, such as a file or a log, keeps as much of it as fits. */
function textSteps(value: JsonValue, budget: number): Limits[] {
  if (!isObject(value)) return [];
  const texts = Object.values(value).filter((item) => typeof item === "string");
  const longest = Math.max(0, ...texts.map((text) => text.length));
  const room = budget - (sizeOf(value) - longest) - 400;
  return room > 8_000
    ? [Math.floor(room), Math.floor(room * 0.7)].map((text) => ({ text, list: 10_000, depth: 30 }))
    : [];
}

function cutText(text: string, { budget, path }: { budget: number; path: string }): Fitted {
  let length = Math.max(0, Math.min(text.length, budget - 60));
  while (length > 0 && sizeOf(clip(text, length)) > budget) length = Math.floor(length * 0.8);
  return { value: clip(text, length), cuts: [`${path || "the text"}: ${length} of ${text.length} characters`] };
}

interface Place {
  readonly limits: Limits;
  readonly path: string;
  readonly depth: number;
  readonly cuts: string[];
}

function cutValue(value: JsonValue, place: Place): JsonValue {
  const { limits, path, depth, cuts } = place;
  if (typeof value === "string") {
    if (value.length <= limits.text) return value;
    cuts.push(`${path || "text"}: ${limits.text} of ${value.length} characters`);
    return clip(value, limits.text);
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= limits.depth && sizeOf(value) > limits.text) {
    cuts.push(`${path}: left out`);
    return isList(value) ? [] : {};
  }
  if (isList(value)) {
    if (value.length > limits.list) cuts.push(`${path || "list"}: ${limits.list} of ${value.length} entries`);
    return value.slice(0, limits.list).map((item) => cutValue(item, { ...place, path: `${path}[]`, depth: depth + 1 }));
  }
  const members = Object.entries(value);
  if (members.length > MAX_MEMBERS) cuts.push(`${path || "members"}: ${MAX_MEMBERS} of ${members.length}`);
  const entries = members
    .slice(0, MAX_MEMBERS)
    .map(([name, item]): [string, JsonValue] => [
      name,
      cutValue(item, { ...place, path: path === "" ? name : `${path}.${name}`, depth: depth + 1 }),
    ]);
  return Object.fromEntries(entries);
}

/** Last resort for values with very many members. */
function keepFirstMembers(value: JsonValue, budget: number, total: number): Fitted {
  const whole = cutValue(value, { limits: { text: 60, list: 2, depth: 2 }, path: "", depth: 0, cuts: [] });
  if (!isObject(whole)) return { value: null, cuts: ["everything: left out"] };
  const entries = Object.entries(whole);
  const kept: [string, JsonValue][] = [];
  let size = 2;
  for (const [name, item] of entries) {
    size += sizeOf(name) + sizeOf(item) + 2;
    if (size > budget) break;
    kept.push([name, item]);
  }
  return { value: Object.fromEntries(kept), cuts: [`${kept.length} of ${total} members, each shortened`] };
}

/** A surrogate pair is never torn apart. */
function clip(text: string, length: number): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, end)}…`;
}

function shortList(cuts: readonly string[]): string[] {
  const unique = [...new Set(cuts)];
  return unique.length > MAX_CUTS ? [...unique.slice(0, MAX_CUTS), `and ${unique.length - MAX_CUTS} more`] : unique;
}
