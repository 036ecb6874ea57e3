/** One page of a list: what to send for it, and what came of it. */
import type { PageState } from "./cursor.js";
import type { Settings } from "./context.js";
import type { JsonValue, Operation, Pagination } from "./operation.js";
import { findItems, isObject } from "./pagination-items.js";
import { safePageUrl, type NextUrlContext } from "./pagination-links.js";
import { findNext, totalOf, type NextPosition } from "./pagination-next.js";
import type { RequestOverride } from "./request.js";
import type { UpstreamResponse } from "./send.js";
import { splitPointer } from "./pointer.js";

/** A list as a result shows it. */
export interface Page {
  readonly items: readonly JsonValue[];
  /** State of this page, to show more of it later. */
  readonly state: PageState;
  readonly next: PageState | undefined;
  readonly total: number | undefined;
  /** What the body held beside the list and its paging. */
  readonly rest: Readonly<Record<string, JsonValue>>;
  readonly notes: readonly string[];
}

const MAX_LIMIT = 100;
/** Where neither PAGE_SIZE nor the project says otherwise; an API's own default may be smaller. */
const USUAL_SIZE = 20;
/** Lists without paging of their own are still read as pages. */
const UNPAGED: Pagination = { style: "limit-only" };

/** The first page's state: its size is settled here, for the whole list. */
export function firstState(
  operation: Operation,
  limit: number | undefined,
  settings: Pick<Settings, "pageSize">,
): PageState {
  const size = operation.pagination?.limit;
  if (!size) return limit === undefined ? {} : { size: limit };
  const usual = settings.pageSize ?? Math.min(size.default ?? USUAL_SIZE, USUAL_SIZE);
  const wanted = limit === undefined ? usual : Math.min(limit, MAX_LIMIT);
  return { size: Math.max(1, Math.min(wanted, size.max ?? wanted)) };
}

/** What a state changes in the request. */
export function requestOf(operation: Operation, state: PageState): { overrides: RequestOverride[]; pageUrl?: string } {
  const { limit, position } = operation.pagination ?? {};
  if (state.url !== undefined) return { overrides: [], pageUrl: state.url };
  const value = state.token ?? state.page ?? state.offset;
  return {
    overrides: [
      ...(limit && state.size !== undefined ? [{ ...limit, value: state.size }] : []),
      ...(position && value !== undefined ? [{ ...position, value }] : []),
    ].map(({ in: location, wire, value }) => ({ in: location, wire, value })),
  };
}

export interface PageInput {
  readonly operation: Operation;
  readonly response: UpstreamResponse;
  /** The body as the API sent it: paging follows it, whatever a hook makes of the data. */
  readonly body: JsonValue;
  readonly data: JsonValue;
  readonly state: PageState;
  readonly links: NextUrlContext;
  /** Take the list out of its envelope although the API does not page it: the whole would be too large. */
  readonly unwrap?: boolean;
}

/** The page an answer holds; undefined when it is no list. */
export function readPage(input: PageInput): Page | undefined {
  const { operation, body, response, state } = input;
  const pagination = operation.pagination ?? UNPAGED;
  const found = findItems(body, pagination.items);
  const shown = input.data === body ? found : findItems(input.data, pagination.items);
  if (!found || !shown || (!operation.pagination && found.pointer !== "" && !input.unwrap)) return undefined;
  const size = pagination.limit ? state.size : undefined;
  const next = findNext({ pagination, data: body, headers: response.headers, items: found.items, state, size });
  const { notes, position } = checkNext(next, input);
  const isOver = size !== undefined && found.items.length > size && state.skip === undefined;
  return {
    items: shown.items,
    state,
    next: position && { ...position, ...(state.size === undefined ? {} : { size: state.size }) },
    total: totalOf({ pagination, data: body, headers: response.headers }),
    rest: restOf(input.data, shown.pointer, pagination),
    notes: isOver
      ? [...notes, `The API returned ${found.items.length} items for a limit of ${size}; all are kept.`]
      : notes,
  };
}

function checkNext(next: NextPosition | undefined, { links }: PageInput): { notes: string[]; position?: NextPosition } {
  if (next?.url === undefined) return { notes: [], ...(next && { position: next }) };
  const url = safePageUrl(next.url, links);
  if (url !== undefined && url === safePageUrl(links.current, links)) return { notes: [] };
  if (url !== undefined) return { notes: [], position: { url } };
  return { notes: ["The API named a next page outside of its own address; it was not followed."] };
}

/** Names of paging members, which the result replaces by its own. */
const PAGING =
  /^(?:_?links|paging|pagination|page_?info|cursors?|next|prev|previous|first|last|self|has_?(?:more|next|previous)|(?:next|prev|previous|first|last|end|start)_?(?:page|cursor|token|url|uri|link|id|key)\w*|limit|offset|page|pages|page_?(?:size|number|count|index)|per_?page|total_?(?:pages|count|results|items)?|count|object|@?odata\.\w+|response_metadata|list_metadata|ok)$/i;

function restOf(data: JsonValue, pointer: string, pagination: Pagination): Readonly<Record<string, JsonValue>> {
  if (!isObject(data)) return {};
  const pointers = [pointer, pagination.next, pagination.hasMore, pagination.total, pagination.totalPages];
  const used = new Set(pointers.map((each) => splitPointer(each ?? "")[0]));
  const kept = Object.entries(data).filter(([name]) => !used.has(name) && !PAGING.test(name) && !OWN.has(name));
  return Object.fromEntries(kept);
}

/** Names of the result itself. */
const OWN = new Set(["items", "next_cursor", "total", "truncated", "notes", "error"]);
