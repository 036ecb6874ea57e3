import { Client, StreamableHTTPClientTransport, type OAuthClientProvider } from "@modelcontextprotocol/client";
import { once } from "node:events";
import { createServer as createTcpServer } from "node:net";
import { decodeJwt, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Log } from "../../templates/runtime/context.js";
import { createHttpHost } from "../../templates/runtime/http.js";
import { createServer } from "../../templates/runtime/server.js";
import {
  CLIENT_ID,
  followAuthorization,
  REDIRECT_URL,
  startAuthorizationServer,
  type AuthorizationServer,
} from "./authorize-provider.js";
import { CLIENTS, connectHttp } from "./server-clients.js";
import { definition, environment, startUpstream, type Upstream } from "./server-fixture.js";

let upstream: Upstream;
let issuer: AuthorizationServer;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
  issuer = await startAuthorizationServer();
});
afterEach(async () => {
  issuer.lifetime = 600;
  while (opened.length > 0) await opened.pop()?.close();
});
afterAll(async () => {
  await upstream.close();
  await issuer.close();
});

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** The public URL must be known before the server listens, so the port is chosen first. */
async function start(extra: Readonly<Record<string, string>> = {}, log?: Log): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const env = environment(upstream, {
    MCP_TRANSPORT: "http",
    PORT: String(port),
    MCP_PUBLIC_URL: url,
    OAUTH_ISSUER: issuer.issuer,
    OAUTH_CLOCK_SKEW_SECONDS: "0",
    ...extra,
  });
  const host = createHttpHost(await createServer(definition, { env, ...(log && { log }) }));
  await host.listen();
  opened.push(host);
  return url;
}

const LIST = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });

function post(url: string, token?: string, body = LIST): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body,
  });
}

describe("discovery", () => {
  it("leads from the first 401 to the metadata, at the resource's own path and at the root", async () => {
    const url = await start();
    const refused = await post(url);
    const metadataUrl = new URL("/.well-known/oauth-protected-resource/mcp", url).href;
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe(`Bearer scope="crm:read", resource_metadata="${metadataUrl}"`);
    const metadata: unknown = await (await fetch(metadataUrl)).json();
    expect(metadata).toEqual({
      resource: url,
      authorization_servers: [issuer.issuer],
      scopes_supported: ["crm:read", "crm:write", "crm:delete"],
      bearer_methods_supported: ["header"],
      resource_name: "Example CRM",
    });
    const atRoot = await fetch(new URL("/.well-known/oauth-protected-resource", url));
    expect(await atRoot.json()).toEqual(metadata);
    const ofDomain = await fetch(new URL("/.well-known/oauth-protected-resource/mcp/reports", url));
    expect(await ofDomain.json()).toMatchObject({ resource: `${url}/reports`, scopes_supported: ["crm:read"] });
  });
});

