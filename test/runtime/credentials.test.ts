import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../templates/runtime/config.js";
import type { AppliedCredentials, Caller, Credentials, Log } from "../../templates/runtime/context.js";
import { createCredentials, type CredentialsResult } from "../../templates/runtime/credentials.js";
import { createTokenCache } from "../../templates/runtime/oauth-cache.js";
import type { Operation, SecurityRequirement } from "../../templates/runtime/operation.js";
import { createRedactor } from "../../templates/runtime/secrets.js";
import type { Action, SecurityScheme, ServerDefinition } from "../../templates/runtime/tool.js";
import { closeServer, definition, listenLocal } from "./server-fixture.js";

interface TokenCall {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

let endpoint: Server;
let tokenUrl: string;
const calls: TokenCall[] = [];
const answer = { status: 200, expiresIn: 3_600 as number | undefined, delayMs: 0 };

beforeAll(async () => {
  endpoint = createHttpServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      calls.push({ authorization: request.headers.authorization, form });
      setTimeout(() => {
        response.writeHead(answer.status, { "content-type": "application/json" });
        const number = calls.length;
        response.end(
          JSON.stringify(
            answer.status === 200
              ? { access_token: `issued-token-${number}`, token_type: "Bearer", expires_in: answer.expiresIn }
              : { error: "invalid_client", error_description: `secret ${form["client_secret"] ?? ""}` },
          ),
        );
      }, answer.delayMs);
    });
  });
  tokenUrl = `${await listenLocal(endpoint)}/token`;
});
beforeEach(() => {
  calls.length = 0;
  Object.assign(answer, { status: 200, expiresIn: 3_600, delayMs: 0 });
});
afterAll(() => closeServer(endpoint));

const ORIGIN = "https://api.example.com";

function operationWith(security: readonly SecurityRequirement[], extra: Partial<Operation> = {}): Operation {
  return { id: "op", method: "GET", path: "/x", class: "read", idempotent: true, arguments: [], security, ...extra };
}

function schemes(): Readonly<Record<string, SecurityScheme>> {
  return {
    header: { type: "apiKey", in: "header", name: "X-Key", env: "KEY" },
    query: { type: "apiKey", in: "query", name: "key", env: "QUERY_KEY" },
    cookie: { type: "apiKey", in: "cookie", name: "sid", env: "COOKIE_KEY" },
    basic: { type: "basic", envUser: "USER_NAME", envPassword: "USER_PASSWORD" },
    bearer: { type: "bearer", env: "BEARER" },
    oauth: { type: "oauth2", env: "OAUTH_TOKEN", tokenUrl, envClientId: "CLIENT_ID", envClientSecret: "CLIENT_SECRET" },
  };
}

type Env = Readonly<Record<string, string>>;

const warned: string[] = [];
beforeEach(() => void warned.splice(0));

function build(env: Env, operations: readonly Operation[]): CredentialsResult {
  const of: ServerDefinition = { ...definition, securitySchemes: schemes() };
  const actions = operations.map((operation): Action => ({ operation, summary: "", scopes: [] }));
  const { config } = readConfig(of, { API_BASE_URL: ORIGIN, ...env });
  const log: Log = (level, message) => void warned.push(`${level}: ${message}`);
  const input = { definition: of, env, config, redactor: createRedactor(), log, onRefresh: () => {} };
  return createCredentials(input, actions);
}

interface Use {
  readonly origin?: string;
  readonly caller?: Caller;
  readonly refresh?: boolean;
  readonly signal?: AbortSignal;
}

function apply(credentials: Credentials, operation: Operation, use: Use = {}): Promise<AppliedCredentials> {
  return credentials.apply({ operation, origin: ORIGIN, signal: new AbortController().signal, ...use });
}

const NOTHING = { headers: {}, query: {}, cookies: {} };
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

