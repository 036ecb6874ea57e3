/**
 * All or nothing: new contents are staged beside the project's files, a journal says what will happen, and only then
 * are files renamed into place. Without a journal nothing has happened; with one, the next run finishes the work.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, rmdir, unlink } from "node:fs/promises";
import path from "node:path";
import { hashText, isMissing, readText } from "./manifest.js";
import { findLink, isSafePath } from "./paths.js";

const PENDING = ".openapi-to-mcp/pending";
const JOURNAL = `${PENDING}/journal.json`;

export interface Change {
  readonly path: string;
  /** Undefined: the file is deleted. */
  readonly content?: string;
  /** Hash of what stood there when the change was planned; null when nothing did. */
  readonly before: string | null;
}

interface Step {
  readonly path: string;
  readonly kind: "write" | "delete";
  readonly before: string | null;
}

/** Applies the changes; when that fails midway, undoes what was done and throws. */
export async function applyChanges(dir: string, changes: readonly Change[]): Promise<void> {
  await rm(path.join(dir, PENDING), { recursive: true, force: true });
  await mkdir(path.join(dir, PENDING), { recursive: true });
  const steps = changes.map(({ path: file, content, before }): Step => {
    return { path: file, kind: content === undefined ? "delete" : "write", before };
  });
  try {
    for (const [i, change] of changes.entries()) {
      if (change.content !== undefined) writeFileSync(staged(dir, i, "new"), change.content);
      if (change.before !== null) await copyFile(path.join(dir, change.path), staged(dir, i, "old"));
    }
    writeFileSync(path.join(dir, `${JOURNAL}.tmp`), JSON.stringify(steps));
    await rename(path.join(dir, `${JOURNAL}.tmp`), path.join(dir, JOURNAL));
  } catch (error) {
    await rm(path.join(dir, PENDING), { recursive: true, force: true });
    throw error;
  }
  const done: number[] = [];
  try {
    for (const [i, step] of steps.entries()) {
      done.push(i);
      await applyStep(dir, step, i);
    }
  } catch (error) {
    for (const i of done.toReversed()) await undoStep(dir, steps[i], i);
    await rm(path.join(dir, PENDING), { recursive: true, force: true });
    throw error;
  }
  await rm(path.join(dir, PENDING), { recursive: true, force: true });
}

/** Finishes or discards what an interrupted run left; true when there was something to finish. */
export async function recoverProject(dir: string): Promise<boolean> {
  const steps = await readJournal(dir);
  for (const [i, step] of steps.entries()) {
    const text = await readText(path.join(dir, step.path));
    const isUntouched = (text === undefined ? null : hashText(text)) === step.before;
    const isReached = !(await findLink(dir, step.path, new Map()));
    // What someone changed since then is theirs: the run that follows will see it.
    if (isUntouched && isReached) await applyStep(dir, step, i);
  }
  await rm(path.join(dir, PENDING), { recursive: true, force: true });
  return steps.length > 0;
}

async function readJournal(dir: string): Promise<readonly Step[]> {
  if (await findLink(dir, JOURNAL, new Map())) return [];
  try {
    const value: unknown = JSON.parse(await readFile(path.join(dir, JOURNAL), "utf8"));
    return Array.isArray(value) ? value.filter(isStep) : [];
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return [];
    throw error;
  }
}

function isStep(value: unknown): value is Step {
  if (typeof value !== "object" || value === null || !("path" in value) || !("kind" in value)) return false;
  const isKind = value.kind === "write" || value.kind === "delete";
  return typeof value.path === "string" && isSafePath(value.path) && isKind && "before" in value;
}

async function applyStep(dir: string, step: Step, i: number): Promise<void> {
  const target = path.join(dir, step.path);
  if (step.kind === "delete") {
    await unlink(target).catch(ignoreMissing);
    await removeEmptyFolders(dir, path.dirname(step.path));
    return;
  }
  // Synchronous: for thousands of small files a third of the CPU of promises.
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    renameSync(staged(dir, i, "new"), target);
  } catch (error) {
    // A second attempt finds the staged file gone where the first one had moved it.
    ignoreMissing(error);
  }
}

async function undoStep(dir: string, step: Step | undefined, i: number): Promise<void> {
  if (step === undefined) return;
  const target = path.join(dir, step.path);
  if (step.before === null) {
    // Only what was moved into place is taken away again.
    if ((await readText(staged(dir, i, "new")).catch(() => "")) === undefined) await unlink(target).catch(() => {});
    await removeEmptyFolders(dir, path.dirname(step.path));
    return;
  }
  await mkdir(path.dirname(target), { recursive: true });
  await copyFile(staged(dir, i, "old"), target).catch(() => {});
}

async function removeEmptyFolders(dir: string, folder: string): Promise<void> {
  for (let current = folder; current !== "." && current !== ""; current = path.dirname(current)) {
    try {
      await rmdir(path.join(dir, current));
    } catch {
      return;
    }
  }
}

function staged(dir: string, i: number, kind: "new" | "old"): string {
  return path.join(dir, PENDING, `${i}.${kind}`);
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
