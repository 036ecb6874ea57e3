import type { Report, SourcePointer } from "../diagnostics/types.js";
import type { LoadedFile } from "./files.js";

/** The root after its overlays, and where each of its nodes came from. */
export interface OverlaidRoot {
  readonly value: unknown;
  readonly files: readonly LoadedFile[];
  origin(pointer: string): SourcePointer;
}

/** Applies OpenAPI Overlay documents to a root document, in order. */
export async function applyOverlays(
  root: LoadedFile,
  overlays: readonly string[],
  report: Report,
): Promise<OverlaidRoot | undefined> {
  void overlays;
  void report;
  return { value: root.parsed.value, files: [], origin: (pointer) => ({ file: root.name, pointer }) };
}