describe("tokens", () => {
  it("state the type that is asked for", async () => {
    for (const [type, status] of [
      ["at+jwt", 200],
      ["JWT", 401],
    ] as const) {
      const url = await start({ OAUTH_TOKEN_TYPE: type });
      expect((await post(url, await issuer.serviceToken(url, "crm:read"))).status).toBe(status);
    }
  });

  it("are accepted for this resource only", async () => {
    const url = await start();
    expect((await post(url, await issuer.serviceToken(url, "crm:read"))).status).toBe(200);
    const foreign = await post(url, await issuer.serviceToken("https://other.example.com/mcp", "crm:read"));
    expect(foreign.status).toBe(401);
    expect(foreign.headers.get("www-authenticate")).toMatch(
      /^Bearer error="invalid_token", .*another resource.*scope="crm:read"/,
    );
    const ofDomain = await issuer.serviceToken(`${url}/reports`, "crm:read");
    expect((await post(`${url}/reports`, ofDomain)).status).toBe(200);
    expect((await post(url, ofDomain)).status).toBe(401);
  });

  it("expire", async () => {
    const url = await start();
    issuer.lifetime = 1;
    const token = await issuer.serviceToken(url, "crm:read");
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const refused = await post(url, token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain("has expired");
  });

  it("are refused when forged, whatever they claim", async () => {
    const url = await start();
    const genuine = await issuer.serviceToken(url, "crm:read");
    const claims = decodeJwt(genuine);
    const { privateKey } = await generateKeyPair("RS256");
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const forged = {
      "no signature": `${encode({ alg: "none" })}.${encode(claims)}.`,
      "another key": await new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(privateKey),
      "a symmetric key": await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.alloc(32, 1)),
      "an altered payload": genuine.replace(/\.[^.]+\./, `.${encode({ ...claims, scope: "crm:delete" })}.`),
      "no token at all": "abc",
    };
    for (const [name, token] of Object.entries(forged)) {
      expect([name, (await post(url, token)).status]).toEqual([name, 401]);
    }
  });

  it("are not blamed when the issuer cannot be reached", async () => {
    const url = await start({ OAUTH_JWKS_URI: "http://127.0.0.1:1/jwks" });
    const answer = await post(url, await issuer.serviceToken(url, "crm:read"));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  it("never reach the API", async () => {
    const url = await start();
    const token = await issuer.serviceToken(url, "crm:read");
    const client = await connectHttp("modern", { url, token });
    opened.push(client);
    const sent = upstream.seen.length;
    await client.callTool("get_contact", { contact_id: "c1" });
    expect(upstream.seen.length).toBe(sent + 1);
    expect(JSON.stringify(upstream.seen.slice(sent))).not.toContain(token);
    expect(upstream.seen.at(-1)?.headers.authorization).toBeUndefined();
  });
});

describe.each(CLIENTS)("scopes, seen by a %s client", (kind) => {
  it("limit the list and its action enum, and every scope of an action is named in the challenge", async () => {
    const url = await start();
    const reader = await connectHttp(kind, { url, token: await issuer.serviceToken(url, "crm:read") });
    opened.push(reader);
    expect((await reader.listTools()).tools.map((tool) => tool.name)).toEqual([
      "list_contacts",
      "get_contact",
      "get_slow",
      "get_wait",
    ]);
    const writer = await connectHttp(kind, { url, token: await issuer.serviceToken(url, "crm:write") });
    opened.push(writer);
    const { tools } = await writer.listTools();
    expect(tools).toMatchObject([
      { name: "manage_contact", inputSchema: { properties: { action: { enum: ["create"] } } } },
    ]);
    expect(await writer.callTool("manage_contact", { action: "create", name: "Ann" })).toMatchObject({
      isError: false,
    });
    const sent = upstream.seen.length;
    await expect(
      writer.callTool("manage_contact", { action: "delete", contact_id: "c1", confirm: true }),
    ).rejects.toThrow();
    // An alias is no way around the scopes of what it stands for.
    await expect(writer.callTool("remove_contact", { contact_id: "c1", confirm: true })).rejects.toThrow();
    expect(upstream.seen.length).toBe(sent);
  });

  it.each(["granular", "catalog"])("hold on the %s surface too", async (surface) => {
    const url = await start({ MCP_SURFACE: surface });
    const client = await connectHttp(kind, { url, token: await issuer.serviceToken(url, "crm:write") });
    opened.push(client);
    const sent = upstream.seen.length;
    const [name, args] =
      surface === "granular"
        ? ["delete_contact", { contact_id: "c1", confirm: true }]
        : ["call_action", { tool: "manage_contact", action: "delete", arguments: { contact_id: "c1", confirm: true } }];
    await expect(client.callTool(name as string, args as Record<string, unknown>)).rejects.toThrow();
    expect(upstream.seen.length).toBe(sent);
  });
});

describe("the 403 on the wire", () => {
  it("names all scopes of the action and the metadata", async () => {
    const url = await start();
    const token = await issuer.serviceToken(url, "crm:read");
    const call = (args: object) =>
      post(
        url,
        token,
        JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { name: "manage_contact", arguments: args },
        }),
      );
    const refused = await call({ action: "delete", contact_id: "c1" });
    expect(refused.status).toBe(403);
    const challenge = refused.headers.get("www-authenticate");
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="crm:write crm:delete"');
    expect(challenge).toContain('/.well-known/oauth-protected-resource/mcp"');
  });
});

