/** Host and Origin checks against DNS rebinding (MCP 2026-07-28, Streamable HTTP security), and CORS for allowed origins. */
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import { isLoopback, isWildcard } from "./config-read.js";
import type { HttpConfig } from "./config.js";

export interface Guard {
  /** Why a request is refused; undefined when it may pass. */
  check(request: IncomingMessage): string | undefined;
  /** CORS headers for a request from an allowed browser origin. */
  corsHeaders(request: IncomingMessage): Readonly<Record<string, string>>;
}

const ALLOWED_HEADERS =
  "authorization, content-type, accept, last-event-id, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, traceparent";

/** Loopback names always pass, further ones must be configured; `*` in ALLOWED_HOSTS switches the check off. */
export function createGuard(config: HttpConfig): Guard {
  const hosts = new Set(config.allowedHosts.map(spellHost));
  if (config.publicUrl) hosts.add(config.publicUrl.hostname);
  if (!isWildcard(config.host)) hosts.add(spellHost(config.host));
  const origins = new Set(config.allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, "")));
  const acceptsOrigin = (text: string): boolean => {
    if (!URL.canParse(text)) return false;
    const { origin, hostname } = new URL(text);
    return isLoopback(hostname) || origins.has(origin) || origins.has(hostname);
  };
  return {
    check: ({ headers }) => {
      const hostname = hostnameOf(headers.host);
      if (!hosts.has("*") && (hostname === undefined || !(isLoopback(hostname) || hosts.has(hostname)))) {
        return "The Host header is not allowed; see ALLOWED_HOSTS.";
      }
      const { origin } = headers;
      if (origin !== undefined && !acceptsOrigin(origin)) return "The Origin is not allowed; see ALLOWED_ORIGINS.";
      return undefined;
    },
    corsHeaders: ({ headers: { origin } }) =>
      origin === undefined || !acceptsOrigin(origin)
        ? {}
        : {
            "access-control-allow-origin": origin,
            "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
            "access-control-allow-headers": ALLOWED_HEADERS,
            "access-control-expose-headers": "mcp-session-id, www-authenticate, retry-after",
            "access-control-max-age": "600",
            vary: "origin",
          },
  };
}

/** A configured name the way `hostnameOf` reads it: an IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
function spellHost(host: string): string {
  return hostnameOf(isIPv6(host) ? `[${host}]` : host) ?? host.toLowerCase();
}

function hostnameOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^[A-Za-z0-9.\-[\]:_]+$/.test(header)) return undefined;
  const url = `http://${header}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
