/** One MCP server instance: per connection on stdio, per request over HTTP. */
import {
  McpServer,
  TRACEPARENT_META_KEY,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequiredResult,
  type ListToolsResult,
  type ScopeChallengeHandler,
  type ServerContext,
  type StandardSchemaWithJSON,
} from "@modelcontextprotocol/server";
import { fromAuthInfo } from "./authorize-caller.js";
import { capabilitiesOf, confirmCall, type Confirmations } from "./confirm.js";
import type { CallContext, Caller, ErrorCode, ErrorPayload, Runtime } from "./context.js";
import { errorResult } from "./errors-result.js";
import { registerPrompts } from "./prompts.js";
import { findOversize } from "./input-size.js";
import { missingScopes } from "./scopes.js";
import type { Route, Surface, SurfaceEntry } from "./surface-types.js";
import { startClock } from "./validate-guard.js";

/** What every instance of a server shares. */
export interface InstanceInput {
  readonly runtime: Runtime;
  readonly confirmations: Confirmations;
  readonly surface: Surface;
  readonly transport: CallContext["transport"];
  /** tools/list differs by caller: it must not be cached for others. */
  readonly personal: boolean;
  readonly revision: string | undefined;
}

const CACHE_MS = 300_000;
/** Builds an instance with the given entries registered; `entries` is one tool when only that will be called. */
export function createInstance(input: InstanceInput, entries: readonly SurfaceEntry[]): McpServer {
  const { definition } = input.runtime;
  const hasPrompts = definition.prompts.length > 0;
  const hint = { ttlMs: CACHE_MS, cacheScope: "public" } as const;
  const server = new McpServer(
    { name: definition.name, title: definition.title, version: definition.version },
    {
      instructions: definition.instructions,
      capabilities: { tools: { listChanged: false }, ...(hasPrompts && { prompts: { listChanged: false } }) },
      cacheHints: {
        "tools/list": { ttlMs: CACHE_MS, cacheScope: input.personal ? "private" : "public" },
        "server/discover": hint,
        ...(hasPrompts && { "prompts/list": hint }),
      },
      requestState: { verify: input.confirmations.verify },
      ...(input.revision !== undefined && { supportedProtocolVersions: [input.revision] }),
    },
  );
  for (const entry of entries) registerEntry(server, entry, input);
  server.server.setRequestHandler("tools/list", (_request, context) => {
    // A listed tool is the SDK's own shape; only its lists are readonly here.
    const tools = input.surface.list(fromAuthInfo(context.http?.authInfo)) as unknown as ListToolsResult["tools"];
    return { tools };
  });
  if (hasPrompts) registerPrompts(server, definition.prompts);
  return server;
}

