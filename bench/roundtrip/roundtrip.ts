/**
 * Every operation of every description below a folder, called through its generated server by an MCP client; a stub
 * of the API compares what arrives with the description, read and serialised by other code than ours.
 *
 *   npm run bench:roundtrip -- FOLDER [--only TEXT] [--details N]
 *
 * Prints a table, then each reason of a miss with its count and up to N examples.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { command, linkDependencies } from "../../test/e2e/project.js";
import { findDescriptions } from "../corpus/descriptions.js";
import { measureNode } from "../measure/measure.js";
import { loadProject, runDescription, type OperationOutcome } from "./run.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, details: { type: "string", default: "3" } },
});
const folder = positionals[0];
if (folder === undefined) throw new Error("Usage: npm run bench:roundtrip -- FOLDER [--only TEXT] [--details N]");

const totals = { operations: 0, skipped: 0, untried: 0, right: 0, wrong: 0, calls: 0 };
const examples = new Map<string, string[]>();

printLine("description", "operations", "skipped", "untried", "tried", "right", "misses");
for (const { name, file } of await findDescriptions(path.resolve(folder))) {
  if (!name.includes(values.only)) continue;
  const outcomes = await tryDescription(file);
  if (typeof outcomes === "string") printLine(name, 0, 0, 0, 0, 0, outcomes);
  else addRow(name, outcomes);
}

const { operations, skipped, untried, right, wrong, calls } = totals;
console.log(
  `\n${operations} operations, ${skipped} skipped, ${untried} untried, ${right + wrong} tried with ${calls} calls, ${right} right`,
);
for (const [reason, found] of [...examples].sort(([, a], [, b]) => b.length - a.length)) {
  console.log(`\n${found.length} × ${reason}`);
  for (const example of found.slice(0, Number(values.details))) console.log(`  ${example}`);
}

/** Generates a project and runs its sources; what is wrong with the generator's run is told instead. */
async function tryDescription(file: string): Promise<readonly OperationOutcome[] | string> {
  const dir = await mkdtemp(path.join(tmpdir(), "roundtrip-"));
  try {
    const { code, stderr } = await measureNode([command, file, "-o", dir, "--force"], { cwd: dir, seconds: 180 });
    if (code !== 0) return `refused: ${stderr.replaceAll(/\s+/g, " ").slice(0, 200)}`;
    await linkDependencies(dir);
    return await runDescription(file, await loadProject(dir, "sources"));
  } catch (error) {
    return `failed: ${String(error).replaceAll(/\s+/g, " ").slice(0, 300)}`;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function addRow(name: string, outcomes: readonly OperationOutcome[]): void {
  const count = (verdict: OperationOutcome["verdict"]) => outcomes.filter((one) => one.verdict === verdict).length;
  const reasons = new Map<string, number>();
  for (const { operation, verdict, misses, calls } of outcomes) {
    totals.calls += calls;
    totals.operations += 1;
    totals[verdict] += 1;
    for (const reason of new Set(misses.map((miss) => miss.reason))) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      const detail = misses.find((miss) => miss.reason === reason)?.detail ?? "";
      examples.set(reason, [...(examples.get(reason) ?? []), `${name}: ${operation}: ${detail.slice(0, 400)}`]);
    }
  }
  const shown = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, number]) => `${reason} ${number}`);
  const tried = count("right") + count("wrong");
  printLine(name, outcomes.length, count("skipped"), count("untried"), tried, count("right"), shown.join(", "));
}

function printLine(...cells: readonly (string | number)[]): void {
  console.log(cells.join("\t"));
}
