import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CallError } from "../../templates/runtime/context.js";
import type { Hooks } from "../../templates/runtime/context.js";
import type { JsonSchema, Operation } from "../../templates/runtime/operation.js";
import {
  call,
  createRuntime,
  createThing,
  listOperation,
  rawCall,
  SECRET,
  toolOf,
  type Harness,
} from "./call-fixture.js";
import { reply, startUpstream, type UpstreamServer } from "./upstream-server.js";

let upstream: UpstreamServer;
let harness: Harness;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => {
  harness = createRuntime(upstream.origin);
});

const read = toolOf(
  listOperation(undefined, { id: "getThing", output: { type: "object", properties: { id: { type: "string" } } } }),
);

it("answers the same data as text and as an object, without secrets and invisible characters", async () => {
  upstream.answer(reply(200, { id: "a", note: `hi\u200b\u202e\u{e0041} ${SECRET}` }));
  const result = await rawCall(harness.runtime, read, {});
  expect(result.structuredContent).toEqual({ id: "a", note: "hi [redacted]" });
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  expect(harness.records).toMatchObject([{ tool: "the_tool", action: "run", outcome: "ok", status: 200 }]);
});

it("names no secret of the path, and no query, as the place of a file", async () => {
  const file = listOperation(undefined, { path: `/files/${SECRET}/a.bin` });
  for (const type of ["application/pdf", "image/png"]) {
    upstream.answer((response) => response.writeHead(200, { "content-type": type }).end("abc"));
    const result = await rawCall(harness.runtime, toolOf(file), {});
    expect(JSON.stringify(result)).toContain("/files/[redacted]/a.bin");
    expect(JSON.stringify(result)).not.toMatch(new RegExp(`${SECRET}|[?]`));
  }
});

it("records every failure, even of calls that cannot be routed", async () => {
  const two = { ...read, actions: { ...read.actions, other: { operation: createThing, summary: "", scopes: [] } } };
  expect(await call(harness, two, { action: "nope" })).toMatchObject({ error: { code: "invalid_input" } });
  upstream.answer(reply(404, { message: "gone" }));
  expect(await call(harness, read, {})).toMatchObject({ error: { code: "not_found" } });
  expect(harness.records.map((record) => record.outcome)).toEqual(["invalid_input", "not_found"]);
});

it("keeps named fields, and names the fields there are", async () => {
  upstream.answer(reply(200, [{ id: 1, owner: { name: "Ada", age: 36 }, tags: [{ t: 1, u: 2 }] }]));
  const tool = toolOf(listOperation());
  expect(await call(harness, tool, { fields: ["owner.name", "tags.t"] })).toMatchObject({
    items: [{ owner: { name: "Ada" }, tags: [{ t: 1 }] }],
  });
  expect((await call(harness, tool, { fields: ["nope", "id"] }))["notes"]).toEqual([
    "No field nope; the fields are: id, owner, tags.",
  ]);
});

it("refuses a limit where nothing is listed, and takes it where anything of the tool may be a list", async () => {
  expect(await call(harness, read, { limit: 3 })).toMatchObject({
    error: { message: expect.stringContaining("`limit` is not an argument of this action.") },
  });
  upstream.answer(reply(200, { id: "a" }));
  expect(await call(harness, read, { limit: null })).toEqual({ id: "a" });
  const envelope = { type: "object", properties: { data: { type: ["array", "null"] } } };
  for (const list of [
    listOperation(),
    listOperation({ style: "page" }),
    listOperation(undefined, { output: envelope }),
  ]) {
    const two = { ...read, actions: { ...read.actions, list: { operation: list, summary: "", scopes: [] } } };
    expect(await call(harness, two, { action: "run", limit: 3 })).toEqual({ id: "a" });
    expect(await call(harness, toolOf(list), { limit: 3 })).not.toHaveProperty("error");
  }
});

it("refuses fields where no answer has any", async () => {
  const image = toolOf(listOperation(undefined, { accept: "image/png" }));
  expect(await call(harness, image, { fields: ["id"] })).toMatchObject({ error: { code: "invalid_input" } });
  upstream.answer(reply(200, { id: "a", name: "b" }));
  expect(await call(harness, read, { fields: ["id"] })).toEqual({ id: "a" });
  expect(await call(harness, read, { fields: ["zz"] })).toMatchObject({ notes: [expect.stringContaining("zz")] });
});

it("cuts a large object to size and says what is missing", async () => {
  upstream.answer(
    reply(200, { id: "a", log: "é".repeat(400_000), rows: Array.from({ length: 5_000 }, (_, i) => ({ i })) }),
  );
  const result = await call(harness, read, {});
  expect(JSON.stringify(result).length).toBeLessThanOrEqual(45_000);
  expect(result).toMatchObject({ id: "a", truncated: expect.stringContaining("of 400000 characters") });
});

it("counts drift from the description, and answers all the same", async () => {
  upstream.answer(reply(200, { id: 5 }));
  expect(await call(harness, read, {})).toEqual({ id: 5 });
  expect(harness.events).toContain("output_drift");
});

it("runs hooks around the call", async () => {
  const hooks = {
    the_tool: {
      run: {
        before: (input: object) => ({ ...input, name: "Grace" }),
        after: (output: object) => ({ ...output, seen: true }),
        onError: (error: { message: string }) => ({ ...error, message: "Ours." }),
      },
    },
  } as unknown as Hooks;
  const hooked = createRuntime(upstream.origin, { hooks });
  upstream.answer(reply(201, { id: 1 }), reply(422, {}));
  expect(await call(hooked, toolOf(createThing), { name: "Ada" })).toEqual({ id: 1, seen: true });
  expect(upstream.received[0]?.body).toBe('{"name":"Grace"}');
  expect(await call(hooked, toolOf(createThing), { name: "Ada" })).toMatchObject({ error: { message: "Ours." } });
});

