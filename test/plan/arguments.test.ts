import { describe, expect, it } from "vitest";
import type { ActionAnnotation } from "../../src/annotations/types.js";
import type { ObjectSchema, PageSize, SchemaModel, SecurityScheme } from "../../src/model/types.js";
import { assembleBody } from "../../templates/runtime/body.js";
import { annotate, body, integer, object, operation, parameter, planOne, text } from "./fixture.js";

describe("argument names", () => {
  it.each([
    ["firstName", "firstName"],
    ["page[size]", "page_size"],
    ["$filter", "filter"],
    ["include[]", "include"],
    ["a.b", "a_b"],
    ["action", "action_param"],
    ["limit", "limit_param"],
    ["request_id", "request_id_param"],
    ["__proto__", "proto_param"],
  ])("query parameter %s is the argument %s", (given, want) => {
    const { wire } = planOne(operation("GET /x", { parameters: [parameter({ name: given, in: "query" })] }));
    expect(wire.arguments).toMatchObject([{ name: want, in: "query", wire: given }]);
  });

  it("keeps the end of an overlong name apart", () => {
    const long = "n".repeat(80);
    const parameters = ["a", "b"].map((end) => parameter({ name: long + end, in: "query" }));
    const { names } = planOne(operation("GET /x", { parameters }));
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => /^[a-zA-Z0-9_]{1,64}$/.test(name))).toBe(true);
  });

  it("writes headers in snake case and leaves HTTP's own to the runtime", () => {
    const headers = ["X-Tenant", "Accept", "Content-Type", "If-None-Match", "If-Match"];
    const { names } = planOne(
      operation("GET /x", { parameters: headers.map((name) => parameter({ name, in: "header" })) }),
    );
    expect(names).toEqual(["x_tenant", "if_match"]);
  });
});

describe("collisions", () => {
  it("gives the path its name, then the query, then the body", () => {
    const { wire } = planOne(
      operation("POST /x/{id}", {
        parameters: [parameter({ name: "name", in: "query" }), parameter({ name: "id", in: "path" })],
        body: body(object({ id: integer, name: text })),
      }),
    );
    expect(wire.arguments.map(({ name, wire: place }) => [name, place])).toEqual([
      ["id", "id"],
      ["name", "name"],
      ["body_id", "/id"],
      ["body_name", "/name"],
    ]);
  });

  it("fills a path and a required body id of one type with one value", () => {
    const { wire, server } = planOne(
      operation("PUT /x/{id}", {
        parameters: [parameter({ name: "id", in: "path" })],
        body: body(object({ id: text }, ["id"])),
      }),
    );
    expect(wire.arguments.map(({ name, in: place, wire: at, required }) => [name, place, at, required])).toEqual([
      ["id", "path", "id", true],
      ["id", "body", "/id", undefined],
    ]);
    expect(Object.keys(server.tools[0]?.properties ?? {})).toEqual(["id"]);
  });
});

