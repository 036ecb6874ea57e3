/** Token exchange (RFC 8693): the API meets a token made for the very caller, whoever else is calling. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startAuthorizationServer, type AuthorizationServer } from "../runtime/authorize-provider.js";
import { clientKinds, connect, errorOf, type McpClient } from "./clients.js";
import { sharedProject, type RunningServer } from "./project.js";
import { freePort } from "./redis.js";
import { sendJson, startUpstream, type Received, type Upstream } from "./upstream.js";

const SCOPES = ["contacts:read", "contacts:write"];
const AUDIENCE = "https://api.example.com";

let issuer: AuthorizationServer;
let exchange: Upstream;
let api: Upstream;
let server: RunningServer;
/** Whose token of the API it is. */
const owners = new Map<string, string>();
const revoked = new Set<string>();
const denied = new Set<string>();
const clients: McpClient[] = [];
const clientTokens: string[] = [];
/** Everything the API was ever sent. */
const sent: string[] = [];

const bearerOf = ({ headers }: Received) => (headers.authorization ?? "").replace(/^Bearer /, "");
const formOf = ({ text }: Received) => new URLSearchParams(text);

/** What an authorization server of the API does: it takes tokens of the MCP server only, and answers its own. */
async function startExchange(): Promise<Upstream> {
  const keys = createRemoteJWKSet(new URL(`${issuer.issuer}/jwks`));
  let issued = 0;
  return startUpstream(async (request, response) => {
    const subjectToken = formOf(request).get("subject_token") ?? "";
    const { payload } = await jwtVerify(subjectToken, keys, { issuer: issuer.issuer, audience: server.url.href });
    const subject = payload.sub ?? "";
    // The first to ask is not the first to be answered.
    const number = ++issued;
    await sleep(10 + ((number * 2) % 5) * 15);
    if (denied.has(subject)) return sendJson(response, { error: "access_denied" }, 400);
    const token = `api-token-${number}-${subject}`;
    owners.set(token, subject);
    return sendJson(response, {
      access_token: token,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 300,
    });
  });
}

/** The API tells who it was asked by, a little later. */
const answerOwner: Upstream["answer"] = async (request, response) => {
  sent.push(JSON.stringify([request.url, request.headers, request.text]));
  const token = bearerOf(request);
  const owner = owners.get(token);
  await sleep(Math.floor(Math.random() * 20));
  if (owner === undefined || revoked.has(token)) return sendJson(response, { message: `Who is ${token}?` }, 401);
  return sendJson(response, { id: Number(request.path.split("/").at(-1)), name: owner });
};

beforeAll(async () => {
  issuer = await startAuthorizationServer(SCOPES.join(" "));
  [exchange, api] = await Promise.all([startExchange(), startUpstream(answerOwner)]);
  const project = await sharedProject("specs/crm.yaml");
  const port = await freePort();
  server = await project.startHttp({
    API_BASE_URL: api.url,
    PORT: String(port),
    MCP_PUBLIC_URL: `http://127.0.0.1:${port}/mcp`,
    OAUTH_ISSUER: issuer.issuer,
    OAUTH_CLOCK_SKEW_SECONDS: "0",
    TOKEN_EXCHANGE_URL: `${exchange.url}/token`,
    TOKEN_EXCHANGE_CLIENT_ID: "mcp-server",
    TOKEN_EXCHANGE_CLIENT_SECRET: "secret-of-the-server",
    TOKEN_EXCHANGE_AUDIENCE: AUDIENCE,
  });
});
beforeEach(() => {
  exchange.clear();
  api.clear();
  denied.clear();
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await server?.stop();
  await Promise.all([issuer?.close(), exchange?.close(), api?.close()]);
});

/** A person who logs in: a token of its own, and a client that presents it. */
async function logIn(person: string, kind: (typeof clientKinds)[number] = "modern"): Promise<McpClient> {
  const token = await issuer.personToken(server.url.href, SCOPES.join(" "), person);
  clientTokens.push(token);
  const client = await connect(kind, server.url, { token });
  clients.push(client);
  return client;
}

