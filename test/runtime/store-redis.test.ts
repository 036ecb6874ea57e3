import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IdempotencyStore } from "../../templates/runtime/context.js";
import { storeKeyOf } from "../../templates/runtime/idempotency-key.js";
import { createRedisStore } from "../../templates/runtime/store-redis.js";
import { call, createRuntime, createThing, toolOf } from "./call-fixture.js";
import { reply, silence, startUpstream, type UpstreamServer } from "./upstream-server.js";

const isInstalled = spawnSync("redis-server", ["--version"]).status === 0;
if (!isInstalled) console.warn("redis-server is not installed: the tests of the shared store are skipped.");

const PORT = 20_000 + (process.pid % 20_000);
const url = `redis://127.0.0.1:${PORT}`;
const tool = toolOf(createThing);
const args = { name: "Ada", request_id: "request-0001" };

describe.skipIf(!isInstalled)("a store shared by replicas", () => {
  let redis: ChildProcess;
  let store: IdempotencyStore;
  let upstream: UpstreamServer;
  const folder = mkdtempSync(join(tmpdir(), "redis-"));

  beforeAll(async () => {
    upstream = await startUpstream();
    redis = spawn("redis-server", ["--port", String(PORT), "--save", "", "--dir", folder], { stdio: "ignore" });
    for (let attempt = 0; ; attempt++) {
      try {
        store = await createRedisStore(url);
        break;
      } catch (error) {
        if (attempt > 50) throw error;
        await sleep(100);
      }
    }
  }, 20_000);
  afterAll(async () => {
    await store.close();
    redis.kill();
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function startReplica(count: number): ChildProcess {
    const script = join(import.meta.dirname, "store-redis-replica.ts");
    return spawn(process.execPath, ["--import", "tsx", script, url, upstream.origin, String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  it("claims once, forgets what is released, and tells a lost lock from a running one", async () => {
    const claims = await Promise.all(Array.from({ length: 50 }, () => store.claim("k1", "f", 5_000)));
    expect(claims.filter((known) => known === undefined)).toHaveLength(1);
    await store.release("k1");
    expect(await store.claim("k1", "f", 60)).toBeUndefined();
    expect(await store.claim("k1", "f", 60)).toMatchObject({ state: "running" });
    await sleep(120);
    expect(await store.claim("k1", "f", 60)).toMatchObject({ state: "unknown" });
    await store.settle("k1", { state: "done", fingerprint: "f", result: "x".repeat(300_000) }, 5_000);
    expect(await store.claim("k1", "f", 60)).toEqual({ state: "done", fingerprint: "f", result: null });
  });

  it("does not hold a claim that it said had failed", { timeout: 20_000 }, async () => {
    redis.kill("SIGSTOP");
    await expect(store.claim("k2", "f", 60_000)).rejects.toMatchObject({
      payload: { code: "network", retryable: true },
    });
    redis.kill("SIGCONT");
    expect(await store.claim("k2", "f", 60_000)).toBeUndefined();
    expect(await store.claim("k2", "f", 60_000)).toMatchObject({ state: "running" });
  });

  it("gives 200 duplicates on two replicas one effect, and replays it elsewhere", async () => {
    upstream.answer((response, request) => void setTimeout(() => reply(201, { id: 1 })(response, request), 300));
    const replicas = [startReplica(100), startReplica(100)];
    const outputs = await Promise.all(
      replicas.map(async (replica) => {
        let text = "";
        replica.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
        await once(replica, "close");
        return JSON.parse(text) as { id?: number; error?: { code: string } }[];
      }),
    );
    expect(upstream.received).toHaveLength(1);
    for (const result of outputs.flat()) {
      expect([1, "request_in_progress"]).toContain(result.id ?? result.error?.code);
    }
    const harness = createRuntime(upstream.origin, { store });
    expect(await call(harness, tool, args)).toEqual({ id: 1, replayed: true });
  }, 30_000);

  it("does not repeat what a killed replica may have done", async () => {
    const shared = createRuntime(upstream.origin, { store });
    upstream.answer(silence);
    const key = storeKeyOf({ server: "crm", operation: createThing, caller: undefined, requestId: args.request_id });
    await store.release(key);
    const replica = startReplica(1);
    while (upstream.received.length === 0) await sleep(20);
    replica.kill("SIGKILL");
    await once(replica, "close");
    upstream.answer(reply(201, { id: 2 }));
    expect(await call(shared, tool, args)).toMatchObject({ error: { code: "request_in_progress", retry_after: 1 } });
    expect(upstream.received).toHaveLength(0);
  }, 30_000);

  it("sends nothing while the store is away", async () => {
    const away = await createRedisStore(url);
    await away.close();
    upstream.answer(reply(201, { id: 3 }));
    const result = await call(createRuntime(upstream.origin, { store: away }), tool, args);
    expect(result).toMatchObject({ error: { code: "network", retryable: true } });
    expect(upstream.received).toHaveLength(0);
    await expect(createRedisStore("redis://127.0.0.1:1")).rejects.toThrow(/REDIS_URL/);
  });
});
