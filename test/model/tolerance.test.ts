/** What real descriptions get wrong, and what is made of it. */
import { expect, test } from "vitest";
import { build, first, single } from "./api.js";
import type { Built } from "./api.js";

const codes = ({ diagnostics }: Built) => diagnostics.map(({ code }) => code);

const named = { type: "object", properties: { name: { type: "string" } } };
test.each([
  ["XML of an object", { "application/xml": { schema: named } }, undefined],
  ["a list as CSV", { "text/csv": { schema: { type: "array", items: named } } }, undefined],
  ["several that are not", { "text/xml": { schema: named }, "application/x-protobuf": { schema: named } }, undefined],
  ["XML as text", { "application/xml": { schema: { type: "string" } } }, ["application/xml"]],
  ["XML of which nothing is said", { "application/xml": {} }, ["application/xml"]],
  ["a file said to be an object", { "image/png": { schema: { type: "object" } } }, ["image/png"]],
  ["YAML, which JSON is", { "application/yaml": { schema: named } }, ["application/yaml"]],
  ["one that can be", { "application/xml": { schema: named }, "image/png": {} }, ["image/png"]],
  ["anything", { "application/*": { schema: named } }, ["*/*"]],
])("a body that only unwritable media types describe makes no tool: %s", (_case, content, types) => {
  const built = single("post", "/a", { requestBody: { required: true, content } });
  const bodies = built.api.operations.map(({ body }) => body?.content.map(({ mediaType }) => mediaType));
  expect(bodies).toEqual(types ? [types] : []);
  const reasons = built.api.skipped.map(({ reason }) => reason);
  expect(reasons).toEqual(
    types ? [] : [`its body is only taken as ${Object.keys(content).join(" or ")}, which cannot be written here`],
  );
});

test.each(["application/jsonl", "application/x-ndjson", "application/json-seq"])("%s of items is a list", (type) => {
  const built = single("post", "/a", { requestBody: { required: true, content: { [type]: { itemSchema: named } } } });
  expect(first(built).body?.content).toMatchObject([
    { mediaType: type, schema: { kind: "array", items: { kind: "object" } } },
  ]);
});

test.each([
  ["items", "multipart/mixed", { itemSchema: named }],
  ["parts by position", "multipart/mixed", { schema: named, prefixEncoding: [{ contentType: "application/json" }] }],
  ["a list", "multipart/mixed", { schema: { type: "array", items: named } }],
  ["events", "text/event-stream", { itemSchema: named }],
])("a body is left out whose parts have no names: %s", (_case, type, media) => {
  const { api } = single("post", "/a", { requestBody: { required: true, content: { [type]: media } } });
  expect(api.operations).toEqual([]);
  expect(api.skipped[0]?.reason).toContain(`its body is only taken as ${type}`);
});

test.each([
  ["an object as XML", { type: "object", properties: { p: named } }, { p: { contentType: "application/xml" } }, false],
  [
    "a list of them",
    { type: "object", properties: { p: { type: "array", items: named } } },
    { p: { contentType: "text/xml" } },
    false,
  ],
  [
    "XML as text",
    { type: "object", properties: { p: { type: "string" } } },
    { p: { contentType: "application/xml" } },
    true,
  ],
  ["an object as JSON", { type: "object", properties: { p: named } }, { p: { contentType: "application/json" } }, true],
])("a form is left out where a part of it cannot be written: %s", (_case, schema, encoding, kept) => {
  const content = { "multipart/form-data": { schema, encoding } };
  const { api } = single("post", "/a", { requestBody: { required: true, content } });
  expect(api.operations).toHaveLength(kept ? 1 : 0);
  expect(api.skipped.map(({ reason }) => reason)).toEqual(
    kept ? [] : ["its body is only taken as multipart/form-data with such parts, which cannot be written here"],
  );
});

test("an optional body that cannot be written is left out, and said to be", () => {
  const content = { "application/xml": { schema: named } };
  const built = single("post", "/a", { requestBody: { content } });
  expect(first(built).body).toBeUndefined();
  expect(codes(built)).toEqual(["model/unusable-media-type"]);
});

