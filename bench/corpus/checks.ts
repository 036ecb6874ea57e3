/** What is asked of each generated project, in the order a user would. */
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { connect, type Target } from "../../test/e2e/clients.js";
import {
  command,
  credentialVariables,
  fixedVariables,
  linkDependencies,
  repository,
  startHttp,
} from "../../test/e2e/project.js";
import type { ServerDefinition } from "../../templates/runtime/tool.js";
import { measureNode } from "../measure/measure.js";
import type { Description } from "./descriptions.js";

export const checkNames = ["generate", "again", "lint", "build", "stdio", "http", "format", "tests"] as const;
export type CheckName = (typeof checkNames)[number];

export interface Row {
  readonly name: string;
  readonly operations: number;
  readonly skipped: number;
  readonly tools: number;
  readonly granular: number;
  readonly grouped: number;
  /** Of the generator. */
  readonly cpu: number;
  readonly memory: number;
  readonly passed: readonly CheckName[];
  /** `ok`, `refused: …`, or the checks that failed and how. */
  readonly verdict: string;
}

export interface CheckOptions {
  readonly work: string;
  readonly compiler: string;
  readonly checks: readonly CheckName[];
  readonly keep: boolean;
}

interface Outcome {
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly operations: number;
  readonly skipped: number;
  readonly tools: number;
  readonly tokens: { readonly grouped: number; readonly granular: number } | null;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
}

interface CheckContext extends CheckOptions {
  readonly file: string;
  /** What the first run warned of. */
  readonly warnings: readonly string[];
}

/** Generates one project and checks it; what fails later is still tried, as far as it can be. */
export async function tryDescription({ name, file }: Description, options: CheckOptions): Promise<Row> {
  const dir = path.join(options.work, name.replace(/[^\w.-]+/g, "_"));
  const generated = await measureNode([command, file, "-o", dir, "--format", "json", "--force", "--adopt"], {
    cwd: options.work,
    seconds: 180,
  });
  const outcome = readOutcome(generated.stdout);
  const { operations = 0, skipped = 0, tools = 0, tokens } = outcome ?? {};
  const counts = { operations, skipped, tools, granular: tokens?.granular ?? 0, grouped: tokens?.grouped ?? 0 };
  const row = { name, ...counts, cpu: generated.cpu, memory: generated.memory, passed: [] };
  if (generated.code === 1 && outcome) return { ...row, verdict: `refused: ${firstError(outcome)}` };
  if (generated.code !== 0 || !outcome) return { ...row, verdict: `crash: ${lastLines(generated.stderr)}` };
  await linkDependencies(dir).catch(() => undefined);
  const failures: string[] = [];
  const passed: CheckName[] = ["generate"];
  for (const check of options.checks.filter((one) => one !== "generate")) {
    const failure = await runCheck[check](dir, { ...options, file, warnings: warningsOf(outcome) }).catch(
      (error: unknown) => String(error),
    );
    if (failure === "") passed.push(check);
    else failures.push(`${check}: ${failure.replaceAll(/\s+/g, " ").slice(0, 300)}`);
  }
  if (!options.keep) await rm(dir, { recursive: true, force: true });
  return { ...row, passed, verdict: failures.join("; ") || "ok" };
}

/** Each says what is wrong, or nothing. */
const runCheck: Readonly<
  Record<Exclude<CheckName, "generate">, (dir: string, context: CheckContext) => Promise<string>>
> = {
  again: runAgain,
  lint: (dir) => runNode(dir, [command, "lint", dir, "--quiet"]),
  build: (dir, { compiler }) => runNode(dir, [compiler, "-p", dir]),
  stdio: async (dir) => compareTools(dir, { dir, env: await readEnvironment(dir) }),
  http: async (dir) => {
    const server = await startHttp(dir, await readEnvironment(dir), []);
    try {
      return await compareTools(dir, server.url);
    } finally {
      await server.stop();
    }
  },
  format: (dir) => runNode(dir, [path.join(repository, "node_modules/prettier/bin/prettier.cjs"), "--check", "."]),
  tests: (dir) => runNode(dir, [path.join(repository, "node_modules/vitest/vitest.mjs"), "run", "--root", dir]),
};

/** A second run finds nothing to do and warns of the same things; `check` agrees. */
async function runAgain(dir: string, { file, warnings, work }: CheckContext): Promise<string> {
  const options = { cwd: work, seconds: 180 };
  const { code, stdout, stderr } = await measureNode([command, file, "-o", dir, "--format", "json"], options);
  const outcome = readOutcome(stdout);
  if (code !== 0 || !outcome) return `second run: ${lastLines(stderr || stdout)}`;
  const changed = [...outcome.written, ...outcome.deleted];
  if (changed.length > 0) return `the second run changes ${changed.slice(0, 5).join(", ")}`;
  const known = new Set(warnings);
  const repeated = warningsOf(outcome);
  const fresh = repeated.find((warning) => !known.has(warning));
  if (fresh !== undefined) return `the second run warns: ${fresh}`;
  if (repeated.length !== warnings.length) return `${warnings.length} warnings, then ${repeated.length}`;
  const strict = warnings.length === 0 ? 0 : 1;
  const checked = await measureNode([command, "check", file, "-o", dir, "--strict"], options);
  return checked.code === strict ? "" : `check --strict ends with ${checked.code}: ${lastLines(checked.stdout)}`;
}

function warningsOf({ diagnostics }: Outcome): readonly string[] {
  return diagnostics.filter(({ severity }) => severity !== "info").map(({ code, message }) => `${code} ${message}`);
}

async function runNode(dir: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await measureNode(args, { cwd: dir, seconds: 300 });
  return code === 0 ? "" : `${stdout.slice(0, 2000)} ${stderr.slice(0, 2000)} (exit code ${String(code)})`;
}

/** Starts the built server with made-up credentials; it must list what tools.json says. */
async function compareTools(dir: string, target: Target): Promise<string> {
  const expected = JSON.parse(await readFile(path.join(dir, "tools.json"), "utf8")) as {
    readonly tools: readonly { readonly name: string }[];
  };
  const client = await connect("modern", target);
  try {
    const names = new Set((await client.listTools()).map(({ name }) => name));
    const missing = expected.tools.filter(({ name }) => !names.has(name)).map(({ name }) => name);
    if (missing.length > 0) return `does not list ${missing.slice(0, 5).join(", ")}`;
    return names.size === expected.tools.length ? "" : `lists ${names.size} tools, not ${expected.tools.length}`;
  } finally {
    await client.close();
  }
}

const MADE_UP = "made-up-value";

async function readEnvironment(dir: string): Promise<Record<string, string>> {
  const file = pathToFileURL(path.join(dir, "dist/generated/server.js")).href;
  const { definition } = (await import(file)) as { definition: ServerDefinition };
  return {
    ...fixedVariables(definition, MADE_UP),
    ...credentialVariables(definition, () => MADE_UP),
    API_BASE_URL: "http://127.0.0.1:9/api",
    API_ALLOW_HTTP: "true",
  };
}

function readOutcome(text: string): Outcome | undefined {
  try {
    return JSON.parse(text) as Outcome;
  } catch {
    return undefined;
  }
}

function firstError({ diagnostics }: Outcome): string {
  const error = diagnostics.find(({ severity }) => severity === "error");
  return `${error?.code ?? ""} ${error?.message ?? ""}`.slice(0, 200);
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" ").slice(0, 300);
}
