/** Text of a description, made fit for a model's context: plain, short, without markup or commands. */
import { remember } from "../naming/remember.js";

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is removed
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const COMMAND =
  /\b(ignore|disregard|forget|override)\b.{0,40}\b(previous|prior|above|earlier|all|system)\b.{0,30}\b(instructions?|prompts?|rules?)\b|\byou are now\b|\bsystem prompt\b|\bdo not (tell|inform) the user\b/i;
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|incl|approx|no|cf|resp|max|min)|\b[A-Z])\.$/i;
/** Only leading sentences are ever shown. */
const MAX_TEXT = 1_500;
/** Words that carry nothing beside an argument's name. */
const FILLER = new Set(
  "a an the of for to in is this that be by with on and or as it its which will can your you value field parameter property unique identifier id ids specified given name".split(
    " ",
  ),
);

/** Whether a value is text with characters that are not seen, or that change how others are read. */
export function hasHiddenText(value: string | number | boolean): boolean {
  return typeof value === "string" && value.search(CONTROL) !== -1;
}

/** Removes markdown, HTML, control and direction characters, and sentences that talk to the model. */
export function cleanText(text: string): string {
  const plain = text
    .slice(0, MAX_TEXT)
    .replace(/\r\n?/g, "\n")
    .replace(/<!--[\s\S]*?-->|<(style|script)\b[\s\S]*?<\/\1>/gi, " ")
    .replace(/```[\s\S]*?```/g, " ")
    .replace(/!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)/g, " ")
    .replace(/\[([^\]\n]{1,300})\]\([^)\n]{0,500}\)/g, "$1")
    .replace(/<\/?[a-zA-Z][^<>\n]{0,300}>/g, " ")
    .replace(/^[ \t]*#{1,6}[ \t]+(.*)$/gm, (_, heading: string) => (/[.!?:]$/.test(heading) ? heading : `${heading}.`))
    .replace(/^[ \t]*(?:>|[-*+]|\|)[ \t]+/gm, "")
    .replace(/\*\*|__|`|~~/g, "")
    .replace(/(^|\s)\*(\S[^*\n]{0,200}\S|\S)\*(?=\s|[.,;:]|$)/g, "$1$2")
    .replace(CONTROL, "")
    .replace(/[ \t]+(?=[.,;:](?:\s|$))/g, "")
    .replace(/\n{2,}/g, "\u0000")
    .replace(/\s+/g, (space) => (space.includes("\u0000") ? "\u0000" : " "));
  return plain
    .split("\u0000")
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "" && /[\p{L}\p{N}]/u.test(paragraph))
    .map((paragraph) => (/[.!?:;]$/.test(paragraph) ? paragraph : `${paragraph}.`))
    .join(" ");
}

/** Sentences of a cleaned text, commands left out. */
export function splitSentences(text: string): readonly string[] {
  const sentences: string[] = [];
  let current = "";
  for (const part of text.split(/(?<=[.!?])\s+/)) {
    current = current === "" ? part : `${current} ${part}`;
    if (ABBREVIATION.test(current)) continue;
    sentences.push(current);
    current = "";
  }
  if (current !== "") sentences.push(current);
  return sentences.filter((sentence) => !COMMAND.test(sentence));
}

/** Descriptions repeat themselves, in a document and from one level of detail to the next. */
const sentencesOf = remember((text) => splitSentences(cleanText(text)), 20_000);

/** As many leading sentences as fit; a first one that is too long is cut at a word. */
export function firstSentences(text: string | undefined, max: number, count = 1): string {
  if (!text || max <= 0) return "";
  const kept: string[] = [];
  let length = 0;
  for (const sentence of sentencesOf(text.slice(0, MAX_TEXT))) {
    if (kept.length >= count || (kept.length > 0 && length + 1 + sentence.length > max)) break;
    kept.push(sentence);
    length += sentence.length + 1;
  }
  return cutText(kept.join(" "), max);
}

/** Says something about what is described, not what it does: `Note: …`, `This is an internal endpoint.` */
const ASIDE =
  /^(?:note|warning|important|caution|attention|nb)\b\s*[:!.-]|^(?:please|see)\b|^this is an? [\w -]{0,40}(?:api|call|endpoint|method|operation|route)\.$/i;

/** The first sentence that is no aside, cut where it is too long. */
export function firstTelling(text: string | undefined, max: number): string {
  const telling = sentencesOf((text ?? "").slice(0, MAX_TEXT)).find((sentence) => !ASIDE.test(sentence));
  return cutText(telling ?? "", max);
}

/** Cuts at a word and shows that something is missing. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  const space = head.lastIndexOf(" ");
  return `${(space > max * 0.6 ? head.slice(0, space) : head).replace(/[\s,;:.\uD800-\uDBFF]+$/, "")}…`;
}

/** A description that says no more than the name does: `The name of the user.` for `user_name`. */
export function repeatsName(text: string, name: string): boolean {
  if (text.length > 80) return false;
  const words = new Set(wordsIn(name));
  return wordsIn(text).every((word) => FILLER.has(word) || words.has(word) || words.has(word.replace(/s$/, "")));
}

function wordsIn(text: string): readonly string[] {
  return (text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.toLowerCase());
}
