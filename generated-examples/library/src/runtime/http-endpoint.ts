/** One MCP endpoint: token, limits, body, then the SDK. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createMcpHandler, type AuthInfo, type McpServer } from "@modelcontextprotocol/server";
import type { Authorizer } from "./authorize.js";
import { fromAuthInfo, toAuthInfo } from "./authorize-caller.js";
import type { Caller } from "./context.js";
import { readBody } from "./http-body.js";
import { answerCall, readPlainCall, type PlainCall } from "./http-call.js";
import { createLegacyCalls, SESSION_HEADER, type CallOrigin } from "./http-cancel.js";
import { toRequest, untilSent, writeError, writeResponse } from "./http-exchange.js";
import type { Admission } from "./http-limit.js";
import type { RunningServer } from "./server.js";
import { lacksScopes } from "./server-instance.js";
import type { Surface } from "./surface-types.js";

export interface Endpoint {
  /** URL of the endpoint as clients know it. */
  readonly resource: URL;
  readonly surface: Surface;
  handle(request: IncomingMessage, response: ServerResponse, cors: Headers): Promise<void>;
  endSubscriptions(): void;
  close(): Promise<void>;
}

export interface EndpointInput {
  readonly server: RunningServer;
  readonly domain: string | undefined;
  readonly resource: URL;
  readonly authorizer: Authorizer | undefined;
  readonly limit: (caller: string) => Admission;
}

type Headers = Readonly<Record<string, string>>;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly cors: Headers;
  readonly authInfo: AuthInfo | undefined;
  /** Who is counted and whose calls can be cancelled. */
  readonly caller: string;
}

/** Builds an endpoint for the whole server, or for one domain. */
export function createEndpoint(input: EndpointInput): Endpoint {
  const { server, domain, resource } = input;
  const surface = server.surface(domain);
  const messages = new WeakMap<Request, unknown>();
  const calls = createLegacyCalls();
  const subscriptions = new Set<AbortController>();
  const handler = createMcpHandler(
    ({ requestInfo }) => buildInstance(input, requestInfo && messages.get(requestInfo)),
    {
      maxRequestBodySize: server.config.http.maxBodyBytes,
      onerror: (error) => server.runtime.log("debug", "mcp", { error }),
    },
  );

  const exchange = async ({ request, response, cors, authInfo, caller }: Exchange): Promise<void> => {
    if (request.method !== "POST") return refuseMethod(response, cors);
    const body = await readBody(request, server.config.http.maxBodyBytes);
    if (body.kind !== "json") return refuseBody(response, body.kind, cors);
    const controller = abortOnClose(request, response);
    const web = toRequest(request, controller.signal);
    const origin: CallOrigin = { session: sessionOf(request), caller };
    const message = body.value;
    const untrack = calls.track(origin, message, () => controller.abort());
    const method = methodOf(message);
    messages.set(web, message);
    if (method === "notifications/cancelled") calls.cancel(origin, message);
    if (method === "subscriptions/listen") subscriptions.add(controller);
    try {
      const call = plainCall(surface, { request, authInfo }, message);
      if (call !== undefined) {
        const instance = buildInstance(input, call.message, call.classification?.revision);
        return await answerCall({ call, request: web, authInfo, response, cors, server: instance });
      }
      const answer = await handler.fetch(web, { ...(authInfo && { authInfo }), parsedBody: message });
      const session = method === "initialize" && answer.ok ? { [SESSION_HEADER]: calls.newSession() } : {};
      await writeResponse(response, answer, { ...cors, ...session });
    } finally {
      untrack();
      subscriptions.delete(controller);
    }
  };

  return {
    resource,
    surface,
    handle: (request, response, cors) => admit(input, { request, response, cors }, exchange),
    endSubscriptions: () => {
      for (const controller of subscriptions) controller.abort();
    },
    close: () => handler.close(),
  };
}