describe("static credentials", () => {
  it.each<[string, Env, readonly SecurityRequirement[], Partial<AppliedCredentials>]>([
    ["a key in a header", { KEY: "k" }, [{ header: [] }], { headers: { "X-Key": "k" } }],
    ["a key in the query", { QUERY_KEY: "k" }, [{ query: [] }], { query: { key: "k" } }],
    ["a key in a cookie", { COOKIE_KEY: "k" }, [{ cookie: [] }], { cookies: { sid: "k" } }],
    [
      "basic",
      { USER_NAME: "u", USER_PASSWORD: "p:ä" },
      [{ basic: [] }],
      { headers: { authorization: basic("u:p:ä") } },
    ],
    ["basic without a password", { USER_NAME: "u" }, [{ basic: [] }], { headers: { authorization: basic("u:") } }],
    ["a key with the line break of `echo`", { KEY: "k\n" }, [{ header: [] }], { headers: { "X-Key": "k" } }],
    ["a bearer token", { BEARER: "t" }, [{ bearer: [] }], { headers: { authorization: "Bearer t" } }],
    ["a static OAuth token", { OAUTH_TOKEN: "t" }, [{ oauth: ["a"] }], { headers: { authorization: "Bearer t" } }],
    [
      "all schemes of an alternative",
      { KEY: "k", QUERY_KEY: "q" },
      [{ header: [], query: [] }],
      { headers: { "X-Key": "k" }, query: { key: "q" } },
    ],
    [
      "the first complete alternative",
      { KEY: "k", BEARER: "t" },
      [{ header: [], query: [] }, { bearer: [] }, { header: [] }],
      { headers: { authorization: "Bearer t" } },
    ],
    ["a credential before none", { KEY: "k" }, [{}, { header: [] }], { headers: { "X-Key": "k" } }],
    ["none where it is optional", {}, [{ header: [] }, {}], {}],
    ["none where none is wanted", { KEY: "k" }, [], {}],
  ])("%s", async (_name, env, security, expected) => {
    const operation = operationWith(security);
    const { credentials, problems } = build(env, [operation]);
    expect(problems).toEqual([]);
    expect(await apply(credentials, operation)).toEqual({ ...NOTHING, ...expected });
  });

  it("are bound to the origins of the API", async () => {
    const operation = operationWith([{ header: [] }], { baseUrl: "https://uploads.example.com/v2" });
    const { credentials } = build({ KEY: "k" }, [operation]);
    expect((await apply(credentials, operation)).headers).toEqual({ "X-Key": "k" });
    expect((await apply(credentials, operation, { origin: "https://uploads.example.com" })).headers).toEqual({
      "X-Key": "k",
    });
    for (const origin of [
      "http://api.example.com",
      "https://api.example.com:8443",
      "https://evil.example",
      "null",
      "",
    ]) {
      expect(await apply(credentials, operation, { origin })).toEqual(NOTHING);
    }
  });

  it("from a file are read again after a refusal", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "credentials-")), "key");
    writeFileSync(file, "first-key\n");
    const operation = operationWith([{ header: [] }]);
    const { credentials } = build({ KEY_FILE: file }, [operation]);
    expect(credentials.canRefresh(operation)).toBe(true);
    expect((await apply(credentials, operation)).headers).toEqual({ "X-Key": "first-key" });
    writeFileSync(file, "second-key\n");
    expect((await apply(credentials, operation)).headers).toEqual({ "X-Key": "first-key" });
    expect((await apply(credentials, operation, { refresh: true })).headers).toEqual({ "X-Key": "second-key" });
    expect((await apply(credentials, operation)).headers).toEqual({ "X-Key": "second-key" });
    expect(credentials.redact("first-key second-key")).toBe("[redacted] [redacted]");
  });

  it("stay as they were while their file is gone or empty, which is told once", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "credentials-")), "key");
    writeFileSync(file, "first-key");
    const operation = operationWith([{ header: [] }]);
    const { credentials } = build({ KEY_FILE: file }, [operation]);
    const refreshed = async () => (await apply(credentials, operation, { refresh: true })).headers["X-Key"];
    rmSync(file);
    expect(await refreshed()).toBe("first-key");
    writeFileSync(file, "\n");
    expect(await refreshed()).toBe("first-key");
    expect(warned).toEqual(["warn: a secret cannot be read again; its last value is used"]);
    writeFileSync(file, "second-key");
    expect(await refreshed()).toBe("second-key");
    rmSync(file);
    expect(await refreshed()).toBe("second-key");
    expect(warned).toHaveLength(2);
  });

  it("that are sent as a user name are read again, too", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "credentials-")), "user");
    writeFileSync(file, "sk_live_first");
    const operation = operationWith([{ basic: [] }]);
    const { credentials } = build({ USER_NAME_FILE: file }, [operation]);
    expect(credentials.canRefresh(operation)).toBe(true);
    writeFileSync(file, "sk_live_second");
    const { headers } = await apply(credentials, operation, { refresh: true });
    expect(headers).toEqual({ authorization: basic("sk_live_second:") });
    expect(credentials.redact(`sk_live_first sk_live_second ${basic("sk_live_second:").slice(6)}`)).toBe(
      "[redacted] [redacted] [redacted]",
    );
  });

  it.each<[string, Env, string]>([
    ["a key as the user name", { USER_NAME: "sk_live_1234" }, "[redacted]"],
    [
      "a key beside a word",
      { USER_NAME: "1971800d4d82861d8f2c1651fea4d212", USER_PASSWORD: "api_token" },
      "[redacted]",
    ],
    ["a name", { USER_NAME: "admin" }, "admin"],
    ["a name beside a password", { USER_NAME: "administrator", USER_PASSWORD: "correct-horse" }, "administrator"],
    [
      "an id beside a key",
      { USER_NAME: "AC0123456789abcdef", USER_PASSWORD: "fedcba9876543210" },
      "AC0123456789abcdef",
    ],
    ["an address", { USER_NAME: "integration@example.com" }, "integration@example.com"],
  ])("redact %s as far as it is a secret", (_name, env, expected) => {
    const { credentials } = build(env, [operationWith([{ basic: [] }])]);
    expect(credentials.redact(`User ${env["USER_NAME"]} is unknown.`)).toBe(`User ${expected} is unknown.`);
  });

  it.each<[string, Env, string]>([
    ["a line break", { KEY: "ke\ny" }, "KEY"],
    ["a zero-width space", { BEARER: "to\u200bken" }, "BEARER"],
    ["a control character", { USER_NAME: "u", USER_PASSWORD: "p\u0000" }, "USER_NAME and USER_PASSWORD"],
  ])("with %s are refused at start", (_name, env, variables) => {
    const { problems } = build(env, [operationWith([])]);
    expect(problems).toEqual([`${variables} must be one line of characters that an HTTP header can hold.`]);
  });

  it("never appear in a redacted text, in any encoding", () => {
    const secret = "pa ss/word+1";
    const { credentials } = build({ KEY: secret, USER_NAME: "u", USER_PASSWORD: "hunter22" }, [
      operationWith([{ header: [] }]),
    ]);
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      basic("u:hunter22"),
    ]) {
      expect(credentials.redact(`before ${form} after`)).not.toContain(form);
    }
    expect(credentials.redact("an ordinary text")).toBe("an ordinary text");
  });
});

