/** Credentials towards the API: chosen per operation, bound to the API's own origins, never the client's token. */
import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import type { Config } from "./config.js";
import { isLoopback } from "./config-read.js";
import { CallError, type AppliedCredentials, type Caller, type Credentials, type Log } from "./context.js";
import { secretsOf, readSchemes, hiddenTexts, type ConfiguredScheme, type Schemes } from "./credentials-schemes.js";
import type { Token, TokenRequest } from "./oauth.js";
import { createTokenCache, type TokenCache } from "./oauth-cache.js";
import type { Operation, SecurityRequirement } from "./operation.js";
import type { Environment, Redactor, Secret } from "./secrets.js";
import type { Action, ServerDefinition } from "./tool.js";

export interface CredentialsInput {
  readonly definition: ServerDefinition;
  readonly env: Environment;
  readonly config: Pick<Config, "settings" | "exchange" | "tokenAuth" | "tokenAudience" | "allowHttp">;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly onRefresh: () => void;
  /** Connections to the token endpoints; the process-wide ones when absent. */
  readonly dispatcher?: () => Promise<Dispatcher>;
}

export interface CredentialsResult {
  readonly credentials: Credentials;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Values collected from the schemes of one alternative. */
interface Applied {
  readonly headers: Record<string, string>;
  readonly query: Record<string, string>;
  readonly cookies: Record<string, string>;
}

type ApplyRequest = Parameters<Credentials["apply"]>[0];

const NONE: AppliedCredentials = { headers: {}, query: {}, cookies: {} };

/** Reads all credentials and says at once which of the exposed actions cannot work with them. */
export function createCredentials(input: CredentialsInput, exposed: readonly Action[]): CredentialsResult {
  const { definition, env, config, redactor } = input;
  const apiBaseUrl = config.settings.apiBaseUrl;
  const schemes = readSchemes({ definition, env, apiBaseUrl, exchange: config.exchange, redactor });
  const cache = createTokenCache();
  const unreadable = new Set<Secret>();
  const apiOrigin = originOf(apiBaseUrl);
  const credentials: Credentials = {
    apply: async (request) => {
      if (request.origin !== apiOrigin && request.origin !== originOf(request.operation.baseUrl ?? "")) return NONE;
      const alternative = chooseAlternative(request.operation.security ?? [], schemes);
      if (alternative === undefined) throw missingCredentials(request.operation, schemes);
      const applied: Applied = { headers: {}, query: {}, cookies: {} };
      for (const [name, scopes] of Object.entries(alternative)) {
        const scheme = schemes.configured.get(name);
        if (scheme !== undefined) await applyScheme(scheme, { input, cache, unreadable, request, scopes, applied });
      }
      return applied;
    },
    canRefresh: (operation) =>
      Object.keys(chooseAlternative(operation.security ?? [], schemes) ?? {}).some((name) =>
        isRenewable(schemes.configured.get(name)),
      ),
    redact: redactor.redact,
  };
  const { problems, warnings } = checkSchemes(exposed, schemes);
  return { credentials, problems: [...schemes.problems, ...checkTokenUrls(schemes, config), ...problems], warnings };
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/**
 * The first alternative whose every scheme has a credential; going without comes last, whatever its place.
 * Returns undefined when none can be satisfied (OpenAPI: Security Requirement Object).
 */
function chooseAlternative(
  security: readonly SecurityRequirement[],
  schemes: Schemes,
): SecurityRequirement | undefined {
  if (security.length === 0) return {};
  const satisfied = security.filter((alternative) =>
    Object.keys(alternative).every((name) => schemes.configured.has(name)),
  );
  return satisfied.find((alternative) => Object.keys(alternative).length > 0) ?? satisfied[0];
}

function isRenewable(scheme: ConfiguredScheme | undefined): boolean {
  if (scheme === undefined) return false;
  if (scheme.kind === "client" || scheme.kind === "exchange") return true;
  return secretsOf(scheme).some(({ reread }) => reread !== undefined);
}

interface SchemeUse {
  readonly input: CredentialsInput;
  readonly cache: TokenCache;
  /** Secrets whose file is gone or empty: it is told once. */
  readonly unreadable: Set<Secret>;
  readonly request: ApplyRequest;
  readonly scopes: readonly string[];
  readonly applied: Applied;
}

async function applyScheme(scheme: ConfiguredScheme, use: SchemeUse): Promise<void> {
  const { applied } = use;
  if (use.request.refresh) rereadSecrets(scheme, use);
  switch (scheme.kind) {
    case "apiKey": {
      const { value } = scheme.secret;
      if (scheme.in === "header") applied.headers[scheme.name] = value;
      else if (scheme.in === "query") applied.query[scheme.name] = value;
      else applied.cookies[scheme.name] = value;
      return;
    }
    case "basic": {
      const pair = `${scheme.user.value}:${scheme.password.value}`;
      applied.headers["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
      return;
    }
    case "static":
      applied.headers["authorization"] = `Bearer ${scheme.secret.value}`;
      return;
    case "client":
      applied.headers["authorization"] = `Bearer ${(await clientToken(scheme, use)).value}`;
      return;
    case "exchange":
      applied.headers["authorization"] = `Bearer ${(await exchangedToken(scheme, use)).value}`;
  }
}

/** Secrets from files are read again after a refusal: they may have been rotated, or be about to be. */
function rereadSecrets(scheme: ConfiguredScheme, { input, unreadable }: SchemeUse): void {
  for (const secret of secretsOf(scheme)) {
    try {
      secret.reread?.();
      unreadable.delete(secret);
    } catch (error) {
      if (!unreadable.has(secret))
        input.log("warn", "a secret cannot be read again; its last value is used", { error });
      unreadable.add(secret);
    }
  }
  for (const secret of hiddenTexts(scheme)) input.redactor.add(secret);
}

function clientToken(scheme: Extract<ConfiguredScheme, { kind: "client" }>, use: SchemeUse): Promise<Token> {
  const scope = [...use.scopes].sort().join(" ");
  const { config } = use.input;
  return takeToken(use, `client ${scheme.url} ${scheme.clientId} ${scope}`, {
    url: scheme.url,
    clientId: scheme.clientId,
    clientSecret: scheme.clientSecret.value,
    auth: config.tokenAuth,
    form: { grant_type: "client_credentials", scope: scope || undefined, audience: config.tokenAudience },
  });
}

/** The caller's token goes to the authorization server only; the API sees what it answers (RFC 8693 section 2.1). */
async function exchangedToken(scheme: Extract<ConfiguredScheme, { kind: "exchange" }>, use: SchemeUse): Promise<Token> {
  const { caller } = use.request;
  if (caller === undefined) {
    throw new CallError({
      code: "unauthenticated",
      message: "The API is called on behalf of the caller, and this call has no authenticated caller.",
      retryable: false,
      hint: "Connect over HTTP with an access token.",
    });
  }
  const scope = [...use.scopes].sort().join(" ");
  const { exchange } = scheme;
  const token = await takeToken(use, `exchange ${callerKey(caller)} ${scope}`, {
    url: exchange.url.href,
    clientId: exchange.clientId,
    clientSecret: exchange.clientSecret,
    auth: use.input.config.tokenAuth,
    form: {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: caller.token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience: exchange.audience,
      resource: exchange.resource,
      scope: scope || undefined,
    },
  });
  return token;
}

/** The token itself is part of the key: a caller who logs in anew never meets an older grant. */
function callerKey(caller: Caller): string {
  return `${caller.subject} ${createHash("sha256").update(caller.token).digest("base64url")}`;
}

async function takeToken(use: SchemeUse, key: string, request: TokenRequest): Promise<Token> {
  const { input, cache } = use;
  const fetch = async (): Promise<Token> => {
    const { fetchToken } = await import("./oauth.js");
    const token = await fetchToken({ ...request, dispatcher: await input.dispatcher?.() });
    input.redactor.addToken(token.value);
    input.onRefresh();
    const expiry = use.request.caller?.claims["exp"];
    // An exchanged token must not outlive the caller's own.
    if (!key.startsWith("exchange") || typeof expiry !== "number") return token;
    return { ...token, expiresAt: Math.min(token.expiresAt, expiry * 1_000) };
  };
  return cache.take(key, fetch, { refresh: use.request.refresh === true, signal: use.request.signal });
}

function missingCredentials(operation: Operation, schemes: Schemes): CallError {
  return new CallError({
    code: "unauthenticated",
    message: `This server has no credentials for ${operation.id}: ${describeAlternatives(operation, schemes)} must be set.`,
    retryable: false,
    hint: "Only the operator of this server can set them.",
  });
}

function describeAlternatives({ security }: Operation, schemes: Schemes): string {
  const texts = (security ?? []).map((alternative) => Object.keys(alternative).map(schemes.describe).join(" and "));
  return [...new Set(texts.filter((text) => text !== ""))].join(", or ");
}

/** An error when nothing works without the missing credentials, a warning when part of the server does. */
function checkSchemes(exposed: readonly Action[], schemes: Schemes): { problems: string[]; warnings: string[] } {
  const operations = exposed.map((action) => action.operation);
  const lacking = operations.filter((operation) => chooseAlternative(operation.security ?? [], schemes) === undefined);
  if (lacking.length === 0) return { problems: [], warnings: [] };
  const needs = [...new Set(lacking.map((operation) => describeAlternatives(operation, schemes)))];
  if (lacking.length === operations.length) {
    return { problems: needs.map((need) => `Credentials of the API are missing: set ${need}.`), warnings: [] };
  }
  const count = `${lacking.length} of ${operations.length} actions`;
  return { problems: [], warnings: needs.map((need) => `${count} will fail until credentials are set: ${need}.`) };
}

function checkTokenUrls(schemes: Schemes, { allowHttp }: { readonly allowHttp: boolean }): string[] {
  return [...schemes.configured].flatMap(([name, scheme]) => {
    if (scheme.kind !== "client" || allowHttp) return [];
    const url = URL.canParse(scheme.url) ? new URL(scheme.url) : undefined;
    if (url?.protocol === "https:" || (url !== undefined && isLoopback(url.hostname))) return [];
    return [`The token URL of ${name} is not an https URL; set API_ALLOW_HTTP=true to accept it.`];
  });
}
