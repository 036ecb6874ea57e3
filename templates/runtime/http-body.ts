import type { IncomingMessage } from "node:http";

export type Body = { readonly kind: "json"; readonly value: unknown } | { readonly kind: "invalid" | "too_large" };

// A client that is answered while it still sends sees a reset instead of the answer.
const DRAIN_MS = 2_000;
const DRAIN_FACTOR = 4;

/** Reads a JSON body up to a limit. What exceeds it is drained for a moment and thrown away. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const declared = Number(request.headers["content-length"] ?? 0);
  const chunks: Buffer[] = [];
  let length = 0;
  const drainUntil = Date.now() + DRAIN_MS;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length <= maxBytes && declared <= maxBytes) chunks.push(bytes);
    else if (Date.now() > drainUntil || length > maxBytes * DRAIN_FACTOR) return { kind: "too_large" };
  }
  if (length > maxBytes || declared > maxBytes) return { kind: "too_large" };
  try {
    return { kind: "json", value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { kind: "invalid" };
  }
}
