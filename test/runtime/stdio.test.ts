import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CLIENTS, connectStdio, spawnArguments, type TestClient } from "./server-clients.js";
import { definition, environment, startUpstream, type Upstream } from "./server-fixture.js";

let upstream: Upstream;
const opened: TestClient[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  while (opened.length > 0) await opened.pop()?.close();
});
afterAll(() => upstream.close());

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.each(CLIENTS)("a %s client over stdio", (kind) => {
  it("lists, calls and cancels, while libraries print", async () => {
    const client = await connectStdio(kind, { env: environment(upstream, { TEST_PRINT: "true" }) });
    opened.push(client);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(definition.tools.map((tool) => tool.name));
    expect(await client.callTool("list_contacts")).toMatchObject({ isError: false });
    await expect(client.callTool("constructor")).rejects.toMatchObject({ code: -32602 });
    const sent = upstream.seen.length;
    const controller = new AbortController();
    const call = client.callTool("get_slow", {}, { signal: controller.signal });
    await until(() => upstream.seen.length > sent);
    controller.abort();
    await expect(call).rejects.toThrow();
    await until(() => upstream.aborted.includes("/slow"));
    expect(upstream.aborted.pop()).toBe("/slow");
  });

  it("serves one domain, and only what reads, when told so", async () => {
    const env = environment(upstream);
    const client = await connectStdio(kind, { env, flags: ["--domain", "sales", "--read-only"] });
    opened.push(client);
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(["list_contacts", "get_contact"]);
  });
});

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  env: Readonly<Record<string, string>>,
  options: { input?: string; signal?: "SIGTERM" | "SIGINT"; signalWhen?: () => boolean } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, spawnArguments(), { env: { PATH: process.env["PATH"], ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exit = once(child, "exit");
  child.stdin.write(options.input ?? "");
  const { signal, signalWhen } = options;
  if (signal === undefined) child.stdin.end();
  else {
    await until(signalWhen ?? (() => stdout !== "" || stderr.includes("listening")));
    child.kill(signal);
  }
  const [code]: unknown[] = await exit;
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};
const CALL = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "get_wait", arguments: {} } };

function lines(...messages: object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}

describe("a spawned server", () => {
  it("answers what was asked before the input ended, then exits", async () => {
    const { code, stdout } = await run(environment(upstream, { TEST_PRINT: "true" }), {
      input: lines(INITIALIZE, { jsonrpc: "2.0", method: "notifications/initialized" }, CALL),
    });
    const answers = stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(answers).toMatchObject([{ id: 1 }, { id: 2, result: { content: [{ type: "text" }] } }]);
    expect(code).toBe(0);
  });

  it("finishes a running call on SIGTERM", async () => {
    const sent = upstream.seen.length;
    const { code, stdout } = await run(environment(upstream), {
      input: lines(INITIALIZE, { jsonrpc: "2.0", method: "notifications/initialized" }, CALL),
      signal: "SIGTERM",
      signalWhen: () => upstream.seen.length > sent,
    });
    expect(stdout).toContain('"id":2');
    expect(code).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("stops an idle HTTP server on %s", async (signal) => {
    const env = environment(upstream, { MCP_TRANSPORT: "http", LOG_LEVEL: "info" });
    const { code, stdout } = await run(env, { signal });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  });

  it("names every problem of the configuration at once and exits with 1", async () => {
    const { code, stdout, stderr } = await run({
      API_BASE_URL: "http://api.example.com",
      MCP_TRANSPORT: "http",
      HOST: "0.0.0.0",
      PORT: "http",
      MCP_TOOLS: "manage_contacts",
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const name of ["API_ALLOW_HTTP", "OAUTH_ISSUER", "PORT", "manage_contacts", "CRM_API_KEY"]) {
      expect(stderr).toContain(name);
    }
  });
});
