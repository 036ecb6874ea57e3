/** The SDK speaks web Request and Response; this is the way there and back for node:http. */
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * A POST request whose expensive part is built only when it is asked for. The SDK reads the method, single headers
 * and the signal of a request with a parsed body; building the real object would cost a quarter of the call.
 */
export function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const method = "POST";
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url ?? "/"}`;
  let real: Request | undefined;
  const build = (): Request => (real ??= new Request(url, { method, headers: toHeaders(incoming), signal }));
  const get = (name: string): string | null => {
    const value = incoming.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  };
  const headers = new Proxy(NO_HEADERS, {
    get: (_target, property) => {
      if (property === "get") return get;
      if (property === "has") return (name: string) => get(name) !== null;
      const value: unknown = Reflect.get(build().headers, property);
      return typeof value === "function" ? value.bind(build().headers) : value;
    },
  });
  const cheap = new Map<PropertyKey, unknown>([
    ["method", method],
    ["url", url],
    ["headers", headers],
    ["signal", signal],
  ]);
  return new Proxy(PROTOTYPE, {
    get: (_target, property) => {
      if (cheap.has(property)) return cheap.get(property);
      const value: unknown = Reflect.get(build(), property);
      return typeof value === "function" ? value.bind(build()) : value;
    },
  });
}

// Targets of all proxies: no property of them is ever read.
const NO_HEADERS = new Headers();
const PROTOTYPE = new Request("http://localhost/");

function toHeaders(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const item of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, item);
  }
  return headers;
}

/** Writes a web response; a stream is written as it comes and cancelled when the client goes away. */
export async function writeResponse(
  target: ServerResponse,
  response: Response,
  extra: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (target.destroyed) {
    await response.body?.cancel();
    return;
  }
  for (const [name, value] of response.headers) {
    // Whether a connection goes on is for the host to say (RFC 9110 section 7.6.1).
    if (name !== "connection") target.setHeader(name, value);
  }
  for (const [name, value] of Object.entries(extra)) target.setHeader(name, value);
  target.statusCode = response.status;
  if (response.body === null) {
    target.end();
    return;
  }
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    target.end(Buffer.from(await response.arrayBuffer()));
    return;
  }
  target.flushHeaders();
  await pipeStream(response.body, target);
}

async function pipeStream(body: ReadableStream<Uint8Array>, target: ServerResponse): Promise<void> {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  target.once("close", cancel);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (!target.write(part.value))
        await new Promise((resolve) => target.once("drain", resolve).once("close", resolve));
    }
  } finally {
    target.off("close", cancel);
    target.end();
  }
}

/** Resolves when the last byte of an answer is with the system, or its client is gone. */
export function untilSent({ socket }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (response.writableFinished || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off("finish", settle);
      socket.off("close", settle);
      resolve();
    };
    response.once("finish", settle);
    // A response that waits behind another one on its connection is not told of the end.
    socket.once("close", settle);
  });
}

/** A JSON answer of the host itself. */
export function writeJson(
  target: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (target.headersSent || target.destroyed) return;
  const text = JSON.stringify(body);
  target.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  target.end(text);
}

/** A JSON-RPC error without an id, for requests that never reached the protocol layer. */
export function writeError(
  target: ServerResponse,
  failure: { readonly status: number; readonly code: number; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  const { status, code, message } = failure;
  writeJson(target, status, { jsonrpc: "2.0", id: null, error: { code, message } }, headers);
}
