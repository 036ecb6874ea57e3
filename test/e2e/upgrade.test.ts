/** What an operator has narrowed stays as narrow when the API grows and the project is generated anew. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { connect, type McpClient } from "./clients.js";
import { createProject, credentialVariables, repository, type Project } from "./project.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

type Operations = Record<string, Record<string, unknown>>;

let folder: string;
let project: Project;
let upstream: Upstream;
let environment: Record<string, string>;
const opened: (() => Promise<unknown>)[] = [];

/** A new action of a tool there is, a new action of a tool that had one, and a new tool: all of them written or read. */
function grow(api: { paths: Record<string, Operations> }): void {
  const closing = structuredClone(api.paths["/deals/{deal_id}/close"] ?? {});
  Object.assign(closing["post"] ?? {}, { operationId: "reopenDeal", summary: "Open a closed deal again" });
  const notes = structuredClone(api.paths["/contacts/{contact_id}/notes"] ?? {});
  Object.assign(notes["get"] ?? {}, { operationId: "listContactActivity", summary: "List what happened" });
  delete notes["post"];
  const companies = structuredClone(api.paths["/companies"] ?? {});
  Object.assign(companies["get"] ?? {}, { operationId: "listInvoices", summary: "List invoices", tags: ["invoices"] });
  Object.assign(companies["post"] ?? {}, { operationId: "createInvoice", summary: "Send one", tags: ["invoices"] });
  Object.assign(api.paths, {
    "/deals/{deal_id}/reopen": closing,
    "/contacts/{contact_id}/activity": notes,
    "/invoices": companies,
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "upgrade-"));
  const spec = path.join(folder, "crm.yaml");
  const api = parse(await readFile(path.join(repository, "specs/crm.yaml"), "utf8")) as Parameters<typeof grow>[0];
  await writeFile(spec, stringify(api));
  upstream = await startUpstream((_request, response) => sendJson(response, { id: 1, data: [] }));
  project = await createProject(spec);
  // The lists of these tests were good for the first version.
  environment = { ...credentialVariables(await project.definition(), () => "secret"), API_BASE_URL: upstream.url };
  const before = await open("http", { MCP_TOOLS: ALLOWED });
  expect(await shown(before)).toEqual(SHOWN);
  await closeAll();
  grow(api);
  await writeFile(spec, stringify(api));
  await project.generate();
  const annotations = path.join(project.dir, "mcp.annotations.yaml");
  const text = await readFile(annotations, "utf8");
  const joined = text
    .replace(/ {2}list_contact_activity:[^\n]*\n(?: {3,}[^\n]*\n)*/, "")
    .replace(
      / {2}list_contact_notes:[^\n]*\n(?: {3,}[^\n]*\n)*/,
      "  list_contact_notes: { actions: { notes: listContactNotes, activity: listContactActivity } }\n",
    );
  await writeFile(annotations, joined);
  await project.generate();
  await project.build();
}, 120_000);
beforeEach(() => upstream.clear());
afterEach(closeAll);
afterAll(async () => {
  await project?.remove();
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

async function closeAll(): Promise<void> {
  while (opened.length > 0) await opened.pop()?.();
}

type Transport = "http" | "stdio";

async function open(
  transport: Transport,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<McpClient> {
  const all = { ...environment, ...env };
  if (transport === "stdio") return keep(await connect("modern", { dir: project.dir, env: all, args }));
  const server = await project.startHttp(all, args);
  opened.push(() => server.stop());
  return keep(await connect("modern", server.url));
}

function keep(client: McpClient): McpClient {
  opened.push(() => client.close());
  return client;
}

/** Listed tools, with their actions where they have several. */
async function shown(client: McpClient): Promise<Record<string, readonly string[]>> {
  const tools = await client.listTools();
  return Object.fromEntries(tools.map((tool) => [tool.name, tool.inputSchema.properties?.["action"]?.enum ?? []]));
}

/** Whether a call came to nothing, whichever way it was refused. */
async function isRefused(client: McpClient, name: string, args: Readonly<Record<string, unknown>>): Promise<boolean> {
  return client.callTool(name, args).then(
    (result) => result.isError ?? false,
    () => true,
  );
}

const ALLOWED = "get_contact,manage_deal.create,manage_deal.update,manage_deal.close";
const SHOWN = { get_contact: [], manage_deal: ["create", "update", "close"] };

const additions: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ["manage_deal", { action: "reopen", deal_id: 1, outcome: "won" }],
  ["list_contact_notes", { action: "activity", contact_id: 1 }],
  ["list_invoices", {}],
  ["create_invoice", { name: "A" }],
  ["manage_invoice", { action: "create", name: "A" }],
  ["reopen_deal", { deal_id: 1, outcome: "won" }],
  ["list_contact_activity", { contact_id: 1 }],
  ["call_action", { tool: "manage_deal", action: "reopen", arguments: { deal_id: 1, outcome: "won" } }],
  ["call_action", { tool: "list_invoices", action: "list" }],
];

test("without a list the new version offers all of this", async () => {
  const client = await open("http", {});
  const tools = await shown(client);
  expect(tools["manage_deal"]).toContain("reopen");
  expect(tools["list_contact_notes"]).toEqual(["notes", "activity"]);
  expect(Object.keys(tools).filter((name) => name.includes("invoice"))).toHaveLength(2);
  expect(await isRefused(client, "manage_deal", { action: "reopen", deal_id: 1, outcome: "won" })).toBe(false);
});

describe.each<Transport>(["http", "stdio"])("over %s", (transport) => {
  test.each(["grouped", "granular", "catalog"])("an allow list neither shows nor runs it as %s", async (surface) => {
    const client = await open(transport, { MCP_TOOLS: ALLOWED, MCP_SURFACE: surface });
    if (surface === "grouped") expect(await shown(client)).toEqual(SHOWN);
    expect(JSON.stringify(await client.listTools())).not.toMatch(/invoice|activity|reopen/i);
    if (surface === "catalog") {
      const found = await client.callTool("search_actions", { query: "list invoices activity reopen deal" });
      expect(JSON.stringify(found)).not.toMatch(/invoices|activity|reopenDeal|"reopen"/i);
    }
    for (const [tool, args] of additions) expect(await isRefused(client, tool, args), tool).toBe(true);
    expect(upstream.requests).toEqual([]);
  });

  test("read-only neither shows nor runs a new write", async () => {
    const client = await open(transport, {}, ["--read-only"]);
    const tools = await client.listTools();
    expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint)).toEqual([]);
    expect(JSON.stringify(tools)).not.toMatch(/reopen|create_invoice|manage_invoice/);
    for (const [tool, args] of additions.filter(([, args]) => "name" in args || "outcome" in args)) {
      expect(await isRefused(client, tool, args), tool).toBe(true);
    }
    expect(upstream.requests).toEqual([]);
  });

  test("read-only and an allow list hold together", async () => {
    const client = await open(transport, { MCP_TOOLS: ALLOWED }, ["--read-only"]);
    expect(await shown(client)).toEqual({ get_contact: [] });
  });
});

test("a star takes in what comes later, for that tool alone", async () => {
  const client = await open("http", { MCP_TOOLS: "manage_deal.*" });
  expect(await shown(client)).toEqual({ manage_deal: ["create", "update", "close", "reopen"] });
});

test("the name of a tool that had one action does not take in its second: the server says what to write", async () => {
  await expect(open("http", { MCP_TOOLS: "get_contact,list_contact_notes" })).rejects.toThrow(
    /MCP_TOOLS .*list_contact_notes\.notes,list_contact_notes\.activity.*list_contact_notes\.\*/,
  );
});
