/** What is given in place of a description, and is told by its first characters. */
import type { DiagnosticInput } from "../diagnostics/types.js";

/** First characters of files that are no text; bytes that are no UTF-8 were read as Windows-1252 (by some as Latin-1). */
const binaries: readonly (readonly [start: string, what: string])[] = [
  ["\u001f\u2039", "is compressed with gzip; decompress it first"],
  ["\u001f\u008b", "is compressed with gzip; decompress it first"],
  ["PK\u0003\u0004", "is a ZIP archive; unpack it first"],
  ["%PDF-", "is a PDF document, not an OpenAPI description"],
];

function findBinary(text: string): string | undefined {
  const known = binaries.find(([start]) => text.startsWith(start))?.[1];
  return known ?? (text.includes("\0") ? "is no text: it holds null bytes" : undefined);
}

/** Why a text is none that could be parsed; undefined when it may be. */
export function findUnusable(text: string, file: string): DiagnosticInput | undefined {
  const start = text.slice(0, 300).trimStart().toLowerCase();
  const at = { file, line: 1, column: 1 };
  if (start === "") return { code: "load/empty-document", message: `${file} is empty.`, at: { file, pointer: "" } };
  const binary = findBinary(text);
  // Nothing of it is worth being shown.
  if (binary !== undefined) return { code: "load/not-text", message: `${file} ${binary}.` };
  if (!/^<(!doctype|!--|html|\?xml|head|body|svg)/.test(start)) return undefined;
  const kind = start.startsWith("<?xml") ? "XML" : "an HTML page";
  return { code: "load/html-document", message: `${file} is ${kind}, not an OpenAPI description.`, at };
}