describe("missing credentials", () => {
  const keyed = operationWith([{ header: [] }, { basic: [], query: [] }]);
  const free = operationWith([]);

  it("keep a server from starting when nothing works without them", () => {
    const { problems } = build({}, [keyed, keyed]);
    expect(problems).toEqual([
      "Credentials of the API are missing: set KEY, or USER_NAME and USER_PASSWORD and QUERY_KEY.",
    ]);
  });

  it("are a warning when part of it works, and an error for the call", async () => {
    const { credentials, problems, warnings } = build({}, [keyed, free]);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^1 of 2 actions .*KEY/)]);
    await expect(apply(credentials, keyed)).rejects.toMatchObject({
      payload: { code: "unauthenticated", message: expect.stringContaining("KEY") },
    });
  });

  it("name a file that cannot be read, or holds none", () => {
    const empty = join(mkdtempSync(join(tmpdir(), "credentials-")), "key");
    writeFileSync(empty, "\n");
    for (const file of ["/nowhere/key", empty]) {
      expect(build({ KEY_FILE: file }, [free]).problems).toEqual([
        "KEY_FILE names a file that cannot be read or is empty.",
      ]);
    }
  });
});

describe("client credentials", () => {
  const env = { CLIENT_ID: "cli:ent", CLIENT_SECRET: "s e/cret" };
  const operation = operationWith([{ oauth: ["read", "admin"] }]);
  const bearerOf = async (credentials: Credentials, use: Use = {}, op = operation) =>
    (await apply(credentials, op, use)).headers["authorization"];

  it("ask once for parallel calls and once per set of scopes", async () => {
    answer.delayMs = 50;
    const { credentials } = build(env, [operation]);
    const tokens = await Promise.all([bearerOf(credentials), bearerOf(credentials), bearerOf(credentials)]);
    expect(tokens).toEqual(Array(3).fill("Bearer issued-token-1"));
    await bearerOf(credentials, {}, operationWith([{ oauth: ["admin", "read"] }]));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toEqual({
      authorization: basic("cli%3Aent:s+e%2Fcret"),
      form: { grant_type: "client_credentials", scope: "admin read" },
    });
    await bearerOf(credentials, {}, operationWith([{ oauth: [] }]));
    expect(calls[1]?.form).toEqual({ grant_type: "client_credentials" });
  });

  it("go into the body, with an audience, where the endpoint wants it so", async () => {
    const { credentials } = build({ ...env, API_TOKEN_AUTH: "post", API_TOKEN_AUDIENCE: "urn:api" }, [operation]);
    await bearerOf(credentials);
    expect(calls[0]?.authorization).toBeUndefined();
    expect(calls[0]?.form).toMatchObject({ client_id: "cli:ent", client_secret: "s e/cret", audience: "urn:api" });
  });

  it("survive a caller who goes away while others wait", async () => {
    answer.delayMs = 80;
    const { credentials } = build(env, [operation]);
    const controller = new AbortController();
    const gone = bearerOf(credentials, { signal: controller.signal });
    const stays = bearerOf(credentials);
    controller.abort(new Error("gone"));
    await expect(gone).rejects.toThrow("gone");
    expect(await stays).toBe("Bearer issued-token-1");
  });

  it("report a refusal without the secret", async () => {
    answer.status = 401;
    const { credentials } = build({ ...env, API_TOKEN_AUTH: "post" }, [operation]);
    const error: unknown = await bearerOf(credentials).catch((error: unknown) => error);
    expect(error).toMatchObject({
      payload: { code: "unauthenticated", message: expect.stringContaining("invalid_client") },
    });
    expect(JSON.stringify(error)).not.toContain("s e/cret");
  });

  it("redact the tokens they brought", async () => {
    const { credentials } = build(env, [operation]);
    await bearerOf(credentials);
    expect(credentials.redact("token issued-token-1 seen")).toBe("token [redacted] seen");
  });
});

