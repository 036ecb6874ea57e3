import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallError, type Runtime } from "../../templates/runtime/context.js";
import type { Operation } from "../../templates/runtime/operation.js";
import { buildRequest } from "../../templates/runtime/request.js";
import { retryAfterSeconds, isRateLimited } from "../../templates/runtime/response-limits.js";
import { sendWithRetry, type Exchange } from "../../templates/runtime/retry.js";
import { createDispatcher } from "../../templates/runtime/send.js";
import { reply, reset, silence, startUpstream, type Answer, type UpstreamServer } from "./upstream-server.js";

let upstream: UpstreamServer;
const dispatcher = createDispatcher({});
const counted: string[] = [];
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await dispatcher.destroy();
  await upstream.close();
});

let logged: unknown[] = [];

const read: Operation = { id: "get", method: "GET", path: "/c", class: "read", idempotent: true, arguments: [] };
const put: Operation = { ...read, id: "put", method: "PUT", class: "write" };
const remove: Operation = { ...read, id: "delete", method: "DELETE", class: "delete" };
const post: Operation = { ...read, id: "post", method: "POST", class: "write", idempotent: false };

interface Options extends Partial<Exchange> {
  timeoutMs?: number;
  canRefresh?: boolean;
}

function exchange(operation: Operation, options: Options = {}): Exchange {
  const settings = {
    apiBaseUrl: upstream.origin,
    timeoutMs: options.timeoutMs ?? 5_000,
    maxRetries: 2,
    maxResponseBytes: 10_000,
  };
  let token = "old";
  const runtime: Exchange["runtime"] = {
    // Only these settings are read here.
    settings: settings as Runtime["settings"],
    dispatcher: async () => dispatcher,
    log: (...entry) => void logged.push(entry),
    metrics: {
      recordCall: () => undefined,
      count: (event, labels) => void counted.push(`${event} ${labels?.["reason"]}`),
    },
    credentials: {
      apply: async ({ refresh }) => {
        if (refresh) token = "new";
        return { headers: { authorization: `Bearer ${token}` }, query: {}, cookies: {} };
      },
      canRefresh: () => options.canRefresh ?? false,
      redact: (text) => text,
    },
  };
  return {
    operation,
    build: (credentials) => buildRequest(operation, {}, { baseUrl: upstream.origin, credentials }),
    runtime,
    context: { signal: new AbortController().signal },
    backoff: { baseMs: 1, capMs: 5, maxWaitMs: 2_000 },
    ...options,
  };
}

/** Statuses or error code the caller gets, and how many requests the API saw. */
async function outcome(operation: Operation, answers: readonly Answer[], options: Options = {}) {
  upstream.answer(...answers);
  counted.length = 0;
  let result: string | number;
  try {
    result = (await sendWithRetry(exchange(operation, options))).status;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    result = error.payload.code;
  }
  return [result, upstream.received.length];
}

const ok = reply(200, {});
const status = (code: number, headers: Record<string, string> = {}) => reply(code, {}, headers);
const keyed = { keyed: true };

