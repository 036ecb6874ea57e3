/** Help that is asked for by name alone: printed as the build wrote it down, without the parser it comes from. */
import { existsSync, readFileSync } from "node:fs";

/** Written by the build, beside the bundled code. */
export const helpFile = new URL("help.json", import.meta.url);

/** Commands that have a help text; "" is the first page. */
export const helpTopics = ["", "inspect", "check", "diff", "lint", "explain"] as const;

/** The text that these words ask for; undefined when they ask for more than help, and when there is no such text. */
export function findHelp(words: readonly string[], file: URL = helpFile): string | undefined {
  const [first = "", second = ""] = words;
  const isAsking = words.length === 1 ? isHelp(first) || first === "help" : isHelp(second) || first === "help";
  if (!isAsking || words.length > 2 || !existsSync(file)) return undefined;
  const topic = words.length === 1 ? "" : first === "help" ? second : first;
  const texts: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof texts !== "object" || texts === null) return undefined;
  const text = new Map<string, unknown>(Object.entries(texts)).get(topic);
  return typeof text === "string" ? text : undefined;
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}
