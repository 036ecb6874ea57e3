import { readFile } from "node:fs/promises";
import path from "node:path";
import { locateDiagnostic } from "../diagnostics/locate.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { compareProject } from "../write/compare.js";
import { readManifest } from "../write/manifest.js";
import type { CompareResult } from "../write/types.js";
import { printCheck } from "./check-print.js";
import type { Comparison } from "./check-print.js";
import type { CheckArguments } from "./check.js";
import { carryUserFiles, surfaceFile } from "./existing.js";
import { exitCodes } from "./exit-codes.js";
import { describeOrigin, explainCauses } from "./origin.js";
import { placeFiles } from "./place-files.js";
import type { PlacedFiles } from "./place-files.js";
import { hasErrors } from "./report.js";
import { createWriteCollector, runPipeline } from "./session.js";
import type { Session } from "./session.js";
import { failsOn } from "./surface-print.js";
import { compareSurfaces, noSurface, readSurface } from "./surface.js";
import { readVersion } from "./version.js";

/** Runs the whole pipeline and compares what it gives with the project. */
export async function checkAnew(args: CheckArguments): Promise<number> {
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
  printCheck(comparison, diagnostics, args);
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
  const changes = compareSurfaces(before ?? noSurface, after ?? noSurface);
  const all = await addOwnAnnotations(compared, placed);
  if (!args.explainGenerator) return { output, files: all, changes };
  const manifest = readManifest(output, collector.report) ?? undefined;
  const causes = explainCauses({
    before: manifest,
    after: describeOrigin(session, placed),
    version: readVersion(),
    changes,
    surfaces: [before, after],
  });
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
