import { describe, expect, it } from "vitest";
import { findPlainServers } from "../../templates/runtime/config-authorization.js";
import { readConfig } from "../../templates/runtime/config.js";
import { VARIABLES } from "../../templates/runtime/variables.js";
import { definition } from "./server-fixture.js";

type Env = Readonly<Record<string, string>>;

function problemsOf(env: Env, argv: readonly string[] = [], of = definition): readonly string[] {
  return readConfig(of, env, argv).problems;
}

describe("configuration", () => {
  it.each([
    ["https://eu.example.com", false, 0],
    ["/v2", false, 0],
    ["http://127.0.0.1:8080/v1", false, 0],
    ["http://eu.example.com", true, 0],
    ["http://eu.example.com", false, 1],
  ])("sends credentials to the operations of %s: plain http allowed %s", (baseUrl, allowHttp, count) => {
    const [action] = Object.values(definition.tools[0]?.actions ?? {});
    if (action === undefined) throw new Error("The definition has no action.");
    const variant = { ...action.operation, baseUrl };
    const found = findPlainServers([{ ...action, operation: { ...action.operation, variants: [variant] } }], allowHttp);
    expect(found).toHaveLength(count);
    expect(found.join()).toMatch(count === 0 ? /^$/ : /^The server of \w+ is http:.*API_ALLOW_HTTP=true/);
  });

  it("needs nothing when the description names the API", () => {
    const { config, problems, warnings } = readConfig(definition, {});
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(config).toMatchObject({
      transport: "stdio",
      settings: { apiBaseUrl: "https://api.example.com", timeoutMs: 30_000 },
      http: { host: "127.0.0.1", port: 3_000 },
    });
  });

  it.each<[string, Env, string]>([
    ["another base URL", { API_BASE_URL: "https://eu.example.com/v2/" }, "https://eu.example.com/v2"],
    ["plain http on loopback", { API_BASE_URL: "http://[::1]:8080" }, "http://[::1]:8080"],
    ["plain http when allowed", { API_BASE_URL: "http://api:8080", API_ALLOW_HTTP: "true" }, "http://api:8080"],
  ])("takes %s", (_name, env, expected) => {
    const { config, problems } = readConfig(definition, env);
    expect({ url: config.settings.apiBaseUrl, problems }).toEqual({ url: expected, problems: [] });
  });

  it.each<[string, Env, readonly string[], RegExp]>([
    ["a relative base URL", { API_BASE_URL: "/v1" }, [], /^API_BASE_URL .*absolute/],
    ["another scheme", { API_BASE_URL: "file:///etc/passwd" }, [], /^API_BASE_URL/],
    ["credentials in the base URL", { API_BASE_URL: "https://u:p@api.example.com" }, [], /^API_BASE_URL must not/],
    ["plain http", { API_BASE_URL: "http://api.example.com" }, [], /API_ALLOW_HTTP/],
    ["a name that starts like loopback", { API_BASE_URL: "http://127.0.0.1.evil.example" }, [], /API_ALLOW_HTTP/],
    ["a flag that is no flag", { MCP_READ_ONLY: "maybe" }, [], /^MCP_READ_ONLY/],
    ["a number that is no number", { API_TIMEOUT_MS: "30s" }, [], /^API_TIMEOUT_MS/],
    ["an unknown surface", { MCP_SURFACE: "all" }, [], /^MCP_SURFACE .*grouped, granular, catalog/],
    ["an unknown domain", {}, ["--domain", "hr"], /^MCP_DOMAIN .*sales, reports/],
    ["an inherited name as domain", { MCP_DOMAIN: "constructor" }, [], /^MCP_DOMAIN/],
    ["an unknown action", { MCP_TOOLS: "manage_contact.purge" }, [], /^MCP_TOOLS .*manage_contact\.purge/],
    [
      "a tool of several actions",
      { MCP_TOOLS: "manage_contact" },
      [],
      /manage_contact\.create,.* or manage_contact\.\*/,
    ],
    ["an unknown flag", {}, ["--readonly"], /--readonly/],
    ["a short signing key", { SIGNING_KEY: "short" }, [], /^SIGNING_KEY/],
    ["uploads by path over HTTP", { FILE_ROOT: "/srv", MCP_TRANSPORT: "http" }, [], /^FILE_ROOT/],
    ["an open port without authorization", { HOST: "0.0.0.0" }, ["--http"], /MCP_ALLOW_UNAUTHENTICATED/],
    [
      "an issuer whose keys would travel unprotected",
      { OAUTH_ISSUER: "http://id.example.com", MCP_PUBLIC_URL: "https://mcp.example.com/mcp" },
      ["--http"],
      /^OAUTH_ISSUER/,
    ],
    ["an issuer without a resource", { OAUTH_ISSUER: "https://id.example.com" }, ["--http"], /^MCP_PUBLIC_URL/],
    [
      "half of a token exchange",
      {
        TOKEN_EXCHANGE_URL: "https://id.example.com/t",
        OAUTH_ISSUER: "https://id.example.com",
        MCP_PUBLIC_URL: "https://mcp.example.com/mcp",
      },
      ["--http"],
      /TOKEN_EXCHANGE_CLIENT_SECRET/,
    ],
    [
      "a token exchange without callers",
      {
        TOKEN_EXCHANGE_URL: "https://id.example.com/t",
        TOKEN_EXCHANGE_CLIENT_ID: "a",
        TOKEN_EXCHANGE_CLIENT_SECRET: "b",
      },
      [],
      /OAUTH_ISSUER/,
    ],
  ])("refuses %s", (_name, env, argv, problem) => {
    expect(problemsOf(env, argv)).toEqual([expect.stringMatching(problem)]);
  });

  it("requires a base URL when the description names none", () => {
    expect(problemsOf({}, [], { ...definition, baseUrl: null })).toEqual([expect.stringMatching(/^API_BASE_URL/)]);
  });

  it.each<[string, Env, readonly string[]]>([
    ["behind a gateway", { HOST: "0.0.0.0", MCP_ALLOW_UNAUTHENTICATED: "true" }, ["--http"]],
    [
      "with authorization",
      { HOST: "::", OAUTH_ISSUER: "https://id.example.com", MCP_PUBLIC_URL: "https://mcp.example.com/mcp" },
      ["--http"],
    ],
  ])("binds beyond loopback %s", (_name, env, argv) => {
    expect(problemsOf(env, argv)).toEqual([]);
  });

  it("documents every variable once, and each default is valid", () => {
    const names = VARIABLES.map((variable) => variable.name);
    expect(new Set(names).size).toBe(names.length);
    const defaults = VARIABLES.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]]));
    expect(problemsOf(Object.fromEntries(defaults))).toEqual([]);
  });
});
