import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UpstreamRequest } from "../../templates/runtime/request.js";
import { SendError, createDispatcher, sendRequest, type SendOptions } from "../../templates/runtime/send.js";
import { reply, reset, silence, startUpstream, type UpstreamServer } from "./upstream-server.js";

let upstream: UpstreamServer;
let other: UpstreamServer;
const dispatcher = createDispatcher({});

beforeAll(async () => {
  upstream = await startUpstream();
  other = await startUpstream();
});
afterAll(async () => {
  await dispatcher.destroy();
  await upstream.close();
  await other.close();
});

function request(partial: Partial<UpstreamRequest> & { path?: string } = {}): UpstreamRequest {
  const { path = "/start?key=s3cret&q=1", ...rest } = partial;
  return {
    method: "GET",
    url: new URL(path, upstream.origin),
    headers: { accept: "application/json", authorization: "Bearer s3cret", cookie: "sid=1", "x-tenant": "t" },
    secrets: { headers: ["authorization", "cookie"], query: ["key"] },
    ...rest,
  };
}

function send(sent: UpstreamRequest, options: Partial<SendOptions> = {}) {
  const signal = new AbortController().signal;
  return sendRequest(sent, { signal, timeoutMs: 5_000, maxResponseBytes: 1_000, dispatcher, ...options });
}

async function failure(sent: UpstreamRequest, options: Partial<SendOptions> = {}): Promise<string> {
  try {
    await send(sent, options);
  } catch (error) {
    return error instanceof SendError ? error.failure : String(error);
  }
  return "answered";
}

const toOther = (status: number) => reply(status, "", { location: `${other.origin}/landing?key=s3cret&keep=1` });

describe("sendRequest", () => {
  it("returns status, headers and body, and a URL without credentials", async () => {
    upstream.answer(reply(201, { a: 1 }, { link: "<x>; rel=next" }));
    const response = await send(request());
    expect(response).toMatchObject({ status: 201, headers: { link: "<x>; rel=next" } });
    expect(response.url).toBe(`${upstream.origin}/start?q=1`);
    expect(response.body.toString()).toBe('{"a":1}');
    expect(response).not.toHaveProperty("truncated");
  });

  it("joins repeated headers", async () => {
    upstream.answer((response) => {
      response.setHeader("Link", ["<a>; rel=prev", "<b>; rel=next"]);
      response.end();
    });
    expect((await send(request())).headers["link"]).toBe("<a>; rel=prev, <b>; rel=next");
  });

  it("stops reading at the cap and closes the stream", async () => {
    let closed = false;
    upstream.answer((response) => {
      response.on("close", () => (closed = true));
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, "x")));
      };
      response.on("drain", write);
      write();
    });
    const response = await send(request(), { maxResponseBytes: 50_000 });
    expect([response.body.length, response.truncated]).toEqual([50_000, true]);
    await expect.poll(() => closed).toBe(true);
  });

  it("keeps a body of exactly the cap whole", async () => {
    upstream.answer(reply(200, "x".repeat(1_000)));
    expect(await send(request())).not.toHaveProperty("truncated");
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ])("reads %s although none was asked for, up to the cap", async (encoding, compress) => {
    upstream.answer(reply(200, compress("hello"), { "content-encoding": encoding }));
    expect((await send(request())).body.toString()).toBe("hello");
    upstream.answer(reply(200, compress("x".repeat(100_000)), { "content-encoding": encoding }));
    expect(await send(request())).toMatchObject({ truncated: true });
    upstream.answer(reply(200, "not compressed", { "content-encoding": encoding }));
    expect((await send(request())).body.toString()).toBe("not compressed");
  });

  it("passes cancellation on to the API", async () => {
    let closed = false;
    upstream.answer((response) => response.on("close", () => (closed = true)));
    const controller = new AbortController();
    const outcome = failure(request(), { signal: controller.signal });
    await expect.poll(() => upstream.received.length).toBe(1);
    controller.abort();
    expect(await outcome).toBe("cancelled");
    await expect.poll(() => closed).toBe(true);
  });

  it("sends nothing for a call that is already cancelled", async () => {
    upstream.answer(reply(200));
    expect(await failure(request(), { signal: AbortSignal.abort() })).toBe("cancelled");
    expect(upstream.received).toEqual([]);
  });

  it("tells what is known when there is no answer", async () => {
    upstream.answer(silence);
    expect(await failure(request(), { timeoutMs: 50 })).toBe("timeout");
    upstream.answer((response) => void response.writeHead(200).write("half"));
    expect(await failure(request(), { timeoutMs: 50 })).toBe("timeout");
    upstream.answer(reset);
    expect(await failure(request())).toBe("no_answer");
    upstream.answer((response) => {
      response.writeHead(200, { "content-length": "10" }).write("half");
      setTimeout(() => response.destroy(), 10);
    });
    expect(await failure(request())).toBe("no_answer");
    expect(await failure(request({ url: new URL("http://127.0.0.1:1/") }))).toBe("not_sent");
    expect(await failure(request({ url: new URL("http://nowhere.invalid/") }))).toBe("not_sent");
    expect(await failure(request({ headers: { "x-key": "two\nlines" } }))).toBe("not_sent");
  });
});

describe("redirects", () => {
  it.each([301, 302, 303, 307, 308])("follows a GET on %i across origins without credentials", async (status) => {
    upstream.answer(toOther(status));
    other.answer(reply(200, { landed: true }));
    const response = await send(request());
    expect(response.body.toString()).toBe('{"landed":true}');
    expect(other.received).toHaveLength(1);
    expect(other.received[0]?.url).toBe("/landing?keep=1");
    const headers = other.received[0]?.headers;
    expect([headers?.authorization, headers?.cookie, headers?.["x-tenant"]]).toEqual([undefined, undefined, undefined]);
    expect(headers?.accept).toBe("application/json");
  });

  it("keeps credentials within the origin", async () => {
    upstream.answer(reply(302, "", { location: "/next?page=2" }), reply(200, {}));
    await send(request());
    expect(upstream.received[1]?.url).toBe("/next?page=2&key=s3cret");
    expect(upstream.received[1]?.headers.authorization).toBe("Bearer s3cret");
  });

  it("repeats a POST only on 307 and 308 within the origin", async () => {
    const post = request({ method: "POST", body: "payload" });
    upstream.answer(reply(307, "", { location: "/moved" }), reply(200, {}));
    expect((await send(post)).status).toBe(200);
    expect(upstream.received.map(({ method, body }) => [method, body])).toEqual([
      ["POST", "payload"],
      ["POST", "payload"],
    ]);
    for (const status of [301, 302, 303]) {
      upstream.answer(reply(status, "", { location: "/moved" }));
      expect((await send(post)).status).toBe(status);
    }
    upstream.answer(toOther(307));
    other.answer(reply(200, {}));
    expect((await send(post)).status).toBe(307);
    expect(other.received).toEqual([]);
  });

  it("gives up after five", async () => {
    upstream.answer(reply(302, "", { location: "/loop" }));
    expect((await send(request())).status).toBe(302);
    expect(upstream.received).toHaveLength(6);
  });

  it.each(["ftp://example.com/x", "http://", "javascript:alert(1)"])("does not follow %s", async (location) => {
    upstream.answer(reply(302, "", { location }));
    expect((await send(request())).status).toBe(302);
  });
});
