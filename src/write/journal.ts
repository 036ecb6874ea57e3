/**
 * All or nothing: new contents are staged beside the project's files, a journal says what will happen, and only then
 * are files renamed into place. While there is a journal, the run may still be undone: whoever comes next puts the
 * project back as it was. Taking the journal away is what makes a run happen (docs/adr/0004).
 */
import * as fs from "node:fs";
import path from "node:path";
import { hashText, isMissing, readText } from "./manifest.js";
import { findLink, isSafePath } from "./paths.js";

/** Where a run keeps what it needs to be undone. */
export const PENDING = ".openapi-to-mcp/pending";
const JOURNAL = `${PENDING}/journal.json`;

export interface Change {
  readonly path: string;
  /** Undefined: the file is deleted. */
  readonly content?: string;
  /** Hash of what stood there when the change was planned; null when nothing did. */
  readonly before: string | null;
  /** Hash of the content; null when the file is deleted. */
  readonly after: string | null;
}

type Step = Omit<Change, "content">;

/**
 * Applies the changes in a folder that is ours (`claimProject`); when that fails midway, undoes what was done and
 * throws. Gives the file that is no longer what it was when the changes were planned: then nothing is done.
 */
export function applyChanges(dir: string, changes: readonly Change[]): string | undefined {
  const steps = changes.map(({ path: file, before, after }): Step => ({ path: file, before, after }));
  try {
    const changed = stage(dir, changes);
    if (changed !== undefined) {
      release(dir);
      return changed;
    }
    writeJournal(dir, steps);
    makeFolders(dir, steps);
    for (const [i, step] of steps.entries()) applyStep(dir, step, i);
    if (replacesFiles(steps)) for (const folder of foldersOf(steps)) flushFolder(path.join(dir, folder));
  } catch (error) {
    undoInterrupted(dir);
    throw error;
  }
  release(dir);
  return undefined;
}

/** Puts back what an interrupted run left half done; true when there was something to undo. */
export function undoInterrupted(dir: string): boolean {
  const steps = readJournal(dir);
  undoSteps(dir, steps);
  release(dir);
  return steps.length > 0;
}

/** Where old content is replaced, nothing may be lost with the power either; a new project can be written again. */
function replacesFiles(steps: readonly Step[]): boolean {
  return steps.some(({ before }) => before !== null);
}

/** The new contents, and second names of the old files: neither changes the project. */
function stage(dir: string, changes: readonly Change[]): string | undefined {
  const flush = replacesFiles(changes);
  for (const [i, { path: file, content, before }] of changes.entries()) {
    if (content !== undefined) fs.writeFileSync(staged(dir, i, "new"), content, { flush });
    if (hashFile(path.join(dir, file)) !== before) return file;
    if (before !== null) keepFile(path.join(dir, file), staged(dir, i, "old"));
  }
  return undefined;
}

function hashFile(file: string): string | null {
  const text = readText(file);
  return text === undefined ? null : hashText(text);
}

/** A second name keeps content and time at no cost; file systems without links get a copy. */
function keepFile(file: string, kept: string): void {
  try {
    fs.linkSync(file, kept);
  } catch {
    fs.copyFileSync(file, kept);
    flushFile(kept);
  }
}

function writeJournal(dir: string, steps: readonly Step[]): void {
  const file = path.join(dir, JOURNAL);
  fs.writeFileSync(`${file}.tmp`, JSON.stringify(steps), { flush: true });
  fs.renameSync(`${file}.tmp`, file);
  flushFolder(path.join(dir, PENDING));
}

function readJournal(dir: string): readonly Step[] {
  if (findLink(dir, JOURNAL, new Map())) return [];
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(dir, JOURNAL), "utf8"));
    return Array.isArray(value) ? value.filter(isStep) : [];
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return [];
    throw error;
  }
}

function isStep(value: unknown): value is Step {
  if (typeof value !== "object" || value === null || !("path" in value)) return false;
  if (typeof value.path !== "string" || !isSafePath(value.path) || !("before" in value && "after" in value))
    return false;
  return [value.before, value.after].every((hash) => hash === null || typeof hash === "string");
}

function makeFolders(dir: string, steps: readonly Step[]): void {
  const folders = new Set(steps.filter(({ after }) => after !== null).map((step) => path.dirname(step.path)));
  for (const folder of folders) fs.mkdirSync(path.join(dir, folder), { recursive: true });
}

/** All of it synchronous: the shorter the time between the first file and the last, the better. */
function applyStep(dir: string, { path: file, after }: Step, i: number): void {
  const target = path.join(dir, file);
  if (after === null) {
    fs.rmSync(target, { force: true });
    removeEmptyFolders(dir, path.dirname(file));
    return;
  }
  fs.renameSync(staged(dir, i, "new"), target);
}

/** Can be interrupted and begun anew as often as it takes. */
function undoSteps(dir: string, steps: readonly Step[]): void {
  for (const [i, step] of [...steps.entries()].toReversed()) undoStep(dir, step, i);
  if (replacesFiles(steps)) for (const folder of foldersOf(steps)) flushFolder(path.join(dir, folder));
}

function undoStep(dir: string, { path: file, before, after }: Step, i: number): void {
  const target = path.join(dir, file);
  if (findLink(dir, file, new Map())) return;
  // What someone changed since then is theirs: the run that follows will see it.
  const isDone = hashFile(target) === after;
  if (before === null) {
    if (isDone) fs.rmSync(target, { force: true });
    removeEmptyFolders(dir, path.dirname(file));
    return;
  }
  if (!isDone) return;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  try {
    fs.renameSync(staged(dir, i, "old"), target);
  } catch (error) {
    // Where nothing had been kept, nothing had been changed.
    if (!isMissing(error)) throw error;
  }
}

/** The journal goes first: what is left after it is of no meaning. */
function release(dir: string): void {
  const pending = path.join(dir, PENDING);
  if (findLink(dir, PENDING, new Map()) || !fs.existsSync(pending)) return;
  fs.rmSync(path.join(dir, JOURNAL), { force: true });
  flushFolder(pending);
  fs.rmSync(pending, { recursive: true, force: true });
}

function removeEmptyFolders(dir: string, folder: string): void {
  for (let current = folder; current !== "." && current !== ""; current = path.dirname(current)) {
    try {
      fs.rmdirSync(path.join(dir, current));
    } catch {
      return;
    }
  }
}

/** The folders whose entries change, and those above them, which may be new or gone. */
function foldersOf(steps: readonly Step[]): ReadonlySet<string> {
  const folders = new Set<string>(["."]);
  for (const { path: file } of steps) {
    for (let folder = path.dirname(file); !folders.has(folder); folder = path.dirname(folder)) folders.add(folder);
  }
  return folders;
}

function flushFile(file: string): void {
  const handle = fs.openSync(file, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Not every system lets folders be opened; those that do not have no need of it. */
function flushFolder(folder: string): void {
  try {
    flushFile(folder);
  } catch {
    // Nothing that could be done about it.
  }
}

function staged(dir: string, i: number, kind: "new" | "old"): string {
  return path.join(dir, PENDING, `${i}.${kind}`);
}
