/** JSON as APIs send it, without losing digits. */
import type { JsonValue } from "./operation.js";

const [QUOTE, COMMA, MINUS, COLON] = [0x22, 0x2c, 0x2d, 0x3a];
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const LONG_INTEGER = /(?:^|[\s:[,])-?\d{16,}/;

/** Parses JSON; undefined when it is none. Integers beyond 2^53 become strings, so that an id stays the same id. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue; // JSON.parse yields JSON only
    // Only after that: what is no JSON could make the search for numbers endless.
    return LONG_INTEGER.test(text) ? (JSON.parse(quoteLongIntegers(text)) as JsonValue) : value;
  } catch {
    return undefined;
  }
}

/** One character after the other, so that a text of any length costs no more than its length. */
function quoteLongIntegers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfText(text, i + 1);
    else if (isDigit(code) || code === MINUS) {
      const end = endOfNumber(text, i + 1);
      if (end - i >= 16 && isLongInteger(text.slice(i, end))) {
        parts.push(text.slice(copied, i), `"${text.slice(i, end)}"`);
        copied = end;
      }
      i = end - 1;
    }
  }
  return parts.join("") + text.slice(copied);
}

function isLongInteger(number: string): boolean {
  return /^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number));
}

function endOfNumber(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end)) || ".eE+-".includes(text.charAt(end) || " ")) end += 1;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** What is shorter cannot hold too much. */
const LIGHT = 500_000;
/** Objects, lists and members cost several times the memory of a plain value. */
const MEMBER = 4;
const MAX_WEIGHT = 3_000_000;
/** An object of more members is a dictionary that is slow in all one does with it. */
const MAX_MEMBERS = 100_000;

/**
 * Whether a text holds more values than a server should take apart: megabytes of `{},{},{}` become a gigabyte of
 * objects, and hold up everyone else. Large answers of real APIs stay well below.
 */
export function isHeavyJson(text: string): boolean {
  if (text.length < LIGHT) return false;
  let weight = 0;
  let members = 0;
  const outer: number[] = [];
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfText(text, i + 1);
        break;
      case COMMA:
        weight += 1;
        break;
      case COLON:
        weight += MEMBER;
        members += 1;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        weight += MEMBER;
        outer.push(members);
        members = 0;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        members = outer.pop() ?? 0;
    }
    if (weight > MAX_WEIGHT || members > MAX_MEMBERS) return true;
  }
  return false;
}

/** Where the string that began before `start` ends. */
function endOfText(text: string, start: number): number {
  let i = start;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) break;
    if (code === BACKSLASH) i += 1;
  }
  return i;
}

/** Deeper values are of no use to a reader, and a danger to whatever walks through them. */
export const MAX_DEPTH = 200;

/** The same value with null in place of what lies too deep. */
export function boundDepth(value: JsonValue, depth = 0): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item: JsonValue) => boundDepth(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, boundDepth(item, depth + 1)]));
}
