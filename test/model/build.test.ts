import { describe, expect, test } from "vitest";
import { build, first, single } from "./api.js";

const ok = { responses: { "200": { description: "ok" } } };
const codes = (built: { diagnostics: readonly { code: string }[] }) => built.diagnostics.map(({ code }) => code);

describe("operations", () => {
  test("path parameters are those of the path; other parameters follow their defaults", () => {
    const parameters = [
      { name: "Id", in: "path", schema: { type: "integer" } },
      { name: "gone", in: "path" },
      { name: "Accept", in: "header" },
      { name: "q", in: "query", schema: { type: "array", items: {} } },
      { name: "f", in: "query", content: { "application/json": { schema: { type: "object" } } } },
      { name: "s", in: "querystring" },
    ];
    const built = single("get", "/a/{id}/{other}?x={y}", { parameters });
    expect(
      first(built).parameters.map(({ name, in: place, required, style, explode }) => [
        name,
        place,
        required,
        style,
        explode,
      ]),
    ).toEqual([
      ["q", "query", false, "form", true],
      ["f", "query", false, "form", true],
      ["id", "path", true, "simple", false],
      ["other", "path", true, "simple", false],
    ]);
    expect(first(built).parameters[1]).toMatchObject({ content: "application/json", schema: { kind: "object" } });
    expect(codes(built)).toEqual([
      "model/unusable-parameter",
      "model/undeclared-path-parameter",
      "model/unused-path-parameter",
    ]);
  });

  test("style cookie is one of cookies, which it takes apart", () => {
    const parameters = ["cookie", "query"].map((place) => ({ name: "a", in: place, style: "cookie" }));
    const read = first(single("get", "/a", { parameters })).parameters;
    expect(read.map(({ style, explode }) => [style, explode])).toEqual([
      ["cookie", true],
      ["form", true],
    ]);
  });

  test("own parameters, servers and security override shared ones", () => {
    const built = build({
      openapi: "3.0.0",
      servers: [{ url: "https://{h}.x.test", variables: { h: { default: "api" } } }],
      security: [{ key: [] }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "K" } } },
      paths: {
        "/a": {
          parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
          servers: [{ url: "https://other.test" }],
          get: { ...ok, operationId: "x", parameters: [{ name: "q", in: "query", required: true }] },
          post: { ...ok, operationId: "x", security: [], servers: [{ url: "https://own.test" }] },
        },
      },
    });
    const [get, post] = built.api.operations;
    expect(built.api.servers).toEqual([{ url: "https://api.x.test" }]);
    expect(get?.parameters).toMatchObject([{ name: "q", required: true }]);
    expect([get?.servers, post?.servers]).toEqual([[{ url: "https://other.test" }], [{ url: "https://own.test" }]]);
    expect([get?.security, post?.security]).toEqual([[new Map([["key", []]])], []]);
    expect([get?.operationId, post?.operationId]).toEqual(["x", "x_2"]);
    expect(codes(built)).toEqual(["model/duplicate-operation-id"]);
  });

  test("what cannot be a tool is skipped with its reason", () => {
    const stream = { responses: { "200": { description: "", content: { "text/event-stream": {} } } } };
    const built = build({
      openapi: "3.2.0",
      paths: {
        "/a": {
          head: ok,
          get: { ...ok, deprecated: true },
          put: { ...ok, deprecated: true, "x-mcp": {} },
          post: stream,
          trace: ok,
        },
        "/b": { query: ok, additionalOperations: { LINK: ok }, get: null },
        "/c": { get: { responses: { "101": { description: "" } } } },
      },
    });
    expect(built.api.operations.map(({ key }) => key)).toEqual(["PUT /a", "QUERY /b", "LINK /b"]);
    expect(built.api.skipped.map(({ method, reason }) => [method, reason])).toEqual([
      ["HEAD", "HEAD gives a model nothing to read"],
      ["GET", "deprecated"],
      ["POST", "it answers only with an endless stream of events"],
      ["TRACE", "TRACE gives a model nothing to read"],
      ["GET", "it answers only with an endless stream of events"],
    ]);
    expect(codes(built)).toEqual(["model/unusable-operation"]);
  });

  test("references stand in for path items, operations, bodies, media types and responses", () => {
    const built = build({
      openapi: "3.1.0",
      paths: { "/a": { $ref: "#/x-items/a" } },
      "x-items": { a: { post: { $ref: "#/x-ops/a" } } },
      "x-ops": { a: { requestBody: { $ref: "#/x-body" }, responses: { "4xx": { $ref: "#/x-response" } } } },
      "x-body": { content: { "application/json": { $ref: "#/x-media" } } },
      "x-media": { schema: { type: "string" } },
      "x-response": { description: "r", headers: { "X-A": {} } },
    });
    expect(first(built)).toMatchObject({
      at: { pointer: "/x-ops/a" },
      body: { content: [{ schema: { kind: "string" } }] },
      responses: [{ status: "4XX", description: "r", headers: ["x-a"] }],
    });
  });

  test("media types stand in the order the runtime prefers", () => {
    const names = [
      "image/png",
      "multipart/form-data",
      "application/json-patch+json",
      "*/*",
      "application/merge-patch+json",
      "Application/JSON; charset=utf-8",
      "application/x-www-form-urlencoded",
      "text/plain",
      "application/json",
    ];
    const content = Object.fromEntries(names.map((name) => [name, {}]));
    const body = first(single("post", "/a", { requestBody: { content } })).body;
    expect(body?.content.map(({ mediaType }) => mediaType)).toEqual([
      "application/json",
      "application/json;charset=utf-8",
      "application/merge-patch+json",
      "application/json-patch+json",
      "*/*",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "text/plain",
      "image/png",
    ]);
  });

  test.each([
    ["post", ["a"], true],
    ["patch", ["a"], false],
    ["post", [], false],
    ["post", ["id"], false],
  ])("a body of %s that requires %j is required: %s", (method, required, want) => {
    const schema = { properties: { a: {}, id: { readOnly: true } }, required };
    const built = single(method, "/a", { requestBody: { content: { "application/json": { schema } } } });
    expect(first(built).body?.required).toBe(want);
  });

  test("a document without operations says so", () => {
    expect(codes(build({ openapi: "3.1.0", webhooks: {} }))).toEqual(["model/no-operations"]);
  });
});

