/**
 * What a generated server costs at run time, beside the least that does the same, in one run: from its start to the
 * first tools/list over stdio, and calls over HTTP on loopback with 1, 8 and 64 in flight.
 *
 *   npm run bench:runtime
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { createProject, type Project, serverEnvironment } from "../../test/e2e/project.js";
import { reportCalls } from "./calls.js";

const SIZES = [1, 40, 200];
const STARTS = 15;
const script = (name: string): string => path.join(import.meta.dirname, name);
const work = await mkdtemp(path.join(tmpdir(), "bench-runtime-"));

const projects = new Map<number, Project>();
for (const size of SIZES) projects.set(size, await createProject(await describe(size)));
try {
  await reportStarts();
  await reportCalls(projects);
} finally {
  for (const project of projects.values()) await project.remove();
  await rm(work, { recursive: true, force: true });
}

/** A description of as many collections as tools are wanted: one item is read by each. */
async function describe(tools: number): Promise<string> {
  const item = { type: "object", properties: { id: { type: "string" }, name: { type: "string" } } };
  const paths = Object.fromEntries(
    Array.from({ length: tools }, (_, i) => {
      const get = {
        operationId: `getItem${i + 1}`,
        summary: "Get one item of this kind.",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { description: "An item.", content: { "application/json": { schema: item } } } },
      };
      return [`/items${i + 1}/{id}`, { get }];
    }),
  );
  const file = path.join(work, `tools-${tools}.json`);
  const info = { title: "Items", version: "1" };
  await writeFile(file, JSON.stringify({ openapi: "3.1.0", info, servers: [{ url: "https://example.com" }], paths }));
  return file;
}

async function reportStarts(): Promise<void> {
  const times = new Map<string, number[]>();
  for (let run = 0; run < STARTS; run++) {
    for (const [name, file, cwd] of [
      ["bare", script("bare-server.mjs"), work] as const,
      ...[...projects].map(([size, { dir }]) => [`${size} tools`, path.join(dir, "dist/main.js"), dir] as const),
    ]) {
      times.set(name, [...(times.get(name) ?? []), await timeStart(file, cwd)]);
    }
  }
  const bare = median(times.get("bare") ?? []);
  console.log("| start to the first tools/list | median ms | × bare SDK server with one tool |\n|---|---|---|");
  for (const [name, all] of times)
    console.log(`| ${name} | ${median(all).toFixed(0)} | ${(median(all) / bare).toFixed(2)} |`);
}

/** Milliseconds until a new process has answered tools/list. */
async function timeStart(file: string, cwd: string): Promise<number> {
  const from = performance.now();
  const child = spawn(process.execPath, [file], { cwd, env: serverEnvironment({}), stdio: ["pipe", "pipe", "ignore"] });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const clientInfo = { name: "bench", version: "1" };
  send({ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"id":1')) {
      send({ method: "notifications/initialized" });
      send({ id: 2, method: "tools/list" });
    } else if (line.includes('"id":2')) break;
  }
  const time = performance.now() - from;
  child.kill();
  return time;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
