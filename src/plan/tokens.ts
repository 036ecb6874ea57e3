import { countTokens as countO200k } from "gpt-tokenizer/encoding/o200k_base";

/** A description may spell out a special token (`<|endoftext|>`): it counts as the text it is. */
const OPTIONS = { disallowedSpecial: new Set<string>() };

/** Tokens (o200k_base) of a value as JSON: what a client puts before a model. */
export function countTokens(value: unknown): number {
  return countO200k(JSON.stringify(value), OPTIONS);
}
