/** Clients that take their answer slowly or not at all: they hold their place, and get what they were promised. */
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createHttpHost, type HttpHost } from "../../templates/runtime/http.js";
import { createServer, type RunningServer } from "../../templates/runtime/server.js";
import { closeServer, definition, environment, listenLocal, startUpstream, type Upstream } from "./server-fixture.js";

/** A call without an action is answered with the summaries: more than the system keeps for a connection. */
const large: typeof definition = {
  ...definition,
  tools: definition.tools.map((tool) => ({
    ...tool,
    actions: Object.fromEntries(
      Object.entries(tool.actions).map(([name, action]) => [name, { ...action, summary: "x".repeat(8_000_000) }]),
    ),
  })),
};

let upstream: Upstream;
const opened: (() => unknown)[] = [];
beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  while (opened.length > 0) await opened.pop()?.();
});
afterAll(() => upstream.close());

interface Started {
  readonly host: HttpHost;
  readonly server: RunningServer;
  readonly url: string;
}

async function start(extra: Readonly<Record<string, string>> = {}): Promise<Started> {
  const server = await createServer(large, { env: environment(upstream, { MCP_TRANSPORT: "http", ...extra }) });
  const host = createHttpHost(server);
  opened.push(() => host.close().then(() => server.close()));
  return { host, server, url: await host.listen() };
}

interface Answer {
  readonly status: number;
  readonly headers: string;
  /** Whether as much of the body is there as the headers say. */
  readonly whole: boolean;
}

interface Client {
  readonly socket: Socket;
  /** Sends a call at once; nothing of the answer is taken before it is asked for. */
  send(tool: string, args?: object): void;
  /** The answer as far as it is there. */
  answer(): Answer;
  isClosed(): boolean;
}

function requestText(method: string, params: object): string {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { host: "localhost", accept: "application/json, text/event-stream" };
  const more = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const lines = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

async function open(url: string): Promise<Client> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let isClosed = false;
  socket.on("error", () => {}).once("close", () => (isClosed = true));
  await once(socket, "connect");
  opened.push(() => socket.destroy());
  const chunks: Buffer[] = [];
  return {
    socket,
    send: (name, args = {}) => void socket.write(requestText("tools/call", { name, arguments: args })),
    answer: () => {
      if (socket.listenerCount("data") === 0) socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      const bytes = Buffer.concat(chunks);
      const end = bytes.indexOf("\r\n\r\n");
      const headers = bytes.toString("latin1", 0, Math.max(end, 0)).toLowerCase();
      const length = Number(/content-length: (\d+)/.exec(headers)?.[1]);
      return { status: Number(headers.slice(9, 12)), headers, whole: bytes.length - end - 4 === length };
    },
    isClosed: () => isClosed,
  };
}

async function until(condition: () => boolean, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition() && Date.now() < deadline) await sleep(20);
  expect(condition()).toBe(true);
}

/** A client whose answer is on its way, and who takes nothing of it. */
async function stall(url: string): Promise<Client> {
  const client = await open(url);
  client.send("manage_contact");
  await once(client.socket, "readable");
  await sleep(100);
  return client;
}

async function statusOf(url: string): Promise<number> {
  const client = await open(url);
  client.send("get_contact", { contact_id: "c1" });
  await until(() => client.answer().whole);
  return client.answer().status;
}

it("holds its caller's place until the answer is taken", async () => {
  const { url } = await start({ MAX_CONCURRENT_CALLS: "1" });
  const client = await stall(url);
  expect(await statusOf(url)).toBe(429);
  await until(() => client.answer().whole);
  await until(() => client.socket.bytesRead > 8_000_000);
  expect(await statusOf(url)).toBe(200);
});

it("gives its place back when it goes away, also from behind another answer", async () => {
  const { url } = await start({ MAX_CONCURRENT_CALLS: "2" });
  const client = await stall(url);
  client.send("get_contact", { contact_id: "c1" });
  await sleep(100);
  expect(await statusOf(url)).toBe(429);
  client.socket.destroy();
  await sleep(100);
  expect(await statusOf(url)).toBe(200);
  expect(await Promise.all([statusOf(url), statusOf(url)])).toEqual([200, 200]);
});

it("is cut off when it takes nothing for long, and a call may be silent for longer", async () => {
  const { host } = await start();
  const limits: (number | undefined)[] = [];
  // The same listener, with half a minute that passes at once.
  const server = createHttpServer((request, response) => {
    host.handle(request, response);
    limits.push(request.socket.timeout);
    request.socket.setTimeout(200);
  });
  opened.push(() => closeServer(server));
  const url = `${await listenLocal(server)}/mcp`;
  const [quiet, stalled] = [await open(url), await open(url)];
  quiet.send("get_wait");
  stalled.send("manage_contact");
  await until(() => quiet.answer().whole);
  expect(quiet.answer().status).toBe(200);
  await sleep(500);
  stalled.answer();
  await until(() => stalled.isClosed());
  expect(stalled.answer().whole).toBe(false);
  expect(limits).toEqual([30_000, 30_000]);
});

it("gets the whole of its answer when the server stops meanwhile", async () => {
  const { host, url } = await start();
  const client = await stall(url);
  const closing = host.close();
  await sleep(300);
  await until(() => client.answer().whole || client.isClosed());
  expect(client.answer().whole).toBe(true);
  await closing;
});

it("does not keep a server from stopping when its time is up", async () => {
  const { host, url } = await start({ SHUTDOWN_TIMEOUT_MS: "300" });
  const client = await stall(url);
  await host.close();
  client.answer();
  await until(() => client.isClosed());
});

it("is told that the server stops, and that late calls are not taken", async () => {
  const { host, url } = await start();
  const [running, late, halfway] = [await open(url), await open(url), await open(url)];
  const [sent, text] = [upstream.seen.length, requestText("prompts/list", {})];
  halfway.socket.write(text.slice(0, -1));
  running.send("get_wait");
  await until(() => upstream.seen.length > sent);
  const closing = host.close();
  halfway.socket.write(text.slice(-1));
  late.send("get_contact", { contact_id: "late" });
  await until(() => late.answer().whole);
  expect(late.answer().status).toBe(503);
  expect(late.answer().headers).toMatch(/\r\nconnection: close/);
  for (const taken of [running, halfway]) {
    await until(() => taken.isClosed() || taken.answer().whole);
    expect(taken.answer().status).toBe(200);
    expect(taken.answer().headers).toMatch(/\r\nconnection: close/);
  }
  await closing;
  expect(upstream.seen.map(({ path }) => path)).not.toContain("/contacts/late");
});
