/** Which redirects are followed, and with what. */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { UpstreamRequest } from "./request.js";

interface Redirecting {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Addresses of a host name; none where it has none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * The target of a redirect that is safe to follow, else undefined.
 * GET and HEAD follow across origins; other methods only 307 and 308 within the origin, where method and body stay.
 */
export async function checkRedirect(
  request: UpstreamRequest,
  response: Redirecting,
  resolve: Resolve = resolveHost,
): Promise<URL | undefined> {
  const location = response.headers["location"];
  if (location === undefined || !URL.canParse(location, request.url.href)) return undefined;
  const target = new URL(location, request.url.href);
  const sameOrigin = target.origin === request.url.origin;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return sameOrigin && (response.status === 307 || response.status === 308) ? target : undefined;
  }
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  return sameOrigin || (await isSafeTarget(request.url, target, resolve)) ? target : undefined;
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

/** Nearest first: what is near to this server is not for an API to name. */
type Reach = "link" | "machine" | "private" | "public";

const NETWORKS: readonly (readonly [Reach, BlockList])[] = [
  // Metadata services of clouds live here, and behind NAT64 (RFC 6052) any of the others.
  ["link", listNetworks(["169.254.0.0/16"], ["fe80::/10", "64:ff9b::/96", "64:ff9b:1::/48"])],
  ["machine", listNetworks(["0.0.0.0/8", "127.0.0.0/8"], ["::/127"])],
  ["private", listNetworks(["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"], ["fc00::/7"])],
];

/**
 * An API cannot send this server to plain HTTP, to the link, to another name of the machine itself, or from a public
 * address into a private network.
 */
async function isSafeTarget(from: URL, target: URL, resolve: Resolve): Promise<boolean> {
  if (target.protocol !== "https:" && target.protocol !== from.protocol) return false;
  if (target.protocol !== "https:" && target.protocol !== "http:") return false;
  const reach = await reachOf(target, resolve);
  if (reach.has("link")) return false;
  if (hostOf(from) === hostOf(target)) return true;
  if (reach.has("machine")) return false;
  return !reach.has("private") || !(await reachOf(from, resolve)).has("public");
}

/** Where a host lies, by its name and by every address of it. */
async function reachOf(url: URL, resolve: Resolve): Promise<ReadonlySet<Reach>> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return new Set([reachOfAddress(host)]);
  const named: Reach[] = /(?:^|\.)localhost$/.test(host) ? ["machine"] : host.endsWith(".internal") ? ["private"] : [];
  const found = (await resolve(host)).map(reachOfAddress);
  // A proxy may know a name that this machine does not.
  return new Set(named.length + found.length === 0 ? ["public"] : [...named, ...found]);
}

function reachOfAddress(address: string): Reach {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return NETWORKS.find(([, list]) => list.check(address, family))?.[0] ?? "public";
}

/** Without the brackets of IPv6 and the dot that ends a complete name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$|\.$/g, "");
}

async function resolveHost(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

function listNetworks(ipv4: readonly string[], ipv6: readonly string[]): BlockList {
  const list = new BlockList();
  const add = (network: string, family: "ipv4" | "ipv6"): void => {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), family);
  };
  for (const network of ipv4) add(network, "ipv4");
  for (const network of ipv6) add(network, "ipv6");
  return list;
}
