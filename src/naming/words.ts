/** Words of a name and the ways to write them. */

/** Names that a plain split at humps would tear apart. */
const COMPOUNDS: readonly (readonly [RegExp, string])[] = [
  [/OAuth/g, "Oauth"],
  [/IPv(?=\d)/g, "Ipv"],
  [/GraphQL/g, "Graphql"],
  [/([A-Z]{2,})s(?![a-z])/g, "$1S"],
];

const MAX_TEXT = 400;

/** Names are split again and again, by every stage. */
const known = new Map<string, readonly string[]>();
const MAX_KNOWN = 50_000;

/** Lower-case words of a name, split at punctuation and humps: `getURLsById2` is get, urls, by, id2. */
export function splitWords(text: string): readonly string[] {
  let words = known.get(text);
  if (words === undefined) {
    words = splitName(text.slice(0, MAX_TEXT));
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, words);
  }
  return words;
}

function splitName(text: string): readonly string[] {
  if (/^[a-z0-9_-]*$/.test(text)) return text.match(/[a-z0-9]+/g) ?? [];
  let plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  for (const [pattern, written] of COMPOUNDS) plain = plain.replaceAll(pattern, written);
  return (plain.match(/[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+/g) ?? []).map((word) => word.toLowerCase());
}

export function toKebab(text: string): string {
  return splitWords(text).join("-");
}

export function toCamel(text: string): string {
  const [first = "", ...rest] = splitWords(text);
  return first + rest.map(capitalise).join("");
}

export function toPascal(text: string): string {
  return splitWords(text).map(capitalise).join("");
}

export function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
