/** Generates, builds and starts projects the way a user does: the command line, the compiler, a process. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export const repository = fileURLToPath(new URL("../..", import.meta.url));

export const command = path.join(repository, "bin/openapi-to-mcp.js");

export interface Project {
  readonly dir: string;
  /** Runs the generator again with further arguments; resolves to what it printed. */
  generate(...args: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  build(): Promise<void>;
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
  const out = path.join(dir, "server");
  const generate = (...more: readonly string[]) =>
    run(process.execPath, [command, path.resolve(repository, spec), "-o", out, ...more], { cwd: dir });
  await generate(...args);
  await symlink(path.join(repository, "node_modules"), path.join(out, "node_modules"), "dir");
  const build = async () => {
    await run(process.execPath, [path.join(repository, "node_modules/typescript/bin/tsc"), "-p", out]).catch(
      (error: { stdout?: string }) => {
        throw new Error(`The generated project does not compile:\n${error.stdout ?? String(error)}`);
      },
    );
  };
  await build();
  return {
    dir: out,
    generate,
    build,
    startHttp: (env = {}, more = []) => startHttp(out, env, more),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Environment of a generated server that must not see the caller's own variables. */
export function serverEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", ...env };
}

async function startHttp(
  dir: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<RunningServer> {
  const child = spawn(process.execPath, ["dist/main.js", "--http", ...args], {
    cwd: dir,
    env: serverEnvironment({ PORT: "0", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(log)?.[0];
      if (found) resolve(new URL(found));
    });
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