describe("servers and security", () => {
  test.each([
    [{ servers: [{ url: "/v1" }] }, "https://x.test/docs/api.yaml", ["https://x.test/v1"]],
    [{ servers: [{ url: "../v2" }] }, "https://x.test/docs/api.yaml", ["https://x.test/v2"]],
    [{ servers: [{ url: "/v1" }] }, "api.yaml", ["/v1"]],
    [{}, "https://x.test/docs/api.yaml", ["https://x.test/"]],
    [{}, "api.yaml", []],
  ])("%j from %s", (rest, source, want) => {
    expect(build({ openapi: "3.0.0", paths: {}, ...rest }, source).api.servers.map(({ url }) => url)).toEqual(want);
  });

  test("schemes without any requirement are assumed, with a warning", () => {
    const built = single(
      "get",
      "/a",
      {},
      { components: { securitySchemes: { b: { type: "http", scheme: "Bearer" } } } },
    );
    expect(first(built).security).toEqual([new Map([["b", []]])]);
    expect(built.api.securitySchemes).toEqual([{ kind: "bearer", id: "b" }]);
    expect(codes(built)).toEqual(["model/assumed-security"]);
  });

  test("requirements of unknown schemes are dropped, once told", () => {
    const built = build({
      openapi: "3.0.0",
      security: [{ no: [] }],
      paths: { "/a": { get: { ...ok, security: [{ no: [] }, {}] } } },
    });
    expect(first(built).security).toEqual([new Map()]);
    expect(codes(built)).toEqual(["model/unknown-security-scheme"]);
  });
});

