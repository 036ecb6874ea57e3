/** A client that sends anything at all: each time a structured answer, nothing odd at the API, and a server that goes on. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientKinds, connect, errorOf, textOf, type McpClient, type ToolResult } from "./clients.js";
import { createProject, type Project, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

const MEGABYTE = 1024 * 1024;
const MEMORY = 700 * MEGABYTE;

/** Patterns as people write them: each takes more time than there is on the right text. */
const SPEC = `openapi: 3.1.0
info: { title: Things, version: "1" }
servers: [{ url: "http://localhost" }]
paths:
  /things:
    post:
      operationId: createThing
      summary: Creates a thing
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: { type: string }
                slug: { type: string, pattern: "^([a-z0-9]+-?)+$" }
                words: { type: string, pattern: "^(\\\\w+\\\\s?)*\\\\.$" }
                tail: { type: string, pattern: "\\\\s+$" }
                count: { type: integer, minimum: 1 }
                tags: { type: array, items: { type: string }, uniqueItems: true }
                meta: { type: object, additionalProperties: true }
      responses: { "201": { description: Created } }
  /things/{thing_id}:
    get:
      operationId: getThing
      summary: Reads a thing
      parameters: [{ name: thing_id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: A thing } }
`;

let folder: string;
let upstream: Upstream;
let project: Project;
let server: RunningServer;
let client: McpClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "hostile-client-"));
  await writeFile(path.join(folder, "things.yaml"), SPEC);
  upstream = await startUpstream((_request, response) => sendJson(response, { id: 1 }));
  project = await createProject(path.join(folder, "things.yaml"));
  server = await project.startHttp({
    API_BASE_URL: upstream.url,
    MAX_BODY_BYTES: String(32 * MEGABYTE),
    NODE_OPTIONS: "--max-old-space-size=400",
  });
  client = await connect("modern", server.url);
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await client?.close();
  await server?.stop();
  await project?.remove();
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly result?: ToolResult;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Posts a text as it is, as a client of protocol 2025-11-25 would: no library stands between. */
async function post(body: string): Promise<Reply> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body,
  });
  const text = await response.text();
  const json = text.startsWith("{") ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? "{}");
  return { status: response.status, ...(JSON.parse(json) as object) };
}

