/** Generates, builds and starts projects the way a user does: the command line, the compiler, a process. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { SecurityScheme, ServerDefinition } from "../../templates/runtime/tool.js";

const run = promisify(execFile);

export const repository = fileURLToPath(new URL("../..", import.meta.url));

export const command = path.join(repository, "bin/openapi-to-mcp.js");

/** The native compiler: several times faster, and the one most users have next. */
export const fastCompiler = path.join(repository, "node_modules/typescript-7/bin/tsc");
export const usualCompiler = path.join(repository, "node_modules/typescript/bin/tsc");

export interface Project {
  readonly dir: string;
  /** Runs the generator again with further arguments; resolves to what it printed. */
  generate(...args: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  build(): Promise<void>;
  /** What the built server is made of. */
  definition(): Promise<ServerDefinition>;
  startHttp(env?: Readonly<Record<string, string>>, args?: readonly string[]): Promise<RunningServer>;
  remove(): Promise<void>;
}

export interface RunningServer {
  /** `http://127.0.0.1:<port>/mcp` */
  readonly url: URL;
  readonly process: ChildProcess;
  /** What it has written to stderr so far. */
  readonly log: () => string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Generates a project from a description of this repository into a new folder; dependencies are this repository's. */
export async function createProject(spec: string, ...args: readonly string[]): Promise<Project> {
  const dir = await mkdtemp(path.join(tmpdir(), "openapi-to-mcp-"));
  const project = openProject(dir, spec);
  await project.generate(...args);
  await linkDependencies(project.dir);
  await project.build();
  return project;
}

/** Dependencies of generated projects are this repository's own. */
export async function linkDependencies(dir: string): Promise<void> {
  await symlink(path.join(repository, "node_modules"), path.join(dir, "node_modules"), "dir");
}

/**
 * The project of a description, built once for all test files of a run; do not change it. `annotations` is a whole
 * annotation file, without its `spec` line.
 */
export async function sharedProject(spec: string, annotations?: string): Promise<Project> {
  const folder = process.env["E2E_FOLDER"] ?? path.join(tmpdir(), "openapi-to-mcp-e2e");
  const name = `${path.basename(path.dirname(spec))}-${path.basename(spec, ".yaml")}`;
  const hash = createHash("sha256")
    .update(JSON.stringify([spec, annotations ?? ""]))
    .digest("hex");
  const dir = path.join(folder, `${name}-${hash.slice(0, 8)}`);
  const marker = `${dir}.ready`;
  const project = { ...openProject(dir, spec), remove: () => Promise.resolve() };
  await mkdir(folder, { recursive: true });
  const isOurs = await mkdir(dir).then(
    () => true,
    () => false,
  );
  if (!isOurs) {
    await waitForMarker(marker);
    return project;
  }
  const outcome = await buildShared(project, spec, annotations).then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  await writeFile(`${marker}.new`, outcome);
  await rename(`${marker}.new`, marker);
  if (outcome !== "") throw new Error(outcome);
  return project;
}

async function buildShared(project: Project, spec: string, annotations: string | undefined): Promise<void> {
  if (annotations !== undefined) {
    await mkdir(project.dir, { recursive: true });
    await writeFile(
      path.join(project.dir, "mcp.annotations.yaml"),
      `${annotations.replace(/^(version: 1\n)?/, "version: 1\n")}\nspec: ${path.resolve(repository, spec)}\n`,
    );
  }
  await project.generate();
  await linkDependencies(project.dir);
  await project.build();
}

async function waitForMarker(marker: string): Promise<void> {
  for (let waited = 0; waited < 110_000; waited += 100) {
    const outcome = await readFile(marker, "utf8").catch(() => undefined);
    if (outcome === "") return;
    if (outcome !== undefined) throw new Error(outcome);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${marker}: nobody finished this project`);
}

function openProject(dir: string, spec: string): Project {
  const out = path.join(dir, "server");
  return {
    dir: out,
    generate: (...more) =>
      run(process.execPath, [command, path.resolve(repository, spec), "-o", out, ...more], { cwd: dir }).catch(
        (error: { stdout?: string; stderr?: string }) => {
          throw new Error(`Nothing was generated:\n${error.stderr ?? ""}${error.stdout ?? String(error)}`);
        },
      ),
    build: () => compile(fastCompiler, ["-p", out]),
    definition: async () => {
      const file = pathToFileURL(path.join(out, "dist/generated/server.js")).href;
      const module = (await import(file)) as { definition: ServerDefinition };
      return module.definition;
    },
    startHttp: (env = {}, more = []) => startHttp(out, env, more),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Runs a compiler; throws what it said. */
export async function compile(compiler: string, args: readonly string[]): Promise<void> {
  await run(process.execPath, [compiler, ...args]).catch((error: { stdout?: string }) => {
    throw new Error(`The generated project does not compile:\n${error.stdout ?? String(error)}`);
  });
}

/** Every variable of an API's credentials, each with the value that `secretOf` gives its scheme. */
export function credentialVariables(
  definition: ServerDefinition,
  secretOf: (scheme: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(definition.securitySchemes).flatMap(([name, scheme]) =>
      variablesOf(scheme).map((variable) => [variable, secretOf(name)]),
    ),
  );
}

/** Values for what requests take from the environment beside credentials. */
export function fixedVariables({ tools }: ServerDefinition, value: string): Record<string, string> {
  const operations = tools.flatMap((tool) => Object.values(tool.actions)).map(({ operation }) => operation);
  const fixed = operations.flatMap((each) => [each, ...(each.variants ?? [])]).flatMap((each) => each.fixed ?? []);
  const names = fixed.flatMap(({ fromEnv }) => (fromEnv === undefined ? [] : [fromEnv]));
  return Object.fromEntries(names.map((name) => [name, value]));
}

function variablesOf(scheme: SecurityScheme): readonly string[] {
  return scheme.type === "basic" ? [scheme.envUser, scheme.envPassword] : [scheme.env];
}

/** Environment of a generated server that must not see the caller's own variables. */
export function serverEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", ...env };
}

/** Servers that still run: a test that fails or times out may never stop its own. */
const servers = new Set<ChildProcess>();
process.once("exit", () => {
  for (const server of servers) server.kill("SIGKILL");
});
// A worker is ended by a signal, and without a listener no such event comes.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

/** Starts a built project over HTTP on a free port; resolves when it listens. */
export async function startHttp(
  dir: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<RunningServer> {
  const child = spawn(process.execPath, ["dist/main.js", "--http", ...args], {
    cwd: dir,
    env: serverEnvironment({ PORT: "0", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  servers.add(child);
  child.once("exit", () => servers.delete(child));
  let log = "";
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(log)?.[0];
      if (!found) return;
      clearTimeout(timer);
      resolve(new URL(found));
    });
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The server told no address within 30 s:\n${log}`));
    }, 30_000).unref();
    void exited.then(() => clearTimeout(timer));
    child.once("exit", (code) => reject(new Error(`The server stopped with ${String(code)}:\n${log}`)));
  });
  return {
    url,
    process: child,
    log: () => log,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
}
