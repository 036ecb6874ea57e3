import { countDiagnostics } from "../diagnostics/print-text.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import { cleanText } from "../diagnostics/text.js";
import type { CompareResult } from "../write/types.js";
import { count } from "./inspect-text.js";
import { printChangesMarkdown, printChangesText, toJsonChanges } from "./surface-print.js";
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

export function printComparisonText({ output, files, changes, causes = [] }: Comparison): string {
  const folder = cleanText(output);
  const stale = fileKinds.flatMap((kind) => files[kind].map((file) => `  ${cleanText(file)} (${fileTitles[kind]})`));
  const because = causes.map((cause) => cleanText(cause));
  if (stale.length === 0) return `${[`${folder} is up to date.`, ...because].join("\n")}\n`;
  const same = changes.length === 0 ? ["", "The tools stay as they are."] : ["", ...printChangesText(changes)];
  const head = `${folder} is not up to date: ${count(stale.length, "file")} would change.`;
  return `${[head, ...stale, ...same, ...(because.length > 0 ? ["", ...because] : [])].join("\n")}\n`;
}

export function printComparisonJson(
  comparison: Comparison | undefined,
  diagnostics: readonly LocatedDiagnostic[],
): string {
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
export function printComparisonMarkdown({ output, files, changes, causes = [] }: Comparison): string {
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
