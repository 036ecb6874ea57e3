import type { Report } from "../diagnostics/types.js";
import type { GeneratedFile } from "../emit/types.js";
import { examineFiles, findOrphans, listPaths } from "./examine.js";
import { readManifest } from "./manifest.js";
import type { CompareResult } from "./types.js";

/** What a run would change; reads only. Undefined when the manifest cannot be trusted (reported). */
export function compareProject(
  dir: string,
  files: readonly GeneratedFile[],
  report: Report,
): CompareResult | undefined {
  const manifest = readManifest(dir, report);
  if (manifest === null) return undefined;
  const states = examineFiles(dir, files, manifest);
  const orphans = findOrphans(dir, files, manifest);
  return {
    missing: listPaths(states, ["new"]),
    stale: listPaths(states, ["stale"]),
    edited: listPaths(states, ["edited", "foreign"]),
    orphaned: orphans.map(({ path }) => path).toSorted(),
  };
}
