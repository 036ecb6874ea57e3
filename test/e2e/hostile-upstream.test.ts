/** An API that lies, stalls, floods or dies: each time a structured answer, a server that lives, and memory that stays bounded. */
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, errorOf, textOf, type McpClient } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Answer, type Upstream } from "./upstream.js";

const MEGABYTE = 1024 * 1024;
/** Far above what a server needs, far below what it is sent: its heap, and what is read beside it. */
const MEMORY = 700 * MEGABYTE;

let upstream: Upstream;
let foreign: Upstream;
let server: RunningServer;
let client: McpClient;
/** Bytes the API was made to write in this test. */
let written = 0;

beforeAll(async () => {
  [upstream, foreign] = await Promise.all([startUpstream(), startUpstream()]);
  const project = await sharedProject("specs/crm.yaml");
  server = await project.startHttp({
    ...credentialVariables(await project.definition(), () => "secret-token"),
    API_BASE_URL: upstream.url,
    API_TIMEOUT_MS: "4000",
    API_MAX_RETRIES: "1",
    // What a small container leaves to a process: more would only be garbage that nobody collected yet.
    NODE_OPTIONS: "--max-old-space-size=400",
  });
  client = await connect("modern", server.url);
});
beforeEach(() => {
  upstream.clear();
  written = 0;
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
  await Promise.all([upstream?.close(), foreign?.close()]);
});

const json = { "content-type": "application/json" };

const raw =
  (body: string | Buffer, headers: object = json, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { ...headers }).end(body);
  };

/** Writes as fast as it is read, until `total` or until nobody reads any more. */
const flood =
  (total: number, headers: object, status = 200): Answer =>
  async (_request, response) => {
    const chunk = Buffer.alloc(MEGABYTE, "[1],");
    response.writeHead(status, { ...headers });
    while (written < total && !response.destroyed) {
      written += chunk.length;
      if (!response.write(chunk)) await settled(response);
    }
    response.end();
  };

/** What Node's own server would never send. */
const bytes =
  (text: string, andThen: (response: ServerResponse) => void = (response) => response.socket?.end()): Answer =>
  (_request, response) => {
    response.socket?.write(text);
    andThen(response);
  };

/** A bit every now and then, for ever; past Node's own writing of headers and chunks. */
function dripOn(response: ServerResponse, text: string): void {
  const timer = setInterval(() => response.socket?.write(text), 20);
  response.once("close", () => clearInterval(timer));
}

function settled(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once("drain", resolve));
}

/** A gigabyte in a megabyte: members of a gzip file may follow one another (RFC 1952 section 2.2). */
const member = gzipSync(Buffer.alloc(10 * MEGABYTE, "["));
const bomb = Buffer.concat(Array.from({ length: 100 }, () => member));

