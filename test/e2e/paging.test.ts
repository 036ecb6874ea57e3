/** Whatever the style of an API's paging, a client sees `limit`, `cursor`, `items` and `next_cursor`. */
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../templates/runtime/operation.js";
import type { ServerDefinition } from "../../templates/runtime/tool.js";
import { connect, errorOf, type McpClient } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Received, type Upstream } from "./upstream.js";

const SIGNING_KEY = "0123456789abcdef0123456789abcdef";
const COUNT = 7;

const opened: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

async function open(spec: string, upstream: Upstream, env: Readonly<Record<string, string>> = {}) {
  const project = await sharedProject(spec);
  const definition = await project.definition();
  const server = await project.startHttp({
    API_BASE_URL: upstream.url,
    SIGNING_KEY,
    ...credentialVariables(definition, () => "secret"),
    ...env,
  });
  opened.push(() => server.stop());
  const client = await connect("modern", server.url);
  opened.push(() => client.close());
  return { definition, client, server };
}

/** All items of a list, page by page; fails when the pages do not end. */
async function walk(client: McpClient, tool: string, args: Readonly<Record<string, unknown>>) {
  const pages: unknown[][] = [];
  let cursor: unknown;
  do {
    const result = await client.callTool(tool, { ...args, ...(typeof cursor === "string" && { cursor }) });
    expect(result.isError ?? false, result.content[0]?.text).toBe(false);
    pages.push(result.structuredContent?.["items"] as unknown[]);
    cursor = result.structuredContent?.["next_cursor"];
  } while (typeof cursor === "string" && pages.length < 20);
  return pages;
}

const idsOf = (pages: readonly (readonly unknown[])[]) => pages.flat().map((item) => (item as { id: unknown }).id);

