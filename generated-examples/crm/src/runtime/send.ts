/** Sends one HTTP request with a timeout, cancellation, a size cap and safe redirects. */
import { EventEmitter } from "node:events";
import { Agent, EnvHttpProxyAgent, request as undiciRequest, type Dispatcher } from "undici";
import { decodeBody, type DecodedBody } from "./send-decode.js";
import { checkRedirect, redirectedRequest } from "./send-redirect.js";
import type { UpstreamRequest } from "./request.js";

export interface UpstreamResponse {
  readonly status: number;
  /** Names in lower case; repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer than the cap; `body` holds its beginning. */
  readonly truncated?: true;
  /** URL that answered, without credentials. */
  readonly url: string;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly dispatcher?: Dispatcher | undefined;
}

/** What is known about a request that got no answer. */
export type SendFailure = "not_sent" | "no_answer" | "timeout" | "cancelled";

export class SendError extends Error {
  readonly failure: SendFailure;

  constructor(failure: SendFailure, options?: ErrorOptions) {
    super(failure, options);
    this.name = "SendError";
    this.failure = failure;
  }
}

const MAX_REDIRECTS = 5;

/** Errors raised before a byte of the request left this machine, or before the peer was proven to be the API. */
const NOT_SENT = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
]);

/** Connections are kept for 30 s: calls of a model are seconds apart. Proxies are taken from the environment. */
export function createDispatcher(env: Readonly<Record<string, string | undefined>> = process.env): Dispatcher {
  const options = { keepAliveTimeout: 30_000, keepAliveMaxTimeout: 600_000 };
  const usesProxy = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].some((name) => env[name]);
  return usesProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
}

let sharedDispatcher: Dispatcher | undefined;

/** What undici takes for a signal: as good as an AbortSignal here, and much cheaper to make for every request. */
interface Stopper extends EventEmitter {
  aborted: boolean;
}

/** Sends the request and reads the whole answer. Throws a SendError when there is none. */
export async function sendRequest(request: UpstreamRequest, options: SendOptions): Promise<UpstreamResponse> {
  const stopper: Stopper = Object.assign(new EventEmitter(), { aborted: false });
  let failure: SendFailure = "no_answer";
  const stop = (reason: SendFailure): void => {
    failure = reason;
    stopper.aborted = true;
    stopper.emit("abort");
  };
  const onAbort = (): void => stop("cancelled");
  // One stopper and one timer: AbortSignal.any with AbortSignal.timeout keeps both alive long after the call.
  const timer = setTimeout(() => stop("timeout"), Math.max(1, options.timeoutMs));
  options.signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (options.signal.aborted) throw new SendError("cancelled");
    return await exchange(request, options, stopper);
  } catch (error) {
    if (error instanceof SendError) throw error;
    throw new SendError(stopper.aborted ? failure : classify(error), { cause: error });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
  }
}

async function exchange(first: UpstreamRequest, options: SendOptions, signal: Stopper): Promise<UpstreamResponse> {
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const response = await sendOnce(request, options, signal);
    const target = redirects < MAX_REDIRECTS ? await checkRedirect(request, response) : undefined;
    if (target === undefined) return response;
    request = redirectedRequest(request, target);
  }
}

async function sendOnce(request: UpstreamRequest, options: SendOptions, signal: Stopper): Promise<UpstreamResponse> {
  const dispatcher = options.dispatcher ?? (sharedDispatcher ??= createDispatcher());
  const answer = await undiciRequest(request.url, {
    // undici's type lists the common methods only; any RFC 9110 token is accepted.
    method: request.method as Dispatcher.HttpMethod,
    headers: { ...request.headers },
    body: request.body ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
    dispatcher,
    signal,
  });
  const headers = joinHeaders(answer.headers);
  // A stated length that fits is read at once; undici ends the connection when the server sends more.
  const fits = Number(headers["content-length"] ?? Infinity) <= options.maxResponseBytes;
  const received = fits
    ? { body: Buffer.from(await answer.body.arrayBuffer()), truncated: false }
    : await readCapped(answer.body, options.maxResponseBytes);
  const read = decodeBody(received, headers["content-encoding"], options.maxResponseBytes);
  return {
    status: answer.statusCode,
    headers,
    body: read.body,
    ...(read.truncated ? { truncated: true } : {}),
    url: withoutSecrets(request),
  };
}

async function readCapped(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<DecodedBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    chunks.push(chunk);
    // Leaving the loop destroys the stream, and with it the rest of the answer.
    if (size > maxBytes) return { body: Buffer.concat(chunks).subarray(0, maxBytes), truncated: true };
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const joined: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined.push([name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]);
  }
  return Object.fromEntries(joined);
}

function withoutSecrets(request: UpstreamRequest): string {
  const url = new URL(request.url);
  for (const name of request.secrets.query) url.searchParams.delete(name);
  return url.href;
}

function classify(error: unknown): SendFailure {
  return codesOf(error).some((code) => NOT_SENT.has(code)) ? "not_sent" : "no_answer";
}

/** Error codes of an error, its causes and the attempts of a multi-address connect. */
export function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const nested: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [...own, ...[error.cause, ...nested].flatMap((inner) => codesOf(inner, depth + 1))];
}
