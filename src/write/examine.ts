import path from "node:path";
import type { GeneratedFile } from "../emit/types.js";
import { hashText, readText } from "./manifest.js";
import type { FileState, Manifest } from "./types.js";

/** Puts every planned file beside what stands on disk. */
export async function examineFiles(
  dir: string,
  files: readonly GeneratedFile[],
  manifest: Manifest | undefined,
): Promise<readonly FileState[]> {
  return Promise.all(files.map((file) => examineFile(dir, file, manifest)));
}

async function examineFile(dir: string, file: GeneratedFile, manifest: Manifest | undefined): Promise<FileState> {
  const text = await readText(path.join(dir, file.path));
  if (file.owner === "user") {
    if (text !== undefined) return { file, state: "kept" };
    // Whoever deleted a file that was theirs meant it.
    return { file, state: manifest?.once.has(file.path) ? "declined" : "new" };
  }
  if (text === undefined) return { file, state: "new" };
  const hash = hashText(text);
  if (hash === hashText(file.content)) return { file, state: "same", hash };
  if (file.owner === "shared") return { file, state: "stale", hash };
  const recorded = manifest?.files.get(file.path);
  if (recorded === undefined) return { file, state: "foreign", hash };
  return { file, state: recorded === hash ? "stale" : "edited", hash };
}

export interface Orphan {
  readonly path: string;
  readonly hash: string;
  readonly isEdited: boolean;
}

/** Files of the manifest that the plan no longer has and that are still there. */
export async function findOrphans(
  dir: string,
  files: readonly GeneratedFile[],
  manifest: Manifest | undefined,
): Promise<readonly Orphan[]> {
  const planned = new Set(files.map((file) => file.path));
  const orphans: Orphan[] = [];
  for (const [file, recorded] of manifest?.files ?? []) {
    if (planned.has(file)) continue;
    const text = await readText(path.join(dir, file));
    if (text !== undefined) orphans.push({ path: file, hash: hashText(text), isEdited: hashText(text) !== recorded });
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
