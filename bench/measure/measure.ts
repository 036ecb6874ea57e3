import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Measured {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** User and system CPU of the process in milliseconds. */
  readonly cpu: number;
  /** Peak resident memory in MB. */
  readonly memory: number;
}

const preload = new URL("report-usage.mjs", import.meta.url).href;

/** Runs node on a script and measures the process from within; killed after `seconds`. */
export async function measureNode(
  args: readonly string[],
  options: { readonly cwd: string; readonly seconds: number },
): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), "usage-"));
  const usageFile = path.join(folder, "usage.json");
  const child = spawn(process.execPath, ["--import", preload, ...args], {
    cwd: options.cwd,
    env: { ...process.env, USAGE_FILE: usageFile },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.seconds * 1000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const usage = await readFile(usageFile, "utf8").catch(() => '{"cpu":0,"memory":0}');
  await rm(folder, { recursive: true, force: true });
  const { cpu, memory } = JSON.parse(usage) as { cpu: number; memory: number };
  return { code, stdout, stderr, cpu, memory };
}
