/** One build, three surfaces; and what the annotation file and src/hooks.ts change about calls. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, errorOf, textOf, type ConnectOptions, type McpClient } from "./clients.js";
import {
  compile,
  createProject,
  credentialVariables,
  fastCompiler,
  repository,
  type Project,
  type RunningServer,
} from "./project.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

const annotations = `version: 1
spec: ${path.join(repository, "specs/crm.yaml")}
tools:
  manage_contact:
    actions:
      create: { operation: createContact, batch: 5 }
      update: updateContact
      delete: { operation: deleteContact, confirm: true }
      set_status: setContactStatus
  list_contacts:
    operation: listContacts
    result: { fields: [id, name] }
    arguments: { status: { default: active }, company_id: { fromEnv: COMPANY_ID } }
aliases: { contact_write: manage_contact }
`;

/** Written as a user would: the generated types must accept it. */
const hooks = `import { CallError } from "./runtime/context.js";
import type { ServerHooks } from "./generated/hooks.js";

export const hooks: ServerHooks = {
  manage_contact: {
    create: {
      before: (input, context) => ({ ...input, tags: [...(input.tags ?? []), context.action] }),
      after: (output) => ({ ...output, name: (output.name ?? "").toUpperCase() }),
    },
    set_status: {
      before: (input) => {
        if (input.status === "blocked") {
          throw new CallError({ code: "forbidden", message: "Nobody is blocked here.", retryable: false });
        }
      },
      onError: (error) => ({ ...error, hint: "Ask an administrator." }),
    },
  },
};
`;

let upstream: Upstream;
let project: Project;
let environment: Record<string, string>;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
  project = await createProject("specs/crm.yaml");
  await writeFile(path.join(project.dir, "mcp.annotations.yaml"), annotations);
  await writeFile(path.join(project.dir, "src/hooks.ts"), hooks);
  await project.generate();
  await project.build();
  const credentials = credentialVariables(await project.definition(), () => "secret");
  environment = { ...credentials, API_BASE_URL: upstream.url, COMPANY_ID: "7" };
});
beforeEach(() => {
  upstream.clear();
  upstream.answer = (request, response) => {
    if (request.method === "DELETE") return void response.writeHead(204).end();
    const body = (request.json ?? {}) as object;
    return sendJson(response, { id: upstream.requests.length, ...body });
  };
});
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
  await project?.remove();
  await upstream?.close();
});

async function start(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): Promise<RunningServer> {
  const server = await project.startHttp({ ...environment, ...env }, args);
  opened.push(() => server.stop());
  return server;
}

async function open(server: RunningServer, options: ConnectOptions = {}): Promise<McpClient> {
  const client = await connect("modern", server.url, options);
  opened.push(() => client.close());
  return client;
}

const lines = () => upstream.requests.map(({ method, url }) => `${method} ${url}`);

test("generating again keeps what the user wrote, and the typecheck of the project covers it", async () => {
  expect(await readFile(path.join(project.dir, "src/hooks.ts"), "utf8")).toBe(hooks);
  await writeFile(path.join(project.dir, "src/hooks.ts"), hooks.replace("input.tags", "input.no_such_argument"));
  await expect(compile(fastCompiler, ["-p", project.dir, "--noEmit"])).rejects.toThrow(/no_such_argument/);
  await writeFile(path.join(project.dir, "src/hooks.ts"), hooks);
});

