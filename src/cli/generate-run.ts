import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { locateDiagnostic } from "../diagnostics/locate.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import type { WriteResult } from "../write/types.js";
import { writeProject } from "../write/write.js";
import { carryUserFiles, readOptional, surfaceFile } from "./existing.js";
import { exitCodes } from "./exit-codes.js";
import { printRun } from "./generate-print.js";
import type { GenerateArguments } from "./generate.js";
import { watchRun } from "./last-run.js";
import type { RunSummary } from "./last-run.js";
import { describeOrigin } from "./origin.js";
import { placeFiles } from "./place-files.js";
import { hasErrors } from "./report.js";
import { runner, uninterrupted } from "./runner.js";
import { createWriteCollector, runPipeline } from "./session.js";
import type { Session } from "./session.js";

/** Runs the whole pipeline and writes what it gives; remembers a run that changed nothing. */
export async function generateAnew(args: GenerateArguments, version: string): Promise<number> {
  const witness = watchRun(args);
  const session = await runPipeline(args, { ci: args.ci });
  if (typeof session === "number") return session;
  const diagnostics: LocatedDiagnostic[] = [...session.result.diagnostics];
  const placed = placeFiles(session);
  let outcome: WriteResult | undefined;
  if (placed && !hasErrors(diagnostics)) {
    const collector = createWriteCollector(args);
    const { force, adopt } = args;
    const options = { force, adopt, version, origin: describeOrigin(session, placed), runner, uninterrupted };
    const former = readOptional(path.join(placed.output, surfaceFile));
    const files = await carryUserFiles(placed, former, collector.report);
    outcome = writeProject(placed.output, files, options, collector.report);
    if (outcome && placed.annotations) replaceFile(placed.annotations.path, placed.annotations.content);
    diagnostics.push(...collector.diagnostics.map((diagnostic) => locateDiagnostic(diagnostic, [])));
  }
  const run = { output: placed?.output, summary: summarise(session), diagnostics, outcome };
  printRun(run, args);
  if (outcome && isUnchanged(outcome) && !session.settled && !hasErrors(diagnostics))
    witness.remember(run, session.result.texts);
  return hasErrors(diagnostics) ? exitCodes.failed : exitCodes.fine;
}

/** The annotation file where it is not the project's: a failed write must not leave half of it. */
function replaceFile(file: string, content: string): void {
  if (readOptional(file) === content) return;
  const staged = `${file}.${process.pid}.tmp`;
  writeFileSync(staged, content);
  renameSync(staged, file);
}

function isUnchanged({ written, deleted }: WriteResult): boolean {
  return written.length + deleted.length === 0;
}

function summarise({ result: { plan } }: Session): RunSummary | undefined {
  return (
    plan && {
      server: { name: plan.name, version: plan.version },
      operations: plan.tools.reduce((sum, tool) => sum + tool.actions.length, 0),
      skipped: plan.skipped.length,
      tools: plan.tools.length,
      domains: plan.domains.length,
      tokens: plan.tokens,
    }
  );
}
