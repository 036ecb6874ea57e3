/** Words of a name and the ways to write them. */
import { remember } from "./remember.js";

/** Names that a plain split at humps would tear apart. */
const COMPOUNDS: readonly (readonly [RegExp, string])[] = [
  [/OAuth/g, "Oauth"],
  [/AuthN(?![a-z])/g, "Authn"],
  [/AuthZ(?![a-z])/g, "Authz"],
  [/IPv(?=\d)/g, "Ipv"],
  [/GraphQL/g, "Graphql"],
  [/([A-Z]{2,})s(?![a-z])/g, "$1S"],
];

const MAX_TEXT = 400;

/** Lower-case words of a name, split at punctuation and humps: `getURLsById2` is get, urls, by, id2. */
export const splitWords = remember((text): readonly string[] => splitName(text.slice(0, MAX_TEXT)));

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
