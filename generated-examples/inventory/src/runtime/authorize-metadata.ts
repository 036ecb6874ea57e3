/** Where clients learn how to get a token for a resource (RFC 9728). */
import type { AuthorizationConfig } from "./config-authorization.js";

/** The well-known URL of a resource: inserted between host and path (RFC 9728 section 3.1). */
export function metadataUrl(resource: URL): string {
  return `${resource.origin}${metadataPath(resource.pathname)}`;
}

/** The path of that URL. */
export function metadataPath(pathname: string): string {
  return `/.well-known/oauth-protected-resource${pathname === "/" ? "" : pathname}`;
}

/** Protected Resource Metadata (RFC 9728 section 2). */
export function describeResource(config: AuthorizationConfig, resource: URL, details: ResourceDetails): object {
  return {
    resource: resource.href,
    authorization_servers: [config.issuer],
    ...(details.scopes.length > 0 && { scopes_supported: details.scopes }),
    bearer_methods_supported: ["header"],
    resource_name: details.name,
  };
}

export interface ResourceDetails {
  readonly name: string;
  readonly scopes: readonly string[];
}
