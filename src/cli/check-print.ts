import path from "node:path";
import { printDiagnosticsGithub } from "../diagnostics/print-github.js";
import { countDiagnostics } from "../diagnostics/print-text.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import { cleanText } from "../diagnostics/text.js";
import type { CompareResult } from "../write/types.js";
import { count } from "./inspect-text.js";
import { printReport } from "./report.js";
import type { CommonArguments } from "./session.js";
import { printChangesMarkdown, printChangesText, toAnnotations, toJsonChanges } from "./surface-print.js";
import type { SurfaceChange } from "./surface.js";

/** What a run would change. */
export interface Comparison {
  readonly output: string;
  readonly files: CompareResult;
  readonly changes: readonly SurfaceChange[];
  /** Where the changes come from, one sentence each; only when asked for. */
  readonly causes?: readonly string[];
}

const fileTitles: Readonly<Record<keyof CompareResult, string>> = {
  missing: "not there yet",
  stale: "out of date",
  edited: "edited by hand",
  orphaned: "no longer generated",
};

const fileKinds = ["missing", "stale", "edited", "orphaned"] as const;

function printComparisonText({ output, files, changes, causes = [] }: Comparison): string {
  const folder = cleanText(output);
  const stale = fileKinds.flatMap((kind) => files[kind].map((file) => `  ${cleanText(file)} (${fileTitles[kind]})`));
  const because = causes.map((cause) => cleanText(cause));
  if (stale.length === 0) return `${[`${folder} is up to date.`, ...because].join("\n")}\n`;
  const same = changes.length === 0 ? ["", "The tools stay as they are."] : ["", ...printChangesText(changes)];
  const head = `${folder} is not up to date: ${count(stale.length, "file")} would change.`;
  return `${[head, ...stale, ...same, ...(because.length > 0 ? ["", ...because] : [])].join("\n")}\n`;
}

function printComparisonJson(comparison: Comparison | undefined, diagnostics: readonly LocatedDiagnostic[]): string {
  const value = {
    output: comparison?.output ?? null,
    fresh: comparison !== undefined && fileKinds.every((kind) => comparison.files[kind].length === 0),
    files: comparison?.files ?? null,
    surface: toJsonChanges(comparison?.changes ?? []),
    ...(comparison?.causes && { causes: comparison.causes }),
    diagnostics: toJsonDiagnostics(diagnostics),
    summary: countDiagnostics(diagnostics),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** For a comment on a pull request. */
function printComparisonMarkdown({ output, files, changes, causes = [] }: Comparison): string {
  const folder = cleanText(output).replaceAll("`", "'");
  const stale = fileKinds.flatMap((kind) =>
    files[kind].map((file) => `- \`${cleanText(file).replaceAll("`", "'")}\`: ${fileTitles[kind]}`),
  );
  const because = causes.length === 0 ? [] : ["", ...causes.map((cause) => `- ${cause}`)];
  if (stale.length === 0) return `${[`\`${folder}\` is up to date.`, ...because].join("\n")}\n`;
  const surface = changes.length === 0 ? ["", "The tools stay as they are."] : ["", ...printChangesMarkdown(changes)];
  const details = ["", `<details><summary>${count(stale.length, "file")}</summary>`, "", ...stale, "", "</details>"];
  return `${[`### \`${folder}\` is not up to date`, ...surface, ...because, ...details].join("\n")}\n`;
}

/** Diagnostics and what would change, in the format that was asked for. */
export function printCheck(
  comparison: Comparison | undefined,
  diagnostics: readonly LocatedDiagnostic[],
  args: Pick<CommonArguments, "format" | "quiet">,
): void {
  printReport(diagnostics, args);
  if (comparison) printComparison(comparison, diagnostics, args);
  else if (args.format === "json") process.stdout.write(printComparisonJson(undefined, diagnostics));
}

function printComparison(
  comparison: Comparison,
  diagnostics: readonly LocatedDiagnostic[],
  { format, quiet }: Pick<CommonArguments, "format" | "quiet">,
): void {
  switch (format) {
    case "json":
      process.stdout.write(printComparisonJson(comparison, diagnostics));
      return;
    case "markdown":
      process.stdout.write(printComparisonMarkdown(comparison));
      return;
    case "github":
      process.stdout.write(
        printDiagnosticsGithub([...annotateFiles(comparison), ...toAnnotations(comparison.changes)]),
      );
      return;
    case "text":
    case undefined:
      if (!quiet) process.stdout.write(printComparisonText(comparison));
      return;
    default:
      format satisfies never;
  }
}

/** Stale files as annotations of the files themselves. */
function annotateFiles({ output, files }: Comparison): LocatedDiagnostic[] {
  const stale = [...files.missing, ...files.stale, ...files.edited, ...files.orphaned];
  return stale.map((file): LocatedDiagnostic => {
    const at = { file: path.posix.join(output.split(path.sep).join("/"), file), line: 1, column: 1 };
    return { code: "cli/stale", severity: "error", message: `${file} is not up to date.`, at, position: at };
  });
}
