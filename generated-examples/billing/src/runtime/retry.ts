/** Sends a request again when, and only when, a repetition cannot do harm. */
import { setTimeout as sleep } from "node:timers/promises";
import { CallError, type AppliedCredentials, type CallContext, type Runtime } from "./context.js";
import type { Operation } from "./operation.js";
import { baseUrlOf, type UpstreamRequest } from "./request.js";
import { isRateLimited, retryAfterSeconds } from "./response-limits.js";
import { codesOf, SendError, sendRequest, type SendFailure, type UpstreamResponse } from "./send.js";

export interface Exchange {
  readonly operation: Operation;
  /** Builds the request for the given credentials; called again after a refused token. */
  readonly build: (credentials: AppliedCredentials) => Promise<UpstreamRequest>;
  /** Every attempt carries the same idempotency key, so that the API itself prevents a second effect. */
  readonly keyed?: boolean;
  readonly runtime: Pick<Runtime, "credentials" | "settings" | "metrics" | "log" | "dispatcher">;
  readonly context: Pick<CallContext, "signal" | "caller">;
  readonly backoff?: Backoff;
}

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  /** Longest wait that is sat out; beyond it the caller is told when to come back. */
  readonly maxWaitMs: number;
}

const BACKOFF: Backoff = { baseMs: 500, capMs: 8_000, maxWaitMs: 10_000 };

type Outcome =
  | { readonly response: UpstreamResponse; readonly error?: undefined }
  | { readonly error: SendError; readonly response?: undefined };

/** What the attempts so far have used up. */
interface Progress {
  attempt: number;
  refreshed: boolean;
  /** An earlier attempt may have had its effect although its answer was lost. */
  mayHaveHappened: boolean;
}

/** True when a repetition with the same arguments does no harm. */
export function isRepeatable(operation: Operation, keyed: boolean | undefined): boolean {
  return operation.class === "read" || operation.idempotent || keyed === true;
}

/** Returns the API's answer whatever its status; throws a CallError when there is none. */
export async function sendWithRetry(exchange: Exchange): Promise<UpstreamResponse> {
  const { settings, metrics, log } = exchange.runtime;
  const deadline = Date.now() + settings.timeoutMs;
  const progress: Progress = { attempt: 0, refreshed: false, mayHaveHappened: false };
  let request = await prepareRequest(exchange, false);
  for (;;) {
    const outcome = await sendAttempt(exchange, request, deadline);
    if (needsNewToken(exchange, outcome, progress)) {
      progress.refreshed = true;
      metrics.count("token_refresh", { reason: "refused" });
      request = await prepareRequest(exchange, true);
      continue;
    }
    const waitMs = progress.attempt < settings.maxRetries ? retryDelay(exchange, outcome, progress) : undefined;
    if (waitMs === undefined || Date.now() + waitMs >= deadline) return settle(exchange, outcome, progress);
    progress.mayHaveHappened ||= outcome.error?.failure !== "not_sent" && !isRefusal(outcome);
    progress.attempt += 1;
    const reason = outcome.response ? String(outcome.response.status) : outcome.error.failure;
    metrics.count("retry", { reason });
    log("debug", "retrying", { operation: exchange.operation.id, reason, wait_ms: Math.round(waitMs) });
    await pause(exchange, waitMs);
  }
}

async function prepareRequest(exchange: Exchange, refresh: boolean): Promise<UpstreamRequest> {
  const { operation, runtime, context } = exchange;
  const { origin } = baseUrlOf(operation, runtime.settings.apiBaseUrl);
  const { signal, caller } = context;
  return exchange.build(await runtime.credentials.apply({ operation, origin, caller, refresh, signal }));
}

async function sendAttempt(exchange: Exchange, request: UpstreamRequest, deadline: number): Promise<Outcome> {
  const { settings } = exchange.runtime;
  const dispatcher = await exchange.runtime.dispatcher?.();
  try {
    const response = await sendRequest(request, {
      signal: exchange.context.signal,
      timeoutMs: deadline - Date.now(),
      maxResponseBytes: settings.maxResponseBytes,
      dispatcher,
    });
    return { response };
  } catch (error) {
    if (error instanceof SendError) return { error };
    throw error;
  }
}

function needsNewToken({ operation, runtime }: Exchange, outcome: Outcome, progress: Progress): boolean {
  return outcome.response?.status === 401 && !progress.refreshed && runtime.credentials.canRefresh(operation);
}

