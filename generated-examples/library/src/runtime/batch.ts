/** Several argument sets in one call, each with an outcome of its own. */
import type { ContentBlock } from "@modelcontextprotocol/server";
import type { ErrorPayload } from "./context.js";
import type { JsonValue } from "./operation.js";
import { withoutFile } from "./response-binary.js";
import type { Structured } from "./shape.js";

const CONCURRENCY = 4;

/** Files of all items together, in characters: somewhat more than the largest single one takes in base64. */
const MAX_CONTENT = 1_500_000;
const NO_ROOM = "The files of the other items leave no room for this one.";

/** How one call ended. */
export type ItemOutcome =
  | { readonly ok: true; readonly structured: Structured; readonly content: readonly ContentBlock[] }
  | { readonly ok: false; readonly error: ErrorPayload };

export interface BatchRequest {
  readonly items: readonly unknown[];
  /** Must not throw. */
  readonly run: (item: unknown, index: number) => Promise<ItemOutcome>;
  /** Told after each item but the last. */
  readonly onDone: (done: number, total: number) => void;
}

export interface BatchOutcome {
  readonly structured: Structured;
  /** Files of the items, in their order. */
  readonly content: readonly ContentBlock[];
  readonly failed: number;
}

/** Runs all items, a few at a time; one failure does not stop the others. Outcomes keep the order of the items. */
export async function runBatch({ items, run, onDone }: BatchRequest): Promise<BatchOutcome> {
  const outcomes: ItemOutcome[] = [];
  let started = 0;
  let done = 0;
  let room = MAX_CONTENT;
  const fit = (outcome: ItemOutcome): ItemOutcome => {
    if (!outcome.ok || outcome.content.length === 0) return outcome;
    const size = JSON.stringify(outcome.content).length;
    if (size > room) return { ...outcome, structured: withoutFile(outcome.structured, NO_ROOM), content: [] };
    room -= size;
    return outcome;
  };
  const work = async (): Promise<void> => {
    while (started < items.length) {
      const index = started++;
      outcomes[index] = fit(await run(items[index], index));
      done += 1;
      if (done < items.length) onDone(done, items.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, work));
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  const results = outcomes.map((outcome, index): JsonValue =>
    outcome.ok
      ? { index, ok: true, result: outcome.structured }
      : { index, ok: false, error: errorData(outcome.error) },
  );
  const content = outcomes.flatMap((outcome) => (outcome.ok ? outcome.content : []));
  return { structured: { succeeded: items.length - failed, failed, results }, content, failed };
}

/** The payload without members that are undefined. */
function errorData(error: ErrorPayload): JsonValue {
  return JSON.parse(JSON.stringify(error)) as JsonValue; // JSON.parse yields nothing but JSON values
}
