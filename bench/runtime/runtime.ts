/**
 * What a generated server costs at run time, beside the least that does the same, in one run: from its start to the
 * first tools/list over stdio, and one call after the other over HTTP on loopback.
 *
 *   npm run bench:runtime
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { Client } from "undici";
import { createProject, type Project, serverEnvironment } from "../../test/e2e/project.js";

const SIZES = [1, 40, 200];
const STARTS = 7;
const WARM_CALLS = 300;
const CALLS = 1000;
const script = (name: string): string => path.join(import.meta.dirname, name);
const work = await mkdtemp(path.join(tmpdir(), "bench-runtime-"));

const children: ChildProcess[] = [];
const projects = new Map<number, Project>();
for (const size of SIZES) projects.set(size, await createProject(await describe(size)));
try {
  await reportStarts();
  await reportCalls();
} finally {
  for (const child of children) child.kill();
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

async function reportCalls(): Promise<void> {
  const upstream = await listen([script("upstream.mjs")], process.cwd(), {});
  const origin = upstream.url.origin;
  const rows: { name: string; p50: number; p99: number; cpu: number | undefined }[] = [];
  const proxy = await listen([script("bare-proxy.mjs"), origin], process.cwd(), {});
  rows.push({ name: "bare JSON-RPC proxy", ...(await timeCalls(proxy, "get_items1")) });
  for (const [size, project] of projects) {
    const env = { PORT: "0", API_BASE_URL: origin, RATE_LIMIT_PER_MINUTE: "1000000" };
    const server = await listen(["dist/main.js", "--http"], project.dir, env);
    const [tool] = Object.keys(Object.fromEntries((await project.definition()).tools.map(({ name }) => [name, true])));
    rows.push({ name: `${size} tools`, ...(await timeCalls(server, tool ?? "")) });
  }
  const floor = rows[0]?.p50 ?? 1;
  console.log(
    "\n| call over HTTP, one in flight | p50 ms | p99 ms | server CPU µs | p50 × proxy |\n|---|---|---|---|---|",
  );
  for (const { name, p50, p99, cpu } of rows) {
    console.log(
      `| ${name} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${cpu?.toFixed(0) ?? "–"} | ${(p50 / floor).toFixed(2)} |`,
    );
  }
}

interface Listening {
  readonly child: ChildProcess;
  readonly url: URL;
}

async function listen(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Listening> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: serverEnvironment(env),
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  let log = "";
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(log)?.[0];
      if (found) resolve(new URL(found));
    });
    child.once("exit", (code) => reject(new Error(`${args.join(" ")} stopped with ${String(code)}:\n${log}`)));
  });
  return { child, url };
}

/** Stops the server when done. */
async function timeCalls({ child, url }: Listening, tool: string) {
  const client = new Client(url.origin);
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2025-06-18",
  };
  const call = async (id: number): Promise<void> => {
    const params = { name: tool, arguments: { id: "1" } };
    const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
    const response = await client.request({ path: url.pathname, method: "POST", headers, body });
    const text = await response.body.text();
    if (!text.includes("Lamp")) throw new Error(`The call failed: ${text}`);
  };
  for (let i = 0; i < WARM_CALLS; i++) await call(i);
  const before = await cpuOf(child);
  const times: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const from = performance.now();
    await call(i);
    times.push(performance.now() - from);
  }
  const after = await cpuOf(child);
  await client.close();
  child.kill();
  const sorted = times.toSorted((a, b) => a - b);
  const cpu = before === undefined || after === undefined ? undefined : ((after - before) * 1000) / CALLS;
  return { p50: median(times), p99: sorted[Math.floor(CALLS * 0.99)] ?? 0, cpu };
}

/** CPU milliseconds of a process so far, where the system tells (Linux, in ticks of 10 ms). */
async function cpuOf({ pid }: ChildProcess): Promise<number | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) * 10;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
