import { exitCodes } from "./exit-codes.js";
import { recallRun } from "./last-run.js";
import type { CommonArguments } from "./session.js";
import type { FailOn } from "./surface-print.js";

export interface CheckArguments extends CommonArguments {
  /** The least change that fails. */
  readonly failOn: "stale" | FailOn;
  /** Say which changes come from the generator and which from its input. */
  readonly explainGenerator: boolean;
}

/** Says what a run would change in a project; writes nothing. */
export async function runCheck(args: CheckArguments): Promise<number> {
  const last = args.explainGenerator ? undefined : recallRun(args);
  if (!last) return (await import("./check-run.js")).checkAnew(args);
  const { printCheck } = await import("./check-print.js");
  const files = { missing: [], stale: [], edited: [], orphaned: [] };
  printCheck({ output: last.output, files, changes: [] }, last.diagnostics, args);
  return exitCodes.fine;
}
