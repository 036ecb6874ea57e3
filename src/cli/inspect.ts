import { exitCodes } from "./exit-codes.js";
import { toInspection } from "./inspect-json.js";
import { printInspection } from "./inspect-text.js";
import { hasErrors, printReport, runPipeline } from "./session.js";
import type { CommonArguments } from "./session.js";

/** Prints the plan; writes nothing. */
export async function runInspect(args: CommonArguments & { readonly json?: boolean | undefined }): Promise<number> {
  const settings: CommonArguments = args.json ? { ...args, format: "json" } : args;
  const session = await runPipeline(settings, { planOnly: true });
  if (typeof session === "number") return session;
  const { result } = session;
  printReport(result.diagnostics, settings);
  if (settings.format === "json") process.stdout.write(`${JSON.stringify(toInspection(result), null, 2)}\n`);
  else if (result.plan && !settings.quiet) process.stdout.write(printInspection(result.plan));
  return hasErrors(result.diagnostics) ? exitCodes.failed : exitCodes.fine;
}
