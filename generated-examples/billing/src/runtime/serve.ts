/** Entry of a generated project: reads the environment, starts the chosen transport, stops in order. */
import type { Hooks } from "./context.js";
import { ConfigError, createServer, type RunningServer } from "./server.js";
import { redirectConsole, serveStdioStreams } from "./stdio.js";
import type { ServerDefinition } from "./tool.js";

export interface ServeOptions {
  readonly hooks?: Hooks | undefined;
}

// At once, so that not even a module that prints while it is loaded reaches stdout.
redirectConsole();

/** Serves until the input ends (stdio) or a signal arrives. Exits with 1 when the configuration has problems. */
export async function serve(definition: ServerDefinition, options: ServeOptions = {}): Promise<void> {
  const server = await startServer(definition, options);
  if (server === undefined) return;
  const { log } = server.runtime;
  process.on("unhandledRejection", (error) => log("error", "unhandled rejection", { error }));
  if (server.config.transport === "http") await serveHttp(server);
  else await serveStandardStreams(server);
  await server.close();
  // Idle keep-alive connections to the API would hold the process for half a minute.
  process.exit(0);
}

async function startServer(definition: ServerDefinition, { hooks }: ServeOptions): Promise<RunningServer | undefined> {
  try {
    return await createServer(definition, { hooks, argv: process.argv.slice(2) });
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [describeError(error)];
    const lines = problems.map((problem) => `  - ${problem}`);
    process.stderr.write(`${definition.name} cannot start:\n${lines.join("\n")}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function serveStandardStreams(server: RunningServer): Promise<void> {
  const host = serveStdioStreams(server, { input: process.stdin, output: process.stdout });
  onSignal(host.stop);
  await host.done;
  // Where stdout is written in the background, what is written last is still on its way.
  await new Promise((resolve) => process.stdout.write("", resolve));
}

async function serveHttp(server: RunningServer): Promise<void> {
  // Only here: a server over stdio needs neither a listener nor the check of tokens.
  const { createHttpHost } = await import("./http.js");
  const host = createHttpHost(server);
  // Before anyone can know that it listens: whoever reads that line may stop it at once.
  const stopped = new Promise<void>((resolve) => onSignal(resolve));
  try {
    const url = await host.listen();
    server.runtime.log("info", "listening", { url, endpoints: host.endpoints });
  } catch (error) {
    process.stderr.write(`${server.runtime.definition.name} cannot listen: ${describeError(error)}\n`);
    process.exit(1);
  }
  await stopped;
  server.runtime.log("info", "stopping");
  await host.close();
}

function onSignal(stop: () => void): void {
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
