import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { IdempotencyStore } from "../../templates/runtime/context.js";
import { storeKeyOf } from "../../templates/runtime/idempotency-key.js";
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

describe("outcomes in memory", () => {
  const HOUR = 3_600_000;
  const done = (size: number) => ({ state: "done", fingerprint: "f", result: "x".repeat(size) }) as const;
  const keyOf = (requestId: string, subject?: string) => {
    const caller = subject === undefined ? undefined : { subject, scopes: [], claims: {}, token: "t" };
    return storeKeyOf({ server: "crm", operation: createThing, caller, requestId });
  };
  const stateOf = async (store: IdempotencyStore, key: string) => (await store.claim(key, "f", 1_000))?.state;
  afterEach(() => void vi.useRealTimers());

  it("remember a lost call as unknown", async () => {
    const store = createMemoryStore();
    await store.claim(keyOf("lost"), "f", -1);
    expect(await store.claim(keyOf("lost"), "f", 1_000)).toEqual({ state: "unknown", fingerprint: "f" });
  });

  it("keep no result that is too large, but that there was one", async () => {
    const store = createMemoryStore();
    await store.settle(keyOf("large"), done(300_000), HOUR);
    expect(await store.claim(keyOf("large"), "f", 1_000)).toEqual({ state: "done", fingerprint: "f", result: null });
  });

  it("lose the oldest results first, then themselves, and never a call under way", async () => {
    const store = createMemoryStore(4_000);
    await store.claim(keyOf("running"), "f", HOUR);
    await store.settle(keyOf("a"), done(1_200), HOUR);
    await store.settle(keyOf("b"), done(1_200), HOUR);
    expect(await stateOf(store, keyOf("b"))).toBe("done");
    await store.settle(keyOf("c"), done(1_200), HOUR);
    expect(await store.claim(keyOf("a"), "f", HOUR)).toEqual({ state: "unknown", fingerprint: "f" });
    for (let i = 0; i < 20; i++) await store.settle(keyOf(`later-${i}`), done(10), HOUR);
    expect(await stateOf(store, keyOf("running"))).toBe("running");
    expect(await stateOf(store, keyOf("later-19"))).toBe("done");
    expect(await stateOf(store, keyOf("a"))).toBeUndefined();
  });

  it("of one caller are not forgotten for those of another", async () => {
    const store = createMemoryStore(100_000);
    await store.settle(keyOf("mine", "ann"), done(1_000), HOUR);
    for (let i = 0; i < 1_000; i++) await store.settle(keyOf(`flood-${i}`, "eve"), done(1_000), HOUR);
    expect(await stateOf(store, keyOf("mine", "ann"))).toBe("done");
    expect(await stateOf(store, keyOf("flood-999", "eve"))).toBe("done");
    expect(await stateOf(store, keyOf("flood-0", "eve"))).toBeUndefined();
  });

  it("take a bounded share of memory", async () => {
    const store = createMemoryStore();
    const ids = Array.from({ length: 200 }, (_, i) => keyOf(`image-${i}`));
    for (const id of ids) await store.settle(id, done(200_000), HOUR);
    const states = await Promise.all(ids.map((id) => stateOf(store, id)));
    const kept = states.filter((state) => state === "done").length;
    expect(kept * 200_000).toBeLessThan(32 * 1_048_576);
    expect(states).toEqual([...Array.from({ length: 200 - kept }, () => "unknown"), ...states.slice(-kept)]);
    expect(kept).toBeGreaterThan(150);
  });

  it("make room when their time is over", async () => {
    vi.useFakeTimers();
    const store = createMemoryStore(3_000);
    await store.settle(keyOf("old", "eve"), done(1_400), HOUR);
    vi.setSystemTime(Date.now() + HOUR);
    expect(await stateOf(store, keyOf("other", "ann"))).toBeUndefined();
    await store.settle(keyOf("new", "ann"), done(1_300), HOUR);
    expect(await stateOf(store, keyOf("new", "ann"))).toBe("done");
    expect(await stateOf(store, keyOf("old", "eve"))).toBeUndefined();
  });
});
