/** Which redirects are followed, and with what. */
import { BlockList, isIP } from "node:net";
import type { UpstreamRequest } from "./request.js";

interface Redirecting {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The target of a redirect that is safe to follow, else undefined.
 * GET and HEAD follow across origins; other methods only 307 and 308 within the origin, where method and body stay.
 */
export function checkRedirect(request: UpstreamRequest, response: Redirecting): URL | undefined {
  const location = response.headers["location"];
  if (location === undefined || !URL.canParse(location, request.url.href)) return undefined;
  const target = new URL(location, request.url.href);
  const sameOrigin = target.origin === request.url.origin;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return sameOrigin && (response.status === 307 || response.status === 308) ? target : undefined;
  }
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  return sameOrigin || isSafeTarget(request.url, target) ? target : undefined;
}

/** The request at its new place; another origin gets neither credentials nor headers an argument filled. */
export function redirectedRequest(request: UpstreamRequest, target: URL): UpstreamRequest {
  if (target.origin === request.url.origin) return { ...request, url: withSecrets(request, target) };
  const kept = ["accept", "user-agent"].flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  for (const name of request.secrets.query) target.searchParams.delete(name);
  return { ...request, url: target, headers: Object.fromEntries(kept) };
}

/** Within the origin a credential of the query goes along, unless the API put one there itself. */
function withSecrets(request: UpstreamRequest, target: URL): URL {
  for (const name of request.secrets.query) {
    const value = request.url.searchParams.get(name);
    if (value !== null && !target.searchParams.has(name)) target.searchParams.set(name, value);
  }
  return target;
}

const PRIVATE_NETWORKS = privateNetworks();

/** An API cannot send this server to plain HTTP, to the machine itself or into a private network. */
function isSafeTarget(from: URL, target: URL): boolean {
  if (target.protocol !== "https:" && target.protocol !== from.protocol) return false;
  if (target.protocol !== "https:" && target.protocol !== "http:") return false;
  return !isPrivateHost(target.hostname) || isPrivateHost(from.hostname);
}

function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost") || host.endsWith(".internal")) return true;
  const family = isIP(host);
  return family !== 0 && PRIVATE_NETWORKS.check(host, family === 6 ? "ipv6" : "ipv4");
}

function privateNetworks(): BlockList {
  const list = new BlockList();
  list.addSubnet("0.0.0.0", 8);
  list.addSubnet("10.0.0.0", 8);
  list.addSubnet("100.64.0.0", 10);
  list.addSubnet("127.0.0.0", 8);
  list.addSubnet("169.254.0.0", 16);
  list.addSubnet("172.16.0.0", 12);
  list.addSubnet("192.168.0.0", 16);
  list.addSubnet("::", 127, "ipv6");
  list.addSubnet("fc00::", 7, "ipv6");
  list.addSubnet("fe80::", 10, "ipv6");
  return list;
}
