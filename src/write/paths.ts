/** Which paths may be written at all: below the project's folder, on any file system, through no link. */
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { Report } from "../diagnostics/types.js";

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const UNSAFE = /[\p{Cc}<>:"|?*\\]/u;

/** True when the path stays below the folder it is joined to, under the rules of every system. */
export function isSafePath(file: string): boolean {
  if (file === "" || file.length > 400 || UNSAFE.test(file)) return false;
  return file.split("/").every((segment) => {
    const isName = segment !== "" && segment !== "." && segment !== ".." && segment.length <= 200;
    return isName && !RESERVED.test(segment) && !/[. ]$/.test(segment) && segment.toLowerCase() !== ".git";
  });
}

/** Reports unsafe paths and pairs that are one file where case or Unicode form do not count. */
export function checkPaths(files: readonly string[], report: Report): boolean {
  const seen = new Map<string, string>();
  let isFine = true;
  for (const file of files) {
    const folded = file.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (!isSafePath(file)) {
      isFine = false;
      report({ code: "write/unsafe-path", message: `${JSON.stringify(file)} may not be written.` });
    } else if (other !== undefined) {
      isFine = false;
      report({ code: "write/path-collision", message: `${other} and ${file} are one file on some systems.` });
    }
    seen.set(folded, file);
  }
  return isFine;
}

/** The first symbolic link among the folders of a path and the file itself; undefined when there is none. */
export function findLink(dir: string, file: string, checked: Map<string, boolean>): string | undefined {
  const segments = file.split("/");
  for (let count = 1; count <= segments.length; count++) {
    const part = segments.slice(0, count).join("/");
    const known = checked.get(part);
    const isLink = known ?? isSymbolicLink(path.join(dir, part));
    checked.set(part, isLink);
    if (isLink) return part;
  }
  return undefined;
}

/** Makes a folder level by level: with `recursive`, Node 20 never ends where the system takes none (`/proc/x`). */
export function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  const parent = path.dirname(dir);
  if (parent !== dir) makeFolder(parent);
  try {
    mkdirSync(dir);
  } catch (error) {
    // Somebody was faster.
    if (!existsSync(dir)) throw error;
  }
}

/** Synchronous: for thousands of files a fraction of the CPU of promises. */
function isSymbolicLink(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return false;
  }
}
