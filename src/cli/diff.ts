import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { printDiagnosticsGithub } from "../diagnostics/print-github.js";
import { cleanText } from "../diagnostics/text.js";
import { annotationsFile, generate } from "../pipeline.js";
import { createCollector } from "../diagnostics/collector.js";
import { settleProject } from "../write/claim.js";
import { readOptional, surfaceFile } from "./existing.js";
import { exitCodes } from "./exit-codes.js";
import { runner } from "./runner.js";
import { hasErrors, printReport } from "./report.js";
import { failsOn, printChangesMarkdown, printChangesText, toAnnotations, toJsonChanges } from "./surface-print.js";
import type { FailOn } from "./surface-print.js";
import { compareSurfaces, noSurface, readSurface } from "./surface.js";
import type { PublishedSurface, SurfaceChange } from "./surface.js";

interface DiffArguments {
  readonly old?: string | undefined;
  readonly new?: string | undefined;
  readonly base?: string | undefined;
  readonly head?: string | undefined;
  readonly output: string;
  readonly annotations?: string | undefined;
  readonly allowRemoteRefs: boolean;
  readonly failOn: "never" | FailOn;
  readonly format: "text" | "json" | "markdown" | "github";
}

/** Compares two published surfaces; writes nothing. */
export async function runDiff(args: DiffArguments): Promise<number> {
  const pair = await (args.base === undefined ? openPair(args) : openRevisions(args, args.base));
  if (typeof pair === "number") return pair;
  if (typeof pair === "string") {
    process.stderr.write(`${pair}\n\nSee openapi-to-mcp diff --help.\n`);
    return exitCodes.usage;
  }
  const [before, after] = pair;
  const changes = compareSurfaces(before, after);
  process.stdout.write(printDiff(changes, args.format));
  return args.failOn !== "never" && failsOn(changes, args.failOn) ? exitCodes.failed : exitCodes.fine;
}

type Pair = readonly [PublishedSurface, PublishedSurface];

/** Two tool lists, or two descriptions; the second is named as a regeneration of the first would be. */
async function openPair({
  old,
  new: current,
  annotations,
  allowRemoteRefs,
}: DiffArguments): Promise<Pair | string | number> {
  if (old === undefined || current === undefined)
    return "Name what to compare: two descriptions or tool lists, or --base.";
  const [before, after] = [readPublished(old), readPublished(current)];
  if (before && after) return [before, after];
  if (before || after) return `${before ? current : old} is no tools.json and no project: a list compares with a list.`;
  const options = { allowRemoteRefs };
  const first = await generate({ spec: old, annotations, options });
  const contentOf = (name: string) => first.files.find((file) => file.path === name)?.content;
  const record = contentOf(annotationsFile) ?? "";
  const file = annotations ?? path.join(path.dirname(current), annotationsFile);
  const existing = () => ({ former: contentOf(surfaceFile) });
  const second = hasErrors(first.diagnostics)
    ? undefined
    : await generate({ spec: current, annotations: { file, text: record }, options: { ...options, existing } });
  const failed = [first, second].find((result) => result && hasErrors(result.diagnostics));
  if (failed || !second) {
    const errors = (failed ?? first).diagnostics.filter(({ severity }) => severity === "error");
    printReport(errors, { format: "text", quiet: false });
    return exitCodes.failed;
  }
  return [readFiles(first.files), readFiles(second.files)];
}

/** An interrupted run in the folder is undone, and told. */
function settleFolder(folder: string): void {
  const { report, diagnostics } = createCollector();
  settleProject(folder, runner, report);
  printReport(diagnostics, { format: "text", quiet: false });
}

function readFiles(files: readonly { readonly path: string; readonly content: string }[]): PublishedSurface {
  const contentOf = (name: string) => files.find((file) => file.path === name)?.content;
  return readSurface(contentOf("tools.json") ?? "", contentOf(surfaceFile)) ?? noSurface;
}

/** The tool list of a file or a project folder; undefined when it is something else. */
function readPublished(place: string): PublishedSurface | undefined {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) settleFolder(place);
  const file = isFolder ? path.join(place, "tools.json") : place;
  const text = readOptional(file);
  if (text === undefined || !text.trimStart().startsWith("{")) return undefined;
  return readSurface(text, readOptional(path.join(path.dirname(file), surfaceFile)));
}

/** The project as committed at one revision, and as it is or as committed at another. */
async function openRevisions({ output, head }: DiffArguments, base: string): Promise<Pair | string> {
  const before = await readRevision(output, base);
  if (typeof before === "string") return before;
  const after = head === undefined ? readPublished(output) : await readRevision(output, head);
  if (typeof after === "string") return after;
  return after ? [before, after] : `${output} is no generated project: it has no tools.json.`;
}

async function readRevision(folder: string, revision: string): Promise<PublishedSurface | string> {
  const show = async (file: string): Promise<string | undefined> => {
    const words = ["-C", folder, "show", "--end-of-options", `${revision}:./${file}`];
    const shown = promisify(execFile)("git", words, { maxBuffer: 1 << 30 });
    return shown.then(({ stdout }) => stdout).catch(() => undefined);
  };
  const surface = readSurface((await show("tools.json")) ?? "", await show(surfaceFile));
  return surface ?? `There is no tools.json of ${cleanText(folder)} at the revision ${cleanText(revision)}.`;
}

function printDiff(changes: readonly SurfaceChange[], format: DiffArguments["format"]): string {
  switch (format) {
    case "json":
      return `${JSON.stringify({ surface: toJsonChanges(changes) }, null, 2)}\n`;
    case "github":
      return printDiagnosticsGithub(toAnnotations(changes));
    case "markdown":
    case "text": {
      if (changes.length === 0) return "The tools are the same.\n";
      const lines = format === "text" ? printChangesText(changes) : printChangesMarkdown(changes);
      return `${lines.join("\n")}\n`;
    }
  }
}
