/** Decides where a list goes on after a page, or that it has ended. */
import type { PageState } from "./cursor.js";
import type { JsonValue, Pagination } from "./operation.js";
import { isObject } from "./pagination-items.js";
import { parseLinks, queryValueOf, urlOf, wellKnownToken, wellKnownUrl } from "./pagination-links.js";
import { valueAt } from "./response.js";

export interface PageAnswer {
  readonly pagination: Pagination;
  readonly data: JsonValue;
  readonly headers: Readonly<Record<string, string>>;
  readonly items: readonly JsonValue[];
  /** Where this page was asked for. */
  readonly state: PageState;
  /** Page size that was sent; undefined when the API chose. */
  readonly size: number | undefined;
}

/** Where the next page is; `url` is not yet checked. Undefined at the end of the list. */
export type NextPosition = Pick<PageState, "token" | "page" | "offset" | "url">;

/** End rules, strongest evidence first: what the API says, then its totals, then a short or empty page. */
export function findNext(answer: PageAnswer): NextPosition | undefined {
  const { pagination } = answer;
  if (statedMore(answer) === false) return undefined;
  switch (pagination.style) {
    case "page":
      return nextPage(answer);
    case "offset":
      return nextOffset(answer);
    case "last-item":
      return nextItem(answer);
    case "cursor":
      return nextToken(answer);
    case "link-header":
    case "next-url":
    case "odata":
    case "auto":
      return nextLink(answer) ?? nextToken(answer);
    case "limit-only":
      return undefined;
  }
  return pagination.style satisfies never;
}

/** Items in all pages, where the API says so. */
export function totalOf({
  pagination,
  data,
  headers,
}: Pick<PageAnswer, "pagination" | "data" | "headers">): number | undefined {
  const stated = pagination.total === undefined ? undefined : integerOf(valueAt(data, pagination.total));
  return stated ?? integerOf(headers["x-total-count"]) ?? integerOf(headers["x-total"]);
}

function statedMore({ pagination, data }: PageAnswer): boolean | undefined {
  const pointers = pagination.hasMore === undefined ? ["/has_more", "/hasMore"] : [pagination.hasMore];
  const value = pointers.map((pointer) => valueAt(data, pointer)).find((found) => typeof found === "boolean");
  return typeof value === "boolean" ? value : undefined;
}

function nextPage(answer: PageAnswer): NextPosition | undefined {
  const { pagination, data, size, items } = answer;
  const first = pagination.firstPage ?? 1;
  const page = answer.state.page ?? first;
  const pages = pagination.totalPages === undefined ? undefined : integerOf(valueAt(data, pagination.totalPages));
  const total = totalOf(answer);
  const evidence = [
    pages === undefined ? undefined : page - first + 1 < pages,
    namesNext(answer),
    total === undefined || size === undefined ? undefined : (page - first + 1) * size < total,
    statedMore(answer),
    size === undefined ? undefined : items.length >= size,
  ];
  const isMore = items.length > 0 && (evidence.find((more) => more !== undefined) ?? true);
  return isMore ? { page: page + 1 } : undefined;
}

function nextOffset(answer: PageAnswer): NextPosition | undefined {
  const { size, items } = answer;
  // Items received, not items asked for: an API may cap the page.
  const offset = (answer.state.offset ?? 0) + items.length;
  const total = totalOf(answer);
  const evidence = [
    namesNext(answer),
    total === undefined ? undefined : offset < total,
    statedMore(answer),
    size === undefined ? undefined : items.length >= size,
  ];
  const isMore = items.length > 0 && (evidence.find((more) => more !== undefined) ?? true);
  return isMore ? { offset } : undefined;
}

function nextItem(answer: PageAnswer): NextPosition | undefined {
  const { pagination, items, size } = answer;
  const stated = pagination.next === undefined ? undefined : tokenAt(answer.data, pagination.next);
  const isShort = size !== undefined && items.length < size;
  if (items.length === 0 || (isShort && statedMore(answer) !== true)) return undefined;
  const last = valueAt(items.at(-1), pagination.itemId ?? "/id");
  const token = stated ?? (typeof last === "string" || typeof last === "number" ? last : undefined);
  return token === undefined || token === answer.state.token ? undefined : { token };
}

/** A token stated in body or header; URLs that hold the token give it up, so that the call keeps its own shape. */
function nextToken(answer: PageAnswer): NextPosition | undefined {
  const { pagination, data, headers, state } = answer;
  const stated = pagination.next === undefined ? undefined : valueAt(data, pagination.next);
  const header = pagination.nextHeader === undefined ? undefined : headers[pagination.nextHeader.toLowerCase()];
  const link = parseLinks(header)?.get("next");
  const found = urlOf(stated) ?? scalarOf(stated) ?? link ?? header;
  if (found === undefined && pagination.next === undefined && header === undefined) return unstatedToken(answer);
  if (found === undefined || isEnd(found) || found === state.token) return undefined;
  const url = typeof found === "string" ? urlOf(found) : undefined;
  return url === undefined ? positioned(answer, found) : fromUrl(answer, url);
}

function unstatedToken(answer: PageAnswer): NextPosition | undefined {
  const link = nextLink(answer);
  if (link) return link;
  const token = wellKnownToken(answer.data);
  return token === undefined || isEnd(token) || token === answer.state.token ? undefined : positioned(answer, token);
}

function positioned({ pagination }: PageAnswer, token: string | number): NextPosition | undefined {
  return pagination.position === undefined ? undefined : { token };
}

/** Link header, stated URL, well-known URL. */
function nextLink(answer: PageAnswer): NextPosition | undefined {
  const { pagination, data, headers } = answer;
  const stated = pagination.next === undefined ? undefined : urlOf(valueAt(data, pagination.next));
  const url = stated ?? parseLinks(headers["link"])?.get("next") ?? wellKnownUrl(data);
  return url === undefined || url === "" ? undefined : fromUrl(answer, url);
}

function fromUrl({ pagination, state }: PageAnswer, url: string): NextPosition | undefined {
  const { style, position } = pagination;
  const token = position?.in === "query" && style === "cursor" ? queryValueOf(url, position.wire) : undefined;
  if (token !== undefined) return token === state.token ? undefined : { token };
  return { url };
}

/** Whether body or header name a next page; undefined where they never do. */
function namesNext({ pagination, data, headers }: PageAnswer): boolean | undefined {
  if (pagination.next !== undefined && hasParent(data, pagination.next)) {
    const value = valueAt(data, pagination.next);
    const scalar = isObject(value) ? urlOf(value) : scalarOf(value);
    return scalar !== undefined && !isEnd(scalar);
  }
  const links = parseLinks(headers["link"]);
  const hasRelations = links && ["next", "prev", "first", "last"].some((rel) => links.has(rel));
  return hasRelations ? (links.get("next") ?? "") !== "" : undefined;
}

/** The API filled the object that would name a next page. */
function hasParent(data: JsonValue, pointer: string): boolean {
  const parent = valueAt(data, pointer.slice(0, pointer.lastIndexOf("/")));
  return isObject(parent);
}

function tokenAt(data: JsonValue, pointer: string): string | number | undefined {
  const token = scalarOf(valueAt(data, pointer));
  return token === undefined || isEnd(token) ? undefined : token;
}

function scalarOf(value: unknown): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

/** Ways to say that nothing follows. */
function isEnd(token: string | number): boolean {
  return token === "" || token === 0 || token === "0" || token === -1 || token === "null";
}

function integerOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
