import { describe, expect, it } from "vitest";
import type { JsonValue, Operation } from "../../templates/runtime/operation.js";
import { clippedLine, visibleText } from "../../templates/runtime/response-text.js";
import { readResponse, valueAt } from "../../templates/runtime/response.js";
import type { UpstreamResponse } from "../../templates/runtime/send.js";

const read: Operation = { id: "get", method: "GET", path: "/c", class: "read", idempotent: true, arguments: [] };
const write: Operation = { ...read, method: "POST", class: "write" };

const source = "https://api.example.com/c";

interface Given {
  status?: number;
  type?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  truncated?: true;
}

function response({ status = 200, type, body = "", headers = {}, truncated }: Given): UpstreamResponse {
  return {
    status,
    headers: { ...(type !== undefined && { "content-type": type }), ...headers },
    body: Buffer.from(body),
    url: `${source}?q=private`,
    ...(truncated && { truncated }),
  };
}

const page: Given = { type: "text/html; charset=utf-8", body: "<!doctype html><title>Sign in</title>" };

describe("readResponse", () => {
  it.each(["text/html", "application/json, text/plain", "*/*", undefined])(
    "takes a page where the API may answer %s",
    (accept) =>
      expect(readResponse(response(page), { ...read, ...(accept && { accept }) })).toMatchObject({
        ok: true,
        kind: "text",
      }),
  );

  it.each<[string, Given, unknown]>([
    ["JSON", { type: "application/json", body: '{"a":1}' }, { kind: "json", data: { a: 1 } }],
    [
      "JSON with a byte order mark",
      { type: "application/json", body: '\ufeff{"a":1}' },
      { kind: "json", data: { a: 1 } },
    ],
    ["JSON of a vendor", { type: "application/vnd.x+json;version=1", body: "[1]" }, { kind: "json", data: [1] }],
    ["null", { type: "application/json", body: "null" }, { kind: "json", data: null }],
    ["JSON called text", { type: "text/plain", body: '{"a":1}' }, { kind: "json", data: { a: 1 } }],
    ["JSON called HTML", { type: "text/html", body: ' [{"a":1}]' }, { kind: "json", data: [{ a: 1 }] }],
    [
      "ids longer than a number can hold",
      {
        type: "application/json",
        body: '{"id":12345678901234567890,"n":-9007199254740993,"s":"1234567890123456789","f":1.2345678901234567890,"k":[1234567890123456]}',
      },
      {
        kind: "json",
        data: {
          id: "12345678901234567890",
          n: "-9007199254740993",
          s: "1234567890123456789",
          f: 1.2345678901234567,
          k: [1234567890123456],
        },
      },
    ],
    [
      "text that was cut",
      { type: "text/plain", body: "beginn", truncated: true },
      { kind: "text", data: { media_type: "text/plain", source, text: "beginn", truncated: true } },
    ],
    ["JSON without a type", { body: '{"a":1}' }, { kind: "json", data: { a: 1 } }],
    [
      "JSON in Latin-1",
      { type: "application/json; charset=iso-8859-1", body: Buffer.from('"\u00fc"', "latin1") },
      { kind: "json", data: "ü" },
    ],
    [
      "an unknown charset",
      { type: "text/plain; charset=klingon", body: "ü" },
      { kind: "text", data: { media_type: "text/plain", source, text: "ü" } },
    ],
    [
      "UTF-16",
      { type: 'text/csv; charset="utf-16le"', body: Buffer.from("a;b", "utf16le") },
      { kind: "text", data: { media_type: "text/csv", source, text: "a;b" } },
    ],
    [
      "text",
      { type: "text/markdown", body: "# hi" },
      { kind: "text", data: { media_type: "text/markdown", source, text: "# hi" } },
    ],
    [
      "XML",
      { type: "application/xml", body: "<a/>" },
      { kind: "text", data: { media_type: "application/xml", source, text: "<a/>" } },
    ],
    [
      "lines of JSON",
      { type: "application/x-ndjson", body: '{"a":1}\n\n{"a":2}\r\nbroken\n' },
      { kind: "json", data: [{ a: 1 }, { a: 2 }] },
    ],
    [
      "an event stream",
      { type: "text/event-stream", body: 'event: x\ndata: {"a":1}\n\ndata: [DONE]\n\n' },
      { kind: "json", data: [{ a: 1 }] },
    ],
    ["nothing", { status: 204 }, { kind: "empty", data: { status: 204, ok: true } }],
    ["blank text", { type: "text/html", body: " \n" }, { kind: "empty", data: { status: 200, ok: true } }],
    [
      "an empty JSON body",
      { status: 202, type: "application/json", headers: { location: "/jobs/1" } },
      { kind: "empty", data: { status: 202, ok: true, location: "/jobs/1" } },
    ],
    [
      "see other",
      { status: 303, headers: { location: "/jobs/1" } },
      { kind: "empty", data: { status: 303, ok: true, location: "/jobs/1" } },
    ],
  ])("reads %s", (_case, given, wanted) => {
    expect(readResponse(response(given), read)).toEqual({ ok: true, ...(wanted as object) });
  });

  it("shows images, plays sounds and embeds other small files", () => {
    const bytes = Buffer.from([1, 2, 3]);
    expect(readResponse(response({ type: "image/png", body: bytes }), read)).toEqual({
      ok: true,
      kind: "binary",
      data: { media_type: "image/png", source, bytes: 3, included: true },
      content: [{ type: "image", data: "AQID", mimeType: "image/png", _meta: { "openapi-to-mcp/source": source } }],
    });
    expect(readResponse(response({ type: "audio/wav", body: bytes }), read)).toMatchObject({
      content: [{ type: "audio", data: "AQID", mimeType: "audio/wav" }],
    });
    expect(readResponse(response({ type: "application/pdf", body: bytes }), read)).toMatchObject({
      content: [{ type: "resource", resource: { uri: source, mimeType: "application/pdf", blob: "AQID" } }],
    });
    expect(readResponse(response({ body: Buffer.from([0, 1, 0]) }), read)).toMatchObject({ kind: "binary" });
  });

  it.each([
    ["[9007199254740993,-9007199254740993]", ["9007199254740993", "-9007199254740993"]],
    ['{"a":1234567890123456789}', { a: "1234567890123456789" }],
    [
      '["1234567890123456789 \\" 1234567890123456789",1234567890123456789]',
      ['1234567890123456789 " 1234567890123456789', "1234567890123456789"],
    ],
    [
      "[1234567890.5000000000000,1e0000000000000003,9007199254740991,12345678901234567890]",
      [1234567890.5, 1000, 9007199254740991, "12345678901234567890"],
    ],
    ["12345678901234567890", "12345678901234567890"],
  ])("keeps every digit of the ids in %s", (body, data) => {
    expect(readResponse(response({ type: "application/json", body }), read)).toMatchObject({ kind: "json", data });
  });

  it.each([
    ["objects", `[${"{},".repeat(700_000)}1]`],
    ["members", `{${'"a":1,'.repeat(700_000)}"b":1}`],
    ["numbers", `[${"1,".repeat(3_100_000)}1]`],
  ])("does not take apart a text of millions of %s", (_name, body) => {
    const given = response({ type: "application/json", body });
    expect(readResponse(given, read)).toMatchObject({ ok: false, failure: "too_large" });
    expect(readResponse(given, write)).toMatchObject({ ok: true, kind: "empty" });
    expect(readResponse({ ...given, status: 400 }, read)).toMatchObject({ ok: false, failure: "status" });
  });

  it("counts no text as values", () => {
    const log = `12:00:00 [info] {"a": [1, 2]}, \\ `.repeat(100_000);
    const given = response({ type: "application/json", body: JSON.stringify({ log }) });
    expect(readResponse(given, read)).toMatchObject({ ok: true, data: { log } });
  });

  it("reads as many lines as it keeps", () => {
    const given = response({ type: "application/x-ndjson", body: '{"a":1}\n\n'.repeat(1_000_000) });
    const result = readResponse(given, read);
    expect(result.ok && Array.isArray(result.data) && result.data.length).toBe(1_000);
  });

  it("describes files that are too big", () => {
    const big = readResponse(response({ type: "application/zip", body: Buffer.alloc(1024 * 1024 + 1) }), read);
    expect(big).toMatchObject({ kind: "binary", data: { bytes: 1024 * 1024 + 1, included: false } });
    expect(big).not.toHaveProperty("content");
    const cut = response({ type: "image/png", body: "x", truncated: true, headers: { "content-length": "9000000" } });
    expect(readResponse(cut, read)).toMatchObject({ data: { bytes: 9_000_000, included: false } });
  });

  it.each<[string, Given, Operation, string]>([
    ["an error status", { status: 404, type: "application/json", body: '{"message":"no"}' }, read, "status"],
    ["a redirect that was not followed", { status: 302 }, read, "status"],
    ["malformed JSON", { type: "application/json", body: '{"a":' }, read, "malformed"],
    ["HTML called JSON", { type: "application/json", body: "<html>" }, read, "malformed"],
    ["a page instead of data", page, { ...read, accept: "application/json, application/xml" }, "page"],
    ["JSON that was cut", { type: "application/json", body: '{"a":1}', truncated: true }, read, "too_large"],
    ["ok: false", { type: "application/json", body: '{"ok":false,"error":"x"}' }, write, "body"],
    [
      "a marked error",
      { type: "application/json", body: '{"meta":{"result":"fail"}}' },
      { ...read, errorWhen: { pointer: "/meta/result", equals: "fail" } },
      "body",
    ],
  ])("refuses %s", (_case, given, operation, failure) => {
    expect(readResponse(response(given), operation)).toMatchObject({ ok: false, failure });
  });

  const named = { pointer: "/success", equals: false, named: true } as const;
  it.each<[boolean, string, JsonValue, Operation["errorWhen"]?]>([
    [false, "an error code", { ok: false, error_code: 400 }],
    [false, "a list of errors", { ok: false, errors: [{ message: "x" }] }],
    [true, "the state of what was asked for", { ok: false, status: "down", checks: [{ name: "db" }] }],
    [true, "an error that is none", { ok: false, error: null, errors: [], message: "" }],
    [true, "a flag that is no root", { check: { ok: false, error: "x" } }],
    [true, "what an annotation calls data", { ok: false, error: "x" }, false],
    [false, "a flag of the description with a reason", { success: false, message: "x" }, named],
    [true, "a flag of the description alone", { success: false, data: [] }, named],
    [false, "a mark of an annotation alone", { success: false }, { pointer: "/success", equals: false }],
  ])("is a result (%s): %s", (isResult, _name, body, errorWhen) => {
    const given = response({ type: "application/json", body: JSON.stringify(body) });
    expect(readResponse(given, { ...read, ...(errorWhen !== undefined && { errorWhen }) }).ok).toBe(isResult);
  });

  it("asks the operation's own mark alone where it has one", () => {
    const operation: Operation = { ...read, errorWhen: { pointer: "/success", equals: false } };
    const given = response({ type: "application/json", body: '{"ok":false,"success":true}' });
    expect(readResponse(given, operation).ok).toBe(true);
  });

  it("does not turn a write that was done into a failure because its answer was cut", () => {
    const given = response({ status: 201, type: "application/json", body: '{"a":', truncated: true });
    expect(readResponse(given, write)).toEqual({ ok: true, kind: "empty", data: { status: 201, ok: true } });
  });
});

describe("valueAt", () => {
  const data: unknown = JSON.parse('{"a":{"b/c":[1,{"~":2}]},"__proto__":5}');
  it.each([
    ["", data],
    ["/a/b~1c/0", 1],
    ["/a/b~1c/1/~0", 2],
    ["/__proto__", 5],
    ["/constructor", undefined],
    ["/a/missing/x", undefined],
  ])("finds %s", (pointer, wanted) => {
    expect(valueAt(data, pointer)).toEqual(wanted);
  });
});

describe("text", () => {
  it("drops what cannot be seen", () => {
    const hidden = "a\u0000\u001b[31mb\u200b\u202ec\u{e0041}\u2066\ufeffd\ufe0f\u3164\te\r\nf";
    expect(visibleText(hidden)).toBe("a[31mbcd\te\nf");
    expect(clippedLine("a\n\n  b\u2028c   ", 100)).toBe("a bc");
    expect(clippedLine("x".repeat(50), 10)).toBe(`${"x".repeat(9)}…`);
  });
});
