/** What a run did, for people and as data. */
import path from "node:path";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import { cleanText } from "../diagnostics/text.js";
import type { WriteResult } from "../write/types.js";
import { count } from "./inspect-text.js";
import type { RunSummary } from "./last-run.js";
import { printReport } from "./report.js";
import type { CommonArguments } from "./session.js";

/** A run that ended. */
interface EndedRun {
  /** The project's folder; undefined when there is no plan. */
  readonly output: string | undefined;
  readonly summary: RunSummary | undefined;
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** Undefined when nothing could be written. */
  readonly outcome: Pick<WriteResult, "written" | "deleted" | "unchanged" | "kept"> | undefined;
}

export function printRun(run: EndedRun, args: Pick<CommonArguments, "format" | "quiet">): void {
  printReport(run.diagnostics, args);
  if (args.format === "json") process.stdout.write(`${JSON.stringify(toJson(run), null, 2)}\n`);
  else if (args.format !== "github" && !args.quiet) printOutcome(run);
}

function toJson({ output, summary, diagnostics, outcome }: EndedRun): object {
  return {
    server: summary?.server ?? null,
    output: output ?? null,
    operations: summary?.operations ?? 0,
    skipped: summary?.skipped ?? 0,
    tools: summary?.tools ?? 0,
    tokens: summary?.tokens ?? null,
    written: outcome?.written ?? [],
    deleted: outcome?.deleted ?? [],
    diagnostics: toJsonDiagnostics(diagnostics),
  };
}

function printOutcome({ output, summary, outcome }: EndedRun): void {
  if (output === undefined || !summary || !outcome) return;
  const { tools, domains, operations, skipped, tokens } = summary;
  const left = skipped === 0 ? "" : ` (${skipped} left out)`;
  const offered = domains > 1 ? `${count(tools, "tool")} in ${count(domains, "domain")}` : count(tools, "tool");
  const surface = `${offered} for ${count(operations, "operation")}${left}, ${count(tokens.grouped, "token")}`;
  const { written, deleted } = outcome;
  const changes =
    written.length + deleted.length === 0
      ? "nothing changed"
      : `${count(written.length, "file")} written${deleted.length > 0 ? `, ${deleted.length} deleted` : ""}`;
  process.stdout.write(`${cleanText(output)}: ${surface}; ${changes}\n`);
  if (outcome.unchanged.length > 0 || outcome.kept.length > 0) return;
  const folder = path.relative(".", output);
  const enter = folder === "" ? "" : `cd ${cleanText(folder)} && `;
  process.stderr.write(`Next: ${enter}npm install && npm test. Tools are regrouped in mcp.annotations.yaml.\n`);
  if (domains > 1)
    process.stderr.write(
      "Most clients take fewer tools: start one domain at a time; TOOLS.md lists them and says how.\n",
    );
}
