/** Settings of a server, read from the environment and the command line once, at start. */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import {
  checkHttps,
  readAuthorization,
  readExchange,
  type AuthorizationConfig,
  type TokenExchangeConfig,
} from "./config-authorization.js";
import { createReader, isLoopback, isWildcard, type Reader } from "./config-read.js";
import type { Settings } from "./context.js";
import { LOG_LEVELS, type LogLevel } from "./log.js";
import type { Environment } from "./secrets.js";
import { checkLists, followAliases } from "./surface-filter.js";
import type { ServerDefinition } from "./tool.js";

export interface SurfaceConfig {
  readonly kind: "grouped" | "granular" | "catalog";
  readonly readOnly: boolean;
  readonly tools: readonly string[];
  readonly exclude: readonly string[];
  readonly domain?: string;
  /** List only what the caller's scopes permit. */
  readonly filterByScope: boolean;
}

export interface HttpConfig {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: URL;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly maxBodyBytes: number;
  readonly ratePerMinute: number;
  readonly maxConcurrent: number;
}

export interface Config {
  readonly transport: "stdio" | "http";
  readonly settings: Settings;
  readonly surface: SurfaceConfig;
  readonly http: HttpConfig;
  readonly authorization?: AuthorizationConfig;
  readonly exchange?: TokenExchangeConfig;
  readonly tokenAuth: "basic" | "post";
  readonly tokenAudience?: string;
  readonly allowHttp: boolean;
  readonly redisUrl?: string;
  readonly logLevel: LogLevel;
  readonly metrics: boolean;
  readonly shutdownMs: number;
}

