/** Who calls, on the way through the SDK. */
import type { AuthInfo } from "@modelcontextprotocol/server";
import { metadataUrl } from "./authorize-metadata.js";
import type { Caller } from "./context.js";

/** The caller as the SDK hands it to handlers. */
export function toAuthInfo(caller: Caller, expiresAt: number, resource: URL): AuthInfo {
  return {
    token: caller.token,
    clientId: caller.clientId ?? caller.subject,
    scopes: [...caller.scopes],
    expiresAt,
    resource,
    resourceMetadataUrl: metadataUrl(resource),
    extra: { subject: caller.subject, claims: caller.claims, ...(caller.clientId && { clientId: caller.clientId }) },
  };
}

/** The way back; the same data, whichever way it came through the SDK. */
export function fromAuthInfo(info: AuthInfo | undefined): Caller | undefined {
  if (info === undefined) return undefined;
  const { subject, clientId, claims } = info.extra ?? {};
  return {
    subject: typeof subject === "string" ? subject : info.clientId,
    ...(typeof clientId === "string" ? { clientId } : subject === undefined && { clientId: info.clientId }),
    scopes: info.scopes,
    claims: typeof claims === "object" && claims !== null ? { ...claims } : {},
    token: info.token,
  };
}
