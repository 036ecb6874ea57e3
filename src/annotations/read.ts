import { createCollector } from "../diagnostics/collector.js";
import type { Diagnostic, Report, SourcePosition } from "../diagnostics/types.js";
import { buildAnnotations } from "./build.js";
import { parseAnnotationDocument } from "./document.js";
import type { AnnotationDocument } from "./document.js";
import { toPointer } from "./names.js";
import { checkRules } from "./rules.js";
import { fileSchema } from "./schema.js";
import type { RawFile } from "./schema.js";
import type { Annotations } from "./types.js";
import { salvageRaw, validateRaw } from "./validate.js";

/** Parses the annotation file and reports all that is wrong with it; what is right of it, undefined when that is nothing. */
export function parseAnnotations(text: string, file: string, report: Report): Annotations | undefined {
  const { report: collect, diagnostics } = createCollector();
  const document = parseAnnotationDocument(text, file, collect);
  const raw = document && validateDocument(document, collect);
  for (const diagnostic of [...diagnostics].sort(comparePlaces)) report(diagnostic);
  if (!document || !raw) return undefined;
  return {
    ...buildAnnotations(raw, document.place),
    file,
    ...(raw.spec === undefined ? {} : { spec: raw.spec }),
    overlays: raw.overlays ?? [],
    positions: positionsOf(raw, document),
  };
}

/** Top to bottom, as one corrects them. */
function comparePlaces(left: Diagnostic, right: Diagnostic): number {
  const [first, second] = [left.at, right.at];
  if (!first || !second || !("line" in first) || !("line" in second)) return 0;
  return first.line - second.line || first.column - second.column;
}

function validateDocument(document: AnnotationDocument, report: Report): RawFile | undefined {
  const context = { place: document.place, report, label: "" };
  const raw = validateRaw(fileSchema, document.raw ?? {}, context);
  checkRules(document.raw, context);
  return raw ?? salvageRaw(fileSchema, document.raw, 1);
}

/** Places of entries that are checked later: files, names of tools, and defaults that win over those of extensions. */
function positionsOf(raw: RawFile, { place }: AnnotationDocument): ReadonlyMap<string, SourcePosition> {
  const aliases = Object.keys(raw.aliases ?? {}).map((alias) => ["aliases", alias]);
  const members = Object.entries(raw.domains ?? {}).flatMap(([domain, names]) =>
    names.map((_, i) => ["domains", domain, i]),
  );
  const defaults = Object.keys(raw.defaults ?? {}).map((key) => ["defaults", key]);
  const files = [...(raw.spec === undefined ? [] : [["spec"]]), ...(raw.overlays ?? []).map((_, i) => ["overlays", i])];
  return new Map([...files, ...aliases, ...members, ...defaults].map((path) => [toPointer(path), place(path)]));
}
