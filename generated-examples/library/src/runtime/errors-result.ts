/** How a failure is told to a client. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { ErrorPayload } from "./context.js";
import { sourceMeta, spotlight } from "./spotlight.js";

const MAX_RESULT_TEXT = 10_000;
/** Leaves room for the marks and for what stands around them. */
const MAX_MARKED_TEXT = 7_000;

export interface ErrorOrigin {
  /** URL of the API's answer, where there was one. */
  readonly source?: string | undefined;
  /** What the API is called, where its own words are marked. */
  readonly marked?: string | undefined;
}

/** A failed tool result: text a model can act on, and the same as data. */
export function errorResult(payload: ErrorPayload, { source, marked }: ErrorOrigin = {}): CallToolResult {
  const lines = [`[${payload.code}] ${[payload.message, payload.hint].filter(Boolean).join(" ")}`];
  const fields = fieldLines(payload);
  // Without a status nothing came from the API.
  if (marked === undefined || payload.status === undefined) lines.push(...fields);
  else {
    const said = [payload.upstream_message ?? [], fields].flat();
    if (said.length > 0) lines.push(spotlight(said.join("\n").slice(0, MAX_MARKED_TEXT), marked));
  }
  if (payload.retry_after !== undefined) lines.push(`Retry after ${payload.retry_after} s.`);
  return {
    isError: true,
    content: [{ type: "text", text: lines.join("\n").slice(0, MAX_RESULT_TEXT) }],
    structuredContent: { error: { ...payload } },
    ...(payload.status === undefined ? {} : sourceMeta(source)),
  };
}

/** Messages about arguments already name every field. */
function fieldLines({ fields = [], message, upstream_message: said = message }: ErrorPayload): string[] {
  if (fields.every((field) => said.includes(field.message))) return [];
  return fields.map((field) => `- ${field.field}: ${field.message}`);
}
