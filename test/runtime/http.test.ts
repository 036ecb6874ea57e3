import { request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createHttpHost, type HttpHost } from "../../templates/runtime/http.js";
import { createServer, type RunningServer } from "../../templates/runtime/server.js";
import { CLIENTS, connectHttp, type TestClient } from "./server-clients.js";
import { API_KEY, definition, environment, startUpstream, type Upstream } from "./server-fixture.js";

let upstream: Upstream;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  while (opened.length > 0) await opened.pop()?.close();
});
afterAll(() => upstream.close());

interface Started {
  readonly url: string;
  readonly host: HttpHost;
  readonly server: RunningServer;
}

async function start(extra: Readonly<Record<string, string>> = {}): Promise<Started> {
  const env = environment(upstream, { MCP_TRANSPORT: "http", SHUTDOWN_TIMEOUT_MS: "3000", ...extra });
  const server = await createServer(definition, { env });
  const host = createHttpHost(server);
  const url = await host.listen();
  opened.push({
    close: async () => {
      await host.close();
      await server.close();
    },
  });
  return { url, host, server };
}

function track(client: TestClient): TestClient {
  opened.push(client);
  return client;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with any Host header and any body, which fetch would not send. */
function raw(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = options;
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

const POST_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const LIST = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.each(CLIENTS)("a %s client over HTTP", (kind) => {
  it("lists tools in a stable order, without aliases, and calls one with the API's credential", async () => {
    const { url } = await start();
    const client = track(await connectHttp(kind, { url }));
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(definition.tools.map((tool) => tool.name));
    expect(JSON.stringify((await client.listTools()).tools)).toBe(JSON.stringify(tools));
    expect(client.instructions()).toBe("Contacts and reports.");
    const result = await client.callTool("get_contact", { contact_id: "c1" });
    expect(result).toMatchObject({ isError: false });
    expect(result.text).toContain("c1");
    const last = upstream.seen.at(-1);
    expect(last).toMatchObject({ method: "GET", path: "/contacts/c1" });
    expect(last?.headers["x-api-key"]).toBe(API_KEY);
  });

  it("answers -32602 to an unknown tool, and the old names of tools", async () => {
    const { url } = await start();
    const client = track(await connectHttp(kind, { url }));
    await expect(client.callTool("no_such_tool")).rejects.toMatchObject({ code: -32602 });
    expect(await client.callTool("fetch_contact", { contact_id: "c9" })).toMatchObject({ isError: false });
    expect(await client.callTool("remove_contact", { contact_id: "c9", confirm: true })).toMatchObject({
      isError: false,
    });
    expect(upstream.seen.at(-1)).toMatchObject({ method: "DELETE", path: "/contacts/c9" });
  });

  it("passes a cancellation on to the API", async () => {
    const { url } = await start();
    const client = track(await connectHttp(kind, { url }));
    const before = upstream.aborted.length;
    const sent = upstream.seen.length;
    const controller = new AbortController();
    const call = client.callTool("get_slow", {}, { signal: controller.signal });
    await until(() => upstream.seen.length > sent);
    controller.abort();
    await expect(call).rejects.toThrow();
    await until(() => upstream.aborted.length > before);
    expect(upstream.aborted.slice(before)).toEqual(["/slow"]);
  });

  it("serves one domain per path", async () => {
    const { url } = await start();
    const client = track(await connectHttp(kind, { url: `${url}/reports` }));
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(["get_slow", "get_wait"]);
    await expect(client.callTool("get_contact", { contact_id: "c1" })).rejects.toMatchObject({ code: -32602 });
  });

  it("fills prompts and refuses incomplete ones", async () => {
    const { url } = await start();
    const client = track(await connectHttp(kind, { url }));
    expect(await client.getPrompt("onboard", { name: "{this}" })).toBe("Onboard {this}; keep {this} as it is.");
    await expect(client.getPrompt("onboard", {})).rejects.toMatchObject({ code: -32602 });
  });
});

describe("the HTTP host", () => {
  it.each([
    ["a foreign Host", { host: "evil.example" }, 403],
    ["a Host that only looks local", { host: "127.0.0.1.evil.example" }, 403],
    ["a foreign Origin", { origin: "https://evil.example" }, 403],
    ["an opaque Origin", { origin: "null" }, 403],
    ["a local Origin", { origin: "http://localhost:5173" }, 200],
    ["an allowed Host and Origin", { host: "mcp.example.com", origin: "https://app.example.com" }, 200],
  ])("answers %s with its status", async (_name, headers, status) => {
    const { url } = await start({ ALLOWED_HOSTS: "mcp.example.com", ALLOWED_ORIGINS: "https://app.example.com" });
    const answer = await raw(url, { method: "POST", headers: { ...POST_HEADERS, ...headers }, body: LIST });
    expect(answer.status).toBe(status);
    if (status === 200 && "origin" in headers) {
      expect(answer.headers["access-control-allow-origin"]).toBe(headers.origin);
    }
  });

  it("passes the trace context on to the API, and nothing that is none", async () => {
    const { url } = await start();
    const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_contacts" } });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (const [sent, seen] of [
      [traceparent, traceparent],
      ["00-x", undefined],
    ]) {
      await raw(url, { method: "POST", headers: { ...POST_HEADERS, traceparent: sent ?? "" }, body: call });
      expect(upstream.seen.at(-1)?.headers["traceparent"]).toBe(seen);
    }
  });

  const envelope = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const modern = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "get_contact" };
  const { "mcp-name": _, ...nameless } = modern;
  it.each([
    ["of 2025 as an event stream", { "mcp-protocol-version": "2025-06-18" }, undefined, [200, "text/event-stream"]],
    ["without a version as an event stream", {}, undefined, [200, "text/event-stream"]],
    ["of 2026 as JSON", modern, envelope, [200, "application/json"]],
    ["of no known version", { "mcp-protocol-version": "2025-01-01" }, undefined, [400, "application/json"]],
    ["that accepts no event stream", { accept: "application/json" }, undefined, [406, "application/json"]],
    ["of 2026 without its envelope", modern, undefined, [400, "application/json"]],
    ["with half an envelope", modern, { ...envelope, "io.modelcontextprotocol/clientInfo": 1 }, [400, undefined]],
    ["without the name in its headers", nameless, envelope, [400, "application/json"]],
    ["with another name in its headers", { ...modern, "mcp-name": "get_slow" }, envelope, [400, "application/json"]],
    ["with another version in its headers", { ...modern, "mcp-protocol-version": "2025-06-18" }, envelope, [400]],
  ])("answers a call %s", async (_name, headers, meta, [status, type]) => {
    const { url } = await start();
    const params = { name: "get_contact", arguments: { contact_id: "c1" }, ...(meta && { _meta: meta }) };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params });
    const before = upstream.seen.length;
    const answer = await raw(url, { method: "POST", headers: { ...POST_HEADERS, ...headers }, body });
    expect(answer.status).toBe(status);
    if (type !== undefined) expect(answer.headers["content-type"]).toBe(type);
    expect(upstream.seen.length - before).toBe(status === 200 ? 1 : 0);
    const text = type === "text/event-stream" ? answer.body.replace(/^event: message\ndata: /, "") : answer.body;
    const message: unknown = JSON.parse(text);
    expect(message).toMatchObject(
      status === 200 ? { id: 7, result: { structuredContent: { id: "c1" } } } : { error: {} },
    );
  });

  it.each(["GET", "HEAD", "DELETE", "PUT", "TRACE", "PROPFIND"])("takes no %s", async (method) => {
    const { url } = await start();
    const { status, headers } = await raw(url, { method });
    expect([status, headers["allow"]]).toEqual([405, "POST, OPTIONS"]);
  });

  it("answers unknown paths with 404, and what is no message with its status", async () => {
    const { url } = await start();
    const root = new URL("/", url).href;
    expect((await raw(`${root}other`)).status).toBe(404);
    expect((await raw(url, { method: "POST", headers: { "content-type": "text/plain" }, body: LIST })).status).toBe(
      415,
    );
    expect((await raw(url, { method: "POST", headers: POST_HEADERS, body: "{" })).status).toBe(400);
    expect((await raw(`${root}healthz`, { headers: { host: "10.0.0.7" } })).body).toBe('{"status":"ok"}');
    expect((await raw(`${root}readyz`)).status).toBe(200);
    expect((await raw(`${root}metrics`)).status).toBe(404);
  });

  it("answers a body beyond the limit with 413 instead of resetting the connection", async () => {
    const { url } = await start({ MAX_BODY_BYTES: "2048" });
    for (const size of [2_100, 6_000, 5_000_000]) {
      const params = { padding: "x".repeat(size) };
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params });
      expect((await raw(url, { method: "POST", headers: POST_HEADERS, body })).status).toBe(413);
    }
  });

  it("limits the rate of one caller", async () => {
    const { url } = await start({ RATE_LIMIT_PER_MINUTE: "2" });
    const post = () => raw(url, { method: "POST", headers: POST_HEADERS, body: LIST });
    expect([(await post()).status, (await post()).status]).toEqual([200, 200]);
    const third = await post();
    expect(third.status).toBe(429);
    expect(Number(third.headers["retry-after"])).toBeGreaterThan(0);
  });

  it.each(["2025-03-26", "2025-11-25", "2026-07-28", undefined])(
    "refuses a batch of %s, of which each call would escape the limits",
    async (version) => {
      const { url } = await start();
      const sent = upstream.seen.length;
      const headers = { ...POST_HEADERS, ...(version !== undefined && { "mcp-protocol-version": version }) };
      const message = { jsonrpc: "2.0", method: "tools/call", params: { name: "list_contacts" } };
      for (const batch of [[], [{ ...message, id: 1 }], [1, 2].map((id) => ({ ...message, id }))]) {
        const answer = await raw(url, { method: "POST", headers, body: JSON.stringify(batch) });
        expect(answer.status).toBe(400);
        expect(JSON.parse(answer.body)).toMatchObject({
          id: null,
          error: { code: -32600, message: expect.stringContaining("batches") as string },
        });
      }
      expect(upstream.seen.length).toBe(sent);
    },
  );

  it("counts calls for Prometheus when switched on, without argument values", async () => {
    const { url } = await start({ METRICS: "true" });
    const client = track(await connectHttp("modern", { url }));
    await client.callTool("get_contact", { contact_id: "private-id" });
    const { body } = await raw(new URL("/metrics", url).href);
    expect(body).toMatch(/mcp_tool_calls_total\{tool="get_contact",action="[^"]*",outcome="ok"\} 1/);
    expect(body).not.toContain("private-id");
  });

  it("finishes running calls on close and refuses new connections", async () => {
    const { url, host } = await start();
    const client = track(await connectHttp("modern", { url }));
    const sent = upstream.seen.length;
    const call = client.callTool("get_wait");
    await until(() => upstream.seen.length > sent);
    const closing = host.close();
    await expect(raw(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await call).toMatchObject({ isError: false });
    await closing;
  });
});
