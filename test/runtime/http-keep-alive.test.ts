/** What keeps a connection alive while a call takes long: intermediaries close what is silent. */
import { createServer as createHttpServer, request, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createHttpHost, type HttpHost } from "../../templates/runtime/http.js";
import { createServer, type RunningServer } from "../../templates/runtime/server.js";
import { CLIENTS, connectHttp } from "./server-clients.js";
import { closeServer, definition, environment, listenLocal } from "./server-fixture.js";

const KEEP_ALIVE = ": keepalive\n\n";
const INTERVAL_MS = 15_000;

let upstream: Server;
/** Requests that wait for their answer. */
const waiting: ServerResponse[] = [];
let server: RunningServer;
let host: HttpHost;
let url: string;

beforeAll(async () => {
  upstream = createHttpServer((_request, response) => void waiting.push(response));
  server = await createServer(definition, {
    env: environment({ url: await listenLocal(upstream) }, { MCP_TRANSPORT: "http", API_TIMEOUT_MS: "600000" }),
  });
  host = createHttpHost(server);
  url = await host.listen();
});
beforeEach(() => {
  // Connections, and the time limits on them, go on in real time.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
  waiting.length = 0;
});
afterAll(async () => {
  await host.close();
  await server.close();
  await closeServer(upstream);
});

interface Opened {
  /** Everything received so far. */
  text(): string;
  type(): string | undefined;
  readonly ended: Promise<void>;
  destroy(): void;
}

function call(headers: Readonly<Record<string, string>>, meta?: Readonly<Record<string, unknown>>): Opened {
  let received = "";
  let type: string | undefined;
  const params = { name: "get_contact", arguments: { contact_id: "c1" }, ...(meta && { _meta: meta }) };
  const outgoing = request(url, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
  });
  const ended = new Promise<void>((resolve) => {
    outgoing.once("error", () => resolve());
    outgoing.once("response", (response) => {
      type = response.headers["content-type"];
      response.on("data", (chunk: Buffer) => (received += chunk.toString()));
      response.once("close", resolve);
    });
  });
  outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
  return { text: () => received, type: () => type, ended, destroy: () => void outgoing.destroy() };
}

const legacy = { "mcp-protocol-version": "2025-11-25" };
const modern = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "get_contact" };
const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

async function untilWaiting(): Promise<void> {
  while (waiting.length === 0) await sleep(5);
}

function answer(): void {
  waiting.shift()?.writeHead(200, { "content-type": "application/json" }).end('{"id":"c1"}');
}

/** Lets time pass, and what it brings arrive. */
async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  await sleep(50);
}

describe("a call that takes long", () => {
  it("is kept alive by a comment every 15 s where the answer is an event stream in any case", async () => {
    const opened = call(legacy);
    await untilWaiting();
    await pass(INTERVAL_MS - 1);
    expect(opened.text()).toBe("");
    await pass(1);
    expect(opened.text()).toBe(KEEP_ALIVE);
    expect(opened.type()).toBe("text/event-stream");
    await pass(2 * INTERVAL_MS);
    expect(opened.text()).toBe(KEEP_ALIVE.repeat(3));
    answer();
    await opened.ended;
    expect(opened.text().slice(KEEP_ALIVE.length * 3)).toMatch(/^event: message\ndata: \{.*"id":"c1".*\}\n\n$/s);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stays a plain JSON answer for a client of 2026 who was told nothing on the way", async () => {
    const opened = call(modern, modernMeta);
    await untilWaiting();
    await pass(3 * INTERVAL_MS);
    expect([opened.text(), opened.type()]).toEqual(["", undefined]);
    answer();
    await opened.ended;
    expect(opened.type()).toBe("application/json");
    expect(JSON.parse(opened.text())).toMatchObject({ result: { structuredContent: { id: "c1" } } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is kept alive once a client of 2026 has been told of progress", async () => {
    const opened = call(modern, { ...modernMeta, progressToken: "p" });
    await untilWaiting();
    await pass(INTERVAL_MS);
    expect(opened.type()).toBe("text/event-stream");
    expect(opened.text()).toMatch(/notifications\/progress/);
    await pass(INTERVAL_MS);
    expect(opened.text()).toContain(KEEP_ALIVE);
    answer();
    await opened.ended;
    expect(opened.text()).toMatch(/"structuredContent":\{"id":"c1"\}/);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is forgotten with the client who hung up", async () => {
    const opened = call(legacy);
    await untilWaiting();
    await pass(INTERVAL_MS);
    opened.destroy();
    await opened.ended;
    await sleep(50);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe.each(CLIENTS)("a %s client", (kind) => {
  it("takes an answer after any number of comments", async () => {
    const client = await connectHttp(kind, { url });
    const result = client.callTool("get_contact", { contact_id: "c1" });
    await untilWaiting();
    await pass(4 * INTERVAL_MS);
    answer();
    expect((await result).data).toEqual({ id: "c1" });
    await client.close();
  });
});
