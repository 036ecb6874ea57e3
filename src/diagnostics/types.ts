import type { DiagnosticCode } from "./catalog.js";

export type Severity = "error" | "warning" | "info";

/** The explanation of a code; `docs/diagnostics.md` and `openapi-to-mcp explain` print it. */
export interface CatalogEntry {
  readonly severity: Severity;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

/** A node of a document: file (as the user knows it: relative path or URL) and JSON Pointer (RFC 6901). */
export interface SourcePointer {
  readonly file: string;
  readonly pointer: string;
}

/** A place in a text; line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What is wrong, with the names involved; one sentence. */
  readonly message: string;
  /** Where; a pointer is turned into a position before it is shown. */
  readonly at?: SourcePointer | SourcePosition | undefined;
  /** What to do about this very case; the catalog's fix when absent. */
  readonly fix?: string | undefined;
}

/** A diagnostic as raised: severity comes from the catalog unless stated. */
export type DiagnosticInput = Omit<Diagnostic, "severity"> & { readonly severity?: Severity };

/** Takes everything that is wrong with the user's input. Stages report and go on; they throw only for bugs. */
export type Report = (diagnostic: DiagnosticInput) => void;