test.each([
  ["without", {}],
  ["null", { responses: null }],
  ["empty", { responses: {} }],
  ["a list", { responses: [{ description: "x" }] }],
  ["one that is null", { responses: { "200": null } }],
  ["one that leads nowhere", { responses: { "200": { $ref: "#/components/responses/None" } } }],
])("an operation stays without responses that can be read: %s", (_case, operation) => {
  const built = build({ openapi: "3.0.3", paths: { "/a": { get: operation } } });
  expect(first(built)).toMatchObject({ key: "GET /a", responses: [] });
});

test.each([
  ["no list", { consumes: "application/x-www-form-urlencoded" }, "application/x-www-form-urlencoded", []],
  ["no media type", { consumes: ["json"] }, "application/json", ["model/assumed-media-type"]],
  ["nothing", { consumes: [] }, "application/json", ["model/assumed-media-type"]],
])("`consumes` of Swagger 2.0 that holds %s", (_case, stated, mediaType, wanted) => {
  const parameters = [{ name: "b", in: "body", schema: { type: "object" } }];
  const post = { ...stated, parameters, responses: {} };
  const built = build({ swagger: "2.0", host: "x.test", paths: { "/a": { post } } });
  expect(first(built).body?.content.map((media) => media.mediaType)).toEqual([mediaType]);
  expect(codes(built)).toEqual(wanted);
});

test.each([true, false])("a query string that is no form, required %s, is never left out of a call", (required) => {
  const content = { "application/json": { schema: named } };
  const built = single("get", "/a", { parameters: [{ name: "q", in: "querystring", required, content }] });
  expect(codes(built).slice(0, 1)).toEqual(["model/unusable-parameter"]);
  expect(built.api.operations.map(({ parameters }) => parameters)).toEqual(required ? [] : [[]]);
  expect(built.api.skipped.map(({ reason }) => reason)).toEqual(
    required ? ["it requires a query string that cannot be written here"] : [],
  );
});

test.each([
  ["with a schema", { required: true, schema: { $ref: "#/components/schemas/A" } }],
  ["that is a schema", { $ref: "#/components/schemas/A" }],
  ["whose media type is one", { content: { "application/json": { $ref: "#/components/schemas/A" } } }],
])("a body %s instead of `content` and `schema` is taken as JSON", (_case, requestBody) => {
  const built = single("post", "/a", { requestBody }, { components: { schemas: { A: named } } });
  expect(first(built).body?.content).toMatchObject([
    { mediaType: "application/json", schema: { kind: "ref", target: "A" } },
  ]);
  expect(codes(built)).toEqual(["model/assumed-meaning"]);
});

test("a security requirement that is only a name is a requirement", () => {
  const components = { securitySchemes: { key: { type: "apiKey", in: "header", name: "K" } } };
  const built = single("get", "/a", { security: ["key"] }, { components });
  expect(first(built).security).toEqual([new Map([["key", []]])]);
  expect(codes(built)).toEqual(["model/assumed-meaning"]);
});

test("paths none of which can be used are not said to be elsewhere", () => {
  const built = build({ openapi: "3.1.0", paths: { "/a/{}": { get: {} } } });
  const found = built.diagnostics.find(({ code }) => code === "model/no-operations");
  expect(found?.fix).toBe("Correct what the warnings point to.");
});

test.each([
  ["/a/:id/b", "id", "/a/{id}/b"],
  ["/a/{id:[0-9]+}", "id", "/a/{id}"],
  ["/a/{name=projects/*}", "name", "/a/{name}"],
  ["/a/{id:raw}", "id:raw", "/a/{id:raw}"],
  ["/a/{id}:cancel", "id", "/a/{id}:cancel"],
  ["/a/:other/{id}", "id", "/a/:other/{id}"],
])("the path %s with a parameter %s is read as %s", (path, name, expected) => {
  const built = single("get", path, { parameters: [{ name, in: "path", required: true, schema: { type: "string" } }] });
  expect(first(built)).toMatchObject({ key: `GET ${path}`, path: expected, parameters: [{ name }] });
  expect(codes(built)).toEqual(path === expected ? [] : ["model/assumed-path"]);
});
