/**
 * How near the grouping by rule comes to a grouping made by hand, next to simpler ways of grouping.
 *
 *   npm run bench:grouping -- SPEC GOLD.json SCORE.mjs
 *
 * GOLD is `[{tool, actions: [{operationId, method, path}]}]`; SCORE prints JSON for `node SCORE GOLD CLUSTERS --spec
 * SPEC --json`. Without GOLD and SCORE the grouping is printed, to be read.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultAnnotations } from "../../src/annotations/defaults.js";
import { clusterOperations } from "../../src/cluster/cluster.js";
import type { Clustering } from "../../src/cluster/types.js";
import { createCollector } from "../../src/diagnostics/collector.js";
import { loadSpec } from "../../src/load/load.js";
import { buildApi } from "../../src/model/build.js";
import type { Operation } from "../../src/model/types.js";

interface Cluster {
  readonly tool: string;
  readonly operations: readonly string[];
}

const [spec, gold, score] = process.argv.slice(2);
if (spec === undefined) throw new Error("Usage: npm run bench:grouping -- SPEC [GOLD.json SCORE.mjs]");
const { report } = createCollector();
const loaded = await loadSpec(spec, {}, report);
if (loaded === undefined) throw new Error(`${spec} cannot be read.`);
const api = buildApi(loaded, report);
const start = performance.now();
const clustering = clusterOperations(api, defaultAnnotations(), report);
const time = performance.now() - start;

if (gold === undefined || score === undefined) printGrouping(clustering);
else printScores(gold, score);
console.error(`${api.operations.length} operations, ${clustering.intents.length} tools, ${time.toFixed(0)} ms`);

function printGrouping({ intents }: Clustering): void {
  for (const { name, noun, choices, why } of intents) {
    console.log(`${name}  (${noun}: ${why})`);
    for (const { action, operation, twins, role, class: effect } of choices) {
      const also = twins.map(({ key }) => ` + ${key}`).join("");
      console.log(`    ${action} [${role}/${effect}] ${operation.key}${also}`);
    }
  }
}

function printScores(gold: string, score: string): void {
  const ways: Record<string, readonly Cluster[]> = {
    "by rule": clustering.intents.map(({ name, choices }) => ({
      tool: name,
      operations: choices.flatMap(({ operation, twins }) => [operation, ...twins].map(({ key }) => key)),
    })),
    "one per operation": api.operations.map(({ key }) => ({ tool: key, operations: [key] })),
    "by tag": groupOperations(({ tags, method }) => `${tags[0] ?? ""} ${nameEffect(method)}`),
    "by resource prefix": groupOperations(
      ({ path: full, method }) => `${full.replaceAll(/\/\{[^}]*\}$/g, "")} ${nameEffect(method)}`,
    ),
  };
  console.log(["grouping", "tools", "pair F1", "B-cubed", "edits", "purity"].join("\t"));
  const folder = mkdtempSync(path.join(tmpdir(), "grouping-"));
  for (const [way, clusters] of Object.entries(ways)) {
    const file = path.join(folder, "clusters.json");
    writeFileSync(file, JSON.stringify(clusters));
    const scored = scoreClusters([score, gold, file, "--spec", spec ?? "", "--json"]);
    console.log([way, clusters.length, ...scored].join("\t"));
  }
  rmSync(folder, { recursive: true });
}

function scoreClusters(parameters: readonly string[]): readonly (string | number)[] {
  const printed: unknown = JSON.parse(execFileSync(process.execPath, parameters, { encoding: "utf8" }));
  // The figures of the score script; a wrong script shows as NaN in the table.
  const result = printed as { pairwise: { f1: number }; bcubed: { f: number }; regroupEdits: number; purity: number };
  return [result.pairwise.f1.toFixed(3), result.bcubed.f.toFixed(3), result.regroupEdits, result.purity.toFixed(3)];
}

function groupOperations(keyOf: (operation: Operation) => string): readonly Cluster[] {
  const groups = new Map<string, string[]>();
  for (const operation of api.operations) {
    const key = keyOf(operation);
    groups.set(key, [...(groups.get(key) ?? []), operation.key]);
  }
  return [...groups].map(([tool, operations]) => ({ tool, operations }));
}

function nameEffect(method: string): string {
  return method === "GET" ? "read" : "write";
}
