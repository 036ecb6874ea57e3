/** Content codings: none is asked for, yet some servers compress all they send (RFC 9110 section 8.4). */
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

export interface DecodedBody {
  readonly body: Buffer;
  readonly truncated: boolean;
}

/** The body without its coding, at most `maxBytes` long. What cannot be decoded stays as it came. */
export function decodeBody(received: DecodedBody, encoding: string | undefined, maxBytes: number): DecodedBody {
  const decompress = DECOMPRESSORS.get(encoding?.trim().toLowerCase() ?? "");
  if (!decompress || received.truncated || received.body.length === 0) return received;
  try {
    return { body: decompress(received.body, { maxOutputLength: maxBytes }), truncated: false };
  } catch (error) {
    const isTooLarge = error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLarge ? { body: Buffer.alloc(0), truncated: true } : received;
  }
}

const DECOMPRESSORS = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync],
]);