describe("the grouped surface", () => {
  let server: RunningServer;
  let client: McpClient;
  beforeAll(async () => {
    server = await start();
    client = await open(server);
  });

  test("hooks see and change what goes in and what comes out", async () => {
    const created = await client.callTool("manage_contact", { action: "create", name: "Ada", email: "a@b.co" });
    expect(upstream.requests[0]?.json).toEqual({ name: "Ada", email: "a@b.co", tags: ["create"] });
    expect(created.structuredContent).toMatchObject({ name: "ADA" });
  });

  test("a default is sent where the model gives nothing, and what the operator sets in any case", async () => {
    await client.callTool("list_contacts");
    await client.callTool("list_contacts", { status: "lead" });
    expect(lines()).toEqual([
      "GET /contacts?status=active&limit=20&company_id=7",
      "GET /contacts?status=lead&limit=20&company_id=7",
    ]);
  });

  test("a hook may refuse a call, and another may say more about a failure", async () => {
    const args = { action: "set_status", contact_id: 1, status: "blocked" };
    const refused = await client.callTool("manage_contact", args);
    expect(errorOf(refused)).toMatchObject({ code: "forbidden", hint: "Ask an administrator." });
    expect(textOf(refused)).toMatch(/Nobody is blocked here.*Ask an administrator/s);
    expect(upstream.requests).toEqual([]);
  });

  test("a batch runs each set of arguments once, and tells which failed", async () => {
    upstream.answer = ({ json }, response) => {
      const { name } = json as { name: string };
      return sendJson(response, name === "Bad" ? { detail: "No." } : { id: 1, name }, name === "Bad" ? 422 : 201);
    };
    const items = [
      { name: "One", email: "1@b.co" },
      { name: "Bad", email: "2@b.co" },
      { name: "No email" },
      { name: "Two", email: "3@b.co" },
    ];
    const args = { action: "create", items, request_id: "batch-of-four" };
    const result = await client.callTool("manage_contact", args);
    expect(result.isError ?? false).toBe(false);
    expect(result.structuredContent).toMatchObject({
      succeeded: 2,
      failed: 2,
      results: [
        { index: 0, ok: true, result: { name: "ONE" } },
        { index: 1, ok: false, error: { code: "invalid_input", status: 422 } },
        { index: 2, ok: false, error: { code: "invalid_input" } },
        { index: 3, ok: true },
      ],
    });
    expect(lines()).toHaveLength(3);
    await client.callTool("manage_contact", args);
    // What was carried out or refused for good is not sent again.
    expect(lines()).toHaveLength(3);
    const tooMany = { action: "create", items: Array.from({ length: 6 }, () => items[0]) };
    expect(errorOf(await client.callTool("manage_contact", tooMany)).code).toBe("invalid_input");
  });

  test("results show the annotated fields, or those the caller names", async () => {
    const contact = { id: 1, name: "Ada", email: "a@b.co", address: { city: "Bonn", street: "X" } };
    upstream.answer = (_request, response) => sendJson(response, { data: [contact], next_cursor: null });
    const usual = await client.callTool("list_contacts");
    expect(usual.structuredContent?.["items"]).toEqual([{ id: 1, name: "Ada" }]);
    const chosen = await client.callTool("list_contacts", { fields: ["email", "address.city"] });
    expect(chosen.structuredContent?.["items"]).toEqual([{ email: "a@b.co", address: { city: "Bonn" } }]);
  });

  test("a former name still answers, unlisted", async () => {
    expect((await client.listTools()).map(({ name }) => name)).not.toContain("contact_write");
    await client.callTool("contact_write", { action: "update", contact_id: 1, name: "Eve" });
    expect(lines()).toEqual(["PATCH /contacts/1"]);
  });
});

describe("an action that asks first", () => {
  const remove = { action: "delete", contact_id: 7 };
  let server: RunningServer;
  beforeAll(async () => {
    server = await start();
  });

  test("runs once the person accepts, who saw the arguments", async () => {
    const questions: string[] = [];
    const client = await open(server, {
      elicit: (message) => {
        questions.push(message);
        return { action: "accept", content: { confirm: true } };
      },
    });
    const result = await client.callTool("manage_contact", remove);
    expect(result.isError ?? false, textOf(result)).toBe(false);
    expect(lines()).toEqual(["DELETE /contacts/7"]);
    expect(questions).toEqual([expect.stringMatching(/contact_id: 7/)]);
  });

  test("sends nothing when the person declines, whatever the model claims", async () => {
    const client = await open(server, { elicit: () => ({ action: "decline" }) });
    const result = await client.callTool("manage_contact", { ...remove, confirm: true });
    expect(errorOf(result).code).toBe("confirmation_required");
    expect(lines()).toEqual([]);
  });

  test("takes confirm: true from a client that cannot ask", async () => {
    const client = await open(server);
    expect(errorOf(await client.callTool("manage_contact", remove)).code).toBe("confirmation_required");
    expect(lines()).toEqual([]);
    expect((await client.callTool("manage_contact", { ...remove, confirm: true })).isError ?? false).toBe(false);
    expect(lines()).toEqual(["DELETE /contacts/7"]);
  });
});

test("the granular surface has one flat tool per operation, with the same hooks, checks and consent", async () => {
  const client = await open(await start({ MCP_SURFACE: "granular" }));
  const tools = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["create_contact", "delete_contact", "set_contact_status", "list_contacts", "close_deal"]),
  );
  expect(tools).toHaveLength(17);
  expect(tools.filter(({ inputSchema }) => inputSchema.properties?.["action"])).toEqual([]);
  const created = await client.callTool("create_contact", { name: "Ada", email: "a@b.co" });
  expect(created.structuredContent).toMatchObject({ name: "ADA" });
  expect(errorOf(await client.callTool("delete_contact", { contact_id: 1 })).code).toBe("confirmation_required");
  upstream.answer = (_request, response) => sendJson(response, {}, 404);
  const missing = await client.callTool("get_contact", { contact_id: 5 });
  expect(textOf(missing)).toMatch(/list_contacts/);
});

