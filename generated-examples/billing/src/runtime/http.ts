/** The HTTP host: endpoints, health, metrics, metadata, and an orderly stop. */
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { createAuthorizer, type Authorizer } from "./authorize.js";
import { describeResource, metadataPath } from "./authorize-metadata.js";
import { readBody } from "./http-body.js";
import { createEndpoint, type Endpoint } from "./http-endpoint.js";
import { untilSent, writeError, writeJson } from "./http-exchange.js";
import { createGuard, type Guard } from "./http-guard.js";
import { createLimiter } from "./http-limit.js";
import { collectScopes } from "./scopes.js";
import type { RunningServer } from "./server.js";

export interface HttpHost {
  /** Starts listening; answers the URL of the main endpoint. */
  listen(): Promise<string>;
  readonly endpoints: readonly string[];
  /** The listener for an HTTP server of the embedder's own. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Refuses new connections, lets running calls finish within the limit, then closes. */
  close(): Promise<void>;
}

interface HostState {
  readonly server: RunningServer;
  readonly guard: Guard;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly metadata: ReadonlyMap<string, Endpoint>;
  readonly running: Map<ServerResponse, Promise<void>>;
  draining: boolean;
}

const PATH = "/mcp";

/** How long a client may take nothing of an answer that is there for it; what it took at first gives it as much again. */
const STALLED_MS = 30_000;

/** One host serves `/mcp`, and `/mcp/<domain>` where the definition has several domains. */
export function createHttpHost(server: RunningServer): HttpHost {
  const endpoints = createEndpoints(server);
  const state: HostState = {
    server,
    guard: createGuard(server.config.http),
    endpoints,
    metadata: metadataPaths(endpoints),
    running: new Map(),
    draining: false,
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (state.draining) response.setHeader("connection", "close");
    endStalled(request, response);
    const exchange = route(state, request, response)
      .catch((error: unknown) => {
        server.runtime.log("error", "http", { error });
        writeError(response, { status: 500, code: -32603, message: "Internal server error" });
      })
      .then(() => untilSent(request, response))
      .finally(() => state.running.delete(response));
    state.running.set(response, exchange);
  };
  const http = createHttpServer({ requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 30_000 }, handle);
  return {
    endpoints: [...endpoints.keys()],
    handle,
    listen: () => listen(http, server.config.http),
    close: () => closeHost(http, state),
  };
}

/** A connection may be silent for long while a call runs; it may not while an answer waits to be taken. */
function endStalled({ socket }: IncomingMessage, response: ServerResponse): void {
  // Requests that follow each other without waiting (RFC 9112 section 9.3.2) listen to one socket.
  socket.setMaxListeners(0);
  response.setTimeout(STALLED_MS, () => {
    if (response.writableLength > 0) socket.destroy();
  });
}

function createEndpoints(server: RunningServer): Map<string, Endpoint> {
  const { config, runtime } = server;
  const chosen = config.surface.domain;
  const names = Object.keys(runtime.definition.domains);
  const domains = chosen === undefined && names.length > 1 ? names.filter((name) => /^[\w.-]+$/.test(name)) : [];
  const limit = createLimiter(config.http);
  const base = config.http.publicUrl ?? new URL(`http://${authority(config.http)}${PATH}`);
  const endpoints = new Map<string, Endpoint>();
  for (const domain of [undefined, ...domains]) {
    const resource = domain === undefined ? base : new URL(`${base.href.replace(/\/$/, "")}/${domain}`);
    const actions = server.surface(domain).actions;
    const reads = actions.filter((action) => action.operation.class === "read");
    const authorizer: Authorizer | undefined =
      config.authorization && createAuthorizer(config.authorization, collectScopes(reads));
    const path = domain === undefined ? PATH : `${PATH}/${domain}`;
    endpoints.set(path, createEndpoint({ server, domain, resource, authorizer, limit }));
  }
  return endpoints;
}