describe("bodies", () => {
  const readOnly = { ...text, readOnly: true as const };
  it("drops read-only properties, from required as well", () => {
    const { wire } = planOne(
      operation("POST /x", { body: body(object({ id: readOnly, name: text }, ["id", "name"])) }),
    );
    expect(wire.arguments).toEqual([
      { name: "name", in: "body", wire: "/name", required: true, schema: { type: "string" } },
    ]);
  });

  it("takes what a body holds beside the properties it names", () => {
    const open: ObjectSchema = { ...object({ name: text }, ["name"]), additional: integer };
    const { wire } = planOne(operation("POST /x", { body: body(open) }));
    expect(wire.arguments).toMatchObject([
      { name: "name", wire: "/name" },
      {
        name: "additional_properties",
        wire: "",
        schema: { type: "object", additionalProperties: { type: "integer" } },
      },
    ]);
    const values = ["n", { name: "other", size: 1 }];
    const parts = wire.arguments.map(({ name, wire: pointer }, i) => ({ name, pointer, value: values[i] }));
    expect(assembleBody(parts)).toEqual({ name: "n", size: 1 });
  });

  it.each([{ kind: "any" } as const, false as const, undefined])(
    "and nothing where it does not say what: %j",
    (more) => {
      const open: ObjectSchema = { ...object({ name: text }), ...(more !== undefined && { additional: more }) };
      expect(planOne(operation("POST /x", { body: body(open) })).wire.arguments).toHaveLength(1);
    },
  );

  it("opens a wrapper", () => {
    const schema = object({ data: object({ "a/b": text }, ["a/b"]) }, ["data"]);
    expect(planOne(operation("POST /x", { body: body(schema) })).wire.arguments).toMatchObject([
      { name: "a_b", wire: "/data/a~1b" },
    ]);
  });

  it("asks for what a wrapper requires only where the wrapper has to be sent", () => {
    const schema = object({ data: object({ id: text }, ["id"]) });
    const isRequired = (required: boolean) =>
      planOne(operation("POST /x", { body: { ...body(schema), required } })).wire.arguments.map(
        (argument) => argument.required,
      );
    expect(isRequired(true)).toEqual([true]);
    expect(isRequired(false)).toEqual([undefined]);
  });

  it.each([
    ["array", { kind: "array", items: text } as const],
    ["scalar", text],
    ["union", { kind: "union", exclusive: true, branches: [object({ a: text }), object({ b: text })] } as const],
  ])("takes an %s as one argument", (_, schema) => {
    expect(planOne(operation("POST /x", { body: body(schema) })).wire.arguments).toMatchObject([
      { name: "body", wire: "", required: true },
    ]);
  });

  it("names the files of a form, and a binary body as a whole", () => {
    const file = { kind: "string", format: "binary" } as const;
    const form = planOne(operation("POST /x", { body: body(object({ file, note: text }), "multipart/form-data") }));
    expect(form.wire.body).toEqual({ mediaType: "multipart/form-data", required: true, files: ["file"] });
    const raw = planOne(operation("POST /x", { body: body(file, "application/octet-stream") }));
    expect(raw.wire.body?.files).toEqual([""]);
    expect(raw.names).toEqual(["file"]);
  });

  it("takes the types of parts from their encoding, then from their schema", () => {
    const stated = { ...text, format: "binary", contentMediaType: "image/png" };
    const any = { kind: "any", description: "A picture." } as const;
    const schema = object({
      id: text,
      untyped: any,
      many: { kind: "array", items: { kind: "any" } },
      free: { kind: "any" },
      stated,
      coded: { ...text, format: "byte", contentMediaType: "image/png" },
      both: stated,
    });
    const images = { contentType: "image/png, image/jpeg" };
    const encoding = new Map([
      ["untyped", images],
      ["many", images],
      ["free", { contentType: "application/json" }],
      ["both", { contentType: "image/gif" }],
    ]);
    const content = [{ mediaType: "multipart/form-data", schema, encoding }];
    const { wire } = planOne(operation("POST /x", { body: { ...body(schema), content } }));
    expect(wire.body?.files).toEqual(["untyped", "many", "stated", "both"]);
    expect(wire.body?.encoding).toEqual({
      ...Object.fromEntries(encoding),
      stated: { contentType: "image/png" },
    });
    expect(wire.arguments[1]).toMatchObject({ name: "untyped", schema: { type: "string" } });
  });

  it("leaves out a body that GET cannot carry", () => {
    const { wire, codes } = planOne(operation("GET /x", { body: body(object({ q: text }, ["q"])) }));
    expect(wire.body).toBeUndefined();
    expect(wire.arguments).toEqual([]);
    expect(codes).toContain("plan/required-body-on-read");
  });
});

