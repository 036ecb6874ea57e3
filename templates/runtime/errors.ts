/** Turns failures into the one error shape a client sees. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { CallError, type ErrorPayload, type Log, type RoutedCall } from "./context.js";
import type { ReadFailure } from "./response.js";
import type { UpstreamResponse } from "./send.js";
import type { ServerDefinition } from "./tool.js";

/** An answer of the API that is not a result, with the call it belongs to. */
export interface UpstreamFailure {
  readonly response: UpstreamResponse;
  readonly result: ReadFailure;
  readonly call: RoutedCall;
  readonly definition: ServerDefinition;
  readonly redact: (text: string) => string;
  /** The request carried an idempotency key. */
  readonly keyed?: boolean;
}

/** What an error answer of the API means for the caller. */
export function toErrorPayload(failure: UpstreamFailure): ErrorPayload {
  const { status } = failure.response;
  return { code: "upstream_error", message: `The API answered ${status}.`, status, retryable: false };
}

/** The payload of anything thrown; what is not meant for the client is logged and becomes `internal`. */
export function payloadOfThrown(error: unknown, log: Log): ErrorPayload {
  if (error instanceof CallError) return error.payload;
  log("error", "unexpected failure", {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return { code: "internal", message: "The server failed unexpectedly; its log says why.", retryable: false };
}

/** A failed tool result: text a model can act on, and the same as data. */
export function errorResult(payload: ErrorPayload): CallToolResult {
  return {
    isError: true,
    content: [{ type: "text", text: `[${payload.code}] ${payload.message}` }],
    structuredContent: { error: { ...payload } },
  };
}
