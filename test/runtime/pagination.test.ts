import type { IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../templates/runtime/config.js";
import type { Pagination } from "../../templates/runtime/operation.js";
import { firstState } from "../../templates/runtime/pagination.js";
import type { ServerDefinition } from "../../templates/runtime/tool.js";
import { call, createRuntime, listOperation, SECRET, toolOf, type Harness } from "./call-fixture.js";
import { definition } from "./server-fixture.js";
import { reply, startUpstream, type Answer, type UpstreamServer } from "./upstream-server.js";

let upstream: UpstreamServer;
let harness: Harness;
beforeAll(async () => {
  upstream = await startUpstream();
  harness = createRuntime(`${upstream.origin}/v1`);
});
afterAll(() => upstream.close());

const ALL = Array.from({ length: 7 }, (_, index) => ({ id: `t${index + 1}` }));
const limit = { in: "query", wire: "limit" } as const;
const at = (wire: string) => ({ in: "query", wire }) as const;

interface Asked {
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly origin: string;
  readonly headers: IncomingHttpHeaders;
}
type Api = (asked: Asked) => { body: unknown; headers?: Record<string, string> };

function serve(api: Api): Answer {
  return (response, request) => {
    const url = new URL(request.url, upstream.origin);
    const body = request.body === "" ? {} : JSON.parse(request.body);
    const answer = api({ query: url.searchParams, body, origin: upstream.origin, headers: request.headers });
    reply(200, answer.body, answer.headers)(response, request);
  };
}

const slice = (from: number, size = 3) => ALL.slice(from, from + size);
const number = (value: unknown, otherwise: number) =>
  value === null || value === undefined ? otherwise : Number(value);
/** Next URL that also leaks the credential, as some APIs do. */
const nextUrl = (origin: string, from: number) =>
  from < ALL.length ? `${origin}/v1/things?from=${from}&limit=3&api_key=${SECRET}` : null;

const STYLES: readonly [string, Pagination, Api, { method?: string }?][] = [
  [
    "page",
    { style: "page", limit, position: at("page") },
    ({ query }) => ({ body: { data: slice((number(query.get("page"), 1) - 1) * 3) } }),
  ],
  [
    "page from zero with total",
    { style: "page", limit, position: at("page"), firstPage: 0, total: "/total" },
    ({ query }) => ({ body: { total: 7, data: slice(number(query.get("page"), 0) * 3) } }),
  ],
  [
    "offset, API caps the page",
    { style: "offset", limit, position: at("offset"), total: "/total" },
    ({ query }) => ({ body: { total: 7, results: slice(number(query.get("offset"), 0), 2) } }),
  ],
  [
    "cursor with body token",
    { style: "cursor", limit, position: at("after"), next: "/meta/next" },
    ({ query }) => {
      const from = number(query.get("after"), 0);
      return { body: { data: slice(from), meta: { next: from + 3 < 7 ? String(from + 3) : "" } } };
    },
  ],
  [
    "cursor in next URL",
    { style: "cursor", limit, position: at("from"), next: "/next" },
    ({ query, origin }) => {
      const from = number(query.get("from"), 0);
      return { body: { data: slice(from), next: nextUrl(origin, from + 3) } };
    },
  ],
  [
    "next URL",
    { style: "next-url", limit, next: "/_links/next/href" },
    ({ query, origin }) => {
      const from = number(query.get("from"), 0);
      const href = nextUrl(origin, from + 3);
      return { body: { _embedded: { things: slice(from) }, _links: href ? { next: { href } } : {} } };
    },
  ],
  [
    "Link header",
    { style: "link-header", limit },
    ({ query, origin }) => {
      const from = number(query.get("from"), 0);
      const url = nextUrl(origin, from + 3);
      return {
        body: slice(from),
        headers: url ? { link: `<${origin}/v1/things>; rel="first", <${url}>; rel="next"` } : {},
      };
    },
  ],
  [
    "last item",
    { style: "last-item", limit, position: at("starting_after"), hasMore: "/has_more", itemId: "/id" },
    ({ query }) => {
      const from = ALL.findIndex((item) => item.id === query.get("starting_after")) + 1;
      return { body: { data: slice(from), has_more: from + 3 < 7 } };
    },
  ],
  [
    "OData",
    { style: "odata", items: "/value" },
    ({ query, origin }) => {
      const from = number(query.get("from"), 0);
      return { body: { value: slice(from), "@odata.nextLink": nextUrl(origin, from + 3) ?? undefined } };
    },
  ],
  [
    "POST body",
    {
      style: "cursor",
      limit: { in: "body", wire: "/page/size" },
      position: { in: "body", wire: "/page/cursor" },
      next: "/next_cursor",
    },
    ({ body }) => {
      const page = body["page"] as Record<string, unknown>;
      const from = number(page["cursor"], 0);
      return { body: { data: slice(from, Number(page["size"])), next_cursor: from + 3 < 7 ? String(from + 3) : null } };
    },
    { method: "POST" },
  ],
  [
    "auto",
    { style: "auto" },
    ({ query, origin }) => {
      const from = number(query.get("from"), 0);
      return { body: { data: slice(from), paging: { next: nextUrl(origin, from + 3) } } };
    },
  ],
];

describe("every style", () => {
  it.each(STYLES)("reaches every item once: %s", async (_name, pagination, api, extra) => {
    const tool = toolOf(listOperation(pagination, extra));
    upstream.answer(serve(api));
    const ids: string[] = [];
    let cursor: unknown;
    for (let pages = 0; pages < 6; pages++) {
      const page = await call(harness, tool, { limit: 3, status: "open", ...(cursor ? { cursor } : {}) });
      expect(page["error"]).toBeUndefined();
      ids.push(...(page["items"] as { id: string }[]).map((item) => item.id));
      cursor = page["next_cursor"];
      if (!cursor) break;
      expect(Buffer.from(String(cursor).split(".")[0] ?? "", "base64url").toString()).not.toContain(SECRET);
    }
    expect(cursor).toBeNull();
    expect(ids).toEqual(ALL.map((item) => item.id));
  });
});

interface Sized {
  readonly of?: ServerDefinition;
  /** PAGE_SIZE. */
  readonly env?: string;
  readonly size?: { readonly max?: number; readonly default?: number };
  readonly asked?: number;
}

describe("the size of a page", () => {
  const project = { ...definition, pageSize: 50 };
  it.each<[string, Sized, number]>([
    ["20 where nothing is said", {}, 20],
    ["the API's own default where that is less", { size: { default: 5 } }, 5],
    ["no larger default of the API", { size: { default: 80 } }, 20],
    ["as the project says, above 20", { of: project, size: { default: 5 } }, 50],
    ["no more than the API allows", { of: project, size: { max: 30 } }, 30],
    ["as the operator says, above the API's default", { env: "40", size: { default: 5 } }, 40],
    ["as the operator says, not the project", { of: project, env: "150" }, 150],
    ["the operator's, up to the API's maximum", { of: project, env: "150", size: { max: 120 } }, 120],
    ["the project's where PAGE_SIZE is blank", { of: project, env: " " }, 50],
    ["what the caller asks for", { of: project, env: "40", asked: 7 }, 7],
    ["no more than 100 for a caller", { asked: 400, size: { max: 500 } }, 100],
  ])("is %s", (_name, { of = definition, env = "", size, asked }, expected) => {
    const { settings } = readConfig(of, { PAGE_SIZE: env }).config;
    const operation = listOperation({ style: "page", limit: { ...limit, ...size }, position: at("page") });
    expect(firstState(operation, asked, settings)).toEqual({ size: expected });
  });
});

describe("cursors", () => {
  const tool = toolOf(listOperation({ style: "page", limit, position: at("page") }));
  const full = serve(({ query }) => ({ body: slice((Number(query.get("page") ?? 1) - 1) * 3) }));

  async function firstCursor(): Promise<string> {
    upstream.answer(full);
    return String((await call(harness, tool, { limit: 3 }))["next_cursor"]);
  }

  it("keep the page size of the first call", async () => {
    const cursor = await firstCursor();
    await call(harness, tool, { limit: 50, cursor });
    expect(upstream.received.at(-1)?.url).toContain("limit=3");
  });

  it("refuse what was not issued for this very call, before anything is sent", async () => {
    const cursor = await firstCursor();
    const other = toolOf(listOperation({ style: "page", limit, position: at("page") }, { id: "listOthers" }));
    const [body = "", mac = ""] = cursor.split(".");
    const forged = Buffer.from(Buffer.from(body, "base64url").toString().replace('"page":2', '"page":9')).toString(
      "base64url",
    );
    const foreign = createRuntime(upstream.origin, { settings: { signingKey: Buffer.alloc(32, 8) } });
    const expired = createRuntime(`${upstream.origin}/v1`, { settings: { cursorTtlMs: -5_000 } });
    const old = String((await call(expired, tool, { limit: 3 }))["next_cursor"]);
    const sent = upstream.received.length;
    const attempts = [
      call(harness, other, { cursor }),
      call(harness, tool, { cursor, status: "open" }),
      call(harness, tool, { cursor: `${forged}.${mac}` }),
      call(harness, tool, { cursor: body }),
      call(harness, tool, { cursor: "x".repeat(9_000) }),
      call(harness, tool, { cursor: "page2" }),
      call(foreign, tool, { cursor }),
      call(harness, tool, { cursor: old }),
      call(harness, tool, { cursor }, { context: { caller: { subject: "eve", scopes: [], claims: {}, token: "t" } } }),
    ];
    for (const result of await Promise.all(attempts))
      expect(result).toMatchObject({ error: { code: "invalid_cursor" } });
    expect(upstream.received).toHaveLength(sent);
  });

  it("do not follow a next page on another host", async () => {
    upstream.answer(reply(200, { data: ALL, next: "http://169.254.169.254/latest/meta-data" }));
    const page = await call(harness, toolOf(listOperation({ style: "next-url", next: "/next" })), {});
    expect(page).toMatchObject({ next_cursor: null, notes: [expect.stringContaining("not followed")] });
  });

  it("say so when the API no longer knows the place", async () => {
    const cursorTool = toolOf(listOperation({ style: "cursor", limit, position: at("after"), next: "/next_cursor" }));
    upstream.answer(reply(200, { data: ALL, next_cursor: "abc" }), reply(410, { message: "continue token expired" }));
    const { next_cursor: cursor } = await call(harness, cursorTool, {});
    expect(await call(harness, cursorTool, { cursor })).toMatchObject({ error: { code: "invalid_cursor" } });
  });
});

it("skips empty pages that only name the next one", async () => {
  const tool = toolOf(listOperation({ style: "cursor", position: at("after"), next: "/next" }));
  upstream.answer(
    reply(200, { data: [], next: "a" }),
    reply(200, { data: [], next: "b" }),
    reply(200, { data: ALL, next: null }),
  );
  expect(await call(harness, tool, {})).toMatchObject({ items: ALL, next_cursor: null });
});

it("continues a page, or a list without paging, that is too large to be shown at once", async () => {
  const big = Array.from({ length: 40 }, (_, index) => ({ id: index, text: "x".repeat(3_000) }));
  const tool = toolOf(listOperation());
  for (const body of [big, { data: big }]) {
    upstream.answer(reply(200, body));
    const ids: number[] = [];
    let cursor: unknown;
    do {
      const page = await call(harness, tool, cursor ? { cursor } : {});
      expect(JSON.stringify(page).length).toBeLessThan(45_000);
      ids.push(...(page["items"] as { id: number }[]).map((item) => item.id));
      cursor = page["next_cursor"];
    } while (cursor && ids.length < 100);
    expect(ids).toEqual(big.map((item) => item.id));
  }
});
