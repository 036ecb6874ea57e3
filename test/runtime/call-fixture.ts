/** A runtime around a real upstream, and tools built from a few words. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { callTool } from "../../templates/runtime/call.js";
import type { CallContext, CallRecord, Hooks, IdempotencyStore, Runtime } from "../../templates/runtime/context.js";
import type { Operation, Pagination } from "../../templates/runtime/operation.js";
import { createMemoryStore } from "../../templates/runtime/store-memory.js";
import type { Action, Tool } from "../../templates/runtime/tool.js";
import { startClock } from "../../templates/runtime/validate-guard.js";

export const SECRET = "upstream-secret-0123456789";

export interface Harness {
  readonly runtime: Runtime;
  readonly records: CallRecord[];
  readonly events: string[];
}

export function createRuntime(
  apiBaseUrl: string,
  options: { hooks?: Hooks; store?: IdempotencyStore; settings?: Partial<Runtime["settings"]> } = {},
): Harness {
  const records: CallRecord[] = [];
  const events: string[] = [];
  const runtime: Runtime = {
    definition: {
      name: "crm",
      title: "CRM",
      version: "1.0.0",
      instructions: "",
      baseUrl: apiBaseUrl,
      tools: [],
      domains: {},
      securitySchemes: {},
      aliases: {},
      prompts: [],
    },
    settings: {
      apiBaseUrl,
      timeoutMs: 2_000,
      maxRetries: 0,
      maxResultTokens: 18_000,
      maxResponseBytes: 10_000_000,
      signingKey: Buffer.alloc(32, 7),
      cursorTtlMs: 60_000,
      idempotencyTtlMs: 60_000,
      ...options.settings,
    },
    credentials: {
      apply: () => Promise.resolve({ headers: {}, query: { api_key: SECRET }, cookies: {} }),
      canRefresh: () => false,
      redact: (text) => text.replaceAll(SECRET, "[redacted]"),
    },
    idempotency: options.store ?? createMemoryStore(),
    metrics: { recordCall: (record) => records.push(record), count: (event) => events.push(event) },
    log: () => {},
    hooks: options.hooks ?? {},
  };
  return { runtime, records, events };
}

const HINTS = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };

export function toolOf(operation: Operation, extra: Partial<Action> = {}, name = "the_tool"): Tool {
  return {
    name,
    title: name,
    description: name,
    domain: "all",
    hints: HINTS,
    actions: { run: { operation, summary: "Run it.", scopes: [], ...extra } },
    properties: {},
  };
}

export function listOperation(pagination?: Pagination, extra: Partial<Operation> = {}): Operation {
  return {
    id: "listThings",
    method: "GET",
    path: "/things",
    class: "read",
    idempotent: true,
    arguments: [{ name: "status", in: "query", wire: "status", schema: { type: "string" } }],
    ...(pagination && { pagination }),
    ...extra,
  };
}

export const createThing: Operation = {
  id: "createThing",
  method: "POST",
  path: "/things",
  class: "write",
  idempotent: false,
  arguments: [{ name: "name", in: "body", wire: "/name", required: true, schema: { type: "string" } }],
  body: { mediaType: "application/json", required: true },
};

export interface CallOptions {
  readonly context?: Partial<CallContext>;
}

/** Structured content of a call; `error` when it failed. */
export async function call(
  { runtime }: Harness,
  tool: Tool,
  args: Record<string, unknown>,
  options: CallOptions = {},
): Promise<Record<string, unknown>> {
  const result = await rawCall(runtime, tool, args, options);
  return Object.fromEntries(Object.entries(result.structuredContent ?? {}));
}

export function rawCall(
  runtime: Runtime,
  tool: Tool,
  args: Record<string, unknown>,
  { context }: CallOptions = {},
): Promise<CallToolResult> {
  const { signal } = new AbortController();
  return callTool(runtime, tool, args, { transport: "stdio", signal, clock: startClock(), ...context });
}