it("lets a hook refuse a call before anything is sent", async () => {
  const refuse = (): never => {
    throw new CallError({ code: "forbidden", message: "Not on Sundays.", retryable: false });
  };
  const hooks = { the_tool: { run: { before: refuse } } } as Hooks;
  upstream.answer(reply(201, {}));
  const result = await call(createRuntime(upstream.origin, { hooks }), toolOf(createThing), { name: "Ada" });
  expect(result).toMatchObject({ error: { code: "forbidden", message: "Not on Sundays." } });
  expect(upstream.received).toHaveLength(0);
});

it("gives every item of a batch its own outcome and request id, four at a time", async () => {
  let open = 0;
  let most = 0;
  upstream.answer((response, request) => {
    most = Math.max(most, ++open);
    const { name } = JSON.parse(request.body) as { name: string };
    setTimeout(() => {
      open -= 1;
      (name === "b3" ? reply(422, { message: "taken" }) : reply(201, { name }))(response, request);
    }, 20);
  });
  const tool = toolOf(createThing, { batch: 10 });
  const names = Array.from({ length: 9 }, (_, index) => ({ name: `b${index}` }));
  const progress: string[] = [];
  const notifyProgress = (_done: number, _total: number | undefined, message: string) =>
    Promise.resolve(void progress.push(message));
  const batch = { items: [...names, { nme: "x" }], request_id: "batch-0001" };
  const first = await call(harness, tool, batch, { context: { notifyProgress } });
  expect(first).toMatchObject({ succeeded: 8, failed: 2 });
  const wanted = names.map((item, index) => (index === 3 ? { ok: false } : { index, ok: true, result: item }));
  expect(first["results"]).toMatchObject([...wanted, { index: 9, ok: false, error: { code: "invalid_input" } }]);
  expect(most).toBe(4);
  expect(progress).toEqual(Array.from({ length: 9 }, (_, index) => `${index + 1} of 10 done`));
  await call(harness, tool, batch);
  expect(upstream.received).toHaveLength(9);
  expect(await call(harness, tool, { items: Array.from({ length: 11 }, () => ({})) })).toMatchObject({
    error: { code: "invalid_input" },
  });
});

it("stops checking when the time of the whole call is up, however many items it has", async () => {
  const slug: JsonSchema = { type: "string", pattern: "^([a-z]+-?)+$" };
  const operation: Operation = {
    ...createThing,
    id: "slowThing",
    arguments: [{ name: "slug", in: "body", wire: "/slug", required: true, schema: slug }],
  };
  upstream.answer(reply(201, {}));
  const nasty = { slug: `${"a".repeat(60)}!` };
  const items = [{ slug: "fine" }, ...Array.from({ length: 99 }, () => nasty)];
  const started = performance.now();
  const result = await call(harness, toolOf(operation, { batch: 100 }), { items });
  // A quarter of a second each would be 25 s.
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(result).toMatchObject({ succeeded: 1, failed: 99 });
  expect(upstream.received.map(({ body }) => body)).toEqual(['{"slug":"fine"}']);
});

it("takes an answer whose check was stopped for no drift", async () => {
  const output: JsonSchema = { type: "object", properties: { slug: { type: "string", pattern: "^([a-z]+-?)+$" } } };
  upstream.answer(reply(200, { slug: `${"a".repeat(60)}!` }));
  await call(harness, toolOf(listOperation(undefined, { id: "slowAnswer", output })), {});
  expect(harness.events).not.toContain("output_drift");
});

it("brings the files of a batch while there is room, and says which are left out", async () => {
  const [small, large] = [Buffer.alloc(300), Buffer.alloc(900_000)];
  const send = (file: Buffer) => reply(200, file, { "content-type": "image/png" });
  upstream.answer(send(small), send(large), send(large));
  const result = await rawCall(harness.runtime, toolOf(listOperation(), { batch: 3 }), { items: [{}, {}, {}] });
  const brought = result.content.map((block) => (block.type === "image" ? block.data.length : block.type));
  expect(brought.sort()).toEqual([1_200_000, 400, "text"]);
  const { results } = result.structuredContent as { results: { result: { included: boolean } }[] };
  const missing = results.filter(({ result: { included } }) => !included);
  expect(missing).toMatchObject([{ result: { media_type: "image/png", note: expect.stringContaining("no room") } }]);
});

it("says what goes on after a 202, and how to ask", async () => {
  const longRunning = { poll: { tool: "get_job", action: null, argument: "job_id", from: "/job/id" } };
  const getJob = listOperation(undefined, {
    id: "getJob",
    path: "/jobs/{job_id}",
    arguments: [{ name: "job_id", in: "path", wire: "job_id", required: true, schema: { type: "string" } }],
  });
  const tool = toolOf({ ...createThing, longRunning });
  const { definition } = harness.runtime;
  const tools = [tool, toolOf(getJob, {}, "get_job")];
  harness = { ...harness, runtime: { ...harness.runtime, definition: { ...definition, tools } } };
  upstream.answer(reply(202, { job: { id: "j1" } }, { "retry-after": "5" }), reply(202, "", { location: "/jobs/j2" }));
  const poll = (id: string) => ({ tool: "get_job", arguments: { job_id: id } });
  expect(await call(harness, tool, { name: "a" })).toMatchObject({
    status: "accepted",
    poll: poll("j1"),
    retry_after: 5,
  });
  expect(await call(harness, tool, { name: "a" })).toMatchObject({ status: "accepted", poll: poll("j2") });
});
