import { InMemoryTransport, type ServerContext } from "@modelcontextprotocol/server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { confirmCall, createConfirmations } from "../../templates/runtime/confirm.js";
import { createHttpHost } from "../../templates/runtime/http.js";
import { createServer } from "../../templates/runtime/server.js";
import { connectHttp, createModern, wrap, type Elicit, type TestClient } from "./server-clients.js";
import { definition, environment, startUpstream, type Upstream } from "./server-fixture.js";

let upstream: Upstream;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  while (opened.length > 0) await opened.pop()?.close();
});
afterAll(() => upstream.close());

async function connectInMemory(kind: "modern" | "legacy", elicit?: Elicit): Promise<TestClient> {
  const server = await createServer(definition, { env: environment(upstream) });
  const [near, far] = InMemoryTransport.createLinkedPair();
  server.connect(far);
  const client = createModern(kind, elicit);
  await client.connect(near);
  opened.push(server, client);
  return wrap(client as unknown as Parameters<typeof wrap>[0]);
}

async function startHttp(): Promise<string> {
  const server = await createServer(definition, { env: environment(upstream, { MCP_TRANSPORT: "http" }) });
  const host = createHttpHost(server);
  opened.push(host);
  return host.listen();
}

const REMOVE = { action: "delete", contact_id: "c7" };
const deletions = () => upstream.seen.filter((request) => request.method === "DELETE").length;

const CONNECTIONS = {
  "modern, over HTTP": async (elicit?: Elicit) =>
    connectHttp("modern", { url: await startHttp(), ...(elicit && { elicit }) }),
  "modern, in memory": (elicit?: Elicit) => connectInMemory("modern", elicit),
  "2025-era, in memory": (elicit?: Elicit) => connectInMemory("legacy", elicit),
};

describe.each(Object.entries(CONNECTIONS))("a client that can ask its user (%s)", (_name, connect) => {
  it("runs the action once the person agrees, and shows them the arguments", async () => {
    const questions: string[] = [];
    const client = await connect((message) => {
      questions.push(message);
      return { action: "accept", content: { confirm: true } };
    });
    const before = deletions();
    expect(await client.callTool("manage_contact", REMOVE)).toMatchObject({ isError: false });
    expect(deletions()).toBe(before + 1);
    expect(questions).toEqual(["Manage contact: Remove a contact for good\ncontact_id: c7"]);
    await client.close();
  });

  it("asks nobody about a call that cannot be made", async () => {
    const client = await connect((message) => expect.fail(message));
    const result = await client.callTool("manage_contact", { action: "delete", id: "c7" });
    expect(result).toMatchObject({ isError: true, data: { error: { code: "invalid_input" } } });
    await client.close();
  });

  it.each([
    ["declines", { action: "decline" } as const],
    ["accepts the form with no", { action: "accept", content: { confirm: false } } as const],
  ])("sends nothing when the person %s, whatever the model says", async (_answer, answer) => {
    const client = await connect(() => answer);
    const before = deletions();
    const result = await client.callTool("manage_contact", { ...REMOVE, confirm: true });
    expect(result).toMatchObject({ isError: true, data: { error: { code: "confirmation_required" } } });
    expect(deletions()).toBe(before);
    await client.close();
  });
});

describe.each(Object.entries(CONNECTIONS))("a client that cannot ask (%s)", (_name, connect) => {
  it("is told to ask, and believed with confirm: true", async () => {
    const client = await connect();
    const before = deletions();
    const refused = await client.callTool("manage_contact", REMOVE);
    expect(refused).toMatchObject({ isError: true, data: { error: { code: "confirmation_required" } } });
    expect(deletions()).toBe(before);
    const wrong = await client.callTool("manage_contact", { action: "delete", id: "c7" });
    expect(wrong).toMatchObject({ isError: true, data: { error: { code: "invalid_input" } } });
    expect(await client.callTool("manage_contact", { ...REMOVE, confirm: true })).toMatchObject({ isError: false });
    expect(deletions()).toBe(before + 1);
    await client.close();
  });
});

