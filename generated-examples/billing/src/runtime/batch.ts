/** Several argument sets in one call, each with an outcome of its own. */
import type { ErrorPayload } from "./context.js";
import type { JsonValue } from "./operation.js";
import type { Structured } from "./shape.js";

const CONCURRENCY = 4;

/** How one call ended. */
export type ItemOutcome =
  { readonly ok: true; readonly structured: Structured } | { readonly ok: false; readonly error: ErrorPayload };

export interface BatchRequest {
  readonly items: readonly unknown[];
  /** Must not throw. */
  readonly run: (item: unknown, index: number) => Promise<ItemOutcome>;
  /** Told after each item but the last. */
  readonly onDone: (done: number, total: number) => void;
}

export interface BatchOutcome {
  readonly structured: Structured;
  readonly failed: number;
}

/** Runs all items, a few at a time; one failure does not stop the others. Outcomes keep the order of the items. */
export async function runBatch({ items, run, onDone }: BatchRequest): Promise<BatchOutcome> {
  const outcomes: ItemOutcome[] = [];
  let started = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (started < items.length) {
      const index = started++;
      outcomes[index] = await run(items[index], index);
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
  return { structured: { succeeded: items.length - failed, failed, results }, failed };
}

/** The payload without members that are undefined. */
function errorData(error: ErrorPayload): JsonValue {
  return JSON.parse(JSON.stringify(error)) as JsonValue; // JSON.parse yields nothing but JSON values
}
