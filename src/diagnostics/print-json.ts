import { catalog } from "./catalog.js";
import type { LocatedDiagnostic } from "./locate.js";
import type { CatalogEntry, Severity } from "./types.js";

/** A diagnostic as `--format json` has it. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly pointer?: string;
}

/** Diagnostics as data. JSON escapes control characters, so texts stay as they are. */
export function toJsonDiagnostics(diagnostics: readonly LocatedDiagnostic[]): JsonDiagnostic[] {
  return diagnostics.map(({ code, severity, message, fix, at, position }) => {
    const entry: CatalogEntry = catalog[code];
    return {
      code,
      severity,
      message,
      fix: fix ?? entry.fix,
      ...(at ? { file: position?.file ?? at.file } : {}),
      ...(position ? { line: position.line, column: position.column } : {}),
      ...(at && "pointer" in at ? { pointer: at.pointer } : {}),
    };
  });
}
