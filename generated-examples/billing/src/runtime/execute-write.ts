/** Runs a write under its `request_id`: at most one effect, whatever happens on the way. */
import { CallError, type ErrorPayload } from "./context.js";
import type { ContentBlock } from "@modelcontextprotocol/server";
import { payloadOfThrown } from "./errors.js";
import { fetchResult, type ResultRequest, type ShapedResult } from "./execute-read.js";
import { runOnce, type OnceOutcome, type Settlement } from "./idempotency.js";
import { digestOf } from "./idempotency-key.js";
import type { JsonValue } from "./operation.js";
import { withoutFile } from "./response-binary.js";
import { isRepeatable } from "./retry.js";
import type { Structured } from "./shape.js";

/** Longer than any call can take: timeout of the API plus hooks. */
const LOCK_MARGIN_MS = 15_000;
/** Images and files beyond this size are not kept for a replay. */
const MAX_STORED = 200_000;
const NOT_KEPT = "The file came with the first answer; it is too large to be kept.";

/** A kept result. */
interface Kept {
  readonly structured: Structured;
  readonly content: readonly ContentBlock[];
}

/** Runs the call once for its key; without a key it simply runs. Throws a CallError. */
export async function fetchOnce(request: ResultRequest, key: string | undefined): Promise<ShapedResult> {
  if (key === undefined) return fetchResult(request);
  const { runtime, context, operation, tally, idempotencyKey } = request.execution;
  const repeatable = isRepeatable(operation, idempotencyKey !== undefined);
  const own: { result?: ShapedResult } = {};
  const { outcome, replayed } = await runOnce({
    key,
    fingerprint: digestOf([operation.id, request.given]),
    store: runtime.idempotency,
    lockMs: runtime.settings.timeoutMs + LOCK_MARGIN_MS,
    ttlMs: runtime.settings.idempotencyTtlMs,
    repeatable,
    signal: context.signal,
    log: runtime.log,
    run: () => runSettled(request, repeatable, own),
  });
  tally.replayed = replayed;
  if (!outcome.ok) throw new CallError(outcome.error);
  if (own.result) return own.result;
  const kept = outcome.result as unknown as Kept; // written by runSettled
  const structured = kept.structured ?? { result: outcome.result };
  return {
    structured: replayed ? { ...structured, replayed: true } : structured,
    content: kept.content ?? [],
    truncated: false,
  };
}

/** What is kept for replays; the result of the call itself, which may be larger, goes to `own`. */
async function runSettled(
  request: ResultRequest,
  repeatable: boolean,
  own: { result?: ShapedResult },
): Promise<OnceOutcome> {
  try {
    own.result = await fetchResult(request);
    const { structured, content } = own.result;
    const isLarge = JSON.stringify(content).length > MAX_STORED;
    const kept: Kept = isLarge
      ? { structured: withoutFile(structured, NOT_KEPT), content: [] }
      : { structured, content };
    return { outcome: { ok: true, result: kept as unknown as JsonValue }, settlement: "final" }; // content is JSON
  } catch (error) {
    const payload = payloadOfThrown(error, request.execution.runtime.log);
    return { outcome: { ok: false, error: payload }, settlement: settlementOf(payload, request, repeatable) };
  }
}

/** Statuses of requests that were turned away before anything was done. */
const TURNED_AWAY = new Set([401, 403, 425, 429]);
const TURNED_AWAY_CODES = new Set(["unauthenticated", "forbidden", "rate_limited", "invalid_cursor"]);
/** Failures after which nobody knows what the API did. */
const OPEN_CODES = new Set(["outcome_unknown", "cancelled"]);

/** Whether a failure is the last word on its request, may be tried again, or leaves open what happened. */
export function settlementOf(
  payload: ErrorPayload,
  { execution }: Pick<ResultRequest, "execution">,
  repeatable: boolean,
): Settlement {
  const { tally } = execution;
  if (!tally.sent) return "released";
  if (payload.code === "network" ? payload.retryable : payload.code === "upstream_error" && repeatable)
    return "released";
  const status = payload.status ?? tally.status;
  const open: Settlement = repeatable ? "released" : "unknown";
  if (status === undefined || OPEN_CODES.has(payload.code)) return open;
  if (TURNED_AWAY.has(status) || TURNED_AWAY_CODES.has(payload.code)) return "released";
  if (status === 408 || (status >= 500 && status !== 501)) return open;
  // The API is still at work on the same key, or another change came first: its own key makes a retry safe.
  if (status === 409 && execution.idempotencyKey !== undefined) return "released";
  return "final";
}