describe("what a model does not choose", () => {
  it("replaces paging parameters by limit and cursor", () => {
    const { wire } = planOne(
      operation("GET /x", {
        parameters: ["limit", "offset", "q"].map((name) =>
          parameter({ name, in: "query", schema: name === "q" ? text : integer }),
        ),
        pagination: {
          style: "offset",
          limit: { in: "query", wire: "limit", max: 50 },
          position: { in: "query", wire: "offset" },
        },
      }),
    );
    expect(wire.arguments.map(({ name }) => name)).toEqual(["q"]);
    expect(wire.pagination?.limit?.max).toBe(50);
  });

  it("keeps the API's bounds of a page size that an annotation names", () => {
    const size = { in: "query", wire: "rows", max: 50, default: 30 } as const;
    const of = operation("GET /x", { sizes: [size] });
    const paged = (limit: PageSize) => {
      const annotation = annotate({ pagination: { style: "page", limit, position: { in: "query", wire: "page" } } });
      return planOne(of, { annotation }).wire.pagination?.limit;
    };
    expect(paged({ in: "query", wire: "rows" })).toEqual(size);
    expect(paged({ in: "query", wire: "rows", max: 20 })).toEqual({ ...size, max: 20 });
    expect(paged({ in: "body", wire: "rows" })).toEqual({ in: "body", wire: "rows" });
  });

  it("removes the members of a paging object only", () => {
    const page = parameter({
      name: "page",
      in: "query",
      style: "deepObject",
      explode: true,
      schema: object({ size: integer, sort: text }),
    });
    const { wire } = planOne(
      operation("GET /x", {
        parameters: [page],
        pagination: { style: "page", limit: { in: "query", wire: "page[size]" } },
      }),
    );
    expect(wire.arguments).toMatchObject([{ name: "page", schema: { properties: { sort: { type: "string" } } } }]);
    expect(JSON.stringify(wire.arguments)).not.toContain("size");
  });

  it("removes paging members from deep within the body", () => {
    const page = object({ limit: integer, cursor: text });
    const schema = object({ data: object({ attributes: object({ page, sort: text }), type: text }, ["type"]) }, [
      "data",
    ]);
    const at = (name: string) => ({ in: "body" as const, wire: `/data/attributes/page/${name}` });
    const { wire } = planOne(
      operation("POST /x/search", {
        body: body(schema),
        pagination: { style: "cursor", limit: at("limit"), position: at("cursor") },
      }),
    );
    expect(wire.arguments.map(({ wire: pointer }) => pointer)).toEqual(["/data/attributes", "/data/type"]);
    expect(wire.arguments[0]?.schema).toMatchObject({ properties: { sort: { type: "string" } } });
    expect(JSON.stringify(wire.arguments)).not.toContain("page");
  });

  it("sends constants and API versions without asking", () => {
    const { wire } = planOne(
      operation("GET /x", {
        parameters: [
          parameter({ name: "kind", in: "query", required: true, schema: { kind: "enum", values: ["all"] } }),
          parameter({ name: "Api-Version", in: "header", required: true, schema: text, example: "2026-01" }),
        ],
      }),
    );
    expect(wire.arguments).toEqual([]);
    expect(wire.fixed).toEqual([
      { in: "query", wire: "kind", value: "all" },
      { in: "header", wire: "Api-Version", value: "2026-01" },
    ]);
  });

  const key: SecurityScheme = { kind: "apiKey", id: "key", in: "query", name: "api_key" };
  it.each([
    ["a scheme's parameter", parameter({ name: "api_key", in: "query", required: true })],
    [
      "a token header",
      parameter({ name: "token", in: "header", description: "Authentication token.", required: true }),
    ],
  ])("removes %s", (_, credential) => {
    const secured = operation("GET /x", { parameters: [credential], security: [new Map([["key", []]])] });
    const { wire } = planOne(secured, {}, { api: { securitySchemes: [key] } });
    expect(wire.arguments).toEqual([]);
    expect(wire.fixed).toBeUndefined();
    expect(wire.security).toEqual([{ key: [] }]);
  });

  it("takes a required credential that no scheme covers from the environment", () => {
    const credential = parameter({ name: "token", in: "query", description: "Authentication token.", required: true });
    const { wire, server } = planOne(operation("GET /x", { parameters: [credential] }));
    expect(wire.fixed).toEqual([{ in: "query", wire: "token", fromEnv: "CRM_TOKEN", required: true }]);
    expect(server.environment).toContainEqual(
      expect.objectContaining({ name: "CRM_TOKEN", required: true, secret: true }),
    );
  });

  it.each(["Api-Key", "X-API-Key", "Api-Username", "X-Auth-Token", "access_token"])("so a header %s", (name) => {
    const { wire } = planOne(operation("GET /x", { parameters: [parameter({ name, in: "header", required: true })] }));
    expect(wire.arguments).toEqual([]);
    expect(wire.fixed).toMatchObject([{ in: "header", wire: name, required: true }]);
  });
});

