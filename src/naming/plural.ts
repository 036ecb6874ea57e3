import pluralize from "pluralize";
import { remember } from "./remember.js";

/** Words that look like plurals or Latin, and are neither to an API's reader. */
const UNCOUNTABLE = new Set(
  `data metadata media news status analytics kubernetes dns sms aws https os ios macos tls cors css js gas bus vas
  access address alias always basis canvas chaos class corpus cosmos focus gps census process progress success
  business bonus campus radius series species tax thesaurus virus nexus redis postgres windows
  cvss dice saas paas iaas cms mms rss sas ses sns sqs kms ecs eks tos pos`.split(/\s+/),
);

/** Plurals that the rules of English get wrong in names. */
const IRREGULAR = new Map([
  ["aliases", "alias"],
  ["caches", "cache"],
  ["criteria", "criterion"],
  ["databases", "database"],
  ["gases", "gas"],
  ["indices", "index"],
  ["leaves", "leave"],
  ["licenses", "license"],
  ["ips", "ip"],
  ["vpcs", "vpc"],
  ["matrices", "matrix"],
  ["movies", "movie"],
  ["cookies", "cookie"],
  ["taxes", "tax"],
  ["vertices", "vertex"],
]);

// The rules of English are slow, the vocabulary of an API is small.

/** `contacts` as `contact`; a word that is no plural stays as it is. */
export const toSingular = remember(findSingular);

/** `contact` as `contacts`; a plural stays as it is. */
export const toPlural = remember(findPlural);

export function isPlural(word: string): boolean {
  return toSingular(word) !== word;
}

function findSingular(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (UNCOUNTABLE.has(word) || /(?:[^aeiou]|^)ss$|\d$/.test(word) || word.length < 3) return word;
  return pluralize.singular(word);
}

function findPlural(word: string): string {
  if (IRREGULAR.has(word)) return word;
  for (const [plural, singular] of IRREGULAR) if (singular === word) return plural;
  if (/^(?:access|address|alias|business|canvas|class|process|status|virus|campus|bonus|tax)$/.test(word)) {
    return pluralize.plural(word);
  }
  return UNCOUNTABLE.has(word) || /(?:[^aeiou]|[^e]e)ed$|\d$/.test(word) ? word : pluralize.plural(word);
}