describe("the audit log", () => {
  it("names the caller of what was done and of what was refused, without arguments and tokens", async () => {
    const lines: object[] = [];
    const url = await start({}, (_level, message, fields) => {
      if (message === "call") lines.push({ ...fields });
    });
    const token = await issuer.serviceToken(url, "crm:write");
    const client = await connectHttp("modern", { url, token });
    opened.push(client);
    await client.callTool("manage_contact", { action: "create", name: "private-name" });
    await client.callTool("manage_contact", { action: "delete", contact_id: "private-id" }).catch(() => {});
    expect(lines).toMatchObject([
      { audit: true, tool: "manage_contact", action: "create", outcome: "ok" },
      { audit: true, tool: "manage_contact", action: "delete", outcome: "insufficient_scope", clientId: "service" },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/private-/);
    expect(JSON.stringify(lines)).not.toContain(token);
  });
});

describe("the cache hints of tools/list", () => {
  it.each([
    ["private", {}],
    ["public", { MCP_LIST: "all" }],
  ])("are %s with %j", async (cacheScope, extra) => {
    const url = await start(extra);
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        authorization: `Bearer ${await issuer.serviceToken(url, "crm:read")}`,
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/list",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/list",
        params: {
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      }),
    });
    expect(await response.json()).toMatchObject({ result: { cacheScope, ttlMs: 300_000 } });
  });
});

describe("the authorization code flow of a real client", () => {
  it("logs in with PKCE, then steps up when an action needs more", async () => {
    const url = await start();
    const store: { tokens?: object; verifier?: string; url?: URL } = {};
    const provider: OAuthClientProvider = {
      redirectUrl: REDIRECT_URL,
      clientMetadata: { redirect_uris: [REDIRECT_URL], token_endpoint_auth_method: "none" },
      clientInformation: () => ({ client_id: CLIENT_ID }),
      tokens: () => store.tokens as never,
      saveTokens: (tokens) => void (store.tokens = tokens),
      redirectToAuthorization: (target) => void (store.url = target),
      saveCodeVerifier: (verifier) => void (store.verifier = verifier),
      codeVerifier: () => store.verifier ?? "",
    };
    const connect = async () => {
      const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
      const client = new Client({ name: "t", version: "1" }, { versionNegotiation: { mode: "auto" } });
      await client.connect(transport);
      return { client, transport };
    };
    const finish = async () => {
      const target = store.url;
      if (target === undefined) throw new Error("the client was not sent to the authorization server");
      delete store.url;
      const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
      await transport.finishAuth(await followAuthorization(target));
      return target;
    };

    await expect(connect()).rejects.toThrow();
    const first = await finish();
    expect(first.searchParams.get("code_challenge_method")).toBe("S256");
    expect(first.searchParams.get("resource")).toBe(url);
    expect(first.searchParams.get("scope")).toBe("crm:read");
    const reader = await connect();
    opened.push(reader.client);
    const read = await reader.client.callTool({ name: "get_contact", arguments: { contact_id: "c1" } });
    expect(read.isError).not.toBe(true);

    const create = { name: "manage_contact", arguments: { action: "create", name: "Ann" } };
    await expect(reader.client.callTool(create)).rejects.toThrow();
    const stepUp = await finish();
    expect(stepUp.searchParams.get("scope")?.split(" ")).toContain("crm:write");
    const writer = await connect();
    opened.push(writer.client);
    const written = await writer.client.callTool(create);
    expect(written.isError).not.toBe(true);
    expect(upstream.seen.at(-1)?.method).toBe("POST");
  });
});
