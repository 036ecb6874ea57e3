/** Credentials of the API: what arrives on the wire, and where secrets never arrive. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SecurityScheme, ServerDefinition } from "../../templates/runtime/tool.js";
import { connect, errorOf, textOf, type McpClient } from "./clients.js";
import { createProject, credentialVariables, sharedProject, type Project, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Received, type Upstream } from "./upstream.js";

let folder: string;
let upstream: Upstream;
let project: Project;
let definition: ServerDefinition;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "credentials-"));
  upstream = await startUpstream();
  project = await sharedProject("specs/features/security.yaml");
  definition = await project.definition();
});
beforeEach(() => {
  upstream.clear();
  upstream.answer = (_request, response) => sendJson(response, { ok: true });
});
afterEach(async () => {
  while (opened.length > 0) await opened.pop()?.();
});
afterAll(async () => {
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(
  env: Readonly<Record<string, string>>,
  of: Project = project,
): Promise<{ client: McpClient; server: RunningServer }> {
  const server = await of.startHttp({ API_BASE_URL: upstream.url, ...env });
  opened.push(() => server.stop());
  const client = await connect("modern", server.url);
  opened.push(() => client.close());
  return { client, server };
}

function schemeOf(name: string): SecurityScheme {
  const scheme = definition.securitySchemes[name];
  if (!scheme) throw new Error(`no scheme ${name}`);
  return scheme;
}

/** Variables of one scheme, with a secret named after it. */
function variables(...names: readonly string[]): Record<string, string> {
  const schemes = Object.fromEntries(names.map((name) => [name, schemeOf(name)]));
  return credentialVariables({ ...definition, securitySchemes: schemes }, (name) => `secret-${name}`);
}

/** The parts of a request that may hold credentials. */
function credentialsOf(request: Received | undefined) {
  if (!request) return undefined;
  const { authorization, cookie } = request.headers;
  return { ...(authorization && { authorization }), ...(cookie && { cookie }), query: request.query.toString() };
}

const basic = `Basic ${Buffer.from("secret-basic:secret-basic").toString("base64")}`;

describe("with every credential", () => {
  test.each([
    ["get_open", { query: "" }],
    ["get_optional", { authorization: "Bearer secret-bearer", query: "" }],
    ["get_either", { query: "api_key=secret-query" }],
    ["get_both", { query: "api_key=secret-query", cookie: "sid=secret-cookie" }],
    ["get_raw", { authorization: "secret-raw", query: "" }],
    ["delete_scoped", { authorization: "Bearer secret-oauth", query: "" }],
  ])("%s carries what its description says, and nothing else", async (tool, expected) => {
    const { client } = await start(variables(...Object.keys(definition.securitySchemes)));
    const result = await client.callTool(tool);
    expect(result.isError ?? false, textOf(result)).toBe(false);
    expect(upstream.requests.map(credentialsOf)).toEqual([expected]);
  });
});

test("the first alternative that has its credentials is taken; going without is allowed where stated", async () => {
  const { client, server } = await start(variables("basic"));
  await client.callTool("get_either");
  await client.callTool("get_optional");
  expect(upstream.requests.map(credentialsOf)).toEqual([{ authorization: basic, query: "" }, { query: "" }]);
  const lacking = await client.callTool("get_both");
  expect(errorOf(lacking)).toMatchObject({ code: "unauthenticated", retryable: false });
  const [query, cookie] = [schemeOf("query"), schemeOf("cookie")];
  for (const scheme of [query, cookie]) {
    const name = scheme.type === "apiKey" ? scheme.env : "";
    expect(textOf(lacking)).toContain(name);
    expect(server.log()).toContain(name);
  }
  expect(upstream.requests).toHaveLength(2);
});

test("a secret may stand in a file, and is read again after a refusal", async () => {
  const file = path.join(folder, "token");
  await writeFile(file, "from-a-file\n");
  const [name = ""] = Object.keys(variables("bearer"));
  const { client } = await start({ [`${name}_FILE`]: file });
  await client.callTool("get_optional");
  await writeFile(file, "rotated\n");
  upstream.answer = ({ headers }, response) =>
    sendJson(response, {}, headers.authorization === "Bearer rotated" ? 200 : 401);
  const result = await client.callTool("get_optional");
  expect(result.isError ?? false).toBe(false);
  expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer from-a-file",
    "Bearer from-a-file",
    "Bearer rotated",
  ]);
});

test("a server that could do nothing does not start, and names every variable", async () => {
  const crm = await sharedProject("specs/crm.yaml");
  const names = Object.keys(credentialVariables(await crm.definition(), () => ""));
  const failure = await crm.startHttp({ API_BASE_URL: upstream.url }).then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(failure).toMatch(/stopped with 1/);
  expect(names.filter((name) => !failure.includes(name))).toEqual([]);
  const unreadable = await crm.startHttp({ [`${names[0] ?? ""}_FILE`]: path.join(folder, "absent") }).then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(unreadable).toContain(`${names[0] ?? ""}_FILE`);
});

