import type { DiagnosticCode } from "../diagnostics/catalog.js";
import type { Report } from "../diagnostics/types.js";

/**
 * What is told of an annotation file that has mistakes: entries that are wrong whatever the others would say. What a
 * left-out entry may have caused (an operation that no tool names, a name that is taken) waits until the file is right.
 */
const sound = new Set<DiagnosticCode>([
  "annotations/unknown-tool",
  "cluster/unknown-operation",
  "plan/hidden-required",
  "plan/nested-argument",
  "plan/unfit-value",
  "plan/unknown-argument",
]);

/** Passes on what is sound to tell beside the mistakes of the file, and what keeps the description from being read. */
export function narrowReport(report: Report): Report {
  return (problem) => {
    // A tool of another name may come of what was left out; one whose name is nearly right is misspelt.
    const isDoubtful = problem.code === "annotations/unknown-tool" && problem.fix === undefined;
    if ((sound.has(problem.code) && !isDoubtful) || problem.code.startsWith("load/")) report(problem);
  };
}
