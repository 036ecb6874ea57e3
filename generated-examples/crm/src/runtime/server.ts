/** The embedding API: a server from its definition, for any transport. */
import type { McpRequestContext, McpServer, Transport } from "@modelcontextprotocol/server";
import { serveStdio, type StdioServerHandle } from "@modelcontextprotocol/server/stdio";
import { readConfig, type Config } from "./config.js";
import { findPlainServers } from "./config-authorization.js";
import { createConfirmations } from "./confirm.js";
import { createConnections, type Connections } from "./connections.js";
import type { Hooks, IdempotencyStore, Log, Runtime } from "./context.js";
import { createCredentials } from "./credentials.js";
import { readFixedValues } from "./fixed.js";
import { createIdempotencyStore } from "./idempotency.js";
import { createLog } from "./log.js";
import { createMetrics, type ScrapableMetrics } from "./metrics.js";
import { createRedactor, type Environment } from "./secrets.js";
import { createInstance, type InstanceInput } from "./server-instance.js";
import { createSurface } from "./surface.js";
import { describeOversize } from "./surface-filter.js";
import type { Surface, SurfaceEntry } from "./surface-types.js";
import type { ServerDefinition } from "./tool.js";

export interface ServerOptions {
  readonly hooks?: Hooks | undefined;
  /** Instead of `process.env`. */
  readonly env?: Environment;
  /** Command line flags, such as `--read-only`. */
  readonly argv?: readonly string[];
  readonly log?: Log;
  readonly idempotency?: IdempotencyStore;
}

/** A server that is ready to be connected. */
export interface RunningServer {
  readonly runtime: Runtime;
  readonly config: Config;
  readonly metrics: ScrapableMetrics;
  /** The surface of the whole server, or of one domain. */
  surface(domain?: string): Surface;
  /** A fresh MCP instance. `only` limits it to the one tool that will be called. */
  instance(kind: InstanceKind): McpServer;
  /** Serves one connection of any kind: in memory, a socket, stdio. */
  connect(transport: Transport): StdioServerHandle;
  close(): Promise<void>;
}

export interface InstanceKind {
  readonly transport: "stdio" | "http";
  readonly domain?: string | undefined;
  readonly only?: readonly SurfaceEntry[];
  /** The protocol revision it is bound to, where its transport does that; else the SDK's handler binds it. */
  readonly revision?: string | undefined;
}

/** What the environment lacks or says wrongly; every line names a variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

const NOTHING_LEFT = "No action is left to serve: look at MCP_TOOLS, MCP_EXCLUDE_TOOLS and MCP_READ_ONLY.";

/** Reads the settings and builds the server. Throws a ConfigError that holds every problem at once. */
export async function createServer(definition: ServerDefinition, options: ServerOptions = {}): Promise<RunningServer> {
  const env = options.env ?? process.env;
  const { config, problems, warnings } = readConfig(definition, env, options.argv);
  const redactor = createRedactor();
  for (const secret of [config.redisUrl, config.exchange?.clientSecret]) if (secret) redactor.add(secret);
  const log = options.log ?? createLog({ level: config.logLevel, redact: redactor.redact });
  const surface = createSurface(definition, config.surface);
  const connections = await createConnections(env);
  const { dispatcher } = connections;
  let countRefresh = (): void => {};
  const access = createCredentials(
    { definition, env, config, redactor, log, dispatcher, onRefresh: () => countRefresh() },
    surface.actions.length > 0 ? surface.actions : definition.tools.flatMap((tool) => Object.values(tool.actions)),
  );
  const fixed = readFixedValues(surface.actions, env, redactor);
  const plain = findPlainServers(surface.actions, config.allowHttp);
  const found = [...problems, ...access.problems, ...fixed.problems, ...plain];
  if (found.length === 0 && surface.actions.length === 0) found.push(NOTHING_LEFT);
  if (found.length > 0) throw new ConfigError(found);
  const metrics = await createMetrics({ enabled: config.metrics && config.transport === "http", log });
  countRefresh = () => metrics.count("token_refresh");
  for (const warning of [...warnings, ...access.warnings, ...oversize(definition, config, surface)])
    log("warn", warning);
  const idempotency = options.idempotency ?? (await createIdempotencyStore(config.redisUrl));
  const { settings } = config;
  const { credentials } = access;
  const hooks = options.hooks ?? {};
  const { resolve: resolveEnv } = fixed;
  const runtime = { definition, settings, credentials, idempotency, metrics, log, hooks, resolveEnv, dispatcher };
  return assembleServer({ runtime, connections, config, metrics, surface });
}

function oversize(definition: ServerDefinition, config: Config, surface: Surface): string[] {
  const warning =
    config.surface.domain === undefined ? describeOversize(definition, surface.list(undefined)) : undefined;
  return warning === undefined ? [] : [warning];
}

interface Parts {
  readonly runtime: Runtime;
  readonly connections: Connections;
  readonly config: Config;
  readonly metrics: ScrapableMetrics;
  readonly surface: Surface;
}

function assembleServer({ runtime, connections, config, metrics, surface }: Parts): RunningServer {
  const confirmations = createConfirmations(runtime.settings.signingKey);
  const surfaces = new Map<string | undefined, Surface>([[undefined, surface]]);
  const surfaceOf = (domain?: string): Surface => {
    const known = surfaces.get(domain) ?? createSurface(runtime.definition, config.surface, domain);
    surfaces.set(domain, known);
    return known;
  };
  const instance = ({ transport, domain, only, revision }: InstanceKind): McpServer => {
    const chosen = surfaceOf(domain);
    const personal = transport === "http" && config.authorization !== undefined && config.surface.filterByScope;
    const input: InstanceInput = { runtime, confirmations, surface: chosen, transport, personal, revision };
    return createInstance(input, only ?? chosen.entries);
  };
  const handles = new Set<StdioServerHandle>();
  return {
    runtime,
    config,
    metrics,
    surface: surfaceOf,
    instance,
    connect: (transport) => {
      const handle = serveStdio((_context: McpRequestContext) => instance({ transport: "stdio" }), {
        transport,
        onerror: (error) => runtime.log("debug", "connection", { error }),
      });
      handles.add(handle);
      return handle;
    },
    close: async () => {
      await Promise.all([...handles].map((handle) => handle.close()));
      await runtime.idempotency.close();
      await connections.close();
    },
  };
}