describe("every style", () => {
  const all = Array.from({ length: COUNT }, (_, index) => ({ id: `t${index + 1}` }));
  let upstream: Upstream;
  let client: McpClient;
  let server: RunningServer;

  /** Links are made by the API, with a page size of its own where a caller cannot choose one. */
  const styles: Record<string, (request: Received, response: ServerResponse) => void> = {
    "/by-page": ({ query }, response) => {
      const size = Number(query.get("per_page"));
      const start = (Number(query.get("page") ?? 1) - 1) * size;
      sendJson(response, { data: all.slice(start, start + size), total_pages: Math.ceil(COUNT / size) });
    },
    "/by-offset": ({ query }, response) => {
      const start = Number(query.get("offset") ?? 0);
      sendJson(response, { results: all.slice(start, start + Number(query.get("limit"))), total: COUNT });
    },
    "/by-cursor": ({ query }, response) => {
      const start = Number(query.get("page_token")?.slice(2) ?? 0);
      const end = start + Number(query.get("page_size"));
      sendJson(response, { values: all.slice(start, end), ...(end < COUNT && { nextPageToken: `p-${end}` }) });
    },
    "/by-last-item": ({ query }, response) => {
      const start = all.findIndex(({ id }) => id === query.get("starting_after")) + 1;
      const end = start + Number(query.get("limit"));
      sendJson(response, { data: all.slice(start, end), has_more: end < COUNT });
    },
    "/by-link": ({ query }, response) => {
      const start = Number(query.get("cursor") ?? 0);
      const link = `<${upstream.url}/by-link?cursor=${start + 3}>; rel="next"`;
      sendJson(response, all.slice(start, start + 3), 200, start + 3 < COUNT ? { link } : {});
    },
    "/by-next-url": ({ query }, response) => {
      const start = Number(query.get("from") ?? 0);
      const next = start + 3 < COUNT ? `${upstream.url}/by-next-url?from=${start + 3}` : undefined;
      sendJson(response, { items: all.slice(start, start + 3), links: { next } });
    },
    "/by-hal": ({ query }, response) => {
      const start = Number(query.get("from") ?? 0);
      const next = start + 3 < COUNT ? { next: { href: `/by-hal?from=${start + 3}` } } : {};
      const body = { _embedded: { things: all.slice(start, start + 3) }, _links: next };
      sendJson(response, body, 200, { "content-type": "application/hal+json" });
    },
    "/by-odata": ({ query }, response) => {
      const start = Number(query.get("$skip") ?? 0);
      const size = Number(query.get("$top"));
      const next = `${upstream.url}/by-odata?$skip=${start + size}&$top=${size}`;
      const body = { value: all.slice(start, start + size) };
      sendJson(response, start + size < COUNT ? { ...body, "@odata.nextLink": next } : body);
    },
    "/search": ({ json }, response) => {
      const { cursor, limit } = json as { cursor?: string; limit: number };
      const start = Number(cursor?.slice(2) ?? 0);
      const end = start + limit;
      sendJson(response, { hits: all.slice(start, end), next_cursor: end < COUNT ? `c-${end}` : null });
    },
    "/limited": ({ query }, response) => sendJson(response, all.slice(0, Number(query.get("limit")))),
    "/all": (_request, response) => sendJson(response, all),
  };

  beforeAll(async () => {
    upstream = await startUpstream((request, response) => styles[request.path]?.(request, response));
    opened.push(() => upstream.close());
    ({ client, server } = await open("specs/features/paging.yaml", upstream));
  });

  test.each([
    "list_by_page",
    "list_by_offset",
    "list_by_cursor",
    "list_by_last_item",
    "list_by_link",
    "list_by_next_url",
    "get_by_hal",
    "list_by_odata",
    "search_things",
  ])("%s shows each item once, in order, in pages of three", async (name) => {
    const tool = (await client.listTools()).find((listed) => listed.name === name);
    expect(tool?.inputSchema.properties).toHaveProperty("cursor");
    const takesLimit = tool?.inputSchema.properties?.["limit"] !== undefined;
    const pages = await walk(client, name, takesLimit ? { limit: 3 } : {});
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(idsOf(pages)).toEqual(all.map(({ id }) => id));
  });

  test("an API that only bounds its list has no cursor, and one that does not page shows everything", async () => {
    const limited = await client.callTool("list_limited", { limit: 3 });
    expect(limited.structuredContent?.["items"]).toHaveLength(3);
    expect(limited.structuredContent?.["next_cursor"] ?? null).toBeNull();
    const whole = await client.callTool("list_all");
    expect(whole.structuredContent?.["items"]).toEqual(all);
  });

  test("a page size the API would refuse is never asked for", async () => {
    upstream.clear();
    await client.callTool("list_by_page", { limit: 1_000 });
    await client.callTool("list_limited");
    expect(upstream.requests.map(({ url }) => url)).toEqual(["/by-page?per_page=50", "/limited?limit=10"]);
  });

  describe("a cursor", () => {
    const cursorOf = async (tool: string, args: Record<string, unknown>) =>
      (await client.callTool(tool, args)).structuredContent?.["next_cursor"] as string;

    test("that was tampered with is refused, and nothing is sent", async () => {
      const cursor = await cursorOf("list_by_offset", { limit: 3 });
      const [body = "", mac = ""] = cursor.split(".");
      const state = JSON.parse(Buffer.from(body, "base64url").toString()) as { s: { offset: number } };
      const forged = Buffer.from(JSON.stringify({ ...state, s: { ...state.s, offset: 6 } })).toString("base64url");
      upstream.clear();
      for (const wrong of [`${forged}.${mac}`, body, `${cursor}x`, "garbage", `${"a".repeat(9_000)}.${mac}`]) {
        const result = await client.callTool("list_by_offset", { limit: 3, cursor: wrong });
        expect([wrong.slice(0, 40), errorOf(result).code]).toEqual([wrong.slice(0, 40), "invalid_cursor"]);
      }
      expect(upstream.requests).toEqual([]);
    });

    test("of another tool, or of another query, is refused", async () => {
      const foreign = await cursorOf("list_by_page", { limit: 3 });
      expect(errorOf(await client.callTool("list_by_offset", { limit: 3, cursor: foreign })).code).toBe(
        "invalid_cursor",
      );
      const cursor = await cursorOf("search_things", { query: "red", limit: 3 });
      const changed = await client.callTool("search_things", { query: "blue", limit: 3, cursor });
      expect(errorOf(changed).code).toBe("invalid_cursor");
      expect(changed.content[0]?.text).toMatch(/without `cursor`/);
    });

    test("works on another replica with the same key, and on none with another", async () => {
      const cursor = await cursorOf("list_by_cursor", { limit: 3 });
      const replica = await open("specs/features/paging.yaml", upstream);
      const second = await replica.client.callTool("list_by_cursor", { limit: 3, cursor });
      expect(idsOf([second.structuredContent?.["items"] as unknown[]])).toEqual(["t4", "t5", "t6"]);
      const stranger = await open("specs/features/paging.yaml", upstream, { SIGNING_KEY: "x".repeat(32) });
      const refused = await stranger.client.callTool("list_by_cursor", { limit: 3, cursor });
      expect(errorOf(refused).code).toBe("invalid_cursor");
    });

    test("expires", async () => {
      const short = await open("specs/features/paging.yaml", upstream, { CURSOR_TTL_SECONDS: "1" });
      const first = await short.client.callTool("list_by_cursor", { limit: 3 });
      const cursor = first.structuredContent?.["next_cursor"];
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      const late = await short.client.callTool("list_by_cursor", { limit: 3, cursor });
      expect(errorOf(late)).toMatchObject({ code: "invalid_cursor", retryable: false });
      expect(late.content[0]?.text).toMatch(/expired/);
    });
  });

  test("a next page on another host is not followed, and the client is told", async () => {
    const usual = styles["/by-next-url"];
    styles["/by-next-url"] = (_request, response) =>
      sendJson(response, { items: all.slice(0, 3), links: { next: "https://evil.example/steal?from=3" } });
    const result = await client.callTool("list_by_next_url");
    if (usual) styles["/by-next-url"] = usual;
    expect(result.structuredContent?.["next_cursor"]).toBeNull();
    expect(result.content[0]?.text).toMatch(/outside of its own address/);
  });

  test("nothing of this was an error of the server", () => {
    expect(server.log()).not.toMatch(/"level":"error"/);
  });
});

