/**
 * Every description below a folder, through everything a user does: generate, typecheck, start, list.
 *
 *   npm run bench:corpus -- FOLDER [--only TEXT] [--checks again,lint,build,stdio,http,format,tests] [--typescript 5.9|7]
 *                           [--keep DIR]
 *
 * Prints a table: operations, operations skipped, tools, tokens of one tool per operation and of the tools, CPU and
 * peak memory of the generator, verdict. At the end, how many of those with operations passed each check; `lint` holds
 * the tools against every client profile, `again` wants second runs that change nothing. Exits with 1 when one failed.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { fastCompiler, usualCompiler } from "../../test/e2e/project.js";
import { checkNames, tryDescription, type CheckName, type Row } from "./checks.js";
import { findDescriptions } from "./descriptions.js";

const usage =
  "Usage: npm run bench:corpus -- FOLDER [--only TEXT] [--checks lint,build,stdio] [--typescript 5.9|7] [--keep DIR]";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    checks: { type: "string", default: "lint,build,stdio" },
    typescript: { type: "string", default: "7" },
    keep: { type: "string" },
  },
});
const folder = positionals[0];
if (folder === undefined) throw new Error(usage);
const wanted = new Set(values.checks.split(","));
const checks = checkNames.filter((name) => name === "generate" || wanted.has(name));

const work = values.keep ? path.resolve(values.keep) : await mkdtemp(path.join(tmpdir(), "corpus-"));
await mkdir(work, { recursive: true });
const compiler = values.typescript === "7" ? fastCompiler : usualCompiler;

const rows: Row[] = [];
printLine("description", "ops", "skip", "tools", "tokens before", "after", "cpu ms", "MB", "verdict");
for (const description of await findDescriptions(path.resolve(folder))) {
  if (!description.name.includes(values.only)) continue;
  const row = await tryDescription(description, { work, compiler, checks, keep: values.keep !== undefined });
  rows.push(row);
  const { name, operations, skipped, tools, granular, grouped, cpu, memory, verdict } = row;
  printLine(name, operations, skipped, tools, granular, grouped, cpu, memory, verdict);
}

const served = rows.filter(({ verdict }) => !verdict.startsWith("refused"));
console.log(
  `\n${rows.length} descriptions, ${rows.length - served.length} refused, ${sumOperations(served)} operations`,
);
for (const check of checks) console.log(`${check}: ${countPassed(check)} of ${served.length}`);
if (!values.keep) await rm(work, { recursive: true, force: true });
if (served.some(({ verdict }) => verdict !== "ok")) process.exitCode = 1;

function countPassed(check: CheckName): number {
  return served.filter(({ passed }) => passed.includes(check)).length;
}

function sumOperations(of: readonly Row[]): number {
  return of.reduce((sum, { operations }) => sum + operations, 0);
}

function printLine(...cells: readonly (string | number)[]): void {
  console.log(cells.join("\t"));
}
