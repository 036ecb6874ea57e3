import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Operation } from "../../templates/runtime/operation.js";
import { createMemoryStore } from "../../templates/runtime/store-memory.js";
import { call, createRuntime, createThing, rawCall, toolOf, type Harness } from "./call-fixture.js";
import { reply, reset, silence, startUpstream, type Answer, type UpstreamServer } from "./upstream-server.js";

let upstream: UpstreamServer;
let harness: Harness;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => {
  harness = createRuntime(upstream.origin, { settings: { timeoutMs: 300 } });
});

const plain = toolOf(createThing);
const keyed = toolOf({ ...createThing, idempotency: { in: "header", wire: "Idempotency-Key" } });
const put: Operation = { ...createThing, id: "putThing", method: "PUT", idempotent: true };
const args = { name: "Ada", request_id: "request-0001" };

/** Answer of the first call, its outcome, what a repetition gets, and how often the API was asked. */
const TABLE: readonly [string, typeof plain, Answer, string, string, number][] = [
  ["201", plain, reply(201, { id: 1 }), "ok", "replayed", 1],
  ["422", plain, reply(422, { message: "no" }), "invalid_input", "invalid_input", 1],
  ["404", plain, reply(404, {}), "not_found", "not_found", 1],
  ["401", plain, reply(401, {}), "unauthenticated", "ok", 2],
  ["403", plain, reply(403, {}), "forbidden", "ok", 2],
  ["429", plain, reply(429, {}), "rate_limited", "ok", 2],
  ["500", plain, reply(500, {}), "upstream_error", "outcome_unknown", 1],
  ["503", plain, reply(503, {}), "upstream_error", "outcome_unknown", 1],
  ["reset", plain, reset, "outcome_unknown", "outcome_unknown", 1],
  ["timeout", plain, silence, "outcome_unknown", "outcome_unknown", 1],
  ["500 with a key", keyed, reply(500, {}), "upstream_error", "ok", 2],
  ["reset with a key", keyed, reset, "network", "ok", 2],
  ["timeout of PUT", toolOf(put), silence, "timeout", "ok", 2],
];

it("brings a large file once, and says so when it is asked for again", async () => {
  upstream.answer(reply(200, Buffer.alloc(300_000), { "content-type": "application/pdf" }));
  const first = await rawCall(harness.runtime, plain, args);
  expect(first).toMatchObject({ content: [{}, { type: "resource" }], structuredContent: { included: true } });
  const second = await rawCall(harness.runtime, plain, args);
  expect(second.content).toHaveLength(1);
  expect(second.structuredContent).toMatchObject({ bytes: 300_000, included: false, replayed: true });
  expect(upstream.received).toHaveLength(1);
});

it.each(TABLE)("after %s", async (...row) => {
  const [, tool, answer, first, second, sent] = row;
  upstream.answer(answer, reply(201, { id: 2 }));
  const read = (result: Record<string, unknown>): unknown =>
    result["error"] ? (result["error"] as { code: string }).code : result["replayed"] ? "replayed" : "ok";
  expect(read(await call(harness, tool, args))).toBe(first);
  expect(read(await call(harness, tool, args))).toBe(second);
  expect(upstream.received).toHaveLength(sent);
  const keys = new Set(upstream.received.map((request) => request.headers["idempotency-key"]));
  expect(keys.size).toBe(1);
});

it("refuses other arguments, and keeps callers apart", async () => {
  upstream.answer(reply(201, { id: 1 }));
  await call(harness, plain, args);
  expect(await call(harness, plain, { ...args, name: "Eve" })).toMatchObject({
    error: { code: "idempotency_key_reused" },
  });
  const caller = { subject: "eve", scopes: [], claims: {}, token: "t" };
  expect(await call(harness, plain, args, { context: { caller } })).not.toHaveProperty("replayed");
  expect(upstream.received).toHaveLength(2);
});

it("gives 200 concurrent duplicates one effect", async () => {
  upstream.answer((response, request) => void setTimeout(() => reply(201, { id: 1 })(response, request), 50));
  const results = await Promise.all(Array.from({ length: 200 }, () => call(harness, plain, args)));
  expect(upstream.received).toHaveLength(1);
  expect(results.every((result) => result["id"] === 1)).toBe(true);
});

it("shapes the key for the API, random without a request id", async () => {
  const uuid = toolOf({ ...createThing, idempotency: { in: "body", wire: "/key", format: "uuid" } });
  const short = toolOf({ ...createThing, idempotency: { in: "query", wire: "key", maxLength: 10 } });
  upstream.answer(reply(201, {}));
  await call(harness, uuid, { name: "a" });
  await call(harness, uuid, { name: "a" });
  await call(harness, short, { name: "a" });
  const [a, b] = upstream.received.map((request) => (JSON.parse(request.body) as { key?: string }).key);
  expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(a).not.toBe(b);
  expect(upstream.received[2]?.url).toMatch(/[?&]key=[0-9a-f]{10}(?:&|$)/);
});

it("remembers a lost call as unknown, and forgets old outcomes first", async () => {
  const store = createMemoryStore(2);
  await store.claim("lost", "f", -1);
  expect(await store.claim("lost", "f", 1_000)).toMatchObject({ state: "unknown" });
  for (const key of ["a", "b", "c"]) await store.settle(key, { state: "done", fingerprint: key, result: 1 }, 1_000);
  await store.claim("d", "d", 1_000);
  expect(await store.claim("a", "a", 1_000)).toBeUndefined();
});
