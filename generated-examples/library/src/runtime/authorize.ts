/** OAuth 2.1 resource server: checks the tokens of clients. It issues none and forwards none. */
import { errors as joseErrors } from "jose";
import type { AuthorizationConfig } from "./config-authorization.js";
import type { Caller } from "./context.js";
import { metadataUrl } from "./authorize-metadata.js";
import { createVerifier, type VerifiedToken } from "./authorize-verify.js";

export interface Authorizer {
  /** Checks the Authorization header of a request to one resource. */
  authenticate(header: string | undefined, resource: URL): Promise<Authentication>;
}

export type Authentication =
  | { readonly kind: "caller"; readonly caller: Caller; readonly expiresAt: number }
  | { readonly kind: "challenge"; readonly status: 401; readonly wwwAuthenticate: string; readonly message: string }
  | { readonly kind: "unavailable"; readonly error: unknown };

/** Builds the check from configuration; keys are fetched with the first token. */
export function createAuthorizer(config: AuthorizationConfig, scopes: readonly string[]): Authorizer {
  const verify = createVerifier(config);
  const initialScopes = config.initialScopes.length > 0 ? config.initialScopes : scopes;
  return {
    authenticate: async (header, resource) => {
      const token = bearerToken(header);
      const challenge = { resource, scopes: initialScopes };
      if (token === undefined) return challengeFor(challenge, undefined);
      try {
        return { kind: "caller", ...callerOf(await verify(token, resource), token) };
      } catch (error) {
        if (isTokenError(error)) return challengeFor(challenge, describeTokenError(error));
        return { kind: "unavailable", error };
      }
    },
  };
}

/** RFC 6750 section 2.1. Any other scheme counts as no token. */
function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(header ?? "")?.[1];
}

function callerOf({ payload, scopes }: VerifiedToken, token: string): { caller: Caller; expiresAt: number } {
  const clientId = [payload["client_id"], payload["azp"], payload["cid"]].find((id) => typeof id === "string");
  const subject = typeof payload.sub === "string" ? payload.sub : (clientId ?? "");
  const caller: Caller = {
    subject,
    ...(clientId !== undefined && { clientId }),
    scopes,
    claims: payload,
    token,
  };
  return { caller, expiresAt: payload.exp ?? 0 };
}

/** The error of a token that is no good; every other failure is ours or the issuer's. */
function isTokenError(error: unknown): error is joseErrors.JOSEError {
  return (
    error instanceof joseErrors.JWTExpired ||
    error instanceof joseErrors.JWTClaimValidationFailed ||
    error instanceof joseErrors.JWTInvalid ||
    error instanceof joseErrors.JWSInvalid ||
    error instanceof joseErrors.JWSSignatureVerificationFailed ||
    error instanceof joseErrors.JOSEAlgNotAllowed ||
    error instanceof joseErrors.JOSENotSupported ||
    error instanceof joseErrors.JWKSNoMatchingKey ||
    error instanceof joseErrors.JWKSMultipleMatchingKeys
  );
}

function describeTokenError(error: joseErrors.JOSEError): string {
  if (error instanceof joseErrors.JWTExpired) return "The access token has expired";
  if (error instanceof joseErrors.JWTClaimValidationFailed) {
    return error.claim === "aud"
      ? "The access token is for another resource"
      : `The claim ${error.claim} is not accepted`;
  }
  return "The access token is not valid";
}

/** RFC 6750 section 3: `error` only when a token was sent. RFC 9728 section 5.1: where the metadata is. */
function challengeFor(
  { resource, scopes }: { readonly resource: URL; readonly scopes: readonly string[] },
  problem: string | undefined,
): Authentication {
  const parts = [
    ...(problem === undefined ? [] : [`error="invalid_token"`, `error_description="${problem}"`]),
    ...(scopes.length > 0 ? [`scope="${scopes.join(" ")}"`] : []),
    `resource_metadata="${metadataUrl(resource)}"`,
  ];
  const message = problem ?? "An access token is required";
  return { kind: "challenge", status: 401, wwwAuthenticate: `Bearer ${parts.join(", ")}`, message };
}