/** Milliseconds to wait before another attempt; undefined when there must be none. */
function retryDelay(exchange: Exchange, outcome: Outcome, { attempt }: Progress): number | undefined {
  const backoff = exchange.backoff ?? BACKOFF;
  const jitter = Math.random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** attempt);
  const repeatable = isRepeatable(exchange.operation, exchange.keyed);
  if (outcome.error) return isRetryableFailure(outcome.error.failure, repeatable) ? jitter : undefined;
  const { response } = outcome;
  if (!isRetryableAnswer(exchange, response, attempt)) return undefined;
  const stated = retryAfterSeconds(response.headers);
  if (stated === undefined) return jitter;
  // A little spread keeps clients that were told the same moment apart.
  return stated * 1000 <= backoff.maxWaitMs ? stated * 1000 + jitter * 0.1 : undefined;
}

function isRetryableFailure(failure: SendFailure, repeatable: boolean): boolean {
  return failure === "not_sent" || (failure === "no_answer" && repeatable);
}

function isRetryableAnswer({ operation, keyed }: Exchange, response: UpstreamResponse, attempt: number): boolean {
  if (isRateLimited(response)) return true;
  const repeatable = isRepeatable(operation, keyed);
  switch (response.status) {
    case 408:
    case 425:
    case 502:
    case 503:
    case 504:
      return repeatable;
    case 500:
      return operation.class === "read" && attempt === 0;
    case 409:
      return keyed === true && isInProgress(response);
    default:
      return false;
  }
}

/** The API is still at work on the first request with this idempotency key. */
function isInProgress(response: UpstreamResponse): boolean {
  if ("retry-after" in response.headers) return true;
  return /in.?progress|concurrent|being processed|still processing/i.test(response.body.toString("utf8", 0, 2_000));
}

/** Answers that say the request was turned away before it was carried out. */
function isRefusal({ response }: Outcome): boolean {
  return response !== undefined && (isRateLimited(response) || response.status === 425 || response.status === 503);
}

/** Nothing is left to try: the answer, or what its absence means for the caller. */
function settle(exchange: Exchange, outcome: Outcome, progress: Progress): UpstreamResponse {
  const { operation } = exchange;
  if (outcome.error) throw failureOf(exchange, outcome.error);
  const isGone = outcome.response.status === 404 || outcome.response.status === 410;
  // The lost answer of an earlier attempt was the deletion itself.
  if (isGone && progress.mayHaveHappened && operation.method.toUpperCase() === "DELETE") {
    return { ...outcome.response, status: 204, headers: {}, body: Buffer.alloc(0) };
  }
  return outcome.response;
}

function failureOf({ operation, keyed, runtime }: Exchange, error: SendError): CallError {
  const { failure } = error;
  if (failure === "cancelled") {
    return new CallError({ code: "cancelled", message: "The call was cancelled.", retryable: false }, { cause: error });
  }
  // The model cannot do anything with the cause; the operator can.
  const { host } = baseUrlOf(operation, runtime.settings.apiBaseUrl);
  const causes = [...new Set(codesOf(error))].join(", ");
  runtime.log("warn", "no answer from the API", { operation: operation.id, host, failure, causes });
  if (failure === "not_sent") {
    const message = "The API could not be reached; nothing was sent.";
    return new CallError({ code: "network", message, retryable: true }, { cause: error });
  }
  const seconds = Math.round(runtime.settings.timeoutMs / 100) / 10;
  const what = failure === "timeout" ? `gave no answer within ${seconds} s` : "closed the connection without an answer";
  if (!isRepeatable(operation, keyed)) return outcomeUnknown(`The API ${what}.`, error);
  const code = failure === "timeout" ? "timeout" : "network";
  return new CallError({ code, message: `The API ${what}.`, retryable: true }, { cause: error });
}

function outcomeUnknown(what: string, cause: SendError): CallError {
  return new CallError(
    {
      code: "outcome_unknown",
      message: `${what} The request may or may not have taken effect.`,
      retryable: false,
      hint: "Look up the current state before you repeat it.",
    },
    { cause },
  );
}

async function pause({ context }: Exchange, milliseconds: number): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: context.signal });
  } catch (error) {
    throw new CallError({ code: "cancelled", message: "The call was cancelled.", retryable: false }, { cause: error });
  }
}
