import { readFile } from "node:fs/promises";
import path from "node:path";
import { locateDiagnostic } from "../diagnostics/locate.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { printDiagnosticsGithub } from "../diagnostics/print-github.js";
import type { CompareResult } from "../write/types.js";
import { compareProject } from "../write/compare.js";
import { printComparisonJson, printComparisonMarkdown, printComparisonText } from "./check-print.js";
import type { Comparison } from "./check-print.js";
import { exitCodes } from "./exit-codes.js";
import { placeFiles } from "./place-files.js";
import type { PlacedFiles } from "./place-files.js";
import { createWriteCollector, hasErrors, printReport, runPipeline } from "./session.js";
import type { CommonArguments } from "./session.js";
import { compareSurfaces, readSurface } from "./surface.js";
import type { SurfaceClass } from "./surface.js";

interface CheckArguments extends CommonArguments {
  /** The least change that fails. */
  readonly failOn: "stale" | SurfaceClass;
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
    const files = await compareProject(placed.output, placed.files, collector.report);
    if (files) {
      const aliases = session.result.plan?.aliases ?? {};
      comparison = await compareAll(placed, await addOwnAnnotations(files, placed), aliases);
    }
    diagnostics.push(...collector.diagnostics.map((diagnostic) => locateDiagnostic(diagnostic, [])));
  }
  printReport(diagnostics, args);
  if (comparison) printComparison(comparison, diagnostics, args);
  else if (args.format === "json") process.stdout.write(printComparisonJson(undefined, diagnostics));
  const isFailed = hasErrors(diagnostics) || !comparison || failsOn(comparison, args.failOn);
  return isFailed ? exitCodes.failed : exitCodes.fine;
}

async function compareAll(
  { output, files }: PlacedFiles,
  compared: CompareResult,
  aliases: Readonly<Record<string, string>>,
): Promise<Comparison> {
  const before = readSurface(await readOrEmpty(path.join(output, "tools.json")));
  const after = readSurface(files.find((file) => file.path === "tools.json")?.content ?? "");
  return { output, files: compared, changes: compareSurfaces(before, after, aliases) };
}

/** An annotation file outside of the project is compared like the project's own. */
async function addOwnAnnotations(files: CompareResult, { annotations }: PlacedFiles): Promise<CompareResult> {
  if (!annotations || (await readOrEmpty(annotations.path)) === annotations.content) return files;
  return { ...files, stale: [...files.stale, annotations.path] };
}

async function readOrEmpty(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

const ranks: Readonly<Record<SurfaceClass, number>> = { text: 1, additive: 2, breaking: 3 };

function failsOn({ files, changes }: Comparison, failOn: CheckArguments["failOn"]): boolean {
  if (failOn === "stale") return Object.values(files).some((paths) => paths.length > 0);
  return changes.some((change) => ranks[change.class] >= ranks[failOn]);
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
      process.stdout.write(printDiagnosticsGithub(toAnnotations(comparison)));
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
function toAnnotations({ output, files, changes }: Comparison): LocatedDiagnostic[] {
  const stale = [...files.missing, ...files.stale, ...files.edited, ...files.orphaned];
  const onFiles = stale.map((file): LocatedDiagnostic => {
    const at = { file: path.posix.join(output.split(path.sep).join("/"), file), line: 1, column: 1 };
    return { code: "cli/stale", severity: "error", message: `${file} is not up to date.`, at, position: at };
  });
  const onTools = changes.map((change): LocatedDiagnostic => ({
    code: "cli/stale",
    severity: change.class === "breaking" ? "error" : "warning",
    message: `${change.class}: ${change.tool}: ${change.change}.`,
  }));
  return [...onFiles, ...onTools];
}
