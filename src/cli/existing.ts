import { readFileSync } from "node:fs";
import path from "node:path";
import { parseFormerSurface } from "../annotations/former.js";
import type { Report } from "../diagnostics/types.js";
import type { GeneratedFile } from "../emit/types.js";
import type { ExistingProject } from "../pipeline-types.js";
import { carryHooks } from "../write/hooks.js";
import { carryPackage } from "../write/package-needs.js";
import { MANIFEST } from "../write/manifest.js";
import type { PlacedFiles } from "./place-files.js";

export const surfaceFile = ".openapi-to-mcp/surface.json";

/** What a run takes over from the project in a folder; `ci` is what the command line asks for. */
export function readExisting(folder: string | undefined, ci: ExistingProject["ci"]): ExistingProject {
  const read = (file: string) => (folder === undefined ? undefined : readOptional(path.join(folder, file)));
  const chosen = ci ?? chosenCi(read(MANIFEST));
  const [, name] = /^ {2}name: "([^"]+)",$/m.exec(read("src/generated/server.ts") ?? "") ?? [];
  return { former: read(surfaceFile), name, ...(chosen !== undefined && { ci: chosen }) };
}

/** A project keeps the workflow it was given first; one that has none was generated without. */
function chosenCi(manifest: string | undefined): ExistingProject["ci"] {
  if (manifest === undefined) return undefined;
  if (manifest.includes('".github/workflows/ci.yml"')) return "github";
  return manifest.includes('".gitlab-ci.yml"') ? "gitlab" : "none";
}

/** A file's text; undefined when it cannot be read. */
export function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The files of a run, with what it adds to the user's own hooks and package.json. */
export async function carryUserFiles(
  { output, files }: PlacedFiles,
  former: string | undefined,
  report: Report,
): Promise<readonly GeneratedFile[]> {
  const record = files.find((file) => file.path === surfaceFile)?.content;
  const current = record === undefined ? undefined : parseFormerSurface(record);
  const carried = carryPackage(output, files, report);
  if (!current) return carried;
  return carryHooks(output, { files: carried, former: parseFormerSurface(former ?? ""), current }, report);
}