describe("annotations", () => {
  const parameters = [
    parameter({ name: "id", in: "path" }),
    parameter({ name: "X-Tenant", in: "header", required: true }),
  ];
  const of = operation("POST /x/{id}", { parameters, body: body(object({ name: text, note: text }, ["name"])) });
  const named = (entries: Record<string, object>) => annotate({ arguments: new Map(Object.entries(entries)) });

  it("renames, describes, fixes and hides by wire name or pointer", () => {
    const annotation = named({
      id: { rename: "contact_id", description: "Which contact." },
      "X-Tenant": { fromEnv: "TENANT_ID" },
      "/name": { default: "Nobody" },
      note: { hide: true },
    });
    const { wire, server, codes } = planOne(of, { annotation });
    expect(wire.arguments).toEqual([
      { name: "contact_id", in: "path", wire: "id", required: true, schema: { type: "string" } },
      { name: "name", in: "body", wire: "/name", schema: { type: "string" }, default: "Nobody" },
    ]);
    expect(wire.fixed).toEqual([{ in: "header", wire: "X-Tenant", fromEnv: "TENANT_ID", required: true }]);
    expect(server.tools[0]?.properties["contact_id"]).toEqual({ type: "string", description: "Which contact." });
    expect(codes.filter((code) => code.startsWith("plan/"))).toEqual([]);
  });

  it.each([
    [{ fromEnv: "NOTE" }, { fromEnv: "NOTE", required: true }],
    [{ fromAuth: "sub" }, { fromAuth: "sub", required: true }],
    [{ fromAuth: "sub", optional: true }, { fromAuth: "sub" }],
  ])("sends nothing without the value of %j", (annotation, fixed) => {
    const { wire } = planOne(of, { annotation: named({ note: annotation }) });
    expect(wire.fixed).toEqual([{ in: "body", wire: "/note", ...fixed }]);
  });

  it.each([
    ["plan/unknown-argument", { "X-Tennant": { hide: true } }],
    ["plan/hidden-required", { "X-Tenant": { hide: true } }],
    ["plan/argument-conflict", { "/note": { rename: "name" } }],
  ])("reports %s", (code, entries) => {
    expect(planOne(of, { annotation: named(entries) }).codes).toContain(code);
  });
});

describe("failures inside of answers", () => {
  const flag: SchemaModel = { kind: "boolean" };
  it.each<[string, SchemaModel, ActionAnnotation["errorWhen"], unknown]>([
    [
      "a flag that only the description tells",
      object({ success: flag }),
      undefined,
      { pointer: "/success", equals: false, named: true },
    ],
    ["the flag that the runtime knows", object({ ok: flag, success: flag }), undefined, undefined],
    ["an annotation", object({ success: flag }), { pointer: "/a", equals: 1 }, { pointer: "/a", equals: 1 }],
    ["an annotation that there are none", object({ success: flag }), false, false],
  ])("are known by %s", (_, schema, errorWhen, want) => {
    const answer = { status: "200", content: body(schema).content, headers: [] };
    const annotation = annotate(errorWhen === undefined ? {} : { errorWhen });
    expect(planOne(operation("GET /x", { responses: [answer] }), { annotation }).wire.errorWhen).toEqual(want);
  });
});