const nested = (open: string, close: string, depth = 100_000) => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** What a read of one contact meets, and the code it ends with; "none" where a result can be given. */
const answers: readonly (readonly [name: string, answer: Answer, code: string])[] = [
  [
    "a body that drips for ever",
    bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", (r) => dripOn(r, " ")),
    "timeout",
  ],
  ["headers that drip for ever", bytes("HTTP/1.1 200 OK\r\n", (r) => dripOn(r, "X-More: 1\r\n")), "timeout"],
  ["headers without end", bytes(`HTTP/1.1 200 OK\r\n${"X-A: b\r\n".repeat(20_000)}`), "network"],
  ["interim answers for ever", bytes("", (r) => dripOn(r, "HTTP/1.1 103 Early Hints\r\n\r\n")), "timeout"],
  ["one interim answer, then none", bytes("HTTP/1.1 100 Continue\r\n\r\n"), "network"],
  ["an upgrade nobody asked for", bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), "network"],
  ["another protocol", bytes("220 mail.example.com ESMTP\r\n"), "network"],
  ["less than it announced", bytes('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id":'), "network"],
  [
    "more than it announced",
    bytes('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"id":1}'),
    "upstream_error",
  ],
  ["a broken chunk", bytes('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\nzz\r\n'), "network"],
  [
    "a reset in mid-body",
    bytes('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id":', (r) => r.socket?.resetAndDestroy()),
    "network",
  ],
  ["a status that is none", bytes("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"), "upstream_error"],
  ["500 MB, announced", flood(500 * MEGABYTE, { ...json, "content-length": 500 * MEGABYTE }), "payload_too_large"],
  ["gigabytes, unannounced", flood(8_000 * MEGABYTE, json), "payload_too_large"],
  ["gigabytes of text", flood(8_000 * MEGABYTE, { "content-type": "text/plain" }), "none"],
  ["gigabytes of a file", flood(8_000 * MEGABYTE, { "content-type": "application/pdf" }), "none"],
  ["gigabytes of an error", flood(8_000 * MEGABYTE, json, 400), "invalid_input"],
  ["a gzip bomb", raw(bomb, { ...json, "content-encoding": "gzip" }), "payload_too_large"],
  ["a gzip bomb of text", raw(bomb, { "content-type": "text/plain", "content-encoding": "gzip" }), "payload_too_large"],
  ["a gzip bomb of an error", raw(bomb, { ...json, "content-encoding": "gzip" }, 422), "invalid_input"],
  ["compression that is none", raw("{}", { ...json, "content-encoding": "gzip" }), "none"],
  ["a page that calls itself JSON", raw("<html>hello</html>"), "upstream_error"],
  ["JSON that calls itself a page", raw('{"id":1}', { "content-type": "text/html" }), "none"],
  ["JSON that calls itself an image", raw('{"id":1}', { "content-type": "image/png" }), "none"],
  ["half of a JSON text", raw('{"id": 1, "name": "A'), "upstream_error"],
  ["bytes that are no text", raw(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x7b])), "upstream_error"],
  ["a null", raw("null"), "none"],
  ["lists 100,000 levels deep", raw(nested("[", "]")), "none"],
  ["objects 100,000 levels deep", raw(nested('{"a":', "}")), "none"],
  ["an error 100,000 levels deep", raw(nested('{"error":', "}"), json, 400), "invalid_input"],
  ["an error of lists 100,000 levels deep", raw(nested("[", "]"), json, 400), "invalid_input"],
  ["megabytes of empty lists", raw(`[${"[],".repeat(3 * MEGABYTE)}1]`), "payload_too_large"],
  ["a hundred thousand members", raw(`{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":{}`).join()}}`), "none"],
  [
    "more members than an object should have",
    raw(`{${Array.from({ length: 590_000 }, (_, i) => `"k${i}":1`).join()}}`),
    "payload_too_large",
  ],
  ["an error page of open tags", raw("<title ".repeat(40_000), { "content-type": "text/html" }, 500), "upstream_error"],
  [
    "an error message of line feeds",
    raw(JSON.stringify({ message: `x${"\n".repeat(4 * MEGABYTE)}y` }), json, 400),
    "invalid_input",
  ],
  ["an open text of quotes", raw(`{"a":1234567890123456789,"b":"${'\\"'.repeat(4 * MEGABYTE)}`), "upstream_error"],
  ["a long text beside a long number", raw(`{"a":1234567890123456789,"b":"${"x".repeat(8 * MEGABYTE)}"}`), "none"],
  [
    "a redirect to itself, for ever",
    (request, response) => void response.writeHead(302, { location: request.url }).end(),
    "upstream_error",
  ],
  ["a redirect to a file", raw("", { location: "file:///etc/passwd" }, 302), "upstream_error"],
  ["keys of prototypes", raw('{"__proto__":{"isError":true},"constructor":{"prototype":{"x":1}},"id":1}'), "none"],
];

describe("a read", () => {
  test.each(answers.map(([name, answer, code]) => ({ name, answer, code })))(
    "survives $name",
    { timeout: 15_000 },
    async ({ answer, code }) => {
      upstream.answer = answer;
      const result = await client.callTool("get_contact", { contact_id: 8823 });
      const error = errorOf(result);
      expect([error.code, error.message]).toEqual([code, expect.any(String)]);
      expect(result.isError ?? false).toBe(code !== "none");
      // Within what clients take, whatever was sent.
      expect(JSON.stringify(result).length).toBeLessThan(110_000);
      expect(textOf(result)).not.toBe("");
      expect(written).toBeLessThan(100 * MEGABYTE);
      upstream.answer = (_request, response) => sendJson(response, { id: 1 });
      expect((await client.callTool("get_contact", { contact_id: 1 })).structuredContent).toEqual({ id: 1 });
    },
  );

  test("that is sent to another host takes nothing along that was meant for the API", async () => {
    foreign.answer = (_request, response) => sendJson(response, { id: 2 });
    upstream.answer = raw("", { location: `${foreign.url}/steal` }, 302);
    await client.callTool("get_contact", { contact_id: 1 });
    expect(JSON.stringify(foreign.requests.map(({ headers, url }) => [headers, url]))).not.toMatch(/secret|8823/);
  });
});

describe("a list", () => {
  test("whose pages are all empty is given up after a few, and can be continued", async () => {
    let page = 0;
    upstream.answer = (_request, response) => sendJson(response, { data: [], next_cursor: `p${++page}` });
    const result = await client.callTool("list_deals");
    expect(upstream.requests.length).toBeLessThanOrEqual(5);
    expect(result.structuredContent).toMatchObject({ items: [], next_cursor: expect.any(String) as unknown });
  });

  test("that names the same next page again ends", async () => {
    upstream.answer = (_request, response) => sendJson(response, { data: [{ id: 1 }], next_cursor: "same" });
    const first = await client.callTool("list_deals");
    const second = await client.callTool("list_deals", { cursor: first.structuredContent?.["next_cursor"] });
    expect(second.structuredContent?.["next_cursor"]).toBeNull();
  });
});

