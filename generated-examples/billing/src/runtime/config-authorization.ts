/** Settings of authorization in both directions: tokens of clients, and tokens exchanged for them. */
import { isLoopback, type Reader } from "./config-read.js";
import type { Action } from "./tool.js";

export interface AuthorizationConfig {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** URL of the MCP endpoint as clients know it: the resource identifier (RFC 8707). */
  readonly resource: URL;
  readonly jwksUri?: URL;
  readonly initialScopes: readonly string[];
  readonly clockSkewSeconds: number;
  readonly tokenType?: string;
}

export interface TokenExchangeConfig {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience?: string;
  readonly resource?: string;
}

export function readAuthorization(reader: Reader, publicUrl: URL | undefined): AuthorizationConfig | undefined {
  const issuer = reader.url("OAUTH_ISSUER");
  if (issuer === undefined) return undefined;
  if (publicUrl === undefined) reader.problems.push("MCP_PUBLIC_URL is required with OAUTH_ISSUER.");
  const resource = publicUrl ?? new URL("http://127.0.0.1/mcp");
  const audiences = reader.list("OAUTH_AUDIENCE");
  const jwksUri = reader.url("OAUTH_JWKS_URI");
  const tokenType = reader.text("OAUTH_TOKEN_TYPE");
  return {
    // The text as given: issuers are compared character by character (RFC 8414 section 3.3).
    issuer: reader.text("OAUTH_ISSUER") ?? issuer.href,
    audiences: audiences.length > 0 ? audiences : [resource.href],
    resource,
    ...(jwksUri && { jwksUri }),
    initialScopes: reader.list("OAUTH_INITIAL_SCOPES", /[\s,]+/),
    clockSkewSeconds: reader.integer("OAUTH_CLOCK_SKEW_SECONDS", { min: 0, max: 600 }),
    ...(tokenType !== undefined && { tokenType }),
  };
}

export function readExchange(reader: Reader): TokenExchangeConfig | undefined {
  const url = reader.url("TOKEN_EXCHANGE_URL");
  if (url === undefined) return undefined;
  const clientId = reader.text("TOKEN_EXCHANGE_CLIENT_ID");
  const clientSecret = reader.secret("TOKEN_EXCHANGE_CLIENT_SECRET")?.value;
  if (clientId === undefined || clientSecret === undefined) {
    reader.problems.push("TOKEN_EXCHANGE_URL needs TOKEN_EXCHANGE_CLIENT_ID and TOKEN_EXCHANGE_CLIENT_SECRET.");
  }
  const audience = reader.text("TOKEN_EXCHANGE_AUDIENCE");
  const resource = reader.text("TOKEN_EXCHANGE_RESOURCE");
  return {
    url,
    clientId: clientId ?? "",
    clientSecret: clientSecret ?? "",
    ...(audience !== undefined && { audience }),
    ...(resource !== undefined && { resource }),
  };
}

/** Credentials travel encrypted, or not at all unless the operator says so. */
export function checkHttps(
  url: URL,
  name: string,
  { problems, allowHttp }: { problems: string[]; allowHttp: boolean },
): void {
  if (url.protocol === "https:" || isLoopback(url.hostname) || allowHttp) return;
  problems.push(
    `${name} is ${url.origin}: credentials would travel unencrypted. Use https, or set API_ALLOW_HTTP=true.`,
  );
}

/** The same for operations that the description places on servers of their own. */
export function findPlainServers(actions: readonly Action[], allowHttp: boolean): readonly string[] {
  const problems: string[] = [];
  const servers = new Map<string, string>();
  for (const { operation } of actions) {
    for (const { baseUrl, id } of [operation, ...(operation.variants ?? [])]) {
      if (baseUrl !== undefined && !baseUrl.startsWith("/") && !servers.has(baseUrl)) servers.set(baseUrl, id);
    }
  }
  for (const [baseUrl, id] of servers) checkHttps(new URL(baseUrl), `The server of ${id}`, { problems, allowHttp });
  return problems;
}