describe("sendWithRetry", () => {
  it.each<[string, Operation, readonly Answer[], Options, string | number, number]>([
    ["read 502", read, [status(502), ok], {}, 200, 2],
    ["read 503", read, [status(503), ok], {}, 200, 2],
    ["read 504", read, [status(504), ok], {}, 200, 2],
    ["read 408", read, [status(408), ok], {}, 200, 2],
    ["read reset", read, [reset, ok], {}, 200, 2],
    ["read 500 once", read, [status(500), status(500), ok], {}, 500, 2],
    ["read 501", read, [status(501), ok], {}, 501, 1],
    ["read 404", read, [status(404), ok], {}, 404, 1],
    ["read 429 without a time", read, [status(429), ok], {}, 200, 2],
    ["read, three resets", read, [reset, reset, reset, ok], {}, "network", 3],
    ["read, silence", read, [silence], { timeoutMs: 60 }, "timeout", 1],
    ["put 502", put, [status(502), ok], {}, 200, 2],
    ["put 500", put, [status(500), ok], {}, 500, 1],
    ["put reset", put, [reset, ok], {}, 200, 2],
    ["post 429", post, [status(429), ok], {}, 200, 2],
    ["post 403 with nothing remaining", post, [status(403, { "x-ratelimit-remaining": "0" }), ok], {}, 200, 2],
    ["post 503", post, [status(503, { "retry-after": "0" }), ok], {}, 503, 1],
    ["post 502", post, [status(502), ok], {}, 502, 1],
    ["post 500", post, [status(500), ok], {}, 500, 1],
    ["post reset", post, [reset, ok], {}, "outcome_unknown", 1],
    ["post silence", post, [silence], { timeoutMs: 60 }, "outcome_unknown", 1],
    ["post 409", post, [status(409, { "retry-after": "0" }), ok], {}, 409, 1],
    ["keyed post reset", post, [reset, ok], keyed, 200, 2],
    ["keyed post 502", post, [status(502), ok], keyed, 200, 2],
    ["keyed post 503", post, [status(503), ok], keyed, 200, 2],
    ["keyed post 500", post, [status(500), ok], keyed, 500, 1],
    ["keyed post 409 in progress", post, [reply(409, { error: "request in progress" }), ok], keyed, 200, 2],
    ["keyed post 409 conflict", post, [reply(409, { error: "email exists" }), ok], keyed, 409, 1],
    ["delete reset, then gone", remove, [reset, status(404)], {}, 204, 2],
    ["delete 502, then gone", remove, [status(502), status(410)], {}, 204, 2],
    ["delete 429, then gone", remove, [status(429), status(404)], {}, 404, 2],
    ["delete of nothing", remove, [status(404)], {}, 404, 1],
    ["put reset, then 404", put, [reset, status(404)], {}, 404, 2],
    ["two retries at most", read, [status(503)], {}, 503, 3],
  ])("%s", async (...[, operation, answers, options, result, requests]) => {
    expect(await outcome(operation, answers, options)).toEqual([result, requests]);
    expect(counted.filter((event) => event.startsWith("retry"))).toHaveLength(requests - 1);
  });

  it("retries even a POST when nothing was sent", async () => {
    const closed = "http://127.0.0.1:1";
    const run = exchange(post, { build: (credentials) => buildRequest(post, {}, { baseUrl: closed, credentials }) });
    counted.length = 0;
    logged = [];
    await expect(sendWithRetry(run)).rejects.toMatchObject({ payload: { code: "network", retryable: true } });
    expect(counted).toEqual(["retry not_sent", "retry not_sent"]);
    const { host } = new URL(upstream.origin);
    const why = { operation: "post", host, failure: "not_sent", causes: "ECONNREFUSED" };
    expect(logged).toContainEqual(["warn", "no answer from the API", why]);
  });

  it("takes a new token once", async () => {
    expect(await outcome(post, [status(401), ok], { canRefresh: true })).toEqual([200, 2]);
    expect(upstream.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
    expect(counted).toEqual(["token_refresh refused"]);
    expect(await outcome(read, [status(401)], { canRefresh: true })).toEqual([401, 2]);
    expect(await outcome(read, [status(401)])).toEqual([401, 1]);
  });

  it("waits as long as it is told, if that is short", async () => {
    const start = Date.now();
    expect(await outcome(read, [status(429, { "retry-after": "0.3" }), ok])).toEqual([200, 2]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(290);
    expect(await outcome(read, [status(429, { "retry-after": "60" }), ok])).toEqual([429, 1]);
  });

  it("stays within the timeout of the whole call", async () => {
    const start = Date.now();
    expect(await outcome(read, [status(503, { "retry-after": "1" })], { timeoutMs: 400 })).toEqual([503, 1]);
    expect(Date.now() - start).toBeLessThan(390);
  });

  it("stops waiting when the call is cancelled", async () => {
    const controller = new AbortController();
    upstream.answer(status(503, { "retry-after": "2" }));
    const run = sendWithRetry(exchange(read, { context: { signal: controller.signal } }));
    setTimeout(() => controller.abort(), 50);
    await expect(run).rejects.toMatchObject({ payload: { code: "cancelled" } });
    expect(upstream.received).toHaveLength(1);
  });
});

describe("retryAfterSeconds", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const epoch = now / 1000;
  it.each<[Record<string, string>, number | undefined]>([
    [{ "retry-after": "5" }, 5],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after-ms": "1500" }, 1.5],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(epoch + 12) }, 12],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now + 12_000) }, 12],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "12" }, 12],
    [{ "x-ratelimit-remaining": "4", "x-ratelimit-reset": "12" }, undefined],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "1.25" }, 1.25],
    [{ ratelimit: '"default";r=0;t=7' }, 7],
    [{ ratelimit: "limit=10, remaining=0, reset=9" }, 9],
    [{ "ratelimit-remaining": "0", "ratelimit-reset": "3" }, 3],
    [{}, undefined],
  ])("reads %j as %s", (headers, wanted) => {
    expect(retryAfterSeconds(headers, now)).toBe(wanted);
  });

  it("takes a 403 for a rate limit only when its headers say so", () => {
    expect(isRateLimited({ status: 403, headers: {} })).toBe(false);
    expect(isRateLimited({ status: 403, headers: { "x-ratelimit-remaining": "12" } })).toBe(false);
    expect(isRateLimited({ status: 403, headers: { "x-ratelimit-remaining": "0" } })).toBe(true);
    expect(isRateLimited({ status: 429, headers: {} })).toBe(true);
  });
});
