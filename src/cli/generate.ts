import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import { cleanText } from "../diagnostics/text.js";
import { locateDiagnostic } from "../diagnostics/locate.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import type { ServerPlan } from "../plan/types.js";
import type { WriteResult } from "../write/types.js";
import { writeProject } from "../write/write.js";
import { carryUserFiles, readOptional, surfaceFile } from "./existing.js";
import { exitCodes } from "./exit-codes.js";
import { count } from "./inspect-text.js";
import { describeOrigin } from "./origin.js";
import { placeFiles } from "./place-files.js";
import { runner, withoutInterruption } from "./runner.js";
import type { PlacedFiles } from "./place-files.js";
import { createWriteCollector, hasErrors, printReport, runPipeline } from "./session.js";
import type { Ci, CommonArguments, Session } from "./session.js";

interface GenerateArguments extends CommonArguments {
  readonly force: boolean;
  readonly adopt: boolean;
  /** Whose workflow files a new project carries. */
  readonly ci?: Ci | undefined;
}

/** Generates a project, or brings one up to date. */
export async function runGenerate(args: GenerateArguments, version: string): Promise<number> {
  const session = await runPipeline(args, { ci: args.ci });
  if (typeof session === "number") return session;
  const diagnostics: LocatedDiagnostic[] = [...session.result.diagnostics];
  const placed = placeFiles(session);
  let outcome: WriteResult | undefined;
  if (placed && !hasErrors(diagnostics)) {
    const collector = createWriteCollector(args);
    const { force, adopt } = args;
    const options = { force, adopt, version, origin: describeOrigin(session, placed), runner };
    const former = readOptional(path.join(placed.output, surfaceFile));
    const files = await carryUserFiles(placed, former, collector.report);
    outcome = withoutInterruption(() => writeProject(placed.output, files, options, collector.report));
    if (outcome && placed.annotations) await replaceFile(placed.annotations.path, placed.annotations.content);
    diagnostics.push(...collector.diagnostics.map((diagnostic) => locateDiagnostic(diagnostic, [])));
  }
  printReport(diagnostics, args);
  if (args.format === "json") printJson({ session, placed, outcome, diagnostics });
  else if (outcome && placed && args.format !== "github" && !args.quiet) printOutcome(session, placed, outcome);
  return hasErrors(diagnostics) ? exitCodes.failed : exitCodes.fine;
}

/** The annotation file where it is not the project's: a failed write must not leave half of it. */
async function replaceFile(file: string, content: string): Promise<void> {
  const staged = `${file}.${process.pid}.tmp`;
  await writeFile(staged, content);
  await rename(staged, file);
}

interface Outcome {
  readonly session: Session;
  readonly placed: PlacedFiles | undefined;
  readonly outcome: WriteResult | undefined;
  readonly diagnostics: readonly LocatedDiagnostic[];
}

function printJson({ session, placed, outcome, diagnostics }: Outcome): void {
  const { plan } = session.result;
  const value = {
    server: plan ? { name: plan.name, version: plan.version } : null,
    output: placed?.output ?? null,
    operations: countOperations(plan),
    skipped: plan?.skipped.length ?? 0,
    tools: plan?.tools.length ?? 0,
    tokens: plan?.tokens ?? null,
    written: outcome?.written ?? [],
    deleted: outcome?.deleted ?? [],
    diagnostics: toJsonDiagnostics(diagnostics),
  };
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function countOperations(plan: ServerPlan | undefined): number {
  return plan?.tools.reduce((sum, tool) => sum + tool.actions.length, 0) ?? 0;
}

function printOutcome({ result: { plan } }: Session, { output }: PlacedFiles, outcome: WriteResult): void {
  if (!plan) return;
  const tokens = plan.tokens.grouped;
  const surface = `${count(plan.tools.length, "tool")} for ${count(countOperations(plan), "operation")}, ${count(tokens, "token")}`;
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
}
