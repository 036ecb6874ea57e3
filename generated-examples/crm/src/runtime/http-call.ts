/**
 * A tools/call on the short way. The SDK's HTTP handler speaks web Request, Response and streams; building them and
 * taking them apart costs more than the protocol itself. Only what that handler would serve comes here: whatever it
 * would refuse, challenge or treat in another way is left to it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  classifyInboundRequest,
  isJsonContentType,
  isJSONRPCRequest,
  PerRequestHTTPServerTransport,
  PROTOCOL_VERSION_META_KEY,
  ProtocolErrorCode,
  SUPPORTED_PROTOCOL_VERSIONS,
  type AuthInfo,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type McpServer,
  type MessageClassification,
  type Transport,
} from "@modelcontextprotocol/server";

/** A call that is ready for a server; classified in the 2026 era, unclassified before. */
export interface PlainCall {
  readonly message: JSONRPCRequest;
  readonly classification?: MessageClassification;
}

const MODERN = "2026-07-28";

/** The call in a request whose headers and body are beyond doubt; undefined for everything else. */
export function readPlainCall({ headers }: IncomingMessage, body: unknown): PlainCall | undefined {
  const { accept } = headers;
  if (!accept?.includes("application/json") || !accept.includes("text/event-stream")) return undefined;
  if (!isJsonContentType(headers["content-type"]) || !isJSONRPCRequest(body)) return undefined;
  if (body.method !== "tools/call") return undefined;
  const version = headers["mcp-protocol-version"];
  const { _meta: meta } = body.params ?? {};
  const claim = meta?.[PROTOCOL_VERSION_META_KEY];
  if (version === MODERN && claim === MODERN) return readModernCall(headers, body);
  const isLegacy = version === undefined || SUPPORTED_PROTOCOL_VERSIONS.some((known) => known === version);
  return isLegacy && claim === undefined ? { message: body } : undefined;
}

/** The headers must say what the body says (MCP 2026-07-28, Streamable HTTP: standard request headers). */
function readModernCall(headers: IncomingMessage["headers"], body: JSONRPCRequest): PlainCall | undefined {
  if (headers["mcp-method"] !== body.method || headers["mcp-name"] !== body.params?.["name"]) return undefined;
  const route = classifyInboundRequest({ httpMethod: "POST", protocolVersionHeader: MODERN, body });
  if (route.kind !== "modern" || route.messageKind !== "request") return undefined;
  return { message: route.message, classification: route.classification };
}

export interface CallExchange {
  readonly server: McpServer;
  readonly call: PlainCall;
  /** The HTTP request, for what handlers read of it. */
  readonly request: Request;
  readonly authInfo: AuthInfo | undefined;
  readonly response: ServerResponse;
  readonly cors: Readonly<Record<string, string>>;
}

/** Lets the server answer the call; resolves when the answer is written, or the signal of the request has ended it. */
export async function answerCall(exchange: CallExchange): Promise<void> {
  const { server, call, request, authInfo, response } = exchange;
  const { message, classification } = call;
  const transport = createTransport(classification);
  const reply = createReply(exchange);
  const done = new Promise<void>((resolve) => {
    const end = (): void => {
      reply.end();
      resolve();
    };
    transport.send = async (sent, options) => {
      if ("method" in sent) {
        if (options?.relatedRequestId === message.id) reply.tell(sent);
      } else if (sent.id === message.id) {
        reply.answer(sent);
        resolve();
      }
    };
    request.signal.addEventListener(
      "abort",
      () => {
        end();
        void server.close();
      },
      { once: true },
    );
    if (request.signal.aborted || response.destroyed) end();
  });
  await server.connect(transport);
  if (!response.destroyed) {
    const extra = { request, ...(authInfo && { authInfo }), ...(classification && { classification }) };
    transport.onmessage?.(message, extra);
  }
  await done;
}

/** The SDK binds an instance to the 2026 era by this transport; of it only the binding is used. */
function createTransport(classification: MessageClassification | undefined): Transport {
  if (classification !== undefined) return new PerRequestHTTPServerTransport({ classification });
  const transport: Transport = {
    start: () => Promise.resolve(),
    send: () => Promise.resolve(),
    close: () => Promise.resolve(transport.onclose?.()),
  };
  return transport;
}

interface Reply {
  /** Something on the way to the answer, such as progress. */
  tell(message: JSONRPCMessage): void;
  answer(message: JSONRPCMessage): void;
  /** Ends without an answer. */
  end(): void;
}

// As the SDK does it: intermediaries close what is silent for long.
const KEEP_ALIVE_MS = 15_000;

/** An event stream before 2026, as all its clients know it; after that only where there is more to tell than an answer. */
function createReply({ call, response, cors }: CallExchange): Reply {
  const isModern = call.classification !== undefined;
  const open = (more: Readonly<Record<string, string | number>> = {}): void => {
    if (response.headersSent) return;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      ...cors,
      ...more,
    });
  };
  const write = (text: string): void => {
    open();
    response.write(text);
  };
  const timer = setInterval(() => {
    if (response.headersSent || !isModern) write(": keepalive\n\n");
  }, KEEP_ALIVE_MS);
  timer.unref();
  return {
    tell: (message) => {
      if (!response.writableEnded) write(frameOf(message));
    },
    answer: (message) => {
      clearInterval(timer);
      if (response.writableEnded) return;
      const asJson = isModern && !response.headersSent;
      const body = asJson ? JSON.stringify(message) : frameOf(message);
      const length = { "content-length": Buffer.byteLength(body) };
      if (asJson) response.writeHead(statusOf(message), { "content-type": "application/json", ...cors, ...length });
      else open(length);
      response.end(body);
    },
    end: () => {
      clearInterval(timer);
      if (response.writableEnded) return;
      open();
      response.end();
    },
  };
}

function frameOf(message: JSONRPCMessage): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}

/** The one error of a handler that is an error of HTTP as well (MCP 2026-07-28). */
function statusOf(message: JSONRPCMessage): number {
  if (!("error" in message)) return 200;
  return message.error.code === Number(ProtocolErrorCode.MissingRequiredClientCapability) ? 400 : 200;
}
