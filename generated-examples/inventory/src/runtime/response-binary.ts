/** Binary answers: what a model can look at or listen to, other files as an embedded resource of limited size. */
import type { ContentBlock } from "@modelcontextprotocol/server";
import type { JsonValue } from "./operation.js";
import type { UpstreamResponse } from "./send.js";
import type { Structured } from "./shape.js";
import { sourceMeta, sourceOf } from "./spotlight.js";

/** Largest binary body that travels inside a result, in bytes. */
const MAX_INLINE_BYTES = 1024 * 1024;

const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Describes a binary answer, with its content beside it where that is small enough. */
export function binaryContent(
  response: UpstreamResponse,
  declaredType: string,
): { data: JsonValue; content?: readonly ContentBlock[] } {
  const mimeType = declaredType || "application/octet-stream";
  const bytes = response.truncated ? Number(response.headers["content-length"]) || null : response.body.length;
  const description = { media_type: mimeType, bytes, source: sourceOf(response.url) };
  if (response.truncated || response.body.length > MAX_INLINE_BYTES) {
    const note = `The file is larger than ${MAX_INLINE_BYTES} bytes and is not included.`;
    return { data: { ...description, included: false, note } };
  }
  return { data: { ...description, included: true }, content: [blockOf(response, mimeType)] };
}

/** The description of a file that is left out of a result after all. */
export function withoutFile(description: Structured, note: string): Structured {
  return { ...description, included: false, note };
}

/** MCP 2025-11-25, tool results: image and audio content, embedded resources. */
function blockOf({ body, url }: UpstreamResponse, mimeType: string): ContentBlock {
  const data = body.toString("base64");
  const source = sourceMeta(sourceOf(url));
  if (IMAGE_TYPES.has(mimeType)) return { type: "image", data, mimeType, ...source };
  if (mimeType.startsWith("audio/")) return { type: "audio", data, mimeType, ...source };
  return { type: "resource", resource: { uri: sourceOf(url), mimeType, blob: data } };
}
