import { writeFile } from "node:fs/promises";
import { exitCodes } from "./exit-codes.js";
import { toInspection } from "./inspect-json.js";
import { printInspection } from "./inspect-text.js";
import { hasErrors, printReport } from "./report.js";
import { runPipeline } from "./session.js";
import type { CommonArguments } from "./session.js";

interface InspectArguments extends CommonArguments {
  readonly json?: boolean | undefined;
  readonly html?: string | undefined;
}

/** Prints the plan; writes nothing but the page that `--html` asks for. */
export async function runInspect(args: InspectArguments): Promise<number> {
  const settings: CommonArguments = args.json ? { ...args, format: "json" } : args;
  const session = await runPipeline(settings, { planOnly: true });
  if (typeof session === "number") return session;
  const { result } = session;
  printReport(result.diagnostics, settings);
  if (args.html !== undefined && result.plan) {
    const { printInspectionPage } = await import("./inspect-html.js");
    await writeFile(args.html, await printInspectionPage(result));
  }
  if (settings.format === "json") process.stdout.write(`${JSON.stringify(toInspection(result), null, 2)}\n`);
  else if (result.plan && !settings.quiet) process.stdout.write(printInspection(result.plan));
  return hasErrors(result.diagnostics) ? exitCodes.failed : exitCodes.fine;
}