/** `args` is JSON text: much of what is sent here no value can hold. */
const call = (args: string, name = "create_thing") =>
  post(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${JSON.stringify(name)},"arguments":${args}}}`);

async function expectHealthy(): Promise<void> {
  expect(server.process.exitCode).toBeNull();
  const result = await client.callTool("create_thing", { name: "fine" });
  expect(result.isError ?? false, textOf(result)).toBe(false);
}

describe("arguments", () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const lists = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

  /** What is refused before anything is sent, and what the text must name. */
  test.each<readonly [string, string, RegExp]>([
    ["no object", "7", /./],
    ["a list", "[1,2]", /./],
    ["every type wrong", '{"name":{},"slug":[],"count":"many","tags":7,"meta":"x"}', /name.*slug.*count.*tags.*meta/s],
    ["a number beyond all numbers", '{"name":"a","count":1e999}', /count/],
    ["an unknown name", '{"name":"a","nmae":"b"}', /nmae/],
    ["a thousand unknown names", `{"name":"a",${Array.from({ length: 1_000 }, (_, i) => `"x${i}":1`).join()}}`, /more/],
    ["a name of a megabyte", `{"name":"a","${"x".repeat(MEGABYTE)}":1}`, /not an argument/],
    ["constructor", '{"name":"a","constructor":{"prototype":{}}}', /constructor/],
    ["lists where a text goes", `{"name":${lists(100)}}`, /name/],
    ["201 levels", `{"name":"a","meta":${nested(201)}}`, /invalid_input.*200 levels/],
    ["9,000 levels", `{"name":"a","meta":${nested(9_000)}}`, /invalid_input.*200 levels/],
    ["9,000 levels as text", JSON.stringify({ name: "a", meta: nested(9_000) }), /invalid_input.*meta/],
    ["100,000 items", `{"name":"a","tags":[${'"t",'.repeat(100_000)}"u"]}`, /./],
    ["100,000 levels", `{"name":"a","meta":${nested(100_000)}}`, /./],
    ["100,000 lists in one another", `{"name":"a","meta":{"a":${lists(100_000)}}}`, /./],
  ])("%s: refused with a reason", async (_name, args, text) => {
    const { result, error } = await call(args);
    const said = error?.message ?? (result ? textOf(result) : "");
    expect(said).toMatch(text);
    expect(error !== undefined || result?.isError === true).toBe(true);
    expect(said.length).toBeLessThan(10_001);
    expect(upstream.requests).toEqual([]);
    await expectHealthy();
  });

  test.each(clientKinds)(
    "of more values than are taken are refused to a %s client as any other fault is",
    async (kind) => {
      for (const target of [server.url, { dir: project.dir, env: { API_BASE_URL: upstream.url } }]) {
        const caller = await connect(kind, target);
        const refused = await caller.callTool("create_thing", {
          name: "a",
          tags: Array.from({ length: 10_000 }, () => "t"),
        });
        expect(refused.isError).toBe(true);
        expect(errorOf(refused)).toMatchObject({ code: "payload_too_large", retryable: false });
        expect(textOf(refused)).toMatch(/10,000 values.*several calls/);
        expect(upstream.requests).toEqual([]);
        await caller.callTool("create_thing", { name: "a", meta: { list: Array.from({ length: 9_990 }, () => 1) } });
        expect(upstream.requests).toHaveLength(1);
        upstream.clear();
        await caller.close();
      }
      expect(server.log()).toContain('"outcome":"payload_too_large"');
    },
  );

  test.each<readonly [string, string, unknown]>([
    ["ten megabytes of text", `{"name":"${"n".repeat(10 * MEGABYTE)}"}`, { name: "n".repeat(10 * MEGABYTE) }],
    ["NUL and other controls in a body", '{"name":"a\\u0000b\\u0007"}', { name: "a\u0000b\u0007" }],
    ["halves of characters", '{"name":"\\ud800x"}', { name: "\ud800x" }],
    [
      "__proto__, which is no argument and never one of anything",
      '{"name":"a","__proto__":{"count":0}}',
      { name: "a" },
    ],
    ["__proto__ deep inside", '{"name":"a","meta":{"__proto__":{"isAdmin":true}}}', undefined],
    ["200 levels", `{"name":"a","meta":${nested(200)}}`, undefined],
    ["null for what is not given", '{"name":"a","count":null,"tags":null}', { name: "a" }],
  ])("%s: sent as they are", async (_name, args, body) => {
    const { result } = await call(args);
    expect(result?.isError ?? false, result && textOf(result)).toBe(false);
    expect(upstream.requests).toHaveLength(1);
    if (body !== undefined) expect(upstream.requests[0]?.json).toEqual(body);
    else expect(upstream.requests[0]?.text).toBe(args);
    await expectHealthy();
  });

  test.each(["..", "a/../b", "%2e%2e", "a\u0000b", "", "\u0085", "x\r\nHost: evil"])(
    "a path that would lead elsewhere is never built: %j",
    async (id) => {
      const { result } = await call(JSON.stringify({ thing_id: id }), "get_thing");
      const sent = upstream.requests.map(({ url }) => url);
      expect(sent.filter((url) => !/^\/things\/[^/]+$/.test(url))).toEqual([]);
      if (sent.length === 0) expect(result && errorOf(result).code).toBe("invalid_input");
    },
  );

  test("halves of characters in a path become one harmless character", async () => {
    await call('{"thing_id":"\\ud800"}', "get_thing");
    expect(upstream.requests.map(({ url }) => url)).toEqual(["/things/%EF%BF%BD"]);
  });
});

describe("patterns of the description", () => {
  /** Without a limit each of these takes longer than anybody lives. */
  test.each<readonly [string, object]>([
    ["slug", { slug: `${"a".repeat(60)}!` }],
    ["words", { words: "a".repeat(60) }],
    ["tail", { tail: `${" ".repeat(MEGABYTE)}x` }],
  ])("of %s cannot be made to run for ever", async (name, args) => {
    const result = await client.callTool("create_thing", { name: "a", ...args });
    expect(errorOf(result).code).toBe("invalid_input");
    expect(textOf(result)).toContain(name);
    expect(upstream.requests).toEqual([]);
    await expectHealthy();
  });

  test("still say what is wrong with an ordinary text, and let the right one pass", async () => {
    const wrong = await client.callTool("create_thing", { name: "a", slug: "Not A Slug" });
    expect(textOf(wrong)).toMatch(/slug.*pattern/);
    const right = await client.callTool("create_thing", { name: "a", slug: "a-fine-slug", words: "All is well." });
    expect(right.isError ?? false, textOf(right)).toBe(false);
  });

  test("nor can a list that must not repeat an item", async () => {
    const tags = Array.from({ length: 9_000 }, (_, index) => `${"t".repeat(500)}${index}`);
    const result = await client.callTool("create_thing", { name: "a", tags });
    expect(["none", "invalid_input"]).toContain(errorOf(result).code);
    await expectHealthy();
  });
});

describe("messages", () => {
  test("an unknown tool is a protocol error that names it", async () => {
    const { error } = await call("{}", "no_such_tool");
    expect(error?.code).toBe(-32602);
    expect(error?.message).toContain("no_such_tool");
  });

  test.each<readonly [string, string]>([
    ["names of prototypes", "constructor"],
    ["names of prototypes", "__proto__"],
    ["nothing", ""],
    ["a megabyte", "x".repeat(MEGABYTE)],
  ])("a tool named like %s is unknown, not found", async (_what, name) => {
    const { error, result } = await call("{}", name);
    expect(error !== undefined || result?.isError === true).toBe(true);
    await expectHealthy();
  });

  test.each<readonly [string, string]>([
    ["no JSON", "{"],
    ["NaN", "NaN"],
    ["a text", '"hello"'],
    ["null", "null"],
    ["an empty list", "[]"],
    ["a huge list of messages", `[${'{"jsonrpc":"2.0","id":1,"method":"ping"},'.repeat(20_000)}{}]`],
    ["lists in one another", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
    ["no parameters", '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'],
    ["wrong parameters", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}'],
    ["an id that is none", '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ["a body beyond the limit", `"${"x".repeat(40 * MEGABYTE)}"`],
  ])("%s is refused", async (_name, body) => {
    const { status, error, result } = await post(body).catch(() => ({
      status: 0,
      error: undefined,
      result: undefined,
    }));
    expect(result).toBeUndefined();
    expect(status >= 400 || error !== undefined || status === 0 || status === 202).toBe(true);
    await expectHealthy();
  });
});

test("over stdio the same texts do no more harm", { timeout: 60_000 }, async () => {
  const target = { dir: project.dir, env: { API_BASE_URL: upstream.url } };
  const local = await connect("modern", target);
  const big = await local.callTool("create_thing", { name: "n".repeat(10 * MEGABYTE) }).catch(() => undefined);
  if (big) {
    const slow = await local.callTool("create_thing", { name: "a", slug: `${"a".repeat(60)}!` });
    expect(errorOf(slow).code).toBe("invalid_input");
  }
  await local.close();
  expect(big?.isError ?? false).toBe(false);
});

test("after all this the process is the same one, within its memory, and its log holds no failure of its own", async () => {
  await expectHealthy();
  expect(server.log()).not.toMatch(/"level":"error"|unexpected failure/);
  if (process.platform !== "linux") return;
  const status = await readFile(`/proc/${server.process.pid ?? 0}/status`, "utf8");
  expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024).toBeLessThan(MEMORY);
});