/** Anything passes: each action has its own strict schema, and its errors say how to correct the call. */
const ANYTHING: StandardSchemaWithJSON<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>> = {
  "~standard": {
    version: 1,
    vendor: "runtime",
    jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
    validate: (value) => ({ value: isRecord(value) ? value : {} }),
  },
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function registerEntry(server: McpServer, entry: SurfaceEntry, input: InstanceInput): void {
  const scopeChallenge = challengeScopes(entry, input.runtime);
  server.registerTool(entry.name, { inputSchema: ANYTHING, scopeChallenge }, async (args, context) => {
    const connection = input.transport === "stdio" ? server.server.getClientCapabilities() : undefined;
    return runCall(entry, { input, args, context, capabilities: capabilitiesOf(context, connection) });
  });
}

/** All scopes of the called action in one challenge (MCP 2026-07-28, scope challenge handling). */
function challengeScopes(entry: SurfaceEntry, runtime: Runtime): ScopeChallengeHandler {
  return ({ request, authInfo }) => {
    const caller = fromAuthInfo(authInfo);
    const route = lacksScopes(entry, request.params?.["arguments"], caller);
    if (route === undefined) return undefined;
    recordRefusal(runtime, { entry, route, code: "insufficient_scope", caller });
    const [first, ...rest] = route.action.action.scopes;
    return first === undefined ? undefined : { scopes: [first, ...rest] };
  };
}

/** Where a call leads whose caller lacks scopes for it; undefined when none is lacking. */
export function lacksScopes(entry: SurfaceEntry, args: unknown, caller: Caller | undefined): ActionRoute | undefined {
  const route = entry.route(isRecord(args) ? args : {}, caller);
  if (route.kind !== "call" || route.action === undefined) return undefined;
  const { action } = route;
  return missingScopes(action.action, caller).length === 0 ? undefined : { ...route, action };
}

type CallRoute = Extract<Route, { kind: "call" }>;
type ActionRoute = CallRoute & Required<Pick<CallRoute, "action">>;

interface Call {
  readonly input: InstanceInput;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: ServerContext;
  readonly capabilities: ClientCapabilities | undefined;
}

async function runCall(entry: SurfaceEntry, call: Call): Promise<CallToolResult | InputRequiredResult> {
  const { runtime, confirmations } = call.input;
  const context = callContext(call);
  const oversize = findOversize(call.args);
  const route: Route = oversize ? { kind: "refusal", error: oversize } : entry.route(call.args, context.caller);
  if (route.kind === "answer") return route.result;
  const refuse = (error: ErrorPayload): CallToolResult => {
    recordRefusal(runtime, { entry, route, code: error.code, caller: context.caller });
    return errorResult(error);
  };
  if (route.kind === "refusal") return refuse(route.error);
  // Only here: many a connection does no more than list, and this is most of what there is to load.
  const { callTool, findFault } = await import("./call.js");
  if (route.action === undefined) return callTool(runtime, route.tool, route.arguments, context);
  const { name: actionName, action } = route.action;
  const missing = missingScopes(action, context.caller);
  if (missing.length > 0) return refuse(insufficientScope(missing));
  const fault = action.confirm ? findFault(runtime, route.tool, confirmedArguments(route), context) : undefined;
  if (fault !== undefined) return refuse(fault);
  const confirmation = await confirmCall(confirmations, {
    tool: route.tool,
    actionName,
    action,
    arguments: route.arguments,
    context: call.context,
    capabilities: call.capabilities,
  });
  if (confirmation.kind === "ask") return confirmation.result;
  if (confirmation.kind === "refused") return refuse(confirmation.error);
  return callTool(runtime, route.tool, confirmedArguments(route), context);
}

/** The call itself sees consent the same way, whichever way it was given. */
function confirmedArguments(route: Extract<Route, { kind: "call" }>): Readonly<Record<string, unknown>> {
  return route.action?.action.confirm ? { ...route.arguments, confirm: true } : route.arguments;
}

interface Refusal {
  readonly entry: SurfaceEntry;
  readonly route: Route;
  readonly code: ErrorCode;
  readonly caller: Caller | undefined;
}

/** What was refused before it became a call stands in the audit log all the same. */
function recordRefusal(runtime: Runtime, { entry, route, code, caller }: Refusal): void {
  const call = route.kind === "call" ? route : undefined;
  runtime.metrics.recordCall({
    tool: call?.tool.name ?? entry.name,
    action: call?.action?.name ?? null,
    operation: call?.action?.action.operation.id ?? "",
    outcome: code,
    durationMs: 0,
    bytesUpstream: 0,
    bytesResult: 0,
    ...(caller && { subject: caller.subject }),
    ...(caller?.clientId !== undefined && { clientId: caller.clientId }),
  });
}

function insufficientScope(missing: readonly string[]): ErrorPayload {
  return {
    code: "insufficient_scope",
    message: `The access token lacks ${missing.join(", ")}.`,
    retryable: false,
    hint: "Authorize again with these scopes.",
  };
}

/** W3C Trace Context, level 1: version 00 and what may come after. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

function callContext({ input, context }: Call): CallContext {
  const caller = fromAuthInfo(context.http?.authInfo);
  const { _meta: meta } = context.mcpReq;
  const traceparent: unknown = meta?.[TRACEPARENT_META_KEY] ?? context.http?.req?.headers.get("traceparent");
  const progressToken = meta?.progressToken;
  return {
    transport: input.transport,
    ...(caller && { caller }),
    signal: context.mcpReq.signal,
    clock: startClock(),
    nameCall: input.surface.nameCall(caller),
    ...(typeof traceparent === "string" && TRACEPARENT.test(traceparent) && { traceparent }),
    ...(progressToken !== undefined && {
      notifyProgress: (progress, total, message) =>
        context.mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress, message, ...(total !== undefined && { total }) },
        }),
    }),
  };
}
