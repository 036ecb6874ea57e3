import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCrmApi, type CrmApi } from "../upstream/crm-api.js";
import { clientKinds, connect, type McpClient } from "./clients.js";
import { credentialVariables, sharedProject, type Project, type RunningServer } from "./project.js";

let api: CrmApi;
let folder: string;
let project: Project;
let server: RunningServer;

let credentials: Record<string, string>;

const environment = () => ({ API_BASE_URL: api.url, ...credentials });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "crm-"));
  api = await startCrmApi({ folder, tokens: ["secret-token"] });
  project = await sharedProject("specs/crm.yaml");
  credentials = credentialVariables(await project.definition(), () => "secret-token");
  server = await project.startHttp(environment());
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await api?.close();
  await rm(folder, { recursive: true, force: true });
});

const transports = ["stdio", "http"] as const;

describe.each(clientKinds.flatMap((kind) => transports.map((transport) => [kind, transport] as const)))(
  "%s client over %s",
  (kind, transport) => {
    let client: McpClient;

    beforeAll(async () => {
      client = await connect(kind, transport === "http" ? server.url : { dir: project.dir, env: environment() });
    });
    afterAll(() => client?.close());

    test("lists the intents, not the operations", async () => {
      const names = (await client.listTools()).map(({ name }) => name);
      expect(names).toContain("manage_contact");
      expect(names).toEqual(expect.arrayContaining(["list_contacts", "get_contact", "add_contact_note", "list_deals"]));
      expect(names).not.toContain("create_contact");
    });

    test("creates once per request_id", async () => {
      const request = {
        action: "create",
        name: "Ada",
        email: "ada@example.com",
        request_id: `create-${kind}-${transport}`,
      };
      const first = await client.callTool("manage_contact", request);
      const second = await client.callTool("manage_contact", request);
      expect(first.isError ?? false).toBe(false);
      expect(second.structuredContent?.["id"]).toBe(first.structuredContent?.["id"]);
      const other = await client.callTool("manage_contact", { ...request, name: "Eve" });
      expect(other.structuredContent?.["error"]).toMatchObject({ code: "idempotency_key_reused", retryable: false });
    });

    test("walks to the second page", async () => {
      for (const name of ["One", "Two", "Three"]) {
        await client.callTool("manage_contact", {
          action: "create",
          name: `${name} ${kind} ${transport}`,
          email: "p@example.com",
        });
      }
      const q = `${kind} ${transport}`;
      const first = await client.callTool("list_contacts", { limit: 2, q });
      expect(first.structuredContent?.["items"]).toHaveLength(2);
      const cursor = first.structuredContent?.["next_cursor"];
      const second = await client.callTool("list_contacts", { limit: 2, q, cursor });
      expect(second.structuredContent).toMatchObject({ items: [{ name: `One ${q}` }], next_cursor: null });
      const changed = await client.callTool("list_contacts", { limit: 2, q: "other", cursor });
      expect(changed.structuredContent?.["error"]).toMatchObject({ code: "invalid_cursor" });
    });

    test("says what is missing, and what an unknown argument may have meant", async () => {
      const before = api.requests.length;
      const missing = await client.callTool("manage_contact", { action: "create", emial: "a@b.co", name: "A" });
      expect(missing.isError).toBe(true);
      expect(missing.structuredContent?.["error"]).toMatchObject({ code: "invalid_input", retryable: false });
      expect(missing.content[0]?.text).toMatch(/email/);
      const unknown = await client.callTool("manage_contact", { action: "remove", contact_id: 1 });
      expect(unknown.content[0]?.text).toMatch(/create.*delete/s);
      expect(api.requests.length).toBe(before);
    });

    test("maps the API's own errors", async () => {
      const gone = await client.callTool("get_contact", { contact_id: 8823 });
      expect(gone.isError).toBe(true);
      expect(gone.structuredContent?.["error"]).toMatchObject({ code: "not_found", status: 404, retryable: false });
      expect(gone.content[0]?.text).toMatch(/8823/);
      expect(gone.content[0]?.text).toMatch(/list_contacts/);
    });
  },
);

test("health, and a hostile Origin", async () => {
  expect((await fetch(new URL("/healthz", server.url))).status).toBe(200);
  const hostile = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      origin: "https://evil.example",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  expect(hostile.status).toBe(403);
});

test("stops in order when told to", async () => {
  const other = await project.startHttp(environment());
  expect(await other.stop()).toBe(0);
});
