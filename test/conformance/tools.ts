/** What the checks run: the conformance suite and the Inspector, and the newer Node they need, by exact version. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { repository } from "../e2e/project.js";

const run = promisify(execFile);

/** The Node that runs us will do from here on; below it, the npm package of this platform brings one. */
const REQUIRED_NODE: readonly [major: number, minor: number] = [22, 19];
const nodePackage = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > REQUIRED_NODE[0] || (major === REQUIRED_NODE[0] && minor >= REQUIRED_NODE[1]);

// The tag `latest` of the suite is an old version that does not know 2026-07-28.
const dependencies: Readonly<Record<string, string>> = {
  "@modelcontextprotocol/conformance": "0.2.0-alpha.12",
  "@modelcontextprotocol/inspector": "2.12.0",
  ...(isNewEnough ? {} : { [nodePackage]: "24.21.0" }),
};

/** Not among our own dependencies: they refuse the Node versions we support, and are large. */
const folder = path.join(repository, "node_modules/.cache/conformance");
const manifest = JSON.stringify({ private: true, dependencies }, null, 2);
const marker = path.join(folder, "installed.json");

const installed = (...parts: readonly string[]): string => path.join(folder, "node_modules", ...parts);

const node = isNewEnough
  ? process.execPath
  : installed(nodePackage, ...(process.platform === "win32" ? ["bin", "node.exe"] : ["bin", "node"]));

/** The suite as installed; its requirements lie beside its code. */
export const suiteFolder = installed("@modelcontextprotocol/conformance");
const suite = path.join(suiteFolder, "dist/index.js");
const inspector = installed("@modelcontextprotocol/inspector/clients/launcher/build/index.js");

/** Installs what is missing. Throws when the registry cannot be reached. */
export async function installTools(): Promise<void> {
  if ((await readFile(marker, "utf8").catch(() => "")) === manifest) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), manifest);
  // Nothing of these packages runs while they are installed.
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  // Who works without a network need not wait long to be told so.
  const patience = process.env["CI"] ? [] : ["--fetch-retries=1"];
  await run("npm", ["install", ...flags, ...patience], {
    cwd: folder,
    timeout: 300_000,
    shell: process.platform === "win32",
  });
  await writeFile(marker, manifest);
}

/** How a tool ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the conformance suite with the given arguments. */
export const runSuite = (args: readonly string[]): Promise<Outcome> => runTool(suite, args);

/** Runs the Inspector's command line with the given arguments. */
export const runInspector = (args: readonly string[]): Promise<Outcome> => runTool(inspector, ["--cli", ...args]);

async function runTool(script: string, args: readonly string[]): Promise<Outcome> {
  if (!existsSync(script)) throw new Error(`${script} is missing: run \`npm run conformance\`.`);
  const env = { ...process.env, MCP_CATALOG_PATH: path.join(folder, "catalog.json"), NO_COLOR: "1" };
  const options = { env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
  return run(node, [script, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string }) => {
      if (typeof error.code !== "number") throw error;
      return { code: error.code, stdout: error.stdout ?? "", stderr: error.stderr ?? "" };
    },
  );
}
