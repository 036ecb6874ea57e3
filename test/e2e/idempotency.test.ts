/** One effect per `request_id`, over two server processes that share a real Redis, and across a crash. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, errorOf, type McpClient, type ToolResult } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { hasRedis, startRedis, type Redis } from "./redis.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

if (!hasRedis) console.warn("redis-server is not installed: idempotency over several processes is not tested.");

describe.skipIf(!hasRedis)("with Redis", () => {
  let redis: Redis;
  let upstream: Upstream;
  const opened: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    upstream = await startUpstream();
  });
  afterAll(async () => {
    for (const close of opened.toReversed()) await close();
    await upstream?.close();
    await redis?.stop();
  });

  async function start(spec: string): Promise<{ server: RunningServer; client: McpClient }> {
    const project = await sharedProject(spec);
    const server = await project.startHttp({
      ...credentialVariables(await project.definition(), () => "secret-token"),
      API_BASE_URL: upstream.url,
      REDIS_URL: redis.url,
      API_TIMEOUT_MS: "1500",
      API_MAX_RETRIES: "0",
      RATE_LIMIT_PER_MINUTE: "0",
      MAX_CONCURRENT_CALLS: "0",
    });
    const client = await connect("modern", server.url);
    opened.push(
      () => client.close(),
      () => server.stop(),
    );
    return { server, client };
  }

  /** What a client does that is told that a call is still running elsewhere. */
  async function callUntilSettled(
    client: McpClient,
    tool: string,
    args: Record<string, unknown>,
    attempts = 60,
  ): Promise<ToolResult> {
    const result = await client.callTool(tool, args);
    if (errorOf(result).code !== "request_in_progress" || attempts <= 1) return result;
    await sleep(500);
    return callUntilSettled(client, tool, args, attempts - 1);
  }

  test("200 duplicates at once over two servers are one request", async () => {
    const servers = await Promise.all([start("specs/crm.yaml"), start("specs/crm.yaml")]);
    upstream.clear();
    upstream.answer = async (_request, response) => {
      await sleep(300);
      sendJson(response, { id: upstream.requests.length, name: "Ada" }, 201);
    };
    const args = { action: "create", name: "Ada", email: "ada@example.com", request_id: "two-hundred" };
    const calls = Array.from({ length: 200 }, (_, index) => {
      const { client } = servers[index % 2] ?? servers[0];
      return callUntilSettled(client, "manage_contact", args);
    });
    const results = await Promise.all(calls);
    expect(new Set(results.map((result) => result.structuredContent?.["id"]))).toEqual(new Set([1]));
    expect(upstream.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /contacts"]);
    const otherwise = await servers[1].client.callTool("manage_contact", { ...args, name: "Eve" });
    expect(errorOf(otherwise).code).toBe("idempotency_key_reused");
    expect(upstream.requests).toHaveLength(1);
  });

  describe.concurrent("a server that dies in the middle of a call", () => {
    /** Kills a server while the API is at work; answers what another server says to the same call, and the effects. */
    async function killInMidCall(spec: string, path: string, tool: string, args: Record<string, unknown>) {
      const [first, second] = await Promise.all([start(spec), start(spec)]);
      // Never answered: the server dies first.
      first.client.callTool(tool, args).catch(() => undefined);
      const isMine = (url: string) => upstream.requests.filter((request) => request.url === url);
      while (isMine(path).length === 0) await sleep(10);
      first.server.process.kill("SIGKILL");
      const result = await callUntilSettled(second.client, tool, args);
      return { result, requests: isMine(path) };
    }

    test("leaves one effect where the API takes a key", { timeout: 90_000 }, async ({ expect: check }) => {
      upstream.answer = async (request, response) => {
        await sleep(400);
        sendJson(response, { id: request.headers["idempotency-key"] ?? "none" }, 201);
      };
      const args = { action: "create", name: "Acme", request_id: "crash-with-key" };
      const { result, requests } = await killInMidCall("specs/crm.yaml", "/companies", "manage_company", args);
      check(result.isError ?? false, result.content[0]?.text).toBe(false);
      const keys = requests.map(({ headers }) => headers["idempotency-key"]);
      check(keys.length).toBe(2);
      check(keys[0]).toEqual(expect.stringMatching(/.{16,}/));
      check(keys[1]).toBe(keys[0]);
    });

    test("is not repeated where the API takes none", { timeout: 90_000 }, async ({ expect: check }) => {
      const args = {
        sku: "A-1",
        from: "north",
        to: "south",
        quantity: 1,
        request_id: "crash-without-key",
      };
      const { result, requests } = await killInMidCall(
        "specs/inventory.yaml",
        "/stock-moves",
        "create_stock_move",
        args,
      );
      check(errorOf(result)).toMatchObject({ code: "outcome_unknown", retryable: false });
      check(requests).toHaveLength(1);
    });
  });

  test("nothing is sent while Redis is away", async () => {
    const own = await startRedis();
    const project = await sharedProject("specs/crm.yaml");
    const server = await project.startHttp({
      ...credentialVariables(await project.definition(), () => "secret-token"),
      API_BASE_URL: upstream.url,
      REDIS_URL: own.url,
    });
    const client = await connect("modern", server.url);
    await own.stop();
    upstream.clear();
    const args = { action: "create", name: "Ada", email: "ada@example.com", request_id: "without-store" };
    const result = await client.callTool("manage_contact", args);
    expect(errorOf(result)).toMatchObject({ code: "network", retryable: true });
    expect(upstream.requests).toEqual([]);
    await client.close();
    await server.stop();
  });
});
