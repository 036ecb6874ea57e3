/**
 * A run that changed nothing is remembered, so that the same run need not be done again: the pipeline gives the same
 * for the same input. Whatever the run depended on is compared by content; any difference, and any doubt, means that
 * the run is done (docs/adr/0005).
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import type { ServerPlan } from "../plan/types.js";
import { PENDING } from "../write/journal.js";
import { hashText, isMissing, MANIFEST, readManifest } from "../write/manifest.js";
import { findLink } from "../write/paths.js";
import { fingerprintGenerator } from "./fingerprint.js";
import type { CommonArguments } from "./session.js";

/** Of this machine alone: the folder keeps itself out of git. */
const CACHE = ".openapi-to-mcp/cache";
const RECORD = `${CACHE}/last-run.json`;

/** Files of the project that the user owns and a run reads. */
const READ = ["mcp.annotations.yaml", "src/hooks.ts", "package.json", MANIFEST];

/** What a run says of its plan. */
export interface RunSummary {
  readonly server: Pick<ServerPlan, "name" | "version">;
  readonly operations: number;
  readonly skipped: number;
  readonly tools: number;
  readonly domains: number;
  readonly tokens: ServerPlan["tokens"];
}

export interface LastRun {
  readonly output: string;
  readonly summary: RunSummary;
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** The generated files, all of which are as that run left them. */
  readonly unchanged: readonly string[];
}

/** What a full run came to. */
interface FinishedRun {
  readonly output: string | undefined;
  readonly summary: RunSummary | undefined;
  readonly diagnostics: readonly LocatedDiagnostic[];
}

interface Entry extends Pick<LastRun, "output" | "summary" | "diagnostics"> {
  readonly generator: string;
  readonly request: string;
  /** Hash of every file that was read, by absolute path; null where there was none. */
  readonly inputs: Readonly<Record<string, string | null>>;
}

/** The last run in the project, when the same run would do and say the same today. */
export function recallRun(args: CommonArguments): LastRun | undefined {
  const output = args.output ?? ".";
  const entry = readEntry(path.join(output, RECORD));
  if (!entry || entry.output !== output || entry.request !== describeRequest(args)) return undefined;
  if (existsSync(path.join(output, PENDING)) || entry.generator !== fingerprintGenerator()) return undefined;
  if (Object.entries(entry.inputs).some(([file, hash]) => hashFile(file) !== hash)) return undefined;
  const manifest = readManifest(output, () => {});
  if (!manifest) return undefined;
  const checked = new Map<string, boolean>();
  for (const [file, hash] of manifest.files) {
    if (findLink(output, file, checked) || !isSame(path.join(output, file), hash)) return undefined;
  }
  return { ...entry, unchanged: [...manifest.files.keys()] };
}

/** Looks at what a run is going to read beside the description, and remembers the run when that stayed as it was. */
export function watchRun(args: CommonArguments) {
  const output = args.output ?? ".";
  const own = READ.map((file) => path.resolve(output, file));
  const files = args.annotations === undefined ? own : [...own, path.resolve(args.annotations)];
  const before = hashFiles(files);
  return {
    remember(
      { output: written, summary, diagnostics }: FinishedRun,
      texts: ReadonlyMap<string, string> | undefined,
    ): void {
      if (!before || !texts || !summary || written !== output) return;
      if (JSON.stringify(hashFiles(files)) !== JSON.stringify(before)) return;
      const read = [...texts].map(([file, text]) => [file, hash(text)] as const);
      const inputs = { ...before, ...Object.fromEntries(read) };
      const generator = fingerprintGenerator();
      writeEntry(output, { generator, request: describeRequest(args), output, inputs, summary, diagnostics });
    },
  };
}

/** Everything of a command line that a run depends on, and where it is given: places are named as seen from there. */
function describeRequest(args: CommonArguments): string {
  const { spec, output, annotations, overlay, allowRemoteRefs, strict, frozen } = args;
  const words = [process.cwd(), spec, output, annotations, overlay, allowRemoteRefs, strict, frozen];
  return hash(JSON.stringify(words.map((word) => word ?? null)));
}

function isSame(file: string, expected: string): boolean {
  try {
    return lstatSync(file).isFile() && hashText(readFileSync(file, "utf8")) === expected;
  } catch {
    return false;
  }
}

function hashFiles(files: readonly string[]): Readonly<Record<string, string | null>> | undefined {
  const hashes = files.map((file) => [file, hashFile(file)] as const);
  return hashes.every(isRead) ? Object.fromEntries(hashes) : undefined;
}

function isRead(entry: readonly [string, string | null | undefined]): entry is readonly [string, string | null] {
  return entry[1] !== undefined;
}

/** Null when there is no such file; undefined when it cannot be read, which is never the same as anything. */
function hashFile(file: string): string | null | undefined {
  try {
    return hash(readFileSync(file));
  } catch (error) {
    return isMissing(error) ? null : undefined;
  }
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Written here only; what cannot be read as such is as good as not there. */
function readEntry(file: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  return ["generator", "request", "output", "inputs", "summary", "diagnostics"].every((key) => key in value);
}

/** A record that cannot be written costs time on the next run and nothing else. */
function writeEntry(output: string, entry: Entry): void {
  try {
    if (findLink(output, RECORD, new Map())) return;
    mkdirSync(path.join(output, CACHE), { recursive: true });
    writeFileSync(path.join(output, CACHE, ".gitignore"), "*\n");
    writeFileSync(path.join(output, `${RECORD}.tmp`), JSON.stringify(entry));
    renameSync(path.join(output, `${RECORD}.tmp`), path.join(output, RECORD));
  } catch {
    // The project is written; only the shortcut is not there.
  }
}
