/** One upstream operation: build, send, read, and what its answer means. */
import type { CallContext, RoutedCall, Runtime } from "./context.js";
import { CallError } from "./context.js";
import { invalidCursor, type PageState } from "./cursor.js";
import { toErrorPayload } from "./errors.js";
import { noteDrift } from "./execute-drift.js";
import type { Operation } from "./operation.js";
import { requestOf } from "./pagination.js";
import type { NextUrlContext } from "./pagination-links.js";
import type { Progress } from "./progress.js";
import { baseUrlOf, buildRequest } from "./request.js";
import { readResponse, type ReadFailure, type ReadResult } from "./response.js";
import { sendWithRetry } from "./retry.js";
import type { UpstreamResponse } from "./send.js";
import { sourceOf } from "./spotlight.js";

/** What one call did to the API so far. */
export interface Tally {
  sent: boolean;
  status: number | undefined;
  bytesUpstream: number;
  /** URL of the last answer, without its query. */
  source: string | undefined;
  replayed: boolean;
}

/** A checked call on its way. */
export interface Execution {
  readonly runtime: Runtime;
  readonly context: CallContext;
  /** Without control arguments, checked, and as `before` hooks left it. */
  readonly call: RoutedCall;
  readonly operation: Operation;
  readonly idempotencyKey: string | undefined;
  readonly progress: Progress;
  readonly tally: Tally;
}

export interface Answer {
  readonly response: UpstreamResponse;
  readonly result: ReadResult;
  readonly links: NextUrlContext;
}

/** Sends the operation for one page state. Throws a CallError for everything but a result. */
export async function executeOperation(execution: Execution, state: PageState): Promise<Answer> {
  const { runtime, context, call, operation, idempotencyKey, tally } = execution;
  const { settings } = runtime;
  const keyed = idempotencyKey !== undefined;
  let query: Readonly<Record<string, string>> = {};
  let asked = "";
  const stopWaiting = execution.progress.waiting("Waiting for the API");
  try {
    const response = await sendWithRetry({
      operation,
      keyed,
      runtime,
      context,
      build: async (credentials) => {
        query = credentials.query;
        const request = await buildRequest(operation, call.arguments, {
          baseUrl: settings.apiBaseUrl,
          credentials,
          idempotencyKey,
          resolveEnv: runtime.resolveEnv,
          resolveClaim: (name) => claimOf(context, name),
          fileRoot: settings.fileRoot,
          traceparent: context.traceparent,
          ...requestOf(operation, state),
        });
        tally.sent = true;
        asked = request.url.pathname;
        return request;
      },
    });
    const redact = (text: string): string => runtime.credentials.redact(text);
    tally.status = response.status;
    tally.source = redact(sourceOf(response.url));
    tally.bytesUpstream += response.body.length;
    const result = readResponse({ ...response, url: tally.source }, operation);
    if (!result.ok) throw failureOf(execution, { response, result, state });
    if (result.kind === "json") noteDrift(runtime, operation, driftInput(execution, response, result));
    const base = baseUrlOf(operation, settings.apiBaseUrl);
    return { response, result, links: { current: response.url, asked, base, credentials: { query }, redact } };
  } finally {
    stopWaiting();
  }
}

/** A claim of the caller's verified token. */
export function claimOf(context: CallContext, name: string): unknown {
  const claims = context.caller?.claims ?? {};
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function driftInput({ call, context }: Execution, response: UpstreamResponse, { data }: ReadResult) {
  const { clock } = context;
  return { data, bytes: response.body.length, tool: call.tool.name, action: call.actionName, clock };
}

interface Failed {
  readonly response: UpstreamResponse;
  readonly result: ReadFailure;
  readonly state: PageState;
}

function failureOf(execution: Execution, { response, result, state }: Failed): CallError {
  const { runtime, call, idempotencyKey } = execution;
  const error = new CallError(
    toErrorPayload({
      response,
      result,
      call,
      definition: runtime.definition,
      redact: (text) => runtime.credentials.redact(text),
      keyed: idempotencyKey !== undefined,
      apart: runtime.settings.spotlight === true,
    }),
  );
  if (!isStalePosition(response, state)) return error;
  return invalidCursor(`The API no longer knows this place in the list (${response.status}).`, { cause: error });
}

/** The API refuses a position it named itself: it has expired. */
function isStalePosition(response: UpstreamResponse, state: PageState): boolean {
  if (state.token === undefined && state.url === undefined) return false;
  if (response.status === 410) return true;
  const text = response.body.toString("utf8", 0, 2_000);
  return [400, 404, 422].includes(response.status) && /cursor|token|expired|continu|page|marker|offset/i.test(text);
}
