/** Titles, descriptions and summaries: what a tool is for, in few words. */
import { isVerb } from "../naming/lexicon.js";
import { capitalise, splitWords } from "../naming/words.js";
import { describeActions } from "../../templates/runtime/listing-text.js";
import type { Choice, Intent } from "../cluster/types.js";
import { LIMITS } from "./limits.js";
import { toTitle } from "./names.js";
import { cutText, firstSentences, firstTelling } from "./text.js";

export function planTitle(name: string, intent: Intent): string {
  return intent.annotation?.title ?? cutText(toTitle(name), 80);
}

/** One line about an action: the description's own summary, else its first sentence, else its id or name in words. */
export function planSummary(choice: Choice, noun: string): string {
  if (choice.annotation?.summary) return cutText(choice.annotation.summary.trim(), 300);
  return markDeprecated(choice, summarise(choice, noun));
}

function summarise(choice: Choice, noun: string): string {
  const { summary, description, operationId } = choice.operation;
  const said = firstSentences(summary, 80) || firstTelling(description, 80);
  return said || cutText(`${spellId(operationId) ?? `${toTitle(choice.action)} ${noun}`}.`, 80);
}

function markDeprecated({ operation }: Choice, text: string): string {
  return operation.deprecated ? `Deprecated. ${text}` : text;
}

/** `markDevServerActivity` as `Mark dev server activity`; undefined for an id that does not begin with a verb. */
function spellId(operationId = ""): string | undefined {
  const words = splitWords(operationId);
  return words.length > 1 && isVerb(words[0]) ? capitalise(words.join(" ")) : undefined;
}

/** Description of a tool of one operation: its summary, and a sentence more where that is very short. */
export function describeFlat(intent: Intent, choice: Choice): string {
  const annotated = intent.annotation?.description ?? choice.annotation?.summary;
  if (annotated) return cutText(annotated.trim(), LIMITS.toolDescription);
  const summary = summarise(choice, intent.noun);
  const more = summary.split(" ").length > 3 ? "" : firstTelling(choice.operation.description, 120);
  const isSaid = more === "" || fold(more).startsWith(fold(summary));
  return markDeprecated(choice, isSaid ? longer(more, summary) : `${summary} ${more}`);
}

/** Description of a grouped tool: `Create, update or delete a contact. Also: set status.` */
export function describeGroup(intent: Intent, choices: readonly Choice[]): string {
  if (intent.annotation?.description) return cutText(intent.annotation.description.trim(), LIMITS.toolDescription);
  const thing = `${/^[aeio]/i.test(intent.noun) ? "an" : "a"} ${intent.noun}`;
  const names = choices.map((choice) => choice.action);
  return cutText(describeActions(names, thing), LIMITS.toolDescription);
}

function longer(a: string, b: string): string {
  return a.length > b.length ? a : b;
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
