/** Runs a write once per `request_id`, however often it is asked for (state table at `runOnce`). */
import { CallError, type ErrorPayload, type IdempotencyRecord, type IdempotencyStore, type Log } from "./context.js";
import type { JsonValue } from "./operation.js";
import { createMemoryStore } from "./store-memory.js";
import { createRedisStore } from "./store-redis.js";

/** What is kept of a call that ended. */
export type StoredOutcome =
  { readonly ok: true; readonly result: JsonValue } | { readonly ok: false; readonly error: ErrorPayload };

/** `final` is replayed, `released` may be tried again, `unknown` must be looked up first. */
export type Settlement = "final" | "released" | "unknown";

export interface OnceOutcome {
  readonly outcome: StoredOutcome;
  readonly settlement: Settlement;
}

export interface OnceRequest {
  readonly key: string;
  readonly fingerprint: string;
  readonly store: IdempotencyStore;
  readonly lockMs: number;
  readonly ttlMs: number;
  /** A repetition does no harm, so that a lost outcome is no reason to refuse. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Must not throw. */
  readonly run: () => Promise<OnceOutcome>;
}

export interface OnceResult {
  readonly outcome: StoredOutcome;
  readonly replayed: boolean;
}

interface InFlight {
  readonly fingerprint: string;
  readonly done: Promise<OnceOutcome | undefined>;
}

type DoneRecord = Extract<IdempotencyRecord, { state: "done" }>;

/** Calls of this process that are under way, by store: duplicates wait for them instead of failing. */
const inFlight = new WeakMap<IdempotencyStore, Map<string, InFlight>>();

/** The store for a configuration: Redis where an address is set, else memory. */
export function createIdempotencyStore(redisUrl: string | undefined): Promise<IdempotencyStore> {
  return redisUrl === undefined ? Promise.resolve(createMemoryStore()) : createRedisStore(redisUrl);
}

/**
 * | known state       | same arguments                         | other arguments        |
 * |-------------------|----------------------------------------|------------------------|
 * | none              | runs                                   | runs                   |
 * | running here      | waits for the outcome                  | idempotency_key_reused |
 * | running elsewhere | request_in_progress                    | idempotency_key_reused |
 * | done              | replays                                | idempotency_key_reused |
 * | unknown           | outcome_unknown; runs where repeatable | idempotency_key_reused |
 */
export async function runOnce(request: OnceRequest): Promise<OnceResult> {
  const running = runningIn(request.store);
  for (;;) {
    const other = running.get(request.key);
    if (other === undefined) break;
    if (other.fingerprint !== request.fingerprint) throw reusedKey();
    const joined = joinedResult(await waitFor(other.done, request.signal));
    if (joined) return joined;
  }
  let finish: (outcome: OnceOutcome | undefined) => void = () => {};
  const done = new Promise<OnceOutcome | undefined>((resolve) => (finish = resolve));
  running.set(request.key, { fingerprint: request.fingerprint, done });
  let ended: OnceOutcome | undefined;
  try {
    const known = await claimKey(request);
    if (known) return { outcome: fromStored(known.result), replayed: true };
    ended = await request.run();
    await keepOutcome(request, ended);
    return { outcome: ended.outcome, replayed: false };
  } finally {
    running.delete(request.key);
    finish(ended);
  }
}

/** What another call's end means for one that waited for it; undefined when the waiting one must ask the store. */
function joinedResult(joined: OnceOutcome | undefined): OnceResult | undefined {
  if (joined === undefined) return undefined;
  const { outcome, settlement } = joined;
  if (settlement === "unknown") throw unknownOutcome();
  // Only a call that was given up by its own caller is worth making again at once.
  if (!outcome.ok && outcome.error.code === "cancelled") return undefined;
  return { outcome, replayed: settlement === "final" };
}

/** Takes the key; returns the stored outcome when there is one, and throws where the call must not be made. */
async function claimKey(request: OnceRequest): Promise<DoneRecord | undefined> {
  const { store, key, fingerprint, lockMs, repeatable } = request;
  let known = await store.claim(key, fingerprint, lockMs);
  if (known === undefined) return undefined;
  if (known.fingerprint !== fingerprint) throw reusedKey();
  if (known.state === "unknown" && repeatable) {
    await store.release(key);
    known = await store.claim(key, fingerprint, lockMs);
  }
  if (known === undefined || known.state === "done") return known;
  throw known.state === "running" ? inProgress() : unknownOutcome();
}

async function keepOutcome(request: OnceRequest, { outcome, settlement }: OnceOutcome): Promise<void> {
  const { store, key, fingerprint, ttlMs } = request;
  try {
    if (settlement === "released") await store.release(key);
    else if (settlement === "unknown") await store.settle(key, { state: "unknown", fingerprint }, ttlMs);
    else await store.settle(key, { state: "done", fingerprint, result: toStored(outcome) }, ttlMs);
  } catch (error) {
    // The lock stays: a repetition is told that the outcome is unknown, which is true.
    request.log("error", "the outcome of a request id could not be stored", { error });
  }
}

// Outcomes are JSON by construction; the store's type says so without knowing their shape.
const toStored = (outcome: StoredOutcome): JsonValue => outcome as unknown as JsonValue;

function fromStored(value: JsonValue): StoredOutcome {
  if (value === null) return { ok: true, result: { note: "It was carried out; its result was too large to be kept." } };
  return value as unknown as StoredOutcome; // written by toStored
}

function runningIn(store: IdempotencyStore): Map<string, InFlight> {
  const known = inFlight.get(store) ?? new Map<string, InFlight>();
  inFlight.set(store, known);
  return known;
}

/** The other call's outcome, unless this caller gives up first. */
async function waitFor<T>(done: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new CallError({ code: "cancelled", message: "The call was cancelled.", retryable: false }));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([done, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function reusedKey(): CallError {
  return new CallError({
    code: "idempotency_key_reused",
    message: "This `request_id` was already used with other arguments; nothing was sent.",
    retryable: false,
    hint: "Use a new `request_id` for another request.",
  });
}

function inProgress(): CallError {
  return new CallError({
    code: "request_in_progress",
    message: "A call with this `request_id` is still running.",
    retryable: true,
    retry_after: 1,
  });
}

function unknownOutcome(): CallError {
  return new CallError({
    code: "outcome_unknown",
    message: "An earlier call with this `request_id` may or may not have taken effect; nothing was sent again.",
    retryable: false,
    hint: "Look up the current state first; use a new `request_id` if the change is still missing.",
  });
}
