/** Token endpoint requests: client credentials (RFC 6749 section 4.4) and token exchange (RFC 8693). */
import { request as undiciRequest, type Dispatcher } from "undici";
import { CallError } from "./context.js";

export interface TokenRequest {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly auth: "basic" | "post";
  /** Grant parameters; undefined ones are left out. */
  readonly form: Readonly<Record<string, string | undefined>>;
  readonly dispatcher?: Dispatcher | undefined;
}

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 262_144;
// RFC 6749 section 5.1: without expires_in the lifetime is the server's secret, so assume a short one.
const DEFAULT_LIFETIME_SECONDS = 300;

/** Asks a token endpoint. Throws a CallError that names the endpoint's error code and nothing secret. */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(request.form)) if (value !== undefined) form.set(name, value);
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  if (request.auth === "basic") {
    // RFC 6749 section 2.3.1: both parts are form-encoded first.
    const pair = `${formEncode(request.clientId)}:${formEncode(request.clientSecret)}`;
    headers["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
  } else {
    form.set("client_id", request.clientId);
    form.set("client_secret", request.clientSecret);
  }
  const obtainedAt = Date.now();
  const answer = await post(request, headers, form.toString());
  return readToken(answer, obtainedAt);
}

function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(
  { url, dispatcher }: TokenRequest,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Answer> {
  try {
    const response = await undiciRequest(url, {
      ...(dispatcher && { dispatcher }),
      method: "POST",
      headers,
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = Buffer.from(await readLimited(response.body)).toString("utf8");
    return { status: response.statusCode, body: parseObject(text) };
  } catch (error) {
    throw new CallError(
      { code: "network", message: "The authorization server of the API cannot be reached.", retryable: true },
      { cause: error },
    );
  }
}

async function readLimited(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new Error("The token endpoint's answer is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function readToken({ status, body }: Answer, obtainedAt: number): Token {
  const value = body["access_token"];
  if (status !== 200 || typeof value !== "string" || value === "") {
    const { error } = body;
    // Nothing but a code: what else an answer says is not for a model to read.
    const code = typeof error === "string" && /^[\w.-]{1,60}$/.test(error) ? error : `HTTP ${status}`;
    throw new CallError({
      code: "unauthenticated",
      message: `The authorization server of the API gave no token: ${code}.`,
      retryable: status >= 500 || status === 429,
      hint: "This is a matter of the server's configuration, not of the arguments.",
    });
  }
  const lifetime = Number(body["expires_in"]);
  const seconds = Number.isFinite(lifetime) && lifetime > 0 ? lifetime : DEFAULT_LIFETIME_SECONDS;
  return { value, obtainedAt, expiresAt: obtainedAt + seconds * 1_000 };
}
