import { readdirSync } from "node:fs";
import type { Report } from "../diagnostics/types.js";
import type { GeneratedFile } from "../emit/types.js";
import { adviseEdit } from "./advice.js";
import { examineFiles, findOrphans, listPaths, type Orphan } from "./examine.js";
import { claimProject, settleProject } from "./claim.js";
import { applyChanges, type Change } from "./journal.js";
import { hashText, isMissing, isSystemError, MANIFEST, printManifest, readManifest, readText } from "./manifest.js";
import { checkPaths, findLink } from "./paths.js";
import type { FileState, Manifest, WriteOptions, WriteResult } from "./types.js";

/** Names a folder may hold before it becomes a project. */
const HARMLESS = new Set([".git", ".openapi-to-mcp", ".DS_Store", "mcp.annotations.yaml", "node_modules"]);

/**
 * Brings the files of a project to disk: all of them or none. Undefined when something stood in the way, which is
 * then reported; the project is as it was.
 */
export function writeProject(
  dir: string,
  files: readonly GeneratedFile[],
  options: WriteOptions,
  report: Report,
): WriteResult | undefined {
  try {
    return writeFiles(dir, files, options, report);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    report({ code: "write/failed", message: `The project was not written: ${error.message}` });
    return undefined;
  }
}

function writeFiles(
  dir: string,
  files: readonly GeneratedFile[],
  options: WriteOptions,
  report: Report,
): WriteResult | undefined {
  if (!checkPaths([...files.map((file) => file.path), MANIFEST], report)) return undefined;
  if (hasLinks(dir, files, report) || !settleProject(dir, options.runner, report)) return undefined;
  const manifest = readManifest(dir, report);
  if (manifest === null) return undefined;
  if (manifest === undefined && !options.adopt && isForeign(dir, report)) return undefined;
  const states = examineFiles(dir, files, manifest);
  if (reportConflicts(states, options, report)) return undefined;
  const orphans = findOrphans(dir, files, manifest);
  for (const { path: orphan } of orphans.filter(({ isEdited }) => isEdited && !options.force)) {
    report({ code: "write/kept-edited", message: `${orphan} is no longer generated, but was edited: it stays.` });
  }
  const gone = orphans.filter(({ isEdited }) => !isEdited || options.force);
  const changes = planChanges(dir, { states, gone, manifest: nextManifest(states, manifest, options) });
  if (changes.length === 0) return summarise(states, gone);
  if (!claimProject(dir, options.runner, report)) return undefined;
  const { uninterrupted = (work) => work() } = options;
  const changed = uninterrupted(() => applyChanges(dir, changes));
  if (changed === undefined) return summarise(states, gone);
  report({ code: "write/failed", message: `${changed} changed while the run was going on.` });
  return undefined;
}

function reportConflicts(states: readonly FileState[], options: WriteOptions, report: Report): boolean {
  let hasConflict = false;
  for (const { file, state } of states) {
    if (state === "edited" && !options.force) {
      report({ code: "write/edited-file", message: `${file.path} was edited.`, fix: adviseEdit(file.path) });
      hasConflict = true;
    } else if (state === "foreign" && !options.adopt && !options.force) {
      report({ code: "write/foreign-file", message: `${file.path} is there already and was not generated.` });
      hasConflict = true;
    }
  }
  return hasConflict;
}

interface Outcome {
  readonly states: readonly FileState[];
  readonly gone: readonly Orphan[];
  readonly manifest: Manifest;
}

/** Writes first, then deletions; the manifest is last, so that it never claims what is not there. */
function planChanges(dir: string, { states, gone, manifest }: Outcome): readonly Change[] {
  const changes: Change[] = states
    .filter(({ state }) => !["same", "kept", "declined"].includes(state))
    .map(({ file, hash, planned }) => ({
      path: file.path,
      content: file.content,
      before: hash ?? null,
      after: planned,
    }));
  changes.push(...gone.map((orphan): Change => ({ path: orphan.path, before: orphan.hash, after: null })));
  const content = printManifest(manifest);
  const current = readText(`${dir}/${MANIFEST}`);
  if (current !== content) {
    const before = current === undefined ? null : hashText(current);
    changes.push({ path: MANIFEST, content, before, after: hashText(content) });
  }
  return changes;
}

function nextManifest(states: readonly FileState[], manifest: Manifest | undefined, options: WriteOptions): Manifest {
  const owned = states.filter(({ file }) => file.owner === "generator");
  const once = states.filter(({ file }) => file.owner === "user").map(({ file }) => file.path);
  return {
    version: 1,
    ...(options.version !== undefined && { generator: options.version }),
    ...(options.origin !== undefined && { origin: options.origin }),
    files: new Map(owned.map(({ file, planned }) => [file.path, planned])),
    once: new Set([...(manifest?.once ?? []), ...once]),
  };
}

function summarise(states: readonly FileState[], gone: readonly Orphan[]): WriteResult {
  return {
    written: listPaths(states, ["new", "stale", "edited", "foreign"]),
    unchanged: listPaths(states, ["same"]),
    deleted: gone.map((orphan) => orphan.path).toSorted(),
    kept: listPaths(states, ["kept", "declined"]),
  };
}

function hasLinks(dir: string, files: readonly GeneratedFile[], report: Report): boolean {
  const checked = new Map<string, boolean>();
  const links = new Set<string>();
  for (const file of [...files.map(({ path }) => path), MANIFEST]) {
    const link = findLink(dir, file, checked);
    if (link !== undefined) links.add(link);
  }
  for (const link of links) report({ code: "write/symlink", message: `${link} is a symbolic link.` });
  return links.size > 0;
}

/** A folder with files that no run of ours wrote. */
function isForeign(dir: string, report: Report): boolean {
  try {
    const others = readdirSync(dir)
      .filter((name) => !HARMLESS.has(name))
      .toSorted();
    if (others.length === 0) return false;
    const named = others.slice(0, 3).join(", ");
    report({ code: "write/foreign-folder", message: `The folder has files that were not generated: ${named}.` });
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
