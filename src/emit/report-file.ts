import type { Diagnostic } from "../diagnostics/types.js";
import type { ServerPlan } from "../plan/types.js";
import { printJson } from "./json-file.js";
import type { GeneratedFile } from "./types.js";

/** `.openapi-to-mcp/report.json`: what the project covers, what was left out and what was degraded, with the reasons. */
export function emitReport(plan: ServerPlan, diagnostics: readonly Diagnostic[]): GeneratedFile {
  const { skipped, tools, tokens } = plan;
  const operations = tools.reduce((count, tool) => count + tool.actions.length, 0);
  const content = printJson({
    tools: tools.length,
    operations,
    tokens: { grouped: tokens.grouped, granular: tokens.granular },
    skipped: skipped.map(({ method, path, operationId, reason }) => ({ method, path, operationId, reason })),
    diagnostics: diagnostics.filter(isLasting).map(describeDiagnostic),
  });
  return { path: ".openapi-to-mcp/report.json", content, owner: "generator" };
}

/** Told by every run on the same input: not what a run did to the annotation file, nor what is in that file alone. */
function isLasting({ code }: Diagnostic): boolean {
  return !code.startsWith("annotations/") && !TOLD_ONCE.has(code);
}

const TOLD_ONCE = new Set(["plan/tool-divided", "cluster/added-operations"]);

/** Places are file names and pointers of the description: line numbers and folders differ between machines and edits. */
function describeDiagnostic({ code, severity, message, at }: Diagnostic) {
  if (!at || !("pointer" in at)) return { code, severity, message };
  return { code, severity, message, file: at.file.split(/[\\/]/).at(-1), pointer: at.pointer };
}
