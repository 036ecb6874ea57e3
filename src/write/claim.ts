/** One run at a time writes a project, and whoever comes after an interrupted one undoes it first. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Report } from "../diagnostics/types.js";
import { PENDING, undoInterrupted } from "./journal.js";
import { findLink, makeFolder } from "./paths.js";
import { isSystemError } from "./manifest.js";
import type { Runner } from "./types.js";

/** How long another run may take to end before one that waits for it gives up. */
const PATIENCE_MS = 10_000;
const STEP_MS = 20;
/** How long a run may need from making its folder to naming itself in it. */
const NAMING_MS = 200;

/**
 * Makes a project whole where an interrupted run left it half written, which is reported. False (reported) when
 * another run is writing it.
 */
export function settleProject(dir: string, runner: Runner | undefined, report: Report): boolean {
  if (!isPending(dir)) return true;
  try {
    return settlePending(dir, runner, report);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    report({ code: "write/failed", message: `An interrupted run could not be undone: ${error.message}` });
    return false;
  }
}

function settlePending(dir: string, runner: Runner | undefined, report: Report): boolean {
  const other = awaitOther(dir, runner);
  if (other !== undefined) {
    report({ code: "write/busy", message: `Another run (process ${other}) is writing the project.` });
    return false;
  }
  if (undoInterrupted(dir)) {
    report({ code: "write/recovered", message: "An interrupted run was undone first: the project is as before it." });
  }
  return true;
}

/** Settles the project and takes its pending folder for this run; it is given back when changes were applied. */
export function claimProject(dir: string, runner: Runner | undefined, report: Report): boolean {
  const pending = path.join(dir, PENDING);
  makeFolder(path.dirname(pending));
  for (;;) {
    if (!settleProject(dir, runner, report)) return false;
    try {
      mkdirSync(pending);
      break;
    } catch (error) {
      // Somebody was faster.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  writeFileSync(path.join(pending, "owner"), String(runner?.id ?? 0));
  writeFileSync(path.join(pending, ".gitignore"), "*\n");
  return true;
}

/** The process that goes on writing the project however long one waits; undefined when there is none any more. */
function awaitOther(dir: string, runner: Runner | undefined): string | undefined {
  let owner: string | undefined;
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (!isPending(dir)) return undefined;
    owner = readOwner(dir);
    if (owner === undefined ? waited >= NAMING_MS : !isOther(owner, runner)) return undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
  }
  return owner;
}

function isOther(owner: string, runner: Runner | undefined): boolean {
  const id = Number(owner);
  return runner !== undefined && id > 0 && id !== runner.id && runner.isRunning(id);
}

function isPending(dir: string): boolean {
  return existsSync(path.join(dir, PENDING)) && !findLink(dir, PENDING, new Map());
}

function readOwner(dir: string): string | undefined {
  try {
    // Empty while it is being written.
    return readFileSync(path.join(dir, PENDING, "owner"), "utf8") || undefined;
  } catch {
    return undefined;
  }
}
