import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { DiagnosticInput } from "../diagnostics/types.js";
import { decodeText } from "./decode.js";
import type { SourceFile } from "./source.js";

export type ReadResult =
  | {
      readonly ok: true;
      readonly text: string;
      /** What had to be assumed to read the text. */
      readonly problem?: DiagnosticInput;
      /** Where redirects led. */
      readonly url: URL;
    }
  | { readonly ok: false; readonly problem: DiagnosticInput };

const timeoutMs = 30_000;
const maxBytes = 200 * 1024 * 1024;

/** Reads a file or an http(s) address as text. */
export function readSource(file: SourceFile, redirect: "follow" | "error" = "follow"): Promise<ReadResult> {
  return file.url.protocol === "file:" ? readLocal(file) : readRemote(file, redirect);
}

async function readLocal(file: SourceFile): Promise<ReadResult> {
  try {
    const facts = await stat(file.url);
    if (facts.isDirectory()) return fail("load/is-directory", `${file.name} is a folder, not a file.`);
    if (facts.size > maxBytes) return fail("load/too-big", `${file.name} is bigger than ${maxBytes} bytes.`);
    // What stands behind that name may be a socket, which cannot be opened.
    const bytes = file.url.pathname === "/dev/stdin" ? readFileSync(0) : await readFile(file.url);
    return { ok: true, ...decodeText(bytes, file.name), url: file.url };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return fail("load/file-not-found", `There is no file ${file.name}.`);
    return fail("load/unreadable-file", `${file.name} cannot be read (${code || String(error)}).`);
  }
}

async function readRemote(file: SourceFile, redirect: "follow" | "error"): Promise<ReadResult> {
  try {
    const response = await fetch(file.url, {
      redirect,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.5" },
    });
    if (!response.ok) {
      await response.body?.cancel();
      return fail("load/http-status", `${file.name} answered HTTP ${response.status}.`);
    }
    const bytes = await readLimited(response);
    if (bytes === undefined) return fail("load/too-big", `${file.name} is bigger than ${maxBytes} bytes.`);
    return { ok: true, ...decodeText(bytes, file.name), url: new URL(response.url || file.url) };
  } catch (error) {
    return fail("load/unreachable", `${file.name} cannot be reached (${describeNetworkError(error)}).`);
  }
}

async function readLimited(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error) return "code" in cause && cause.code ? String(cause.code) : cause.message;
  return error.message;
}

function fail(code: DiagnosticInput["code"], message: string): ReadResult {
  return { ok: false, problem: { code, message } };
}
