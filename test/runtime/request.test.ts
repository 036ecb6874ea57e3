import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CallError } from "../../templates/runtime/context.js";
import type { Operation, OperationArgument } from "../../templates/runtime/operation.js";
import { buildRequest, type RequestOptions } from "../../templates/runtime/request.js";
import { sendRequest } from "../../templates/runtime/send.js";

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let server: Server;
let baseUrl: string;
let seen: Seen[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks) });
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/api/v1`;
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
});

const none = { headers: {}, query: {}, cookies: {} };

function operation(partial: Partial<Operation>): Operation {
  return { id: "op", method: "GET", path: "/x", class: "read", idempotent: true, arguments: [], ...partial };
}

function argument(
  place: OperationArgument["in"],
  wire: string,
  rest: Partial<OperationArgument> = {},
): OperationArgument {
  return { name: wire.replace(/^\//, ""), in: place, wire, schema: {}, ...rest };
}

async function exchange(
  target: Operation,
  args: Record<string, unknown>,
  options: Partial<RequestOptions> = {},
): Promise<Seen> {
  const request = await buildRequest(target, args, { baseUrl, credentials: none, ...options });
  await sendRequest(request, { signal: new AbortController().signal, timeoutMs: 5_000, maxResponseBytes: 1_000 });
  const last = seen.at(-1);
  if (!last) throw new Error("nothing arrived");
  return last;
}

async function refusal(run: () => Promise<unknown>): Promise<CallError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("URL", () => {
  it.each<[string, string, string]>([
    ["keeps the base path", "/contacts/{id}", "/api/v1/contacts/7"],
    ["keeps a trailing slash", "/contacts/{id}/", "/api/v1/contacts/7/"],
    ["keeps a constant query", "/contacts/{id}?beta=true", "/api/v1/contacts/7?beta=true"],
    ["drops a fragment that tells operations apart", "/contacts/{id}#copy", "/api/v1/contacts/7"],
    ["fills parts of a segment", "/contacts/{id}:archive", "/api/v1/contacts/7:archive"],
    ["fills a placeholder twice", "/contacts/{id}/copies/{id}", "/api/v1/contacts/7/copies/7"],
  ])("%s", async (_case, path, wanted) => {
    const { url } = await exchange(operation({ path, arguments: [argument("path", "id")] }), { id: 7 });
    expect(url).toBe(wanted);
  });

  it("joins arguments, the base URL's own query and credentials", async () => {
    const target = operation({ path: "/search?v=2", arguments: [argument("query", "q"), argument("query", "tag[]")] });
    const { url } = await exchange(
      target,
      { q: "a b", "tag[]": ["x", "y"] },
      {
        baseUrl: `${baseUrl}/?tenant=t`,
        credentials: { ...none, query: { key: "s&t" } },
      },
    );
    expect(url).toBe("/api/v1/search?tenant=t&v=2&q=a%20b&tag%5B%5D=x&tag%5B%5D=y&key=s%26t");
  });

  it("sends operations with servers of their own there", async () => {
    const target = operation({ path: "/upload", baseUrl: `${baseUrl}/files` });
    expect((await exchange(target, {}, { baseUrl: "https://elsewhere.example.com" })).url).toBe("/api/v1/files/upload");
  });

  it("sends operations with a path of their own to the server of the API", async () => {
    expect((await exchange(operation({ path: "/upload", baseUrl: "/v2" }), {})).url).toBe("/v2/upload");
  });

  it("replaces paging values and follows the API's own next page", async () => {
    const target = operation({ arguments: [argument("query", "page"), argument("query", "q")] });
    const overrides = [{ in: "query" as const, wire: "page", value: 3 }];
    expect((await exchange(target, { q: "x", page: 1 }, { overrides })).url).toBe("/api/v1/x?page=3&q=x");
    const credentials = { ...none, query: { key: "new" } };
    const next = await exchange(target, { q: "x" }, { credentials, pageUrl: "/api/v1/x?cursor=abc&key=old" });
    expect(next.url).toBe("/api/v1/x?cursor=abc&key=new");
  });

  const filter = argument("query", "filter", { explode: true, schema: { type: "object" } });
  const tenant = { in: "query", wire: "tenant", value: "acme" } as const;

  it("lets no member of an object stand for what is fixed, or for a credential", async () => {
    const target = operation({ arguments: [filter], fixed: [tenant] });
    const credentials = { ...none, query: { key: "s" } };
    const args = { filter: { tenant: "other", key: "mine", a: "1" } };
    expect((await exchange(target, args, { credentials })).url).toBe("/api/v1/x?a=1&tenant=acme&key=s");
    const cookie = { ...filter, in: "cookie" } as const;
    const cookies = operation({ arguments: [cookie], fixed: [{ ...tenant, in: "cookie" }] });
    expect((await exchange(cookies, args)).headers["cookie"]).toBe("key=mine; a=1; tenant=acme");
  });

  it.each(["/api/v1/x?cursor=a&t%65nant=other", "?cursor=a&tenant=other", "?cursor=a"])(
    "sends what is fixed with the page %s as well",
    async (pageUrl) => {
      const target = operation({ arguments: [filter], fixed: [tenant] });
      const { url } = await exchange(target, { filter: { a: "1" } }, { pageUrl });
      expect(url).toBe("/api/v1/x?cursor=a&tenant=acme");
    },
  );

  it("refuses a next page on another host", async () => {
    const error = await refusal(() => exchange(operation({}), {}, { pageUrl: "https://evil.example.com/x" }));
    expect(error.payload.code).toBe("upstream_error");
    expect(seen).toEqual([]);
  });

  const unsafe = ["", ".", "..", "%2e", "%2E%2e", ".%2e", "%2e.", "a\u0000b", "a\nb", "\u0085"];
  it.each(unsafe.map((value) => [value]))("refuses %j as a path value", async (id) => {
    const target = operation({ path: "/contacts/{id}/notes", arguments: [argument("path", "id")] });
    const error = await refusal(() => exchange(target, { id }));
    expect(error.payload).toMatchObject({ code: "invalid_input", fields: [{ field: "id" }] });
    expect(seen).toEqual([]);
  });

  it.each<[unknown, string]>([
    ["a/b", "a%2Fb"],
    ["../x", "..%2Fx"],
    ["..%2f..", "..%252f.."],
    ["a\\b", "a%5Cb"],
    ["x;y?z#w", "x%3By%3Fz%23w"],
    ["...", "..."],
    ["ü 漢", "%C3%BC%20%E6%BC%A2"],
    [0, "0"],
    [["a", "b"], "a,b"],
  ])("keeps %j within its segment", async (id, wanted) => {
    const target = operation({ path: "/contacts/{id}/notes", arguments: [argument("path", "id")] });
    expect((await exchange(target, { id })).url).toBe(`/api/v1/contacts/${wanted}/notes`);
  });

  it("checks lists and objects part by part", async () => {
    const target = operation({ path: "/c/{id}", arguments: [argument("path", "id")] });
    for (const id of [[".."], [""], [], { a: ".." }, {}]) {
      expect((await refusal(() => exchange(target, { id }))).payload.code).toBe("invalid_input");
    }
  });

  it.each(["a/../b", "/a", "a//b", "a/", "./a", "a/%2e%2e"])("refuses %j where slashes are allowed", async (path) => {
    const target = operation({ path: "/contents/{path}", arguments: [argument("path", "path", { allowSlash: true })] });
    expect((await refusal(() => exchange(target, { path }))).payload.code).toBe("invalid_input");
  });

  it("sends a path as a value where slashes are allowed", async () => {
    const target = operation({ path: "/contents/{path}", arguments: [argument("path", "path", { allowSlash: true })] });
    expect((await exchange(target, { path: "docs/read me.md" })).url).toBe("/api/v1/contents/docs/read%20me.md");
  });

  it("sends a method with the capitals it has", async () => {
    const { method } = await buildRequest(operation({ method: "Copy" }), {}, { baseUrl, credentials: none });
    expect(method).toBe("Copy");
  });

  it("never sends a placeholder", async () => {
    expect((await refusal(() => exchange(operation({ path: "/c/{id}" }), {}))).payload.code).toBe("invalid_input");
  });
});

describe("headers", () => {
  it("places arguments, fixed values, credentials and cookies", async () => {
    const target = operation({
      arguments: [argument("header", "X-Trace"), argument("cookie", "theme"), argument("header", "Authorization")],
      fixed: [
        { in: "header", wire: "X-Version", value: "2" },
        { in: "header", wire: "X-Tenant", fromEnv: "TENANT" },
        { in: "header", wire: "X-User", fromAuth: "sub" },
        { in: "header", wire: "X-Absent", fromEnv: "ABSENT" },
      ],
      accept: "application/vnd.x+json",
    });
    const args = { "X-Trace": "ünï → x", theme: "dark mode", Authorization: "mine" };
    const { headers } = await exchange(target, args, {
      credentials: { ...none, headers: { Authorization: "Bearer s" }, cookies: { sid: "1" } },
      resolveEnv: (name) => (name === "TENANT" ? "t1" : undefined),
      resolveClaim: (name) => `${name}-7`,
      traceparent: "00-1-2-01",
      userAgent: "crm/1.0",
    });
    expect(headers).toMatchObject({
      accept: "application/vnd.x+json",
      authorization: "Bearer s",
      cookie: "theme=dark%20mode; sid=1",
      traceparent: "00-1-2-01",
      "user-agent": "crm/1.0",
      "x-version": "2",
      "x-tenant": "t1",
      "x-user": "sub-7",
    });
    expect(Buffer.from(String(headers["x-trace"]), "latin1").toString("utf8")).toBe("ünï → x");
    expect(headers).not.toHaveProperty("x-absent");
    expect(headers).not.toHaveProperty("accept-encoding");
  });

  it.each(["a\r\nX-Injected: 1", "a\nb", "a\u0000b"])("refuses %j", async (value) => {
    const target = operation({ arguments: [argument("header", "X-A")] });
    const error = await refusal(() => exchange(target, { "X-A": value }));
    expect(error.payload.fields).toMatchObject([{ field: "X-A" }]);
  });

  it("sends cookies as they are in style cookie, but none that would end before its end", async () => {
    const target = operation({ arguments: [argument("cookie", "c", { style: "cookie" })] });
    expect((await exchange(target, { c: "a b=%20" })).headers["cookie"]).toBe("c=a b=%20");
    for (const c of ["a;b", "a\r\nX: 1", "a\nb", { "x;y": 1 }, { "x=y": 1 }]) {
      expect((await refusal(() => exchange(target, { c }))).payload.fields).toMatchObject([{ field: "c" }]);
    }
  });

  it("sends a default where the caller gives nothing, and what the caller gives elsewhere", async () => {
    const target = operation({
      arguments: [
        { ...argument("header", "X-A"), default: "usual" },
        { ...argument("query", "b"), default: 3 },
      ],
    });
    expect((await exchange(target, {})).headers).toMatchObject({ "x-a": "usual" });
    expect((await exchange(target, {})).url).toBe("/api/v1/x?b=3");
    expect((await exchange(target, { "X-A": "own", b: 4 })).headers).toMatchObject({ "x-a": "own" });
  });

  it.each([undefined, null, ""])("sends nothing where the caller's claim is %j", async (claim) => {
    const target = operation({ fixed: [{ in: "query", wire: "owner", fromAuth: "sub", required: true }] });
    const error = await refusal(() => exchange(target, {}, { resolveClaim: () => claim }));
    expect(error.payload).toMatchObject({ code: "forbidden", message: expect.stringContaining('"sub"') as unknown });
    expect(seen).toEqual([]);
  });

  it("tells the operator which value is not set", async () => {
    const target = operation({ fixed: [{ in: "header", wire: "X-T", fromEnv: "TENANT", required: true }] });
    const error = await refusal(() => exchange(target, {}, { resolveEnv: () => undefined }));
    expect(error.payload.message).toContain("the environment variable TENANT is not set");
  });
});

describe("bodies", () => {
  const post = (
    mediaType: string,
    rest: Partial<NonNullable<Operation["body"]>>,
    args: OperationArgument[],
  ): Operation =>
    operation({ method: "POST", class: "write", idempotent: false, arguments: args, body: { mediaType, ...rest } });

  it("assembles JSON from pointers", async () => {
    const target = post("application/json", {}, [
      argument("body", "/data/attributes/name", { name: "name" }),
      argument("body", "/data/attributes/a~1b", { name: "slash" }),
      argument("body", "/tags/0/label", { name: "label" }),
      argument("body", "/__proto__/polluted", { name: "proto" }),
    ]);
    const { body, headers } = await exchange(
      { ...target, fixed: [{ in: "body", wire: "/data/type", value: "contact" }] },
      { name: "Ada", slash: null, label: "l", proto: true },
    );
    expect(headers["content-type"]).toBe("application/json");
    expect(body.toString()).toBe(
      '{"data":{"attributes":{"name":"Ada","a/b":null},"type":"contact"},"tags":[{"label":"l"}],"__proto__":{"polluted":true}}',
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it.each<[string, string, unknown, string, string]>([
    ["a list", "application/json", [1, "a"], "application/json", '[1,"a"]'],
    ["a scalar", "application/json", "x", "application/json", '"x"'],
    ["false", "application/json", false, "application/json", "false"],
    ["merge patch", "application/merge-patch+json", { a: null }, "application/merge-patch+json", '{"a":null}'],
    ["anything", "*/*", { a: 1 }, "application/json", '{"a":1}'],
    ["text", "text/plain", "hello ü", "text/plain", "hello ü"],
    ["XML", "application/xml", "<a/>", "application/xml", "<a/>"],
    ["lines", "application/x-ndjson", [{ a: 1 }, { b: "\n" }], "application/x-ndjson", '{"a":1}\n{"b":"\\n"}\n'],
    ["one line", "application/jsonl;charset=utf-8", { a: 1 }, "application/jsonl;charset=utf-8", '{"a":1}\n'],
    ["a JSON text sequence", "application/json-seq", [1, null], "application/json-seq", "\u001e1\n\u001enull\n"],
    ["another sequence", "application/geo+json-seq", [{ a: 1 }], "application/geo+json-seq", '\u001e{"a":1}\n'],
    ["lines as they are", "application/x-ndjson", '{"a":1}\n', "application/x-ndjson", '{"a":1}\n'],
  ])("sends %s as a whole body", async (...[, mediaType, value, type, wanted]) => {
    const target = post(mediaType, {}, [argument("body", "", { name: "body" })]);
    const { body, headers } = await exchange(target, { body: value });
    expect([headers["content-type"], body.toString()]).toEqual([type, wanted]);
  });

  it("writes integers that no number can hold as the digits they are", async () => {
    const digits = "9007199254740993";
    const integer = { type: "integer" };
    const schema = {
      type: "object",
      properties: { id: integer, ids: { type: "array", items: integer }, note: { type: "string" } },
      additionalProperties: { type: ["integer", "string"] },
    };
    const value = { id: digits, ids: [1, `-${digits}`], note: digits, other: digits };
    const json = `{"id":${digits},"ids":[1,-${digits}],"note":"${digits}","other":"${digits}"}`;
    const send = async (mediaType: string, wire: string) => {
      const args = [argument("body", wire, { name: "v", schema }), argument("query", "q", { schema: integer })];
      const sent = await exchange(post(mediaType, {}, args), { v: value, q: digits });
      expect(sent.url).toBe(`/api/v1/x?q=${digits}`);
      return sent.body.toString();
    };
    expect(await send("application/json", "")).toBe(json);
    expect(await send("application/json", "/data")).toBe(`{"data":${json}}`);
    expect(await send("application/x-ndjson", "")).toBe(`${json}\n`);
    expect(await send("application/x-www-form-urlencoded", "")).toBe(
      `id=${digits}&ids=1&ids=-${digits}&note=${digits}&other=${digits}`,
    );
    expect(await send("multipart/form-data", "/part")).toContain(`\r\n\r\n${json}\r\n`);
    const filter = argument("query", "filter", { schema, content: "application/json" });
    const { url } = await exchange(operation({ arguments: [filter] }), { filter: value });
    expect(url).toBe(`/api/v1/x?filter=${encodeURIComponent(json)}`);
  });

  it("sends no body where none is given, an empty object where one is required", async () => {
    const args = [argument("body", "/a")];
    const without = await exchange(post("application/json", {}, args), {});
    expect([without.body.length, without.headers["content-type"]]).toEqual([0, undefined]);
    expect((await exchange(post("application/json", { required: true }, args), {})).body.toString()).toBe("{}");
  });

  it("sends a body with DELETE and never with GET", async () => {
    const args = [argument("body", "/ids")];
    const remove = await exchange({ ...post("application/json", {}, args), method: "DELETE" }, { ids: [1] });
    expect([remove.method, remove.body.toString()]).toEqual(["DELETE", '{"ids":[1]}']);
    const get = await exchange({ ...post("application/json", {}, args), method: "GET" }, { ids: [1] });
    expect([get.body.length, get.headers["content-type"]]).toEqual([0, undefined]);
  });

  it.each([
    ["header", "Idempotency-Key"],
    ["query", "requestId"],
    ["body", "/idempotency_key"],
  ] as const)("puts the idempotency key into the %s", async (place, wire) => {
    const target = { ...post("application/json", {}, [argument("body", "/a")]), idempotency: { in: place, wire } };
    const sent = await exchange(target, { a: 1 }, { idempotencyKey: "k-1" });
    const where = { header: sent.headers["idempotency-key"], query: sent.url, body: sent.body.toString() }[place];
    expect(where).toContain("k-1");
  });

  it("sends forms", async () => {
    const target = post(
      "application/x-www-form-urlencoded",
      { encoding: { card: { style: "deepObject", explode: true } } },
      [argument("body", "/name"), argument("body", "/tags"), argument("body", "/card"), argument("body", "/meta")],
    );
    const args = { name: "A & B", tags: ["x", "y"], card: { exp: { year: 2030 }, lines: ["1"] }, meta: { k: 1 } };
    const { body, headers } = await exchange(target, args);
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect([...new URLSearchParams(body.toString())]).toEqual([
      ["name", "A & B"],
      ["tags", "x"],
      ["tags", "y"],
      ["card[exp][year]", "2030"],
      ["card[lines][0]", "1"],
      ["meta", '{"k":1}'],
    ]);
  });

  it("sends multipart that a form parser reads back", async () => {
    const target = post(
      "multipart/form-data",
      {
        files: ["photo", "extra"],
        encoding: { note: { contentType: "text/markdown" }, photo: { contentType: "image/png, image/jpeg" } },
      },
      ["title", "photo", "extra", "meta", "note", "n"].map((name) => argument("body", `/${name}`)),
    );
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10]);
    const { body, headers } = await exchange(target, {
      title: 'quo"te\r\nline',
      photo: `data:image/png;base64,${png.toString("base64")}`,
      extra: ["data:text/plain,hello%20you", png.toString("base64")],
      meta: { a: 1 },
      note: "# hi",
      n: 5,
    });
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": String(headers["content-type"]) },
    }).formData();
    const photo = form.get("photo");
    if (!(photo instanceof File)) throw new Error("photo is not a file");
    expect([photo.name, photo.type, Buffer.from(await photo.arrayBuffer()).equals(png)]).toEqual([
      "file.png",
      "image/png",
      true,
    ]);
    const extra = await Promise.all(form.getAll("extra").map((file) => (file instanceof File ? file.text() : "")));
    expect(extra[0]).toBe("hello you");
    expect(extra).toHaveLength(2);
    expect([form.get("title"), form.get("meta"), form.get("n")]).toEqual(['quo"te\r\nline', '{"a":1}', "5"]);
    expect(body.toString("latin1")).toContain('name="note"\r\nContent-Type: text/markdown\r\n');
    expect(body.toString("latin1")).toContain('name="meta"\r\nContent-Type: application/json\r\n');
  });

  it("does not let names or values break out of a multipart header", async () => {
    const target = post("multipart/form-data", {}, [argument("body", '/a"\r\nX-Evil: 1', { name: "odd" })]);
    const { body } = await exchange(target, { odd: "v" });
    expect(body.toString()).toContain('name="a%22%0D%0AX-Evil: 1"');
  });

  it("sends binary bodies", async () => {
    const target = post("application/octet-stream", { files: [""] }, [argument("body", "", { name: "body" })]);
    const bytes = Buffer.from([0, 1, 2, 255]);
    const { body, headers } = await exchange(target, { body: bytes.toString("base64url") });
    expect([headers["content-type"], body.equals(bytes)]).toEqual(["application/octet-stream", true]);
    const error = await refusal(() => exchange(target, { body: "not base64!" }));
    expect(error.payload.message).toContain("`body` takes file content as base64 text or a data URL");
    const any = post("*/*", { files: [""] }, [argument("body", "", { name: "body" })]);
    expect((await exchange(any, { body: "data:image/svg+xml;charset=utf-8,x" })).headers["content-type"]).toBe(
      "image/svg+xml",
    );
    const split = await refusal(() => exchange(any, { body: "data:text/plain\r\nX-Evil: 1,hello" }));
    expect(split.payload).toMatchObject({ code: "invalid_input", fields: [{ field: "body" }] });
  });

  it.each<[string, string | Buffer, string]>([
    ["image/*", Buffer.from("89504e470d0a1a0a0000", "hex"), "image/png"],
    ["image/*", Buffer.from("ffd8ffe000104a46", "hex"), "image/jpeg"],
    ["image/*", Buffer.from("GIF89a.."), "image/gif"],
    ["image/*;q=1", Buffer.from("RIFF\n\0\0\0WEBPVP8 "), "image/webp"],
    ["image/*", "data:image/avif;base64,AAAA", "image/avif"],
    ["*/*", Buffer.from("other"), "application/octet-stream"],
    ["application/*", Buffer.from("other"), "application/octet-stream"],
  ])("sends a body of a range %s as what it is: %j", async (range, file, wanted) => {
    const target = post(range, { files: [""] }, [argument("body", "", { name: "file" })]);
    const { headers } = await exchange(target, { file: typeof file === "string" ? file : file.toString("base64") });
    expect(headers["content-type"]).toBe(wanted);
  });

  it("sends no body of a type that the API does not take", async () => {
    const target = post("image/*", { files: [""] }, [argument("body", "", { name: "file" })]);
    const error = await refusal(() => exchange(target, { file: Buffer.from("other").toString("base64") }));
    expect(error.payload.fields).toMatchObject([
      { field: "file", message: expect.stringContaining("must be of a type image/*") as string },
    ]);
  });

  it("sends fixed members inside an argument, and leaves the caller's own as it was", async () => {
    const fixed = [{ in: "body", wire: "/address/country", value: "DE" }] as const;
    const target = {
      ...post("application/json", {}, [argument("body", "/address"), argument("body", "/name")]),
      fixed,
    };
    const address = { city: "Berlin" };
    expect(JSON.parse((await exchange(target, { name: "Ada", address })).body.toString())).toEqual({
      name: "Ada",
      address: { city: "Berlin", country: "DE" },
    });
    expect(address).toEqual({ city: "Berlin" });
    expect(JSON.parse((await exchange(target, { name: "Ada" })).body.toString())).toEqual({
      name: "Ada",
      address: { country: "DE" },
    });
  });

  it("calls a file that cannot be read by the name of its argument", async () => {
    const part = argument("body", "/file~1part", { name: "upload" });
    for (const target of [
      post("multipart/form-data", { files: ["file/part"] }, [part]),
      post("application/octet-stream", { files: [""] }, [argument("body", "", { name: "upload" })]),
    ]) {
      const error = await refusal(() => exchange(target, { upload: "not base64!" }));
      expect(error.payload.fields).toMatchObject([{ field: "upload" }]);
    }
  });
});

describe("files by path", () => {
  let folder: string;
  let root: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "files-"));
    root = join(folder, "root");
    await mkdir(join(root, "sub"), { recursive: true });
    await mkdir(join(folder, "root-twin"));
    await writeFile(join(root, "sub", "report.pdf"), "inside");
    await writeFile(join(folder, "secret.txt"), "outside");
    await writeFile(join(folder, "root-twin", "x.txt"), "outside");
    await symlink(join(folder, "secret.txt"), join(root, "link.txt"));
    await symlink(folder, join(root, "up"));
    await symlink(join(root, "sub", "report.pdf"), join(root, "inner.pdf"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const target = operation({
    method: "POST",
    class: "write",
    arguments: [argument("body", "", { name: "body" })],
    body: { mediaType: "*/*", files: [""] },
  });

  it.each(["sub/report.pdf", "file:sub/report.pdf", "inner.pdf", "sub/../sub/report.pdf"])("sends %s", async (path) => {
    const { body, headers } = await exchange(target, { body: path }, { fileRoot: root });
    expect([body.toString(), headers["content-type"]]).toEqual(["inside", "application/pdf"]);
  });

  it.each([
    "../secret.txt",
    "link.txt",
    "up/secret.txt",
    "../root-twin/x.txt",
    "file:///etc/passwd",
    "/etc/passwd",
    "file:%2e%2e/secret.txt",
    "file:missing.txt",
    "sub",
    "file:/dev/zero",
  ])("refuses %s", async (path) => {
    const error = await refusal(() => exchange(target, { body: path }, { fileRoot: root }));
    expect(error.payload.code).toBe("invalid_input");
    expect(error.payload.message).not.toContain(folder);
    expect(seen).toEqual([]);
  });

  it("reads no file where no folder is allowed", async () => {
    const path = join(root, "sub", "report.pdf");
    for (const value of [`file:${path}`, `file://${path}`]) {
      expect((await refusal(() => exchange(target, { body: value }))).payload.code).toBe("invalid_input");
    }
  });
});