describe("client credentials", () => {
  /** The API and its token endpoint: only the newest token is accepted. */
  function answerAs(state: { issued: number; valid: string }) {
    upstream.answer = async (request, response) => {
      if (request.path !== "/oauth/token") {
        const isValid = request.headers.authorization === `Bearer ${state.valid}`;
        return sendJson(response, isValid ? {} : { error: "expired" }, isValid ? 200 : 401);
      }
      await sleep(50);
      state.issued += 1;
      state.valid = `issued-token-${state.issued}`;
      sendJson(response, { access_token: state.valid, token_type: "Bearer", expires_in: 600 });
    };
  }

  function clientVariables(): Record<string, string> {
    const scheme = schemeOf("oauth");
    if (scheme.type !== "oauth2" || !scheme.envClientId || !scheme.envClientSecret) throw new Error("no client");
    return { [scheme.envClientId]: "the-client", [scheme.envClientSecret]: "client-secret" };
  }

  test("one token serves 20 calls at once, and a refused one is renewed once", async () => {
    const state = { issued: 0, valid: "" };
    answerAs(state);
    const { client, server } = await start(clientVariables());
    const results = await Promise.all(Array.from({ length: 20 }, () => client.callTool("delete_scoped")));
    expect(results.filter((result) => result.isError)).toEqual([]);
    const tokenRequests = () => upstream.requests.filter(({ path: where }) => where === "/oauth/token");
    expect(tokenRequests()).toHaveLength(1);
    const [asked] = tokenRequests();
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from("the-client:client-secret").toString("base64")}`);
    expect(Object.fromEntries(new URLSearchParams(asked?.text))).toEqual({
      grant_type: "client_credentials",
      scope: "things:delete",
    });
    // A token is not asked for anew within a second of its birth.
    await sleep(1_100);
    state.valid = "revoked";
    const again = await Promise.all(Array.from({ length: 5 }, () => client.callTool("delete_scoped")));
    expect(again.filter((result) => result.isError)).toEqual([]);
    expect(tokenRequests()).toHaveLength(2);
    expect(server.log()).not.toMatch(/issued-token|client-secret/);
  });

  test("a token endpoint that refuses is told as a matter of configuration, without its text", async () => {
    upstream.answer = (_request, response) =>
      sendJson(response, { error: "invalid_client", error_description: "client-secret is wrong" }, 401);
    const { client } = await start(clientVariables());
    const result = await client.callTool("delete_scoped");
    expect(errorOf(result)).toMatchObject({ code: "unauthenticated", retryable: false });
    expect(textOf(result)).toMatch(/invalid_client/);
    expect(JSON.stringify(result)).not.toContain("client-secret");
    expect(upstream.requests.map(({ path: where }) => where)).toEqual(["/oauth/token"]);
  });
});

test("an API that echoes secrets does not reach the client or the log with them", async () => {
  const { client, server } = await start({
    ...variables(...Object.keys(definition.securitySchemes)),
    LOG_LEVEL: "info",
  });
  const echo = (status: number) => {
    upstream.answer = ({ headers, url }, response) =>
      sendJson(response, { headers, url, message: `${headers.authorization ?? ""} ${headers.cookie ?? ""}` }, status);
  };
  for (const status of [200, 400, 401, 403, 422]) {
    echo(status);
    for (const tool of ["get_optional", "get_both", "get_raw", "delete_scoped"]) {
      expect([status, tool, JSON.stringify(await client.callTool(tool))]).not.toEqual([
        status,
        tool,
        expect.stringMatching(/secret-/),
      ]);
    }
  }
  expect(upstream.requests.some((request) => JSON.stringify(request.headers).includes("secret-"))).toBe(true);
  expect(server.log()).not.toMatch(/secret-/);
});

describe("other servers", () => {
  test("a server that the description names gets the credential; one a redirect names does not", async () => {
    const [own, foreign] = [await startUpstream(), await startUpstream()];
    const file = path.join(folder, "origins.yaml");
    await writeFile(
      file,
      `openapi: 3.1.0
info: { title: Origins, version: "1" }
servers: [{ url: "${upstream.url}" }]
security: [{ key: [], token: [] }]
paths:
  /here: { get: { operationId: getHere, summary: Stays, responses: { "200": { description: Fine } } } }
  /moved: { get: { operationId: getMoved, summary: Redirects, responses: { "200": { description: Fine } } } }
  /away: { get: { operationId: getAway, summary: Has its own server, servers: [{ url: "${own.url}/files" }], responses: { "200": { description: Fine } } } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Api-Key }
    token: { type: http, scheme: bearer }
`,
    );
    const origins = await createProject(file);
    opened.push(async () => {
      await origins.remove();
      await own.close();
      await foreign.close();
    });
    const env = credentialVariables(await origins.definition(), (name) => `secret-${name}`);
    const { client } = await start(env, origins);
    upstream.answer = ({ path: where }, response) => {
      if (where === "/here") return sendJson(response, {});
      response.writeHead(302, { location: `${foreign.url}/elsewhere?x=1` }).end();
    };
    await client.callTool("get_here");
    await client.callTool("get_away");
    await client.callTool("get_moved");
    const secretsOf = (requests: readonly Received[]) =>
      requests.map(({ url, headers }) => [url, headers["x-api-key"], headers.authorization]);
    expect(secretsOf(upstream.requests)).toEqual([
      ["/here", "secret-key", "Bearer secret-token"],
      ["/moved", "secret-key", "Bearer secret-token"],
    ]);
    expect(secretsOf(own.requests)).toEqual([["/files/away", "secret-key", "Bearer secret-token"]]);
    expect(secretsOf(foreign.requests)).toEqual([["/elsewhere?x=1", undefined, undefined]]);
  });
});