describe("a write", () => {
  const move = { action: "create", name: "Acme", request_id: "hostile-0001" };

  test("whose answer was too long to read has been carried out, and is not sent again", async () => {
    upstream.answer = flood(8_000 * MEGABYTE, json, 201);
    const result = await client.callTool("manage_company", move);
    expect(result.isError ?? false, textOf(result)).toBe(false);
    expect(result.structuredContent).toMatchObject({ status: 201 });
    const again = await client.callTool("manage_company", move);
    expect(again.structuredContent).toMatchObject({ status: 201, replayed: true });
    expect(upstream.requests).toHaveLength(1);
  });

  test("never follows a redirect to another host", async () => {
    foreign.clear();
    for (const status of [301, 302, 307, 308]) {
      upstream.answer = raw("", { location: `${foreign.url}/steal` }, status);
      const result = await client.callTool("manage_company", { action: "create", name: "Acme" });
      expect(errorOf(result).code).toBe("upstream_error");
    }
    expect(foreign.requests).toEqual([]);
  });
});

test("many floods at once take no more than a few", { timeout: 60_000 }, async () => {
  upstream.answer = flood(8_000 * MEGABYTE, json);
  const calls = Array.from({ length: 16 }, () => client.callTool("get_contact", { contact_id: 1 }));
  const codes = (await Promise.all(calls)).map((result) => errorOf(result).code);
  expect(new Set(codes)).toEqual(new Set(["payload_too_large"]));
});

/** Ten megabytes of next to nothing, which take a hundred times as much when they are taken apart. */
const many = (value: string) =>
  `[${Array.from({ length: Math.floor((10 * MEGABYTE - 2) / (value.length + 1)) }, () => value).join()}]`;
const dense: readonly (readonly [name: string, body: () => string, code: string])[] = [
  ["numbers", () => many("1"), "payload_too_large"],
  ["empty objects", () => many("{}"), "payload_too_large"],
  ["lists in lists", () => many("[[1]]"), "payload_too_large"],
  [
    "members",
    () => `{${Array.from({ length: 900_000 }, (_, i) => `"${i.toString(36)}":1`).join()}}`,
    "payload_too_large",
  ],
  [
    "members, in many objects",
    () => `[${Array.from({ length: 250_000 }, (_, i) => `{"a${i}":1,"b${i}":2,"c${i}":3}`).join()}]`,
    "payload_too_large",
  ],
  ["as many objects as are read", () => `[${"{},".repeat(590_000)}{}]`, "none"],
  ["as many numbers as are read, one of them long", () => `[${"1,".repeat(2_900_000)}9007199254740993]`, "none"],
];

describe.runIf(process.platform === "linux")("an answer of millions of values", () => {
  test.each(dense.map(([name, body, code]) => ({ name, body, code })))("$name", { timeout: 60_000 }, async (given) => {
    const project = await sharedProject("specs/crm.yaml");
    // Without a limit on its heap: what counts is what the server asks for.
    const own = await project.startHttp({
      ...credentialVariables(await project.definition(), () => "secret-token"),
      API_BASE_URL: upstream.url,
    });
    const reader = await connect("modern", own.url);
    const body = given.body();
    upstream.answer = raw(body);
    const before = await peakOf(own);
    const result = await reader.callTool("get_contact", { contact_id: 1 });
    expect(errorOf(result).code).toBe(given.code);
    // A failure is read no further than it needs to be.
    upstream.answer = raw(body, json, 400);
    expect(errorOf(await reader.callTool("get_contact", { contact_id: 1 })).code).toBe("invalid_input");
    const grown = (await peakOf(own)) - before;
    await reader.close();
    await own.stop();
    expect(grown).toBeLessThan((given.code === "none" ? 300 : 150) * MEGABYTE);
  });
});

/** The most memory a server ever had, in bytes. */
async function peakOf({ process: { pid } }: RunningServer): Promise<number> {
  const status = await readFile(`/proc/${pid ?? 0}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

test("after all this the process is the same one, within its memory, and its log holds no failure of its own", async () => {
  expect(server.process.exitCode).toBeNull();
  expect(server.log()).not.toMatch(/"level":"error"|unexpected failure|secret-token/);
  if (process.platform !== "linux") return;
  expect(await peakOf(server)).toBeLessThan(MEMORY);
});
