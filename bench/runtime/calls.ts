/** Calls over HTTP on loopback: the API itself, the least that stands between it and a client, and generated servers. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { Pool } from "undici";
import { type Project, serverEnvironment } from "../../test/e2e/project.js";

const IN_FLIGHT = [1, 8, 64];
const WARM_CALLS = 1500;
const ROUNDS = 3;
const CALLS_PER_ROUND = 600;
const TOOL = "get_items1";

/** Prints a table for every number of calls in flight. Every server is measured in turn, several times over. */
export async function reportCalls(projects: ReadonlyMap<number, Project>): Promise<void> {
  const upstream = await listen("API, called directly", [script("upstream.mjs")], process.cwd());
  const api = upstream.url.origin;
  const servers = [upstream];
  try {
    servers.push(
      await listen("bare JSON-RPC proxy", [script("bare-proxy.mjs"), api], process.cwd()),
      await listen("bare SDK server, 1 tool", [script("bare-sdk.mjs"), api], process.cwd()),
    );
    const env = { PORT: "0", API_BASE_URL: api, RATE_LIMIT_PER_MINUTE: "0", MAX_CONCURRENT_CALLS: "0" };
    for (const [size, { dir }] of projects) {
      servers.push(await listen(`generated, ${size} tools`, ["dist/main.js", "--http"], dir, env));
    }
    const targets = [
      { ...upstream, send: getItem },
      ...servers
        .slice(1)
        .flatMap((server) => [
          { ...server, send: callTool(LEGACY) },
          ...(server.name === "bare JSON-RPC proxy"
            ? []
            : [{ ...server, name: `${server.name}, 2026-07-28`, send: callTool(MODERN) }]),
        ]),
    ];
    for (const target of targets) await time(target, 8, WARM_CALLS);
    for (const inFlight of IN_FLIGHT) printTable(inFlight, await timeAll(targets, inFlight));
  } finally {
    for (const { child } of servers) child.kill();
  }
}

const script = (name: string): string => path.join(import.meta.dirname, name);

interface Listening {
  readonly name: string;
  readonly child: ChildProcess;
  readonly url: URL;
}

async function listen(
  name: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: serverEnvironment(env),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = await new Promise<URL>((resolve, reject) => {
    let log = "";
    const read = (chunk: Buffer): void => {
      log += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(log)?.[0];
      if (found === undefined) return;
      // From here on the log is read and thrown away: looking at it would count as time of the server.
      child.stderr.off("data", read).resume();
      resolve(new URL(found));
    };
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`${args.join(" ")} stopped with ${String(code)}:\n${log}`)));
  });
  return { name, child, url };
}

type Send = (pool: Pool, id: number) => Promise<string>;

const getItem: Send = async (pool) => {
  const response = await pool.request({ path: "/items1/1", method: "GET" });
  return response.body.text();
};

const LEGACY = { version: "2025-11-25", headers: {}, meta: {} };
const MODERN = {
  version: "2026-07-28",
  headers: { "mcp-method": "tools/call", "mcp-name": TOOL },
  meta: {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
};

function callTool({ version, headers, meta }: typeof LEGACY | typeof MODERN): Send {
  const all = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": version,
    ...headers,
  };
  return async (pool, id) => {
    const params = { name: TOOL, arguments: { id: "1" }, ...meta };
    const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
    const response = await pool.request({ path: "/mcp", method: "POST", headers: all, body });
    return response.body.text();
  };
}

interface Target extends Listening {
  readonly send: Send;
}

interface Figures {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly cpuMicros: number | undefined;
}

async function timeAll(targets: readonly Target[], inFlight: number): Promise<Figures[]> {
  const rounds = targets.map((target) => ({ target, runs: [] as Run[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { target, runs } of rounds) runs.push(await time(target, inFlight, CALLS_PER_ROUND));
  }
  return rounds.map(({ target, runs }) => {
    const times = runs.flatMap((run) => run.times).toSorted((a, b) => a - b);
    const calls = times.length;
    const cpu = runs.map((run) => run.cpuMs);
    return {
      name: target.name,
      p50: times[Math.floor(calls / 2)] ?? 0,
      p99: times[Math.floor(calls * 0.99)] ?? 0,
      perSecond: (calls * 1000) / sum(runs.map((run) => run.wallMs)),
      cpuMicros: cpu.includes(undefined) ? undefined : (sum(cpu.map((ms) => ms ?? 0)) * 1000) / calls,
    };
  });
}

interface Run {
  readonly times: readonly number[];
  readonly wallMs: number;
  readonly cpuMs: number | undefined;
}

async function time({ child, url, send }: Target, inFlight: number, calls: number): Promise<Run> {
  const pool = new Pool(url.origin, { connections: inFlight });
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) {
      const id = next++;
      const from = performance.now();
      const text = await send(pool, id);
      times.push(performance.now() - from);
      if (!text.includes("Lamp")) throw new Error(`The call failed: ${text}`);
    }
  };
  const before = await cpuOf(child);
  const from = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const wallMs = performance.now() - from;
  const after = await cpuOf(child);
  await pool.close();
  return { times, wallMs, cpuMs: before === undefined || after === undefined ? undefined : after - before };
}

/** CPU milliseconds of a process so far, where the system tells (Linux, in ticks of 10 ms). */
async function cpuOf({ pid }: ChildProcess): Promise<number | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields && (Number(fields[11]) + Number(fields[12])) * 10;
}

function printTable(inFlight: number, rows: readonly Figures[]): void {
  const [api, proxy] = rows;
  if (api === undefined || proxy === undefined) return;
  console.log(
    `\n| ${inFlight} in flight | p50 ms | p99 ms | p50 − API | p99 − API | p50 × proxy | p99 × proxy | calls/s | CPU µs |` +
      `\n|---|---|---|---|---|---|---|---|---|`,
  );
  for (const { name, p50, p99, perSecond, cpuMicros } of rows) {
    const times = [p50, p99, p50 - api.p50, p99 - api.p99, p50 / proxy.p50, p99 / proxy.p99];
    const cells = [...times.map((value) => value.toFixed(2)), perSecond.toFixed(0), cpuMicros?.toFixed(0) ?? "–"];
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