const nameOf = async (client: McpClient, id: number) =>
  (await client.callTool("get_contact", { contact_id: id })).structuredContent?.["name"];

test("the token presented here goes to the authorization server of the API, with this server's own credentials", async () => {
  const ann = await logIn("ann");
  expect(await nameOf(ann, 1)).toBe("ann");
  expect(exchange.requests).toHaveLength(1);
  const [request] = exchange.requests;
  expect(request?.headers.authorization).toBe(
    `Basic ${Buffer.from("mcp-server:secret-of-the-server").toString("base64")}`,
  );
  expect(Object.fromEntries(new URLSearchParams(request?.text))).toEqual({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: clientTokens.at(-1),
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    audience: AUDIENCE,
    scope: "contacts:read",
  });
});

describe.each(clientKinds)("with %s clients", (kind) => {
  test("callers at the same time meet the API as themselves, each with one exchange", async () => {
    const people = [`ann-${kind}`, `bob-${kind}`, `cleo-${kind}`];
    const callers = await Promise.all(people.map((person) => logIn(person, kind)));
    const calls = Array.from({ length: 45 }, (_, index) => {
      const who = index % people.length;
      const client = callers[who];
      return client ? nameOf(client, index).then((name) => [people[who], name]) : [];
    });
    for (const [person, name] of await Promise.all(calls)) expect(name).toBe(person);
    // What each caller asked for, by the number in its path, came with its own token.
    for (const request of api.requests) {
      const index = Number(request.path.split("/").at(-1));
      expect(owners.get(bearerOf(request))).toBe(people[index % people.length]);
    }
    expect(exchange.requests).toHaveLength(people.length);
    // Later calls take what is kept.
    for (const [who, client] of callers.entries()) expect(await nameOf(client, 1)).toBe(people[who]);
    expect(exchange.requests).toHaveLength(people.length);
  });
});

test("who logs in anew, or asks for more, gets another token", async () => {
  const [first, second] = await Promise.all([logIn("dan"), logIn("dan")]);
  expect(await Promise.all([nameOf(first, 1), nameOf(second, 2)])).toEqual(["dan", "dan"]);
  expect(new Set(exchange.requests.map((request) => formOf(request).get("subject_token"))).size).toBe(2);
  await first.callTool("manage_contact", { action: "update", contact_id: 1, name: "D" });
  expect(exchange.requests.map((request) => formOf(request).get("scope"))).toEqual([
    "contacts:read",
    "contacts:read",
    "contacts:write",
  ]);
  expect(new Set(api.requests.map(bearerOf)).size).toBe(3);
});

test("a caller whose token may not be exchanged reaches nothing, and stands in nobody's way", async () => {
  const [eve, fay] = await Promise.all([logIn("eve"), logIn("fay")]);
  denied.add("eve");
  const [refused, name] = await Promise.all([eve.callTool("get_contact", { contact_id: 1 }), nameOf(fay, 2)]);
  expect(errorOf(refused)).toMatchObject({ code: "unauthenticated", retryable: false });
  expect(errorOf(refused).message).toContain("access_denied");
  expect(name).toBe("fay");
  expect(api.requests.map(({ path }) => path)).toEqual(["/contacts/2"]);
});

test("a token that the API refuses is exchanged anew, once, for that caller alone", async () => {
  const [gus, hal] = await Promise.all([logIn("gus"), logIn("hal")]);
  await Promise.all([nameOf(gus, 1), nameOf(hal, 2)]);
  const [token] = api.requests.filter(({ path }) => path === "/contacts/1").map(bearerOf);
  revoked.add(token ?? "");
  exchange.clear();
  await sleep(1_100);
  expect(await Promise.all([nameOf(gus, 1), nameOf(gus, 3), nameOf(hal, 2)])).toEqual(["gus", "gus", "hal"]);
  expect(exchange.requests).toHaveLength(1);
});

test("no token of a client ever reached the API, and no token at all a log", () => {
  const log = server.log();
  for (const token of clientTokens) expect(sent.join("\n")).not.toContain(token);
  for (const token of [...clientTokens, ...owners.keys()]) expect(log).not.toContain(token);
  expect(log).not.toContain("secret-of-the-server");
});
