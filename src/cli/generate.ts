import { exitCodes } from "./exit-codes.js";
import { recallRun } from "./last-run.js";
import type { Ci, CommonArguments } from "./session.js";

export interface GenerateArguments extends CommonArguments {
  readonly force: boolean;
  readonly adopt: boolean;
  /** Whose workflow files a new project carries. */
  readonly ci?: Ci | undefined;
}

/** Generates a project, or brings one up to date. The pipeline is loaded only when there can be something to do. */
export async function runGenerate(args: GenerateArguments, version: string): Promise<number> {
  const last = args.force || args.adopt || args.ci !== undefined ? undefined : recallRun(args);
  if (!last) return (await import("./generate-run.js")).generateAnew(args, version);
  const { printRun } = await import("./generate-print.js");
  printRun({ ...last, outcome: { written: [], deleted: [], unchanged: last.unchanged, kept: [] } }, args);
  return exitCodes.fine;
}