describe("the question", () => {
  const shown = (args: Record<string, unknown>, batch?: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const { manage_contact } = Object.fromEntries(definition.tools.map((tool) => [tool.name, tool]));
      const action = manage_contact?.actions["delete"];
      if (!manage_contact || !action) throw new Error("The definition has no such action.");
      const mcpReq = { requestState: () => undefined };
      const request = {
        tool: manage_contact,
        actionName: "delete",
        action: { ...action, ...(batch !== undefined && { batch }) },
        arguments: { action: "delete", ...args },
        context: { mcpReq } as unknown as ServerContext,
        capabilities: { elicitation: {} },
      };
      confirmCall(createConfirmations(Buffer.alloc(32)), request).then((confirmation) => {
        const { inputRequests } = confirmation.kind === "ask" ? confirmation.result : {};
        const asked = inputRequests?.["confirm"]?.params as { message?: string } | undefined;
        resolve(asked?.message ?? (confirmation.kind === "refused" ? confirmation.error.message : ""));
      }, reject);
    });

  it("shows every set of a batch, and how many there are", async () => {
    const items = Array.from({ length: 25 }, (_, index) => ({ contact_id: `c${index}` }));
    const lines = (await shown({ items }, 25)).split("\n");
    expect(lines[0]).toBe("Manage contact: Remove a contact for good (25 times)");
    expect(lines.slice(1)).toEqual(items.map((item, index) => `${index + 1}. ${JSON.stringify(item)}`));
    expect(await shown({ items: ["a", "b"] })).toMatch(/\nitems: \["a","b"\]$/);
  });

  it("shows what nobody sees, and says where it shows less than all", async () => {
    expect(await shown({ contact_id: "c\u202e7\u200b\n\n8" })).toMatch(/\ncontact_id: c7 8$/);
    const long = await shown({ contact_id: "x".repeat(2_500) });
    expect(long).toMatch(/x… \(the first 2000 of 2500 characters\)$/);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, "1"]));
    expect((await shown(many)).split("\n")).toHaveLength(31);
  });

  it("is not asked where it is too long to be read", async () => {
    const items = Array.from({ length: 25 }, () => ({ note: "x".repeat(1_000) }));
    expect(await shown({ items }, 25)).toMatch(/^manage_contact delete needs .* Make several smaller calls/);
  });
});

describe("the state of a question", () => {
  async function post(
    url: string,
    params: object,
  ): Promise<{ result?: Record<string, unknown>; error?: { code: number } }> {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
    };
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "manage_contact",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "manage_contact", _meta: meta, ...params },
      }),
    });
    return (await response.json()) as { result?: Record<string, unknown> };
  }

  it("is bound to the arguments and cannot be altered", async () => {
    const url = await startHttp();
    const asked = await post(url, { arguments: REMOVE });
    const requestState = asked.result?.["requestState"];
    expect(typeof requestState).toBe("string");
    const inputResponses = { confirm: { action: "accept", content: { confirm: true } } };
    const before = deletions();
    const other = { action: "delete", contact_id: "c8" };
    const swapped = await post(url, { arguments: other, requestState, inputResponses });
    expect(swapped.result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: "confirmation_required" } },
    });
    const forged = `${String(requestState).slice(0, -4)}AAAA`;
    expect((await post(url, { arguments: REMOVE, requestState: forged, inputResponses })).error?.code).toBe(-32602);
    // An answer without the question it belongs to is no consent.
    const unasked = await post(url, { arguments: REMOVE, inputResponses });
    expect(unasked.result).toMatchObject({ resultType: "input_required" });
    expect(deletions()).toBe(before);
    expect((await post(url, { arguments: REMOVE, requestState, inputResponses })).result?.["isError"]).not.toBe(true);
    expect(deletions()).toBe(before + 1);
  });
});
