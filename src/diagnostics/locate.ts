import type { Diagnostic, SourcePointer, SourcePosition } from "./types.js";

/** A diagnostic with the place a person looks for: line and column, and the text of the line. */
export interface LocatedDiagnostic extends Diagnostic {
  readonly position?: SourcePosition;
  readonly sourceLine?: string;
}

/** The texts that diagnostics point into. */
export interface Sources {
  locate(at: SourcePointer): SourcePosition | undefined;
  line(file: string, line: number): string | undefined;
}

/** Turns a pointer into a position and adds the source line, where the text is known. */
export function locateDiagnostic(diagnostic: Diagnostic, sources: readonly Sources[]): LocatedDiagnostic {
  const { at } = diagnostic;
  if (!at) return diagnostic;
  const position = "line" in at ? at : findPosition(at, sources);
  if (!position) return diagnostic;
  const sourceLine = findFirst(sources, (source) => source.line(position.file, position.line));
  return { ...diagnostic, position, ...(sourceLine === undefined ? {} : { sourceLine }) };
}

/** The node itself, or the nearest one around it: a missing key has no place of its own. */
function findPosition(at: SourcePointer, sources: readonly Sources[]): SourcePosition | undefined {
  for (let { pointer } = at; ; pointer = pointer.slice(0, pointer.lastIndexOf("/"))) {
    const position = findFirst(sources, (source) => source.locate({ file: at.file, pointer }));
    if (position || !pointer.includes("/")) return position;
  }
}

function findFirst<Found>(
  sources: readonly Sources[],
  find: (source: Sources) => Found | undefined,
): Found | undefined {
  for (const source of sources) {
    const found = find(source);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text whose diagnostics carry positions already. */
export function sourceOfText(file: string, text: string): Sources {
  let lines: readonly string[] | undefined;
  return {
    locate: () => undefined,
    line(name, line) {
      if (name !== file) return undefined;
      lines ??= text.split(/\r?\n/);
      return lines[line - 1];
    },
  };
}
