/** Names of this stage: legal where they are used, unique, and the same on every run. */
import { hashName } from "../naming/legal.js";
import { capitalise, splitWords, toCamel, toKebab } from "../naming/words.js";

export function toScreamingSnake(text: string): string {
  return splitWords(text).join("_").toUpperCase();
}

/** First letter in upper case, underscores as spaces: `manage_contact` as `Manage contact`. */
export function toTitle(name: string): string {
  return capitalise(splitWords(name).join(" "));
}

/** Names that no TypeScript declaration may have, or that would hide a global the emitted code uses. */
const RESERVED = new Set(
  `abstract any arguments as async await boolean break case catch class const constructor continue debugger declare
  default delete do else enum eval export extends false finally for from function get if implements import in infer
  instanceof interface is keyof let module namespace never new null number object of operation package private
  protected prototype public readonly require return set static string super switch symbol this throw true try type
  typeof undefined unique unknown var void while with yield definetool tool error map promise record array date
  server process console buffer globalthis`.split(/\s+/),
);

/** Longer names are hard to read, and no shorter for having types named after them. */
const MAX_IDENTIFIER = 80;

/** A TypeScript identifier in camelCase; one that is too long is cut at a word, and ends with the hash of the whole. */
export function toIdentifier(text: string, fallback: string): string {
  const whole = toCamel(text) || fallback;
  const kept = whole.slice(0, MAX_IDENTIFIER - 6).replace(/(?<=.)[A-Z][a-z0-9]*$/, "");
  const camel = whole.length <= MAX_IDENTIFIER ? whole : kept + capitalise(hashName(whole));
  const legal = /^[a-z]/.test(camel) ? camel : `${fallback}${capitalise(camel)}`;
  return RESERVED.has(legal.toLowerCase()) ? `${legal}${capitalise(fallback)}` : legal;
}

/** Device names that Windows keeps for itself, with or without an ending. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/** A file name without ending that every file system takes. */
export function toFileName(text: string, fallback: string): string {
  const kebab = toKebab(text).slice(0, 60).replace(/-$/, "") || fallback;
  return DEVICES.test(kebab) ? `${kebab}-${fallback}` : kebab;
}

/** Takes the first candidate that is free, told apart without case and punctuation; else the first of all, numbered. */
export type Namer = (candidates: Iterable<string>) => string;

export function createNamer(): Namer {
  const taken = new Set<string>();
  const claim = (name: string) => {
    const key = splitWords(name).join("");
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  return (candidates) => {
    let wanted: string | undefined;
    for (const name of candidates) {
      if (claim(name)) return name;
      wanted ??= name;
    }
    let number = 2;
    const separator = wanted?.includes("_") ? "_" : wanted?.includes("-") ? "-" : "";
    while (!claim(`${wanted ?? ""}${separator}${number}`)) number += 1;
    return `${wanted ?? ""}${separator}${number}`;
  };
}
