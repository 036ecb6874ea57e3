/** Binary answers: images a model can look at, other files as an embedded resource of limited size. */
import type { ContentBlock } from "@modelcontextprotocol/server";
import type { JsonValue } from "./operation.js";
import type { UpstreamResponse } from "./send.js";

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
  const description = { media_type: mimeType, bytes };
  if (response.truncated || response.body.length > MAX_INLINE_BYTES) {
    const note = `The file is larger than ${MAX_INLINE_BYTES} bytes and is not included.`;
    return { data: { ...description, included: false, note } };
  }
  const base64 = response.body.toString("base64");
  const content: ContentBlock = IMAGE_TYPES.has(mimeType)
    ? { type: "image", data: base64, mimeType }
    : { type: "resource", resource: { uri: response.url, mimeType, blob: base64 } };
  return { data: { ...description, included: true }, content: [content] };
}
