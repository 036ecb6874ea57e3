import type { DiagnosticInput } from "../diagnostics/types.js";

export interface DecodedText {
  readonly text: string;
  /** What had to be assumed to read the bytes. */
  readonly problem?: DiagnosticInput;
}

/** Bytes as text: UTF-8, or UTF-16 where the first two bytes say so; bytes that are neither are taken as Windows-1252. */
export function decodeText(bytes: Uint8Array, file: string): DecodedText {
  const wide = findWideEncoding(bytes);
  if (wide !== undefined) return { text: new TextDecoder(wide).decode(bytes) };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return describeForeign(new TextDecoder("windows-1252").decode(bytes), bytes, file);
  }
}

/** By the byte order mark, or the null byte beside the first ASCII character (YAML 1.2 section 5.2). */
function findWideEncoding([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if ((first === 0xff && second === 0xfe) || (first && second === 0)) return "utf-16le";
  return (first === 0xfe && second === 0xff) || (first === 0 && second) ? "utf-16be" : undefined;
}

function describeForeign(text: string, bytes: Uint8Array, file: string): DecodedText {
  // Both texts have one character per character up to the first byte that is no UTF-8.
  const intact = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\uFFFD", 1)[0] ?? "";
  const lines = intact.split("\n");
  const at = { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  return {
    text,
    problem: { code: "load/not-utf8", message: `${file} is not UTF-8; it was read as Windows-1252.`, at },
  };
}
