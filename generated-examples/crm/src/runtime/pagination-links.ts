/** Next pages as APIs name them: in Link headers, in URLs and under well-known names. */
import type { AppliedCredentials } from "./context.js";
import { isObject } from "./pagination-items.js";
import { valueAt } from "./response.js";
import type { JsonValue } from "./operation.js";

/** Relations of a Link header (RFC 8288); undefined when there is no header. */
export function parseLinks(header: string | undefined): ReadonlyMap<string, string> | undefined {
  if (header === undefined) return undefined;
  const links = new Map<string, string>();
  for (const [, url = "", parameters = ""] of header.matchAll(
    /<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"[^"]*"|[^\s";,]*))?)*)/g,
  )) {
    const rels = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))/i.exec(parameters);
    // Some APIs always name a next page and say beside it whether it holds anything.
    const isEmpty = /;\s*results\s*=\s*"?false/i.test(parameters);
    for (const rel of (rels?.[1] ?? rels?.[2] ?? "").toLowerCase().split(/\s+/)) {
      if (rel !== "" && !links.has(rel)) links.set(rel, isEmpty ? "" : url);
    }
  }
  return links;
}

const URL_POINTERS = [
  "/@odata.nextLink",
  "/odata.nextLink",
  "/nextLink",
  "/next_link",
  "/links/next",
  "/_links/next",
  "/next",
  "/next_url",
  "/nextUrl",
  "/next_page_url",
  "/next_page_uri",
  "/nextPageUrl",
  "/paging/next",
  "/pagination/next",
  "/pagination/next_url",
  "/pagination/links/next",
  "/meta/next",
  "/meta/pagination/links/next",
  "/meta/next_page_url",
];

const TOKEN_POINTERS = [
  "/next_cursor",
  "/nextCursor",
  "/next_page_token",
  "/nextPageToken",
  "/next_token",
  "/nextToken",
  "/NextToken",
  "/cursor/next",
  "/cursors/next",
  "/cursors/after",
  "/paging/next/after",
  "/paging/cursors/after",
  "/pagination/next_cursor",
  "/pagination/nextCursor",
  "/meta/next_cursor",
  "/meta/nextCursor",
  "/meta/next_token",
  "/metadata/continue",
  "/metadata/next_cursor",
  "/response_metadata/next_cursor",
  "/page_info/end_cursor",
  "/pageInfo/endCursor",
  "/continuation",
  "/continuationToken",
  "/bookmark",
  "/next",
];

/** The next URL of a body under one of the names APIs commonly use. */
export function wellKnownUrl(data: JsonValue): string | undefined {
  for (const pointer of URL_POINTERS) {
    const url = urlOf(valueAt(data, pointer));
    if (url !== undefined) return url;
  }
  return undefined;
}

/** The next token of a body under one of the names APIs commonly use. */
export function wellKnownToken(data: JsonValue): string | number | undefined {
  for (const pointer of TOKEN_POINTERS) {
    const value = valueAt(data, pointer);
    if ((typeof value === "string" && value !== "") || typeof value === "number") return value;
  }
  return undefined;
}

/** A URL given as text or as a link object (`{"href": …}`). */
export function urlOf(value: unknown): string | undefined {
  const text = isObject(value) ? (value["href"] ?? value["url"]) : value;
  return typeof text === "string" && /^(?:https?:\/\/|\/|\?)/i.test(text) ? text : undefined;
}

export interface NextUrlContext {
  /** URL that answered, without credentials. */
  readonly current: string;
  /** Path that was asked; redirects lead to others. */
  readonly asked: string;
  /** Base URL of the API. */
  readonly base: URL;
  readonly credentials: Pick<AppliedCredentials, "query">;
  readonly redact: (text: string) => string;
}

const SECRET_NAMES = new Set(["access_token", "api_key", "apikey", "client_secret"]);

/**
 * Path and query of a next page, without credentials; of a page under the path that was asked, `?` and the query alone:
 * a path may hold what is not for the caller. Undefined when it leads away from the API: to another host, or
 * out of its base path. A page of the same path behind another host is the API seen past a gateway: its query is kept.
 */
export function safePageUrl(text: string, context: NextUrlContext): string | undefined {
  if (!URL.canParse(text, context.current)) return undefined;
  const next = new URL(text, context.current);
  const current = new URL(context.current);
  const prefix = context.base.pathname.replace(/\/+$/, "");
  const isInside =
    next.origin === context.base.origin && (next.pathname === prefix || next.pathname.startsWith(`${prefix}/`));
  const own = current.pathname.startsWith(prefix) ? current.pathname.slice(prefix.length) : current.pathname;
  const isSamePath = own.length > 1 && next.pathname.endsWith(own);
  if (!isInside && !isSamePath) return undefined;
  const kept = next.search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "" && !isSecretPair(pair, context));
  const path = isInside ? next.pathname : current.pathname;
  return `${path === context.asked ? "" : path}?${kept.join("&")}`;
}

function isSecretPair(pair: string, { credentials, redact }: NextUrlContext): boolean {
  const [[name, value] = ["", ""]] = [...new URLSearchParams(pair)];
  return Object.hasOwn(credentials.query, name) || SECRET_NAMES.has(name.toLowerCase()) || redact(value) !== value;
}

/** The value of one query parameter of a URL. */
export function queryValueOf(url: string, name: string): string | undefined {
  if (!URL.canParse(url, "http://localhost")) return undefined;
  return new URL(url, "http://localhost").searchParams.get(name) ?? undefined;
}
