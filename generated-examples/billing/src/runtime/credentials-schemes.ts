/** What the environment holds for each security scheme of the API. */
import type { TokenExchangeConfig } from "./config-authorization.js";
import { createReader, type Reader } from "./config-read.js";
import type { Redactor, Secret, Environment } from "./secrets.js";
import type { SecurityScheme, ServerDefinition } from "./tool.js";

/** A scheme with a credential behind it. */
export type ConfiguredScheme =
  | {
      readonly kind: "apiKey";
      readonly in: "header" | "query" | "cookie";
      readonly name: string;
      readonly secret: Secret;
    }
  | { readonly kind: "basic"; readonly user: Secret; readonly password: Secret }
  | { readonly kind: "static"; readonly secret: Secret }
  | { readonly kind: "client"; readonly url: string; readonly clientId: string; readonly clientSecret: Secret }
  | { readonly kind: "exchange"; readonly exchange: TokenExchangeConfig };

export interface Schemes {
  readonly configured: ReadonlyMap<string, ConfiguredScheme>;
  /** Variables that would configure a scheme, for messages. */
  describe(scheme: string): string;
  readonly problems: readonly string[];
}

/** Reads the credentials of every scheme once; each secret is known to the redactor from then on. */
export function readSchemes(input: {
  readonly definition: ServerDefinition;
  readonly env: Environment;
  readonly apiBaseUrl: string;
  readonly exchange: TokenExchangeConfig | undefined;
  readonly redactor: Redactor;
}): Schemes {
  const reader = createReader(input.env);
  const configured = new Map<string, ConfiguredScheme>();
  for (const [name, scheme] of Object.entries(input.definition.securitySchemes)) {
    const found = readScheme(scheme, reader, input);
    if (found === undefined) continue;
    configured.set(name, found);
    for (const secret of hiddenTexts(found)) input.redactor.add(secret);
    if (!isSendable(found))
      reader.problems.push(`${variablesOf(scheme)} must be one line of characters that an HTTP header can hold.`);
  }
  const describe = (name: string): string => {
    const scheme = Object.hasOwn(input.definition.securitySchemes, name)
      ? input.definition.securitySchemes[name]
      : undefined;
    return scheme === undefined ? name : variablesOf(scheme);
  };
  return { configured, describe, problems: reader.problems };
}

function readScheme(
  scheme: SecurityScheme,
  reader: Reader,
  { apiBaseUrl, exchange }: { readonly apiBaseUrl: string; readonly exchange: TokenExchangeConfig | undefined },
): ConfiguredScheme | undefined {
  switch (scheme.type) {
    case "apiKey": {
      const secret = reader.secret(scheme.env);
      return secret && { kind: "apiKey", in: scheme.in, name: scheme.name, secret };
    }
    case "basic": {
      const user = reader.secret(scheme.envUser);
      // An empty password is legal: some APIs take a key as the user name alone.
      return user && { kind: "basic", user, password: reader.secret(scheme.envPassword) ?? { value: "" } };
    }
    case "bearer":
      return exchange ? { kind: "exchange", exchange } : staticScheme(reader.secret(scheme.env));
    case "oauth2":
      if (exchange) return { kind: "exchange", exchange };
      return staticScheme(reader.secret(scheme.env)) ?? readClient(scheme, reader, apiBaseUrl);
  }
}

function staticScheme(secret: Secret | undefined): ConfiguredScheme | undefined {
  return secret && { kind: "static", secret };
}

function readClient(
  scheme: Extract<SecurityScheme, { type: "oauth2" }>,
  reader: Reader,
  apiBaseUrl: string,
): ConfiguredScheme | undefined {
  if (!scheme.tokenUrl || !scheme.envClientId || !scheme.envClientSecret) return undefined;
  const clientId = reader.secret(scheme.envClientId)?.value;
  const clientSecret = reader.secret(scheme.envClientSecret);
  if (clientId === undefined || clientSecret === undefined) return undefined;
  // A relative token URL is relative to the API (OpenAPI 3.1 section 4.8.30.1).
  const url = URL.canParse(scheme.tokenUrl, apiBaseUrl) ? new URL(scheme.tokenUrl, apiBaseUrl).href : scheme.tokenUrl;
  return { kind: "client", url, clientId, clientSecret };
}

/** The secrets a scheme has from the environment. */
export function secretsOf(scheme: ConfiguredScheme): readonly Secret[] {
  switch (scheme.kind) {
    case "apiKey":
    case "static":
      return [scheme.secret];
    case "basic":
      return [scheme.user, scheme.password];
    case "client":
      return [scheme.clientSecret];
    case "exchange":
      return [];
  }
}

/** The texts that nobody may see. */
export function hiddenTexts(scheme: ConfiguredScheme): string[] {
  if (scheme.kind === "exchange") return [scheme.exchange.clientSecret];
  const values = secretsOf(scheme).map(({ value }) => value);
  if (scheme.kind !== "basic") return values;
  const [user = "", password = ""] = values;
  return [...(isKey(user, password) ? [user] : []), password, `${user}:${password}`];
}

/**
 * Some APIs take a key as the user name, with no password or a word that means nothing. Other names stay legible:
 * without "admin" or an account's id, many an answer would say nothing.
 */
function isKey(user: string, password: string): boolean {
  return user.length >= Math.max(MIN_KEY, 2 * password.length) && !user.includes("@");
}

const MIN_KEY = 12;

/** Base64 carries all but control characters (RFC 7617 section 2), a field value Latin-1 (RFC 9110 section 5.5). */
function isSendable(scheme: ConfiguredScheme): boolean {
  const illegal = scheme.kind === "basic" ? /\p{Cc}/u : /[^ -~\u00a0-\u00ff]/;
  return !secretsOf(scheme).some(({ value }) => illegal.test(value));
}

function variablesOf(scheme: SecurityScheme): string {
  switch (scheme.type) {
    case "apiKey":
    case "bearer":
      return scheme.env;
    case "basic":
      return `${scheme.envUser} and ${scheme.envPassword}`;
    case "oauth2":
      return scheme.tokenUrl && scheme.envClientId && scheme.envClientSecret
        ? `${scheme.env} (or ${scheme.envClientId} and ${scheme.envClientSecret})`
        : scheme.env;
  }
}
