/**
 * Tokens of tools/list (o200k_base): grouped, one tool per operation with the same short schemas, and one tool per
 * operation with schemas in full. `npm run bench:tokens -- [description or folder …]`; fails when the median ratio
 * of grouped to full exceeds one third.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { defaultAnnotations } from "../../src/annotations/defaults.js";
import { clusterOperations } from "../../src/cluster/cluster.js";
import { createCollector } from "../../src/diagnostics/collector.js";
import { loadSpec } from "../../src/load/load.js";
import { buildApi } from "../../src/model/build.js";
import { planServer } from "../../src/plan/plan.js";
import { countTokens } from "../../src/plan/tokens.js";
import { listNaive } from "./naive.js";
import { measureVisible } from "./visible.js";

const MAX_RATIO = 1 / 3;

/** Samples of a few operations say nothing about APIs: they are listed, but not part of the median. */
const MIN_OPERATIONS = 20;

interface Row {
  readonly name: string;
  readonly operations: number;
  readonly tools: number;
  readonly domains: number;
  readonly grouped: number;
  readonly granular: number;
  readonly full: number;
  readonly required: readonly [number, number];
  readonly optional: readonly [number, number];
}

async function measureSpec(file: string): Promise<Row | undefined> {
  const { report } = createCollector();
  const spec = await loadSpec(file, {}, report);
  if (!spec) return undefined;
  const api = buildApi(spec, report);
  const annotations = defaultAnnotations();
  const clustering = clusterOperations(api, annotations, report);
  const plan = planServer({ api, clustering, annotations, specName: path.basename(file) }, report);
  const planned = new Set(plan.resources.flatMap((resource) => resource.operations.map((operation) => operation.key)));
  const operations = api.operations.filter((operation) => planned.has(operation.key));
  if (operations.length === 0) return undefined;
  return {
    name:
      path.basename(path.dirname(file)) === "."
        ? path.basename(file)
        : `${path.basename(path.dirname(file))}/${path.basename(file)}`,
    operations: operations.length,
    tools: plan.tools.length,
    domains: plan.domains.length,
    ...plan.tokens,
    full: operations.reduce((sum, operation) => sum + countTokens(listNaive(operation, api)), 0),
    ...measureVisible(plan),
  };
}

function listDescriptions(given: string): readonly string[] {
  if (statSync(given).isFile()) return [given];
  return readdirSync(given)
    .sort()
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name) => path.join(given, name));
}

function printRow(cells: readonly (string | number)[]): void {
  const [name = "", ...rest] = cells.map(String);
  process.stdout.write(`${name.slice(0, 44).padEnd(45)}${rest.map((cell) => cell.padStart(9)).join("")}\n`);
}

function percent([shown, all]: readonly [number, number]): string {
  return all === 0 ? "-" : `${Math.round((100 * shown) / all)}%`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const given = process.argv.slice(2);
const files = (given.length > 0 ? given : ["specs"]).flatMap(listDescriptions);
const rows: Row[] = [];
printRow(["description", "ops", "tools", "domains", "grouped", "granular", "full", "ratio", "required", "optional"]);
for (const file of files) {
  const row = await measureSpec(file);
  if (!row) continue;
  rows.push(row);
  const { name, operations, tools, domains, grouped, granular, full } = row;
  const ratio = (grouped / full).toFixed(2);
  printRow([
    name,
    operations,
    tools,
    domains,
    grouped,
    granular,
    full,
    ratio,
    percent(row.required),
    percent(row.optional),
  ]);
}
const measured = rows.filter((row) => row.operations >= MIN_OPERATIONS);
const ratio = median(measured.map((row) => row.grouped / row.full));
const scope = `${measured.length} descriptions of ${MIN_OPERATIONS} operations or more`;
process.stdout.write(`\nmedian ratio of ${scope}: ${ratio.toFixed(3)}, at most ${MAX_RATIO.toFixed(3)} wanted\n`);
// A handful of small descriptions has little to cut: the budget is for real ones, given as arguments.
if (measured.length > 0 && given.length > 0 && ratio > MAX_RATIO) process.exitCode = 1;
