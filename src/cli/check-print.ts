import { countDiagnostics } from "../diagnostics/print-text.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import { cleanText } from "../diagnostics/text.js";
import type { CompareResult } from "../write/types.js";
import { count } from "./inspect-text.js";
import type { SurfaceChange, SurfaceClass } from "./surface.js";

/** What a run would change. */
export interface Comparison {
  readonly output: string;
  readonly files: CompareResult;
  readonly changes: readonly SurfaceChange[];
}

const classes: readonly SurfaceClass[] = ["breaking", "additive", "text"];
const titles: Readonly<Record<SurfaceClass, string>> = {
  breaking: "Breaking changes of the tools",
  additive: "Additions to the tools",
  text: "Texts that read anew",
};

const fileTitles: Readonly<Record<keyof CompareResult, string>> = {
  missing: "not there yet",
  stale: "out of date",
  edited: "edited by hand",
  orphaned: "no longer generated",
};

const fileKinds = ["missing", "stale", "edited", "orphaned"] as const;

export function printComparisonText({ output, files, changes }: Comparison): string {
  const folder = cleanText(output);
  const stale = fileKinds.flatMap((kind) => files[kind].map((file) => `  ${cleanText(file)} (${fileTitles[kind]})`));
  if (stale.length === 0) return `${folder} is up to date.\n`;
  const surface = classes.flatMap((name) => {
    const found = changes.filter((change) => change.class === name);
    const lines = found.map(({ tool, change }) => `  ${tool}: ${cleanText(change)}`);
    return found.length === 0 ? [] : ["", `${titles[name]}:`, ...lines];
  });
  const same = changes.length === 0 ? ["", "The tools stay as they are."] : surface;
  const head = `${folder} is not up to date: ${count(stale.length, "file")} would change.`;
  return `${[head, ...stale, ...same].join("\n")}\n`;
}

export function printComparisonJson(
  comparison: Comparison | undefined,
  diagnostics: readonly LocatedDiagnostic[],
): string {
  const value = {
    output: comparison?.output ?? null,
    fresh: comparison !== undefined && fileKinds.every((kind) => comparison.files[kind].length === 0),
    files: comparison?.files ?? null,
    surface: comparison?.changes ?? [],
    diagnostics: toJsonDiagnostics(diagnostics),
    summary: countDiagnostics(diagnostics),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** For a comment on a pull request. */
export function printComparisonMarkdown({ output, files, changes }: Comparison): string {
  const stale = fileKinds.flatMap((kind) => files[kind].map((file) => `- ${code(file)}: ${fileTitles[kind]}`));
  if (stale.length === 0) return `${code(output)} is up to date.\n`;
  const surface = classes.flatMap((name) => {
    const found = changes.filter((change) => change.class === name);
    const rows = found.map(({ tool, change }) => `| ${code(tool)} | ${escapeCell(change)} |`);
    return found.length === 0 ? [] : ["", `#### ${titles[name]}`, "", "| tool | change |", "| --- | --- |", ...rows];
  });
  const head = `### ${code(output)} is not up to date`;
  const details = ["", `<details><summary>${count(stale.length, "file")}</summary>`, "", ...stale, "", "</details>"];
  return `${[head, ...surface, ...details].join("\n")}\n`;
}

/** Inline code; a backtick cannot be escaped in it. */
function code(text: string): string {
  return `\`${cleanText(text).replaceAll("`", "'")}\``;
}

function escapeCell(text: string): string {
  return cleanText(text).replaceAll(/[\\`*_<>|[\]]/g, "\\$&");
}
