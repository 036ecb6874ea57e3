import { readFile } from "node:fs/promises";
import path from "node:path";
import { locateDiagnostic } from "../diagnostics/locate.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { printDiagnosticsGithub } from "../diagnostics/print-github.js";
import { compareProject } from "../write/compare.js";
import { readManifest } from "../write/manifest.js";
import type { CompareResult } from "../write/types.js";
import { printComparisonJson, printComparisonMarkdown, printComparisonText } from "./check-print.js";
import type { Comparison } from "./check-print.js";
import { carryUserFiles, surfaceFile } from "./existing.js";
import { exitCodes } from "./exit-codes.js";
import { describeOrigin, explainCauses } from "./origin.js";
import { placeFiles } from "./place-files.js";
import type { PlacedFiles } from "./place-files.js";
import { createWriteCollector, hasErrors, printReport, runPipeline } from "./session.js";
import type { CommonArguments, Session } from "./session.js";
import { failsOn, toAnnotations } from "./surface-print.js";
import type { FailOn } from "./surface-print.js";
import { compareSurfaces, readSurface } from "./surface.js";
import { readVersion } from "./version.js";

interface CheckArguments extends CommonArguments {
  /** The least change that fails. */
  readonly failOn: "stale" | FailOn;
  /** Say which changes come from the generator and which from its input. */
  readonly explainGenerator: boolean;
}

/** Says what a run would change in a project; writes nothing. */
export async function runCheck(args: CheckArguments): Promise<number> {
  const session = await runPipeline(args);
  if (typeof session === "number") return session;
  const diagnostics: LocatedDiagnostic[] = [...session.result.diagnostics];
  const placed = placeFiles(session);
  let comparison: Comparison | undefined;
  if (placed && !hasErrors(diagnostics)) {
    const collector = createWriteCollector(args);
    comparison = await compareAll(session, placed, { collector, args });
    diagnostics.push(...collector.diagnostics.map((diagnostic) => locateDiagnostic(diagnostic, [])));
  }
  printReport(diagnostics, args);
  if (comparison) printComparison(comparison, diagnostics, args);
  else if (args.format === "json") process.stdout.write(printComparisonJson(undefined, diagnostics));
  const isFailed = hasErrors(diagnostics) || !comparison || isTooMuch(comparison, args.failOn);
  return isFailed ? exitCodes.failed : exitCodes.fine;
}

interface Checking {
  readonly collector: ReturnType<typeof createWriteCollector>;
  readonly args: CheckArguments;
}

async function compareAll(
  session: Session,
  placed: PlacedFiles,
  { collector, args }: Checking,
): Promise<Comparison | undefined> {
  const { output } = placed;
  const former = await readOptional(path.join(output, surfaceFile));
  const files = await carryUserFiles(placed, former, collector.report);
  const compared = compareProject(output, files, collector.report);
  if (!compared) return undefined;
  const contentOf = (name: string) => files.find((file) => file.path === name)?.content;
  const before = readSurface((await readOptional(path.join(output, "tools.json"))) ?? "", former);
  const after = readSurface(contentOf("tools.json") ?? "", contentOf(surfaceFile));
  const changes = compareSurfaces(before?.tools ?? [], after?.tools ?? [], after?.aliases);
  const all = await addOwnAnnotations(compared, placed);
  if (!args.explainGenerator) return { output, files: all, changes };
  const manifest = readManifest(output, collector.report) ?? undefined;
  const causes = explainCauses({ before: manifest, after: describeOrigin(session, placed), version: readVersion() });
  return { output, files: all, changes, causes };
}

/** An annotation file outside of the project is compared like the project's own. */
async function addOwnAnnotations(files: CompareResult, { annotations }: PlacedFiles): Promise<CompareResult> {
  if (!annotations || (await readOptional(annotations.path)) === annotations.content) return files;
  return { ...files, stale: [...files.stale, annotations.path] };
}

async function readOptional(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

function isTooMuch({ files, changes }: Comparison, failOn: CheckArguments["failOn"]): boolean {
  if (failOn === "stale") return Object.values(files).some((paths) => paths.length > 0);
  return failsOn(changes, failOn);
}

function printComparison(
  comparison: Comparison,
  diagnostics: readonly LocatedDiagnostic[],
  { format, quiet }: CommonArguments,
): void {
  switch (format) {
    case "json":
      process.stdout.write(printComparisonJson(comparison, diagnostics));
      return;
    case "markdown":
      process.stdout.write(printComparisonMarkdown(comparison));
      return;
    case "github":
      process.stdout.write(
        printDiagnosticsGithub([...annotateFiles(comparison), ...toAnnotations(comparison.changes)]),
      );
      return;
    case "text":
    case undefined:
      if (!quiet) process.stdout.write(printComparisonText(comparison));
      return;
    default:
      format satisfies never;
  }
}

/** Stale files as annotations of the files themselves. */
function annotateFiles({ output, files }: Comparison): LocatedDiagnostic[] {
  const stale = [...files.missing, ...files.stale, ...files.edited, ...files.orphaned];
  return stale.map((file): LocatedDiagnostic => {
    const at = { file: path.posix.join(output.split(path.sep).join("/"), file), line: 1, column: 1 };
    return { code: "cli/stale", severity: "error", message: `${file} is not up to date.`, at, position: at };
  });
}
