import { catalog } from "./catalog.js";
import type { CatalogEntry, Diagnostic, Report } from "./types.js";

export interface Collector {
  readonly diagnostics: readonly Diagnostic[];
  readonly report: Report;
  hasErrors(): boolean;
}

/** Collects diagnostics; the same message at the same place is kept once. With `strict`, warnings count as errors. */
export function createCollector(options: { readonly strict?: boolean } = {}): Collector {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  return {
    diagnostics,
    report(input) {
      const entry: CatalogEntry = catalog[input.code];
      const severity = input.severity ?? entry.severity;
      const raised = options.strict && severity === "warning" ? "error" : severity;
      const key = JSON.stringify([input.code, input.message, input.at]);
      if (seen.has(key)) return;
      seen.add(key);
      diagnostics.push({ ...input, severity: raised });
    },
    hasErrors: () => diagnostics.some((diagnostic) => diagnostic.severity === "error"),
  };
}
