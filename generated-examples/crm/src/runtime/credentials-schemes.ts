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
  | { readonly kind: "basic"; readonly user: string; readonly password: Secret }
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
    for (const secret of secretsOf(found)) input.redactor.add(secret);
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
      return user && { kind: "basic", user: user.value, password: reader.secret(scheme.envPassword) ?? { value: "" } };
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

function secretsOf(scheme: ConfiguredScheme): string[] {
  switch (scheme.kind) {
    case "apiKey":
    case "static":
      return [scheme.secret.value];
    case "basic":
      return [scheme.password.value, `${scheme.user}:${scheme.password.value}`];
    case "client":
      return [scheme.clientSecret.value];
    case "exchange":
      return [scheme.exchange.clientSecret];
  }
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
