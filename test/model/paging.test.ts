import { describe, expect, test } from "vitest";
import { build, first, single } from "./api.js";

const integer = { type: "integer" };
const text = { type: "string" };
const item = { type: "object", properties: { id: text } };
const list = { type: "array", items: item };

function query(...parameters: [string, object, string?][]) {
  return parameters.map(([name, schema, description]) => ({ name, in: "query", schema, description }));
}

function operation(parameters: unknown[], response: object, rest: object = {}) {
  const { headers, ...schema } = response as { headers?: object };
  return {
    parameters,
    responses: { "200": { description: "", headers, content: { "application/json": { schema } } } },
    ...rest,
  };
}

const page = (...properties: [string, object][]) => ({
  type: "object",
  properties: Object.fromEntries([["data", list], ...properties]),
});
const limit = { in: "query", wire: "limit" };

describe("how a list goes on", () => {
  test.each([
    [
      "page number and total",
      operation(
        query(["page", { ...integer, default: 0 }], ["per_page", { ...integer, maximum: 100, default: 30 }]),
        page(["meta", { type: "object", properties: { total: integer, total_pages: integer } }]),
      ),
      {
        style: "page",
        position: { in: "query", wire: "page" },
        limit: { in: "query", wire: "per_page", max: 100, default: 30 },
        items: "/data",
        total: "/meta/total",
        totalPages: "/meta/total_pages",
        firstPage: 0,
      },
    ],
    [
      "cursor and token",
      operation(
        query(["cursor", text], ["limit", integer, "Page size, max 50. Defaults to 10."]),
        page(["next_cursor", text], ["has_more", { type: "boolean" }]),
      ),
      {
        style: "cursor",
        position: { in: "query", wire: "cursor" },
        limit: { ...limit, max: 50, default: 10 },
        items: "/data",
        next: "/next_cursor",
        hasMore: "/has_more",
      },
    ],
    [
      "deepObject members",
      operation(
        [
          {
            name: "page",
            in: "query",
            style: "deepObject",
            schema: { type: "object", properties: { cursor: text, size: integer } },
          },
        ],
        page(["meta", { type: "object", properties: { page: { type: "object", properties: { after: text } } } }]),
      ),
      {
        style: "cursor",
        position: { in: "query", wire: "page[cursor]" },
        limit: { in: "query", wire: "page[size]" },
        items: "/data",
        next: "/meta/page/after",
      },
    ],
    [
      "last item",
      operation(query(["starting_after", text], ["limit", integer]), page(["has_more", { type: "boolean" }])),
      {
        style: "last-item",
        position: { in: "query", wire: "starting_after" },
        limit,
        items: "/data",
        hasMore: "/has_more",
        itemId: "/id",
      },
    ],
    [
      "after with has_more",
      operation(query(["after", text]), page(["has_more", { type: "boolean" }])),
      {
        style: "last-item",
        position: { in: "query", wire: "after" },
        items: "/data",
        hasMore: "/has_more",
        itemId: "/id",
      },
    ],
    [
      "offset",
      operation(query(["offset", integer], ["limit", integer]), list),
      { style: "offset", position: { in: "query", wire: "offset" }, limit, items: "" },
    ],
    [
      "a token called offset",
      operation(
        query(["offset", text, "Opaque token."]),
        page(["next_page", { type: "object", properties: { offset: text } }]),
      ),
      { style: "cursor", position: { in: "query", wire: "offset" }, items: "/data", next: "/next_page/offset" },
    ],
    [
      "a next URL in links",
      operation(
        query(["page[number]", integer], ["cursor", text]),
        page(["links", { type: "object", properties: { next: text } }]),
      ),
      { style: "next-url", position: { in: "query", wire: "cursor" }, items: "/data", next: "/links/next" },
    ],
    [
      "page beats a time bound",
      operation(query(["page", integer], ["after", text, "Only entries after this date."]), list),
      { style: "page", position: { in: "query", wire: "page" }, items: "" },
    ],
    [
      "odata",
      operation([], { type: "object", properties: { value: list, "@odata.nextLink": text } }),
      { style: "odata", items: "/value", next: "/@odata.nextLink" },
    ],
    [
      "Link header",
      operation(query(["limit", integer]), { ...list, headers: { Link: {} } }),
      { style: "link-header", limit, items: "" },
    ],
    ["only a limit", operation(query(["limit", integer]), list), { style: "limit-only", limit, items: "" }],
    [
      "the list named like the path",
      operation(query(["limit", integer]), { type: "object", properties: { errors: list, things: list } }),
      { style: "limit-only", limit, items: "/things" },
    ],
    ["a time bound alone", operation(query(["after", { ...text, format: "date-time" }]), list), undefined],
    ["no list", operation(query(["limit", integer]), { type: "object", properties: { a: text } }), undefined],
  ])("%s", (_name, given, want) => {
    expect(first(single("get", "/things", given)).pagination).toEqual(want);
  });

  test.each([
    [
      "x-pagination",
      { "x-pagination": { limitParam: "limit", cursorParam: "c", cursorPath: "meta.after", resultsPath: "data" } },
      { style: "cursor", limit, position: { in: "query", wire: "c" }, next: "/meta/after", items: "/data" },
    ],
    [
      "link name",
      { "x-ms-pageable": { nextLinkName: "nextLink" } },
      { style: "next-url", limit, next: "/nextLink", items: "/value" },
    ],
    ["no link name", { "x-ms-pageable": { nextLinkName: null } }, { style: "limit-only", limit, items: "/data" }],
    [
      "last item",
      {
        "x-speakeasy-pagination": {
          type: "cursor",
          inputs: [{ name: "c", in: "parameters", type: "cursor" }],
          outputs: { nextCursor: "$.data[-1].id", results: "$.data" },
        },
      },
      { style: "last-item", limit, position: { in: "query", wire: "c" }, items: "/data", itemId: "/id" },
    ],
    [
      "expressions",
      { "x-fern-pagination": { cursor: "$request.c", next_cursor: "$response.next", results: "$response.data" } },
      { style: "cursor", limit, position: { in: "query", wire: "c" }, next: "/next", items: "/data" },
    ],
  ])("an extension wins: %s", (_name, extension, want) => {
    const given = operation(query(["c", text], ["limit", integer]), page(), extension);
    expect(first(single("get", "/things", given)).pagination).toEqual(want);
  });

  test.each([
    ["", "pageSize", { in: "query", wire: "pageSize", max: 50, default: 30 }],
    ["a name that alone would say nothing", "chunk", { in: "query", wire: "chunk", max: 50, default: 30 }],
  ])("an extension names the page size, its parameter the bounds: %s", (_name, name, want) => {
    const inputs = [
      { name: "page", in: "parameters", type: "page" },
      { name, in: "parameters", type: "limit" },
    ];
    const given = operation(
      query(["page", integer], [name, { ...integer, maximum: 50 }, "Defaults to 30."], ["other", integer]),
      list,
      { "x-speakeasy-pagination": { type: "offsetLimit", inputs, outputs: { results: "$" } } },
    );
    const built = first(single("get", "/things", given));
    expect(built.pagination).toEqual({
      style: "page",
      position: { in: "query", wire: "page" },
      limit: want,
      items: "",
    });
    expect(built.sizes).toContainEqual(want);
  });

  test.each([
    ["in an extension", { "x-pagination": { pageParam: "page", limitParam: "limit" } }],
    ["by name", {}],
  ])("a deprecated position gives way to the one that took its place: %s", (_name, extension) => {
    const page = ["page", { ...integer, deprecated: true }] as const;
    const paging = (...others: [string, object][]) =>
      first(single("get", "/things", operation(query([...page], ["limit", integer], ...others), list, extension)))
        .pagination;
    expect(paging(["endingBefore", text], ["startingAfter", text])).toEqual({
      style: "last-item",
      position: { in: "query", wire: "startingAfter" },
      limit,
      items: "",
      itemId: "/id",
    });
    expect(paging(["endingBefore", text])).toMatchObject({ style: "page", position: { wire: "page" } });
  });

  test("a search posts its paging in the body; creating something does not page", () => {
    const body = {
      requestBody: {
        content: {
          "application/json": {
            schema: {
              type: "object",
              properties: { paging: { type: "object", properties: { offset: integer } }, limit: integer },
            },
          },
        },
      },
    };
    const built = (path: string) => first(single("post", path, operation([], page(), body))).pagination;
    expect(built("/things/search")).toEqual({
      style: "offset",
      position: { in: "body", wire: "/paging/offset" },
      limit: { in: "body", wire: "/limit" },
      items: "/data",
    });
    expect(built("/things")).toBeUndefined();
  });

  test("an operation that does not show the next position does as its siblings do, else it is told", () => {
    const cursor = query(["cursor", text]);
    const known = operation(cursor, page(["next", { ...text, description: "Token of the next page" }]));
    const { api } = build({
      openapi: "3.1.0",
      paths: { "/a": { get: known }, "/b": { get: operation(cursor, page()) } },
    });
    expect(api.operations[1]?.pagination).toMatchObject({ style: "cursor", next: "/next" });
    const alone = single("get", "/b", operation(cursor, page()));
    expect(first(alone).pagination).toMatchObject({ style: "auto" });
    expect(alone.diagnostics.map(({ code }) => code)).toEqual(["model/pagination-unclear"]);
  });
});

describe("idempotency keys", () => {
  const header = (name: string, description = "", required = false) => ({
    parameters: [{ name, in: "header", description, required, schema: { type: "string", maxLength: 64 } }],
  });
  test.each([
    [
      "post",
      header("Idempotency-Key", "", true),
      { in: "header", wire: "Idempotency-Key", required: true, maxLength: 64 },
    ],
    [
      "delete",
      header("Acme-Request-Id", "Makes retries safe."),
      { in: "header", wire: "Acme-Request-Id", required: false, maxLength: 64 },
    ],
    ["post", header("X-Request-Id", "For tracing."), undefined],
    ["get", header("Idempotency-Key"), undefined],
    [
      "post",
      {
        requestBody: {
          content: {
            "application/json": {
              schema: { type: "object", properties: { idempotency_key: { type: "string", format: "uuid" } } },
            },
          },
        },
      },
      { in: "body", wire: "/idempotency_key", required: false, format: "uuid" },
    ],
  ])("%s %#", (method, given, want) => {
    expect(first(single(method, "/a", given)).idempotency).toEqual(want);
  });
});
