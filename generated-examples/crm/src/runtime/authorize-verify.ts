import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { request as undiciRequest } from "undici";
import type { AuthorizationConfig } from "./config-authorization.js";

export interface VerifiedToken {
  readonly payload: JWTPayload;
  readonly scopes: readonly string[];
}

// Asymmetric algorithms only: with a symmetric one, whoever can check tokens can also make them.
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const TIMEOUT_MS = 10_000;

/**
 * Checks JWT access tokens: signature, issuer, audience (RFC 8707), expiry. Many issuers still call them `JWT`, so the
 * type that RFC 9068 section 4 asks for is held against `at+jwt` only where OAUTH_TOKEN_TYPE says so.
 */
export function createVerifier(config: AuthorizationConfig): (token: string, resource: URL) => Promise<VerifiedToken> {
  const keys = createKeys(config);
  return async (token, resource) => {
    const audiences = [...config.audiences, resource.href];
    const { payload } = await jwtVerify(token, await keys(), {
      issuer: config.issuer,
      audience: [...new Set(audiences.flatMap(slashVariants))],
      algorithms: ALGORITHMS,
      clockTolerance: config.clockSkewSeconds,
      requiredClaims: ["exp", "iss", "aud"],
      ...(config.tokenType !== undefined && { typ: config.tokenType }),
    });
    return { payload, scopes: scopesOf(payload) };
  };
}

/** With and without a trailing slash: issuers differ in how they normalise a resource (MCP authorization, RFC 8707). */
function slashVariants(audience: string): string[] {
  return audience.endsWith("/") ? [audience, audience.slice(0, -1)] : [audience, `${audience}/`];
}

/** `scope` (RFC 9068 section 2.2.3), or `scp` as some issuers write it; text or list. */
function scopesOf(payload: JWTPayload): string[] {
  const value = payload["scope"] ?? payload["scp"];
  if (typeof value === "string") return value.split(" ").filter((scope) => scope !== "");
  return Array.isArray(value) ? value.filter((scope): scope is string => typeof scope === "string") : [];
}

/** The key set, found through the issuer's metadata unless configured. A failed discovery is tried again. */
function createKeys(config: AuthorizationConfig): () => Promise<JWTVerifyGetKey> {
  let found: Promise<JWTVerifyGetKey> | undefined;
  const find = async (): Promise<JWTVerifyGetKey> => {
    const uri = config.jwksUri ?? (await discoverKeySet(config.issuer));
    return createRemoteJWKSet(uri, { timeoutDuration: TIMEOUT_MS });
  };
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

/** RFC 8414 section 3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery after it. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

async function discoverKeySet(issuer: string): Promise<URL> {
  for (const url of new Set(metadataUrls(issuer))) {
    const metadata = await fetchObject(url);
    // A document about another issuer proves nothing about this one (RFC 8414 section 3.3).
    if (metadata?.["issuer"] !== issuer) continue;
    const uri = metadata["jwks_uri"];
    if (typeof uri === "string" && URL.canParse(uri)) return new URL(uri);
  }
  throw new Error(`No metadata of the issuer ${issuer} names a jwks_uri; set OAUTH_JWKS_URI.`);
}

async function fetchObject(url: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const response = await undiciRequest(url, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const value: unknown = response.statusCode === 200 ? await response.body.json() : await response.body.dump();
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
