/** A generated server as an OAuth 2.1 resource server, with a real authorization server and standard clients. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startAuthorizationServer, type AuthorizationServer } from "../runtime/authorize-provider.js";
import { clientKinds, connect, errorOf } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { freePort } from "./redis.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

const READ = "contacts:read";
const ALL = ["contacts:read", "contacts:write", "contacts:delete"];

let upstream: Upstream;
let issuer: AuthorizationServer;
let server: RunningServer;
let listsAll: RunningServer;

/** The public URL must be known before the server listens, so the port is chosen first. */
async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const project = await sharedProject("specs/crm.yaml");
  const port = await freePort();
  return project.startHttp({
    ...credentialVariables(await project.definition(), () => "api-secret"),
    API_BASE_URL: upstream.url,
    PORT: String(port),
    MCP_PUBLIC_URL: `http://127.0.0.1:${port}/mcp`,
    OAUTH_ISSUER: issuer.issuer,
    OAUTH_CLOCK_SKEW_SECONDS: "0",
    ...env,
  });
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) =>
    request.method === "DELETE" ? void response.writeHead(204).end() : sendJson(response, { id: 1, data: [] }),
  );
  issuer = await startAuthorizationServer(ALL.join(" "));
  [server, listsAll] = await Promise.all([start(), start({ MCP_LIST: "all" })]);
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await server?.stop();
  await listsAll?.stop();
  await issuer?.close();
  await upstream?.close();
});

const tokenFor = (of: RunningServer, ...scopes: readonly string[]) =>
  issuer.serviceToken(of.url.href, scopes.join(" "));

function post(of: RunningServer, method: string, params: object, token?: string): Promise<Response> {
  return fetch(of.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
}

test("without a token a client is led to the authorization server", async () => {
  const refused = await post(server, "tools/list", {});
  expect(refused.status).toBe(401);
  const challenge = refused.headers.get("www-authenticate") ?? "";
  const metadataUrl = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
  expect(metadataUrl).toBe(new URL("/.well-known/oauth-protected-resource/mcp", server.url).href);
  expect(await (await fetch(metadataUrl)).json()).toMatchObject({
    resource: server.url.href,
    authorization_servers: [issuer.issuer],
    scopes_supported: expect.arrayContaining(ALL) as unknown,
  });
  expect(upstream.requests).toEqual([]);
});

describe.each(clientKinds)("a %s client whose token may only read contacts", (kind) => {
  test("sees and uses the reading tools alone", async () => {
    const client = await connect(kind, server.url, { token: await tokenFor(server, READ) });
    const tools = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["list_contacts", "get_contact", "list_contact_notes"]));
    expect(names).not.toContain("manage_contact");
    expect(names).not.toContain("add_contact_note");
    const read = await client.callTool("get_contact", { contact_id: 1 });
    expect(read.isError ?? false).toBe(false);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer api-secret"]);
    await client.close();
  });
});

test("a tool of several actions shows those the token allows", async () => {
  const token = await tokenFor(server, READ, "contacts:write");
  const client = await connect("modern", server.url, { token });
  const manage = (await client.listTools()).find(({ name }) => name === "manage_contact");
  expect(manage?.inputSchema.properties?.["action"]?.enum).toEqual(["create", "update", "set_status"]);
  await client.close();
});

test("a call beyond the scopes is challenged with all it needs, and works after the step up", async () => {
  const call = { name: "manage_contact", arguments: { action: "delete", contact_id: 1 } };
  const refused = await post(server, "tools/call", call, await tokenFor(server, READ));
  expect(refused.status).toBe(403);
  const challenge = refused.headers.get("www-authenticate") ?? "";
  expect(challenge).toMatch(/^Bearer .*error="insufficient_scope"/);
  const asked = (/scope="([^"]+)"/.exec(challenge)?.[1] ?? "").split(" ");
  expect(asked).toContain("contacts:delete");
  expect(upstream.requests).toEqual([]);
  const client = await connect("modern", server.url, { token: await tokenFor(server, ...asked) });
  const result = await client.callTool(call.name, call.arguments);
  expect(result.isError ?? false).toBe(false);
  expect(upstream.requests.map(({ method }) => method)).toEqual(["DELETE"]);
  await client.close();
});

test("with MCP_LIST=all everything is listed, and still nothing more is allowed", async () => {
  const client = await connect("modern", listsAll.url, { token: await tokenFor(listsAll, READ) });
  expect((await client.listTools()).map(({ name }) => name)).toContain("manage_contact");
  const refused = await client.callTool("manage_contact", { action: "delete", contact_id: 1 }).then(
    (result) => errorOf(result).code,
    () => "refused",
  );
  expect(["refused", "insufficient_scope"]).toContain(refused);
  expect(upstream.requests).toEqual([]);
  await client.close();
});

test("tokens of another resource, of another issuer and old ones are refused", async () => {
  const foreign = await post(server, "tools/list", {}, await tokenFor(listsAll, READ));
  expect(foreign.status).toBe(401);
  expect(foreign.headers.get("www-authenticate")).toMatch(/error="invalid_token"/);
  expect((await post(server, "tools/list", {}, "not.a.token")).status).toBe(401);
  issuer.lifetime = 1;
  const short = await tokenFor(server, READ);
  issuer.lifetime = 600;
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const expired = await post(server, "tools/list", {}, short);
  expect(expired.status).toBe(401);
  expect(expired.headers.get("www-authenticate")).toMatch(/expired/);
});

test("cursors and request ids of one caller are of no use to another", async () => {
  upstream.answer = ({ method }, response) =>
    method === "POST"
      ? sendJson(response, { id: upstream.requests.length, name: "A" }, 201)
      : sendJson(response, { data: [{ id: 1 }], next_cursor: "n" });
  const token = await tokenFor(server, ...ALL);
  const client = await connect("modern", server.url, { token });
  const first = await client.callTool("list_contacts", { limit: 1 });
  expect(first.structuredContent?.["next_cursor"]).toEqual(expect.any(String));
  const cursor = first.structuredContent?.["next_cursor"];
  const again = await client.callTool("list_contacts", { limit: 1, cursor });
  expect(again.isError ?? false).toBe(false);
  const stranger = await connect("modern", server.url, {
    token: await issuer.personToken(server.url.href, ALL.join(" ")),
  });
  const refused = await stranger.callTool("list_contacts", { limit: 1, cursor });
  expect(errorOf(refused).code).toBe("invalid_cursor");
  upstream.clear();
  const args = { action: "create", name: "A", email: "a@b.co", request_id: "same-for-both" };
  await client.callTool("manage_contact", args);
  await client.callTool("manage_contact", args);
  expect(upstream.requests).toHaveLength(1);
  await stranger.callTool("manage_contact", { ...args, name: "B" });
  expect(upstream.requests.map(({ json }) => json)).toMatchObject([{ name: "A" }, { name: "B" }]);
  await client.close();
  await stranger.close();
});

test("no token reaches the API or the log", async () => {
  const token = await tokenFor(server, ...ALL);
  const client = await connect("modern", server.url, { token });
  await client.callTool("get_contact", { contact_id: 1 });
  expect(JSON.stringify(upstream.requests.map(({ headers }) => headers))).not.toContain(token);
  expect(server.log()).not.toContain(token);
  expect(server.log()).not.toContain("api-secret");
  await client.close();
});