describe("Swagger 2.0", () => {
  const swagger = (operation: object, rest: object = {}, path = "/a") =>
    build({ swagger: "2.0", paths: { [path]: { post: { ...ok, ...operation } } }, ...rest });

  test.each([
    [
      { host: "x.test", basePath: "/v1", schemes: ["http", "https"] },
      "api.yaml",
      ["https://x.test/v1", "http://x.test/v1"],
    ],
    [{ host: "x.test", basePath: "/" }, "api.yaml", ["https://x.test"]],
    [{ basePath: "v1" }, "http://y.test:8080/swagger.json", ["http://y.test:8080/v1"]],
    [{ basePath: "/v1" }, "api.yaml", ["/v1"]],
    [{}, "api.yaml", []],
  ])("%j from %s", (rest, source, want) => {
    expect(build({ swagger: "2.0", paths: {}, ...rest }, source).api.servers.map(({ url }) => url)).toEqual(want);
  });

  test.each([
    ["multi", "query", "form", true],
    [undefined, "query", "form", false],
    ["csv", "header", "simple", false],
    ["multi", "header", "simple", false],
    ["pipes", "header", "pipeDelimited", false],
    ["ssv", "path", "spaceDelimited", false],
    ["ssv", "query", "spaceDelimited", false],
    ["tsv", "query", "tabDelimited", false],
    ["pipes", "query", "pipeDelimited", false],
  ])("collectionFormat %s in %s", (collectionFormat, place, style, explode) => {
    const parameter = { name: "p", in: place, type: "array", items: { type: "string" }, collectionFormat };
    expect(
      first(swagger({ parameters: [parameter] }, {}, place === "path" ? "/a/{p}" : "/a")).parameters,
    ).toMatchObject([{ style, explode, schema: { kind: "array" } }]);
  });

  test("a shared body parameter, and empty consumes", () => {
    const built = swagger(
      { consumes: [], parameters: [{ $ref: "#/parameters/b" }] },
      {
        parameters: { b: { name: "b", in: "body", required: true, schema: { $ref: "#/definitions/T" } } },
        definitions: { T: { type: "object", "x-nullable": true } },
      },
    );
    expect(first(built).body).toMatchObject({
      required: true,
      content: [{ mediaType: "application/json", schema: { target: "T" } }],
    });
    expect(built.api.schemas.get("T")).toMatchObject({ kind: "object", nullable: true });
  });

  test("form fields make one object; a file makes it multipart", () => {
    const fields = [
      { name: "f", in: "formData", type: "file", required: true, description: "the file" },
      { name: "n", in: "formData", type: "array", items: { type: "string" }, collectionFormat: "multi" },
    ];
    const { body } = first(swagger({ parameters: fields, consumes: ["application/x-www-form-urlencoded"] }));
    expect(body?.required).toBe(true);
    expect(body?.content.map(({ mediaType }) => mediaType)).toEqual(["multipart/form-data"]);
    expect(body?.content[0]?.schema).toMatchObject({
      properties: new Map<string, object>([
        ["f", { kind: "string", format: "binary", description: "the file" }],
        ["n", { kind: "array", items: { kind: "string" } }],
      ]),
    });
    expect(body?.content[0]?.encoding.get("n")).toEqual({ style: "form", explode: true });
  });

  test("responses and OAuth flows take their 3.x shape", () => {
    const built = swagger(
      {
        produces: ["text/xml", "application/json"],
        responses: { "200": { description: "", schema: { type: "string" } } },
      },
      {
        securityDefinitions: {
          o: { type: "oauth2", flow: "accessCode", tokenUrl: "https://t.test", scopes: { r: "read" } },
        },
        security: [{ o: ["r"] }],
      },
    );
    expect(first(built).responses[0]?.content.map(({ mediaType }) => mediaType)).toEqual([
      "text/xml",
      "application/json",
    ]);
    expect(built.api.securitySchemes).toEqual([
      {
        kind: "oauth2",
        id: "o",
        flows: [{ flow: "authorizationCode", tokenUrl: "https://t.test", scopes: new Map([["r", "read"]]) }],
      },
    ]);
  });
});