/** Serves `data` of any paginated operation by what its definition says, so that every list of a sample can be walked. */
function answerPage({ pagination, method }: Operation, request: Received, response: ServerResponse): void {
  if (!pagination) return sendJson(response, {});
  const read = (place: { readonly in: string; readonly wire: string } | undefined): string | undefined => {
    if (!place) return undefined;
    if (place.in === "query") return request.query.get(place.wire) ?? undefined;
    const value = (request.json as Record<string, unknown> | undefined)?.[place.wire.slice(1)];
    return value === undefined || value === null ? undefined : String(value);
  };
  const size = Number(read(pagination.limit) ?? 3);
  const position = read(pagination.position);
  const all = Array.from({ length: COUNT }, (_, index) => ({ id: index + 1 }));
  const starts: Record<string, () => number> = {
    page: () => (Number(position ?? pagination.firstPage ?? 1) - (pagination.firstPage ?? 1)) * size,
    offset: () => Number(position ?? 0),
    "last-item": () => Number(position ?? 0),
    cursor: () => Number(position?.slice(2) ?? 0),
  };
  const start = starts[pagination.style]?.() ?? Number(request.query.get("from") ?? 0);
  const end = Math.min(COUNT, start + size);
  const hasMore = end < COUNT;
  const separator = request.url.includes("?") ? "&" : "?";
  const next =
    pagination.style === "cursor" || pagination.style === "last-item"
      ? `c-${end}`
      : `${request.url.replace(/[?&]from=\d+/, "")}${separator}from=${end}`;
  const body: Record<string, unknown> = {};
  if (pagination.next && pagination.style !== "page" && pagination.style !== "offset")
    setAt(body, pagination.next, hasMore ? next : null);
  if (pagination.hasMore) setAt(body, pagination.hasMore, hasMore);
  if (pagination.total) setAt(body, pagination.total, COUNT);
  if (pagination.totalPages) setAt(body, pagination.totalPages, Math.ceil(COUNT / size));
  const items = all.slice(start, end);
  const headers = hasMore && pagination.style === "link-header" ? { link: `<${next}>; rel="next"` } : {};
  expect(method).toBe(request.method);
  if (pagination.items === "") return sendJson(response, items, 200, headers);
  setAt(body, pagination.items ?? "/data", items);
  sendJson(response, body, 200, headers);
}

function setAt(target: Record<string, unknown>, pointer: string, value: unknown): void {
  const keys = pointer.slice(1).split("/");
  let at = target;
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>; // made in the line before
  }
  at[keys.at(-1) ?? ""] = value;
}

/** A value that a required argument accepts. */
function sampleOf(schema: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(schema["enum"])) return schema["enum"][0] as unknown;
  const type: unknown = Array.isArray(schema["type"]) ? schema["type"][0] : schema["type"];
  if (type === "integer" || type === "number") return Number(schema["minimum"] ?? 1);
  if (type === "boolean") return true;
  if (type === "array") return [sampleOf((schema["items"] ?? { type: "string" }) as Record<string, unknown>)];
  if (type === "object") return {};
  const formats: Record<string, string> = {
    uuid: "7c1f6a5e-6f0e-4a5c-9a53-0d4c3f1a2b3c",
    date: "2026-01-02",
    "date-time": "2026-01-02T03:04:05Z",
  };
  return formats[String(schema["format"])] ?? "a".repeat(Math.max(3, Number(schema["minLength"] ?? 0)));
}

function listsOf(definition: ServerDefinition) {
  return definition.tools.flatMap((tool) =>
    Object.entries(tool.actions).flatMap(([action, { operation }]) => {
      const { pagination } = operation;
      if (!pagination || pagination.style === "limit-only") return [];
      const required = operation.arguments.filter((argument) => argument.required);
      const args = {
        ...(Object.keys(tool.actions).length > 1 && { action }),
        ...(pagination.limit && { limit: 3 }),
        ...Object.fromEntries(required.map((argument) => [argument.name, sampleOf(argument.schema)])),
      };
      return [{ tool: tool.name, operation, args }];
    }),
  );
}

describe.each(["crm.yaml", "billing.yaml", "inventory.yaml", "library/openapi.yaml"])("lists of %s", (spec) => {
  test("reach their last page", { timeout: 120_000 }, async () => {
    const upstream = await startUpstream();
    opened.push(() => upstream.close());
    const { client, definition } = await open(`specs/${spec}`, upstream);
    const lists = listsOf(definition);
    expect(lists.length).toBeGreaterThan(0);
    for (const { tool, operation, args } of lists) {
      upstream.answer = (request, response) => answerPage(operation, request, response);
      const pages = await walk(client, tool, args);
      const expected = Array.from({ length: COUNT }, (_, index) => index + 1);
      expect({ tool, ids: idsOf(pages), pages: pages.length }).toEqual({ tool, ids: expected, pages: 3 });
    }
  });
});