/** Token first, then the caller's share: an unauthenticated flood costs nothing but this. */
async function admit(
  input: EndpointInput,
  { request, response, cors }: Pick<Exchange, "request" | "response" | "cors">,
  next: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const authentication = await input.authorizer?.authenticate(request.headers.authorization, input.resource);
  if (authentication?.kind === "challenge") {
    const headers = { ...cors, "www-authenticate": authentication.wwwAuthenticate };
    return writeError(response, { status: 401, code: -32000, message: authentication.message }, headers);
  }
  if (authentication?.kind === "unavailable") {
    input.server.runtime.log("error", "authorization", { error: authentication.error });
    const failure = { status: 503, code: -32000, message: "Tokens cannot be checked at the moment" };
    return writeError(response, failure, { ...cors, "retry-after": "5" });
  }
  const caller = callerKey(authentication?.caller, request);
  const admission = input.limit(caller);
  if ("retryAfter" in admission) {
    input.server.metrics.count("rate_limited");
    const failure = { status: 429, code: -32000, message: `Too many requests; retry in ${admission.retryAfter} s` };
    return writeError(response, failure, { ...cors, "retry-after": String(admission.retryAfter) });
  }
  const authInfo = authentication && toAuthInfo(authentication.caller, authentication.expiresAt, input.resource);
  try {
    await next({ request, response, cors, authInfo, caller });
    // An answer that nobody reads is memory: it keeps its place among the caller's requests.
    await untilSent(request, response);
  } finally {
    admission.release();
  }
}

function callerKey(caller: Caller | undefined, request: IncomingMessage): string {
  return caller === undefined
    ? `address ${request.socket.remoteAddress ?? ""}`
    : JSON.stringify([caller.subject, caller.clientId]);
}

/** A call that needs nothing of the SDK's handler; a caller who lacks scopes is challenged there (RFC 6750 section 3.1). */
function plainCall(
  surface: Surface,
  { request, authInfo }: Pick<Exchange, "request" | "authInfo">,
  body: unknown,
): PlainCall | undefined {
  const call = readPlainCall(request, body);
  if (call === undefined || authInfo === undefined) return call;
  const { name, arguments: args } = call.message.params ?? {};
  const entry = typeof name === "string" ? surface.find(name) : undefined;
  return entry && lacksScopes(entry, args, fromAuthInfo(authInfo)) ? undefined : call;
}

/** Only what this message needs: an instance lives for one request, whatever the number of tools. */
function buildInstance({ server, domain }: EndpointInput, message: unknown, revision?: string): McpServer {
  if (!isRecord(message)) return server.instance({ transport: "http", domain });
  const params = message["params"];
  const name = message["method"] === "tools/call" && isRecord(params) ? params["name"] : undefined;
  const entry = typeof name === "string" ? server.surface(domain).find(name) : undefined;
  return server.instance({ transport: "http", domain, only: entry === undefined ? [] : [entry], revision });
}

/** Aborts when the client goes away before it has the answer. */
function abortOnClose(request: IncomingMessage, response: ServerResponse): AbortController {
  const controller = new AbortController();
  void untilSent(request, response).then(() => {
    if (!response.writableFinished) controller.abort();
  });
  return controller;
}

/** GET and DELETE are for streams and sessions, and there are none (MCP 2025-11-25, Streamable HTTP). */
function refuseMethod(response: ServerResponse, cors: Headers): void {
  const failure = { status: 405, code: -32000, message: "Method not allowed." };
  writeError(response, failure, { ...cors, allow: "POST, OPTIONS" });
}

const REFUSALS = {
  invalid: { status: 400, code: -32700, message: "Parse error: the body is not JSON" },
  // What is limited, cancelled and challenged is a request. Batches left the protocol with 2025-06-18.
  batch: { status: 400, code: -32600, message: "JSON-RPC batches are not supported: send each message by itself" },
  too_large: { status: 413, code: -32000, message: "The request body is too large; see MAX_BODY_BYTES" },
} as const;

function refuseBody(response: ServerResponse, kind: keyof typeof REFUSALS | "aborted", cors: Headers): void {
  if (kind === "aborted") return;
  writeError(response, REFUSALS[kind], kind === "too_large" ? { ...cors, connection: "close" } : cors);
}

function sessionOf(request: IncomingMessage): string | undefined {
  const header = request.headers[SESSION_HEADER];
  return typeof header === "string" ? header : undefined;
}

function methodOf(message: unknown): string | undefined {
  const method = isRecord(message) ? message["method"] : undefined;
  return typeof method === "string" ? method : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
