import type { IncomingMessage } from "node:http";

export type Body =
  { readonly kind: "json"; readonly value: unknown } | { readonly kind: "invalid" | "batch" | "too_large" | "aborted" };

// A client that is answered while it still sends may see a reset instead of the answer.
const DRAIN_MS = 2_000;

/** Reads one JSON-RPC message up to a limit. What exceeds it is drained for a moment and thrown away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let timer: NodeJS.Timeout | undefined;
    const settle = (body: Body): void => {
      clearTimeout(timer);
      resolve(body);
    };
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      timer ??= setTimeout(() => settle({ kind: "too_large" }), DRAIN_MS);
    });
    request.once("end", () => settle(length > maxBytes ? { kind: "too_large" } : parseBody(chunks)));
    request.once("close", () => settle({ kind: "aborted" }));
    request.once("error", () => settle({ kind: "aborted" }));
  });
}

function parseBody(chunks: readonly Buffer[]): Body {
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return Array.isArray(value) ? { kind: "batch" } : { kind: "json", value };
  } catch {
    return { kind: "invalid" };
  }
}
