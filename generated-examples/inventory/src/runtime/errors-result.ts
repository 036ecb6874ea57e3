/** How a failure is told to a client. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { ErrorPayload } from "./context.js";

const MAX_RESULT_TEXT = 10_000;

/** A failed tool result: text a model can act on, and the same as data. */
export function errorResult(payload: ErrorPayload): CallToolResult {
  const lines = [`[${payload.code}] ${[payload.message, payload.hint].filter(Boolean).join(" ")}`];
  // Messages about arguments already name every field.
  const told = payload.fields?.every((field) => payload.message.includes(field.message)) === true;
  if (!told) lines.push(...(payload.fields ?? []).map((field) => `- ${field.field}: ${field.message}`));
  if (payload.retry_after !== undefined) lines.push(`Retry after ${payload.retry_after} s.`);
  return {
    isError: true,
    content: [{ type: "text", text: lines.join("\n").slice(0, MAX_RESULT_TEXT) }],
    structuredContent: { error: { ...payload } },
  };
}