test("the catalog finds, describes and calls every action through three tools", async () => {
  const client = await open(await start({}, ["--surface", "catalog"]));
  expect((await client.listTools()).map(({ name }) => name)).toEqual([
    "search_actions",
    "describe_action",
    "call_action",
  ]);
  const found = await client.callTool("search_actions", { query: "close a deal" });
  expect(found.structuredContent).toMatchObject({
    actions: expect.arrayContaining([expect.objectContaining({ tool: "manage_deal", action: "close" })]) as unknown,
  });
  const target = { tool: "manage_deal", action: "close" };
  const described = await client.callTool("describe_action", target);
  expect(JSON.stringify(described.structuredContent)).toMatch(/deal_id.*outcome|outcome.*deal_id/);
  await client.callTool("call_action", { ...target, arguments: { deal_id: 3, outcome: "won" } });
  expect(lines()).toEqual(["POST /deals/3/close"]);
  const wrong = await client.callTool("call_action", { ...target, arguments: { deal_id: 3 } });
  expect(errorOf(wrong).code).toBe("invalid_input");
  expect(textOf(wrong)).toMatch(/call_action/);
  const consent = { tool: "manage_contact", action: "delete", arguments: { contact_id: 1 } };
  expect(errorOf(await client.callTool("call_action", consent)).code).toBe("confirmation_required");
  expect(lines()).toHaveLength(1);
});

test("read-only offers no write, in the lists of actions too, and does not carry one out", async () => {
  const client = await open(await start({}, ["--read-only"]));
  const tools = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["list_contacts", "get_contact"]));
  expect(tools.filter(({ annotations: hints }) => !hints?.readOnlyHint)).toEqual([]);
  const written = await client.callTool("manage_contact", { action: "update", contact_id: 1, name: "x" }).then(
    (result) => result.isError,
    () => true,
  );
  expect(written).toBe(true);
  expect(lines()).toEqual([]);
});

test("an allow list leaves only its actions, in the enum as well, and denies the others", async () => {
  const client = await open(await start({ MCP_TOOLS: "list_contacts,manage_contact.create,manage_contact.update" }));
  const tools = await client.listTools();
  expect(tools.map(({ name }) => name).toSorted()).toEqual(["list_contacts", "manage_contact"]);
  const manage = tools.find(({ name }) => name === "manage_contact");
  expect(manage?.inputSchema.properties?.["action"]?.enum).toEqual(["create", "update"]);
  expect(manage?.inputSchema.properties).not.toHaveProperty("reason");
  const denied = await client.callTool("manage_contact", { action: "delete", contact_id: 1, confirm: true });
  expect(denied.isError).toBe(true);
  const unlisted = await client.callTool("get_deal", { deal_id: 1 }).then(
    (result) => result.isError,
    () => true,
  );
  expect(unlisted).toBe(true);
  expect(lines()).toEqual([]);
});

describe("a result too large to show", () => {
  const deals = Array.from({ length: 60 }, (_, index) => ({ id: index + 1, title: `Deal ${"x".repeat(100)}` }));

  test("is cut at whole items, says how much it shows, and goes on from there", async () => {
    const client = await open(await start({ MAX_RESULT_TOKENS: "500" }));
    upstream.answer = (_request, response) => sendJson(response, { data: deals, next_cursor: null });
    const seen: number[] = [];
    let cursor: unknown;
    let calls = 0;
    do {
      const result = await client.callTool("list_deals", { limit: 60, ...(typeof cursor === "string" && { cursor }) });
      expect(result.isError ?? false, textOf(result)).toBe(false);
      expect(textOf(result).length).toBeLessThan(500 * 4 * 1.3);
      const items = result.structuredContent?.["items"] as { id: number }[];
      seen.push(...items.map(({ id }) => id));
      cursor = result.structuredContent?.["next_cursor"];
      if (calls === 0) expect(textOf(result)).toMatch(new RegExp(`${items.length} of 60`));
      calls += 1;
    } while (typeof cursor === "string" && calls < 40);
    expect(calls).toBeGreaterThan(3);
    expect(seen).toEqual(deals.map(({ id }) => id));
  });

  test("says so where it is one value", async () => {
    const client = await open(await start({ MAX_RESULT_TOKENS: "500" }));
    upstream.answer = (_request, response) => sendJson(response, { id: 1, title: "y".repeat(100_000), stage: "new" });
    const result = await client.callTool("get_deal", { deal_id: 1 });
    expect(textOf(result).length).toBeLessThan(500 * 4 * 1.3);
    expect(textOf(result)).toMatch(/of 100,?000/);
    expect(result.structuredContent).toMatchObject({ id: 1, stage: "new" });
  });
});
