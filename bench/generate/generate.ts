/**
 * CPU time and peak memory of a generator run, as ratios to the least that any generator does and to a peer from npm,
 * all measured in the same run; then the stages one by one. Medians of three.
 *
 *   npm run bench:generate [-- SPEC …]
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { measureNode, type Measured } from "../measure/measure.js";

const RUNS = 3;
const peer = { name: "openapi-mcp-generator", version: "4.0.1" };
const repository = path.resolve(import.meta.dirname, "../..");
const cli = path.join(repository, "bin/openapi-to-mcp.js");

const given = process.argv.slice(2);
const specs = given.length > 0 ? given : ["specs/crm.yaml", "specs/library/openapi.yaml"];
const work = await mkdtemp(path.join(tmpdir(), "bench-generate-"));
const peerScript = await installPeer();

console.log(`|  | CPU ms | × least work | × ${peer.name} | peak MB |\n|---|---|---|---|---|`);
const bare = await repeat(() => ["-e", "0"]);
for (const word of ["--version", "--help"]) {
  const { cpu, memory } = await repeat(() => [cli, word]);
  console.log(`| ${word}, × bare node | ${cpu} | ${ratio(cpu, bare.cpu)} | – | ${memory} |`);
}
const stageTable: string[] = [];
for (const spec of specs) await measureSpec(path.resolve(repository, spec), spec);
console.log(
  `\n| CPU ms of | import | load | model | cluster | plan | emit | write |\n|---|---|---|---|---|---|---|---|`,
);
console.log(stageTable.join("\n"));
await rm(work, { recursive: true, force: true });

async function measureSpec(file: string, label: string): Promise<void> {
  const project = path.join(work, "project");
  await rm(project, { recursive: true, force: true });
  const fresh = await repeat((i) => [cli, file, "--quiet", "-o", i === 0 ? project : path.join(work, `fresh-${i}`)]);
  // The first run that finds nothing to change does all the work; the next ones know that there is none.
  const proving = await measureNode([cli, file, "--quiet", "-o", project], { cwd: work, seconds: 120 });
  const again = await repeat(() => [cli, file, "--quiet", "-o", project]);
  const least = await repeat((i) => [
    path.join(import.meta.dirname, "baseline.mjs"),
    file,
    project,
    path.join(work, `least-${i}`),
  ]);
  const theirs =
    peerScript === undefined
      ? undefined
      : await repeat((i) => [peerScript, "--input", file, "--output", path.join(work, `peer-${i}`), "--force"]);
  for (const { code, stderr } of [fresh, proving, again, least]) {
    if (code !== 0) throw new Error(`${label} could not be measured:\n${stderr}`);
  }
  for (const [name, { cpu, memory }] of [
    [label, fresh],
    ["– again, the first time", proving],
    ["– again, unchanged", again],
  ] as const) {
    const beside = theirs && theirs.code === 0 ? ratio(cpu, theirs.cpu) : "–";
    console.log(`| ${name} | ${cpu} | ${ratio(cpu, least.cpu)} | ${beside} | ${memory} |`);
  }
  const stages = await repeat((i) => [
    path.join(import.meta.dirname, "stages.mjs"),
    file,
    path.join(work, `stages-${i}`),
  ]);
  const times: Record<string, number> = JSON.parse(stages.stdout);
  const names = ["import", "load", "model", "cluster", "plan", "emit", "write"];
  stageTable.push(`| ${label} | ${names.map((name) => times[name] ?? "–").join(" | ")} |`);
  for (const folder of ["fresh", "least", "peer", "stages"]) {
    for (let i = 0; i < RUNS; i++) await rm(path.join(work, `${folder}-${i}`), { recursive: true, force: true });
  }
}

/** The run with the median CPU time. */
async function repeat(argsOf: (i: number) => readonly string[]): Promise<Measured> {
  const runs: Measured[] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await measureNode(argsOf(i), { cwd: work, seconds: 120 }));
  const median = runs.toSorted((a, b) => a.cpu - b.cpu)[Math.floor(RUNS / 2)];
  if (!median) throw new Error("Nothing was run.");
  return median;
}

function ratio(a: number, b: number): string {
  return (a / Math.max(b, 1)).toFixed(2);
}

/** The peer's command, or undefined (with a notice) where npm cannot install it. */
async function installPeer(): Promise<string | undefined> {
  await writeFile(path.join(work, "package.json"), '{ "private": true }');
  try {
    const specification = `${peer.name}@${peer.version}`;
    await promisify(execFile)("npm", ["install", "--no-audit", "--no-fund", specification], { cwd: work });
    return path.join(work, "node_modules", peer.name, "bin/openapi-mcp-generator.js");
  } catch {
    console.error(`${peer.name} could not be installed: measured without it.`);
    return undefined;
  }
}
