/** What a run has to say, in the format that was asked for. */
import { readFileSync, statSync } from "node:fs";
import { locateDiagnostic } from "../diagnostics/locate.js";
import type { LocatedDiagnostic, Sources } from "../diagnostics/locate.js";
import { printDiagnosticsGithub } from "../diagnostics/print-github.js";
import { countDiagnostics, printDiagnosticsText } from "../diagnostics/print-text.js";
import { decodeText } from "../load/decode.js";
import type { CommonArguments } from "./session.js";

/** Prints diagnostics where the format has them: on stderr for people, on stdout for GitHub; JSON has them inside. */
export function printReport(
  found: readonly LocatedDiagnostic[],
  { format, quiet }: Pick<CommonArguments, "format" | "quiet">,
): void {
  if (format === "json") return;
  const diagnostics = found.map((diagnostic) => locateDiagnostic(diagnostic, [diskSource]));
  if (format === "github") {
    process.stdout.write(printDiagnosticsGithub(diagnostics));
    return;
  }
  const color = process.stderr.isTTY && !process.env["NO_COLOR"];
  const text = printDiagnosticsText(diagnostics, { color, quiet });
  const counts = countDiagnostics(diagnostics);
  if (text !== "") process.stderr.write(`${text}\n`);
  if (counts !== "" && !quiet) process.stderr.write(`${counts}\n`);
}

export function hasErrors(diagnostics: readonly LocatedDiagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** Lines of files that no stage could read as a whole, for the frame of the very error that says so. */
const diskSource: Sources = {
  locate: () => undefined,
  line(file, line) {
    try {
      if (statSync(file).size > 5_000_000) return undefined;
      return decodeText(readFileSync(file), file)
        .text.replace(/^\uFEFF/, "")
        .split(/\r?\n/)[line - 1];
    } catch {
      return undefined;
    }
  },
};
