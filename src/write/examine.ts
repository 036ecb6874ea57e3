import path from "node:path";
import type { GeneratedFile } from "../emit/types.js";
import { hashText, readText } from "./manifest.js";
import type { FileState, Manifest } from "./types.js";

/** Puts every planned file beside what stands on disk. */
export function examineFiles(
  dir: string,
  files: readonly GeneratedFile[],
  manifest: Manifest | undefined,
): readonly FileState[] {
  return files.map((file) => examineFile(dir, file, manifest));
}

function examineFile(dir: string, file: GeneratedFile, manifest: Manifest | undefined): FileState {
  const text = readText(path.join(dir, file.path));
  const planned = hashText(file.content);
  if (file.owner === "user") {
    if (text !== undefined) return { file, planned, state: "kept" };
    // Whoever deleted a file that was theirs meant it.
    return { file, planned, state: manifest?.once.has(file.path) ? "declined" : "new" };
  }
  if (text === undefined) return { file, planned, state: "new" };
  const hash = hashText(text);
  if (hash === planned) return { file, planned, state: "same", hash };
  if (file.owner === "shared") return { file, planned, state: "stale", hash };
  const recorded = manifest?.files.get(file.path);
  if (recorded === undefined) return { file, planned, state: "foreign", hash };
  return { file, planned, state: recorded === hash ? "stale" : "edited", hash };
}

export interface Orphan {
  readonly path: string;
  readonly hash: string;
  readonly isEdited: boolean;
}

/** Files of the manifest that the plan no longer has and that are still there. */
export function findOrphans(
  dir: string,
  files: readonly GeneratedFile[],
  manifest: Manifest | undefined,
): readonly Orphan[] {
  const planned = new Set(files.map((file) => file.path));
  const orphans: Orphan[] = [];
  for (const [file, recorded] of manifest?.files ?? []) {
    if (planned.has(file)) continue;
    const text = readText(path.join(dir, file));
    if (text === undefined) continue;
    const hash = hashText(text);
    orphans.push({ path: file, hash, isEdited: hash !== recorded });
  }
  return orphans;
}

/** Paths of the files in one of the wanted states, sorted. */
export function listPaths(states: readonly FileState[], wanted: readonly FileState["state"][]): readonly string[] {
  return states
    .filter(({ state }) => wanted.includes(state))
    .map(({ file }) => file.path)
    .toSorted();
}