function authority({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Where clients look for metadata: at the path of the public URL, at our own path, and at the root (RFC 9728). */
function metadataPaths(endpoints: ReadonlyMap<string, Endpoint>): Map<string, Endpoint> {
  const paths = new Map<string, Endpoint>();
  for (const [path, endpoint] of endpoints) {
    if (path === PATH) paths.set(metadataPath("/"), endpoint);
    paths.set(metadataPath(path), endpoint);
    paths.set(metadataPath(endpoint.resource.pathname), endpoint);
  }
  return paths;
}

async function route(state: HostState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const { config, metrics } = state.server;
  // Probes and scrapers come by address, and these pages hold nothing worth a rebinding attack.
  if (path === "/healthz") return writeJson(response, 200, { status: "ok" });
  if (path === "/readyz") return writeReadiness(response, state.draining);
  if (path === "/metrics" && metrics.scrape) return writeMetrics(response, metrics.scrape);
  const refusal = state.guard.check(request);
  if (refusal !== undefined) return writeError(response, { status: 403, code: -32000, message: refusal });
  const described = config.authorization && state.metadata.get(path);
  if (config.authorization && described) {
    const name = state.server.runtime.definition.title;
    const scopes = collectScopes(described.surface.actions);
    const body = describeResource(config.authorization, described.resource, { name, scopes });
    return writeJson(response, 200, body, { "access-control-allow-origin": "*", "cache-control": "max-age=300" });
  }
  const endpoint = state.endpoints.get(path.length > 1 ? path.replace(/\/$/, "") : path);
  if (endpoint === undefined) return writeError(response, { status: 404, code: -32000, message: "Not found" });
  const cors = state.guard.corsHeaders(request);
  if (request.method === "OPTIONS") {
    response.writeHead(204, cors).end();
    return;
  }
  if (state.draining) return refuseLate(state, request, response, cors);
  await endpoint.handle(request, response, cors);
}

/** A call that arrives on a living connection while the server stops. */
async function refuseLate(
  { server }: HostState,
  request: IncomingMessage,
  response: ServerResponse,
  cors: Readonly<Record<string, string>>,
): Promise<void> {
  await readBody(request, server.config.http.maxBodyBytes);
  const failure = { status: 503, code: -32000, message: "The server is stopping; try again" };
  writeError(response, failure, { ...cors, "retry-after": "1" });
}

function writeReadiness(response: ServerResponse, draining: boolean): void {
  writeJson(response, draining ? 503 : 200, { status: draining ? "stopping" : "ready" });
}

async function writeMetrics(
  response: ServerResponse,
  scrape: () => Promise<{ readonly contentType: string; readonly text: string }>,
): Promise<void> {
  const { contentType, text } = await scrape();
  response.writeHead(200, { "content-type": contentType }).end(text);
}

async function listen(http: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, resolve);
  });
  const address = http.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return `http://${authority({ host, port: actual })}${PATH}`;
}

async function closeHost(http: Server, state: HostState): Promise<void> {
  state.draining = true;
  for (const response of state.running.keys()) if (!response.headersSent) response.setHeader("connection", "close");
  // The HTTP server's own `close` also ends connections whose answer is still being taken.
  NetServer.prototype.close.call(http);
  // Subscriptions have no end of their own; they are not calls.
  for (const endpoint of state.endpoints.values()) endpoint.endSubscriptions();
  await settleWithin(state.running, state.server.config.shutdownMs);
  await Promise.all([...state.endpoints.values()].map((endpoint) => endpoint.close()));
  http.close();
  http.closeAllConnections();
}

/** Waits until nothing runs, what arrives meanwhile included, or the time is up. */
async function settleWithin(running: ReadonlyMap<unknown, Promise<void>>, limitMs: number): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  const timeUp = once(limit, "abort");
  while (running.size > 0 && !limit.aborted) await Promise.race([Promise.allSettled(running.values()), timeUp]);
}