export interface ConfigResult {
  readonly config: Config;
  /** What keeps the server from starting; every line names a variable. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads everything, and reports every mistake at once. */
export function readConfig(definition: ServerDefinition, env: Environment, argv: readonly string[] = []): ConfigResult {
  const flags = readFlags(argv);
  const reader = createReader({ ...env, ...flags.env });
  reader.problems.push(...flags.problems);
  const warnings: string[] = [];
  const transport = reader.choice("MCP_TRANSPORT", ["stdio", "http"], "stdio");
  const allowHttp = reader.flag("API_ALLOW_HTTP");
  const http = readHttp(reader);
  const authorization = readAuthorization(reader, http.publicUrl);
  const exchange = readExchange(reader);
  for (const [name, url] of [
    ["TOKEN_EXCHANGE_URL", exchange?.url] as const,
    ["OAUTH_ISSUER", authorization && new URL(authorization.issuer)] as const,
    ["OAUTH_JWKS_URI", authorization?.jwksUri] as const,
  ]) {
    if (url !== undefined) checkHttps(url, name, { problems: reader.problems, allowHttp });
  }
  if (transport === "http") checkBinding(reader, { http, authorized: authorization !== undefined, warnings });
  if (exchange !== undefined && (transport !== "http" || authorization === undefined)) {
    reader.problems.push("TOKEN_EXCHANGE_URL needs callers with tokens: use MCP_TRANSPORT=http and OAUTH_ISSUER.");
  }
  const tokenAudience = reader.text("API_TOKEN_AUDIENCE");
  const redisUrl = reader.secret("REDIS_URL")?.value;
  const config: Config = {
    transport,
    settings: readSettings(reader, { definition, allowHttp, transport, warnings }),
    surface: readSurface(reader, definition),
    http,
    ...(authorization && { authorization }),
    ...(exchange && { exchange }),
    tokenAuth: reader.choice("API_TOKEN_AUTH", ["basic", "post"], "basic"),
    ...(tokenAudience !== undefined && { tokenAudience }),
    allowHttp,
    ...(redisUrl !== undefined && { redisUrl }),
    logLevel: reader.choice("LOG_LEVEL", LOG_LEVELS, "info"),
    metrics: reader.flag("METRICS"),
    shutdownMs: reader.integer("SHUTDOWN_TIMEOUT_MS", { min: 0, max: 600_000 }),
  };
  return { config, problems: reader.problems, warnings };
}

/** Command line flags are another spelling of variables. */
function readFlags(argv: readonly string[]): { readonly env: Environment; readonly problems: readonly string[] } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        http: { type: "boolean" },
        stdio: { type: "boolean" },
        "read-only": { type: "boolean" },
        domain: { type: "string" },
        surface: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
      },
    });
    return {
      env: {
        ...(values.http && { MCP_TRANSPORT: "http" }),
        ...(values.stdio && { MCP_TRANSPORT: "stdio" }),
        ...(values["read-only"] && { MCP_READ_ONLY: "true" }),
        ...(values.domain !== undefined && { MCP_DOMAIN: values.domain }),
        ...(values.surface !== undefined && { MCP_SURFACE: values.surface }),
        ...(values.port !== undefined && { PORT: values.port }),
        ...(values.host !== undefined && { HOST: values.host }),
      },
      problems: [],
    };
  } catch (error) {
    return { env: {}, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

interface SettingsInput {
  readonly definition: ServerDefinition;
  readonly allowHttp: boolean;
  readonly transport: "stdio" | "http";
  readonly warnings: string[];
}

function readSettings(reader: Reader, input: SettingsInput): Settings {
  const fileRoot = reader.text("FILE_ROOT");
  if (fileRoot !== undefined && input.transport === "http") {
    reader.problems.push("FILE_ROOT is only for stdio: over HTTP it would let callers read the server's files.");
  }
  const { pageSize } = input.definition;
  const size = reader.isSet("PAGE_SIZE") ? reader.integer("PAGE_SIZE", { min: 1, max: 10_000 }) : pageSize;
  return {
    apiBaseUrl: readBaseUrl(reader, input),
    timeoutMs: reader.integer("API_TIMEOUT_MS", { min: 1, max: 3_600_000 }),
    maxRetries: reader.integer("API_MAX_RETRIES", { min: 0, max: 10 }),
    maxResultTokens: reader.integer("MAX_RESULT_TOKENS", { min: 100, max: 1_000_000 }),
    maxResponseBytes: reader.integer("API_MAX_RESPONSE_BYTES", { min: 1_024, max: 1_073_741_824 }),
    ...(size !== undefined && { pageSize: size }),
    signingKey: readSigningKey(reader, input),
    cursorTtlMs: reader.integer("CURSOR_TTL_SECONDS", { min: 1, max: 31_536_000 }) * 1_000,
    idempotencyTtlMs: reader.integer("IDEMPOTENCY_TTL_SECONDS", { min: 1, max: 31_536_000 }) * 1_000,
    spotlight: reader.flag("SPOTLIGHT"),
    ...(fileRoot !== undefined && { fileRoot }),
  };
}

function readBaseUrl(reader: Reader, { definition, allowHttp }: SettingsInput): string {
  const given = reader.text("API_BASE_URL");
  const url = given === undefined ? parsedUrl(definition.baseUrl) : reader.url("API_BASE_URL");
  if (url === undefined) {
    if (given === undefined)
      reader.problems.push("API_BASE_URL is required: the API's description names no absolute URL.");
    return "";
  }
  checkHttps(url, "API_BASE_URL", { problems: reader.problems, allowHttp });
  if (url.search !== "") reader.problems.push("API_BASE_URL must not hold a query.");
  return url.href.replace(/\/+$/, "");
}

function parsedUrl(text: string | null): URL | undefined {
  return text !== null && URL.canParse(text) ? new URL(text) : undefined;
}

function readSigningKey(reader: Reader, { transport, warnings }: SettingsInput): Uint8Array {
  const key = reader.secret("SIGNING_KEY");
  if (key === undefined) {
    if (transport === "http") {
      warnings.push(
        "SIGNING_KEY is not set: cursors and confirmations end with this process and fail across replicas.",
      );
    }
    return randomBytes(32);
  }
  const bytes = Buffer.from(key.value);
  if (bytes.length < 32) reader.problems.push("SIGNING_KEY must be at least 32 bytes long.");
  return bytes;
}

function readHttp(reader: Reader): HttpConfig {
  const publicUrl = reader.url("MCP_PUBLIC_URL");
  return {
    port: reader.integer("PORT", { min: 0, max: 65_535 }),
    host: reader.text("HOST") ?? "127.0.0.1",
    ...(publicUrl && { publicUrl }),
    allowedHosts: reader.list("ALLOWED_HOSTS"),
    allowedOrigins: reader.list("ALLOWED_ORIGINS"),
    maxBodyBytes: reader.integer("MAX_BODY_BYTES", { min: 1_024, max: 1_073_741_824 }),
    ratePerMinute: reader.integer("RATE_LIMIT_PER_MINUTE", { min: 0, max: 10_000_000 }),
    maxConcurrent: reader.integer("MAX_CONCURRENT_CALLS", { min: 0, max: 100_000 }),
  };
}

interface Binding {
  readonly http: HttpConfig;
  readonly authorized: boolean;
  readonly warnings: string[];
}

function checkBinding(reader: Reader, { http, authorized, warnings }: Binding): void {
  if (isLoopback(http.host)) return;
  if (isWildcard(http.host) && http.allowedHosts.length === 0 && http.publicUrl === undefined) {
    warnings.push(
      "Only loopback is accepted in the Host header until ALLOWED_HOSTS or MCP_PUBLIC_URL names the server.",
    );
  }
  if (reader.flag("MCP_ALLOW_UNAUTHENTICATED") || authorized) return;
  reader.problems.push(
    `HOST is ${http.host}, beyond loopback, and there is no authorization: anyone who reaches the port would act with ` +
      "the API's credentials. Set OAUTH_ISSUER, or MCP_ALLOW_UNAUTHENTICATED=true behind a gateway that authenticates.",
  );
}

function readSurface(reader: Reader, definition: ServerDefinition): SurfaceConfig {
  const domain = reader.text("MCP_DOMAIN");
  const tools = followAliases(definition, reader.list("MCP_TOOLS"));
  const exclude = followAliases(definition, reader.list("MCP_EXCLUDE_TOOLS"));
  if (domain !== undefined && !Object.hasOwn(definition.domains, domain)) {
    reader.problems.push(`MCP_DOMAIN is "${domain}"; the domains are ${Object.keys(definition.domains).join(", ")}.`);
  }
  reader.problems.push(...checkLists(definition, { tools, exclude }));
  return {
    kind: reader.choice("MCP_SURFACE", ["grouped", "granular", "catalog"], "grouped"),
    readOnly: reader.flag("MCP_READ_ONLY"),
    tools,
    exclude,
    ...(domain !== undefined && { domain }),
    filterByScope: reader.choice("MCP_LIST", ["allowed", "all"], "allowed") === "allowed",
  };
}
