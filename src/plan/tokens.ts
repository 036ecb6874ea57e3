import { countTextTokens } from "../tokens/count.js";

/** Tokens (o200k_base) of a value as JSON: what a client puts before a model. */
export function countTokens(value: unknown): number {
  return countTextTokens(JSON.stringify(value));
}