describe("the token cache", () => {
  const signal = new AbortController().signal;
  const make = (now: () => number) => {
    let fetched = 0;
    const cache = createTokenCache(now);
    const take = (refresh = false, fails = false) =>
      cache.take(
        "k",
        async () => {
          if (fails) throw new Error("endpoint down");
          fetched += 1;
          return { value: `t${fetched}`, obtainedAt: now(), expiresAt: now() + 100_000 };
        },
        { refresh, signal },
      );
    return async (refresh?: boolean, fails?: boolean) => (await take(refresh, fails)).value;
  };

  it("renews at 80 % of a token's life, and keeps the old one while the endpoint is down", async () => {
    let time = 0;
    const take = make(() => time);
    expect(await take()).toBe("t1");
    time = 79_000;
    expect(await take()).toBe("t1");
    time = 81_000;
    expect(await take(false, true)).toBe("t1");
    expect(await take()).toBe("t2");
    time = 81_000 + 100_001;
    await expect(take(false, true)).rejects.toThrow("endpoint down");
  });

  it("replaces a refused token once", async () => {
    let time = 0;
    const take = make(() => time);
    await take();
    time = 5_000;
    expect(await take(true)).toBe("t2");
    // A second call that was refused with the old token meets the new one.
    expect(await take(true)).toBe("t2");
    await expect(make(() => 0)(true, true)).rejects.toThrow();
  });
});

describe("token exchange", () => {
  const operation = operationWith([{ bearer: ["contacts"] }]);
  const env = () => ({
    TOKEN_EXCHANGE_URL: tokenUrl,
    TOKEN_EXCHANGE_CLIENT_ID: "gateway",
    TOKEN_EXCHANGE_CLIENT_SECRET: "gateway-secret",
    TOKEN_EXCHANGE_AUDIENCE: "https://api.example.com",
  });
  const caller = (subject: string, exp = Date.now() / 1_000 + 3_600): Caller => ({
    subject,
    scopes: [],
    claims: { exp },
    token: `client-token-of-${subject}`,
  });

  it("sends the caller's token to the authorization server only, and keeps callers apart", async () => {
    const { credentials } = build(env(), [operation]);
    const first = await apply(credentials, operation, { caller: caller("ann") });
    const again = await apply(credentials, operation, { caller: caller("ann") });
    const other = await apply(credentials, operation, { caller: caller("bob") });
    expect([first, again, other].map((applied) => applied.headers["authorization"])).toEqual([
      "Bearer issued-token-1",
      "Bearer issued-token-1",
      "Bearer issued-token-2",
    ]);
    expect(calls.map((call) => call.form["subject_token"])).toEqual(["client-token-of-ann", "client-token-of-bob"]);
    expect(calls[0]?.form).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience: "https://api.example.com",
      scope: "contacts",
    });
    expect(JSON.stringify([first, other])).not.toContain("client-token");
  });

  it("does not outlive the caller's own token", async () => {
    const { credentials } = build(env(), [operation]);
    const almostOver = caller("ann", Date.now() / 1_000 + 0.2);
    await apply(credentials, operation, { caller: almostOver });
    await new Promise((resolve) => setTimeout(resolve, 250));
    await apply(credentials, operation, { caller: almostOver });
    expect(calls).toHaveLength(2);
  });

  it("refuses a call without a caller", async () => {
    const { credentials } = build(env(), [operation]);
    await expect(apply(credentials, operation)).rejects.toMatchObject({ payload: { code: "unauthenticated" } });
    expect(calls).toEqual([]);
  });
});
