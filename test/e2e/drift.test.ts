/** An API that answers otherwise than its description says: delivered all the same, counted, and told to the operator. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientKinds, connect, textOf } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

/** The strictest case: the output schema is advertised, so clients check results against it. */
const annotations = `tools:
  get_contact: { operation: getContact, result: { schema: true } }
  list_contacts: { operation: listContacts, result: { schema: true } }
`;

let upstream: Upstream;
let server: RunningServer;

beforeAll(async () => {
  upstream = await startUpstream();
  const project = await sharedProject("specs/crm.yaml", annotations);
  const credentials = credentialVariables(await project.definition(), () => "secret-token");
  server = await project.startHttp({ ...credentials, API_BASE_URL: upstream.url, METRICS: "true" });
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

/** How often each action drifted, as Prometheus reads it. */
async function driftCounts(): Promise<Record<string, number>> {
  const answer = await fetch(new URL("/metrics", server.url));
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  const lines = (await answer.text()).matchAll(
    /^mcp_events_total\{event="output_drift",tool="(\w+)",action="(\w+)"\} (\d+)$/gm,
  );
  return Object.fromEntries([...lines].map(([, tool, action, count]) => [`${tool}.${action}`, Number(count)]));
}

const warnings = () =>
  server
    .log()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => String(message).includes("differs from its description"));

test("what fits is not counted", async () => {
  upstream.answer = (_request, response) => sendJson(response, { id: 1, name: "Ada", status: null });
  const client = await connect("modern", server.url);
  await client.callTool("get_contact", { contact_id: 1 });
  expect(await driftCounts()).toEqual({});
  expect(warnings()).toEqual([]);
  await client.close();
});

const drifts: readonly (readonly [name: string, body: unknown])[] = [
  ["another type", { id: "c-1", name: "Ada", email: 5 }],
  ["a text instead of an object", { id: 1, address: "12 Main Street, SECRET-PLACE" }],
  ["an object instead of a list", { id: 1, tags: { vip: true } }],
  ["an error that is a text", { id: "1", error: "none" }],
];

describe.each(clientKinds)("a %s client that knows the output schema", (kind) => {
  test.each(drifts.map(([name, body]) => ({ name, body })))("gets $name", async ({ body }) => {
    upstream.answer = (_request, response) => sendJson(response, body);
    const client = await connect(kind, server.url);
    await client.listTools();
    const before = (await driftCounts())["get_contact.get"] ?? 0;
    const result = await client.callTool("get_contact", { contact_id: 1 });
    expect(result.isError ?? false).toBe(false);
    expect(result.structuredContent).toEqual(body);
    expect(JSON.parse(textOf(result))).toEqual(body);
    expect((await driftCounts())["get_contact.get"]).toBe(before + 1);
    await client.close();
  });

  test("gets a list whose items differ", async () => {
    upstream.answer = (_request, response) => sendJson(response, { data: [{ id: "a" }, "b"], next_cursor: 7 });
    const client = await connect(kind, server.url);
    await client.listTools();
    const result = await client.callTool("list_contacts");
    expect(result.structuredContent).toMatchObject({ items: [{ id: "a" }, "b"] });
    await client.close();
  });
});

test("the log says where, once for each operation, and quotes nothing", () => {
  expect(warnings()).toMatchObject([
    {
      level: "warn",
      operation: "getContact",
      places: expect.arrayContaining([expect.stringContaining("id")]) as unknown,
    },
    { level: "warn", operation: "listContacts" },
  ]);
  expect(JSON.stringify(warnings())).not.toMatch(/c-1|Ada|SECRET-PLACE/);
});
