/** Every operation of one description: a real client calls the generated server, which calls a real HTTP server. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import type { Action, ServerDefinition, Tool } from "../../templates/runtime/tool.js";
import type { Operation } from "../../templates/runtime/operation.js";
import type { RunningServer, ServerOptions } from "../../templates/runtime/server.js";
import { errorOf, textOf, type ToolResult } from "../../test/e2e/clients.js";
import { credentialVariables, fixedVariables } from "../../test/e2e/project.js";
import { startUpstream, type Upstream } from "../../test/e2e/upstream.js";
import { checkArrival } from "./arrival.js";
import { planCall, type Extent, type Miss, type PlannedCall } from "./call.js";
import { readDescription, type Described, type DescribedOperation } from "./description.js";
import { createValues, type Values } from "./values.js";

export interface OperationOutcome {
  readonly operation: string;
  /** `skipped`: the generator leaves it out and says so. `untried`: no valid arguments could be made. */
  readonly verdict: "right" | "wrong" | "skipped" | "untried";
  readonly calls: number;
  readonly misses: readonly Miss[];
}

/** Value of every credential and of every argument that comes from the environment. */
const FROM_ENVIRONMENT = "from-environment";

const OWN_SERVER = "/own-server";

interface Round {
  readonly description: Described;
  readonly values: Values;
  readonly definition: ServerDefinition;
  readonly upstream: Upstream;
  readonly client: Client;
}

/** A generated project as its files export it. */
export interface Generated {
  readonly definition: ServerDefinition;
  readonly createServer: (definition: ServerDefinition, options: ServerOptions) => Promise<RunningServer>;
}

/** Loads a project as compiled, or its sources where a loader compiles them. */
export async function loadProject(dir: string, kind: "compiled" | "sources"): Promise<Generated> {
  const load = (name: string): Promise<unknown> =>
    import(pathToFileURL(path.join(dir, kind === "compiled" ? `dist/${name}.js` : `src/${name}.ts`)).href);
  const { definition } = (await load("generated/server")) as Pick<Generated, "definition">;
  const { createServer } = (await load("runtime/server")) as Pick<Generated, "createServer">;
  return { definition, createServer };
}

/** Calls everything that a server offers and compares what arrives with the description. */
export async function runDescription(file: string, generated: Generated): Promise<readonly OperationOutcome[]> {
  const description = await readDescription(file);
  const { definition } = generated;
  const upstream = await startUpstream();
  const server = await startServer(generated, upstream.url);
  const [near, far] = InMemoryTransport.createLinkedPair();
  server.connect(far);
  const client = new Client({ name: "roundtrip", version: "1.0.0" });
  await client.connect(near);
  const round = { description, values: createValues(description.names), definition, upstream, client };
  try {
    const outcomes: OperationOutcome[] = [];
    for (const described of description.operations) outcomes.push(await tryOperation(round, described));
    return outcomes;
  } finally {
    await client.close();
    await server.close();
    await upstream.close();
  }
}

/** The project's own code; operations that have a server of their own reach the same loopback address. */
async function startServer({ definition, createServer }: Generated, url: string): Promise<RunningServer> {
  const local = { ...definition, tools: definition.tools.map((tool) => localTool(tool, url)) };
  return createServer(local, {
    env: {
      ...credentialVariables(definition, () => FROM_ENVIRONMENT),
      ...fixedVariables(definition, FROM_ENVIRONMENT),
      API_BASE_URL: `${url}/api`,
      API_MAX_RETRIES: "0",
      LOG_LEVEL: "error",
    },
    argv: [],
    log: () => undefined,
  });
}

function localTool(tool: Tool, url: string): Tool {
  const actions = Object.entries(tool.actions).map(([name, action]) => {
    return [name, { ...action, operation: localOperation(action.operation, url) }] as const;
  });
  return { ...tool, actions: Object.fromEntries(actions) };
}

function localOperation(operation: Operation, url: string): Operation {
  const { baseUrl, variants } = operation;
  return {
    ...operation,
    ...(baseUrl !== undefined && { baseUrl: `${url}${OWN_SERVER}${pathOf(baseUrl)}` }),
    ...(variants && { variants: variants.map((variant) => localOperation(variant, url)) }),
  };
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, "") : "";
}

interface Offered {
  readonly tool: Tool;
  readonly key: string;
  readonly action: Action;
  readonly wire: Operation;
}

/** Each operation that a tool leads to; a variant is one of its own. */
function operationsOf({ tools }: ServerDefinition): readonly Offered[] {
  return tools.flatMap((tool) =>
    Object.entries(tool.actions).flatMap(([key, action]) =>
      [action.operation, ...(action.operation.variants ?? [])].map((wire) => ({ tool, key, action, wire })),
    ),
  );
}

async function tryOperation(round: Round, described: DescribedOperation): Promise<OperationOutcome> {
  const operation = `${described.method} ${described.path}`;
  const offered = operationsOf(round.definition).find(({ wire }) => `${wire.method} ${wire.path}` === operation);
  if (!offered) return { operation, verdict: "skipped", calls: 0, misses: [] };
  const misses: Miss[] = [...checkServer(round, described, offered.wire)];
  const untried: Miss[] = [];
  let calls = 0;
  for (const extent of ["least", "most"] as const) {
    const call = planOffered(round, { described, offered, extent });
    misses.push(...call.misses);
    if (call.untried !== undefined) {
      untried.push({ reason: "no valid value was found", detail: call.untried });
      continue;
    }
    calls += 1;
    misses.push(...(await makeCall(round, { described, offered, call })));
  }
  const verdict = misses.length > 0 ? "wrong" : calls > 0 ? "right" : "untried";
  return { operation, verdict, calls, misses: verdict === "untried" ? untried : misses };
}

function planOffered(
  { description, values }: Round,
  { described, offered, extent }: { described: DescribedOperation; offered: Offered; extent: Extent },
) {
  const { tool, key, action, wire } = offered;
  const call = planCall({ described, wire, extent, description, values, environment: FROM_ENVIRONMENT });
  const args = {
    ...call.args,
    ...(Object.keys(tool.actions).length > 1 && { action: key }),
    ...(action.confirm && { confirm: true }),
  };
  return { ...call, args };
}

/** OpenAPI 3.x, Server Object: an operation with a server of its own is called there. */
function checkServer({ definition }: Round, { server }: DescribedOperation, { baseUrl }: Operation): Miss[] {
  if (server === undefined || !URL.canParse(server) || /[{}]/.test(server)) return [];
  const used = baseUrl ?? definition.baseUrl ?? "";
  return used.replace(/\/+$/, "") === server.replace(/\/+$/, "")
    ? []
    : [{ reason: "server", detail: `${used}, not ${server}` }];
}

interface Attempt {
  readonly described: DescribedOperation;
  readonly offered: Offered;
  readonly call: PlannedCall;
}

async function makeCall(
  { client, upstream, description }: Round,
  { described, offered, call }: Attempt,
): Promise<readonly Miss[]> {
  upstream.clear();
  const { tool, wire } = offered;
  const result = (await client.callTool({ name: tool.name, arguments: { ...call.args } })) as ToolResult;
  const [request, ...more] = upstream.requests;
  if (!request)
    return [
      {
        reason: "refused",
        detail: `${errorOf(result).message || textOf(result)} ${JSON.stringify(call.args).slice(0, 300)}`,
      },
    ];
  if (more.length > 0) return [{ reason: "more than one request", detail: String(more.length + 1) }];
  const prefix = wire.baseUrl === undefined ? "/api" : `${OWN_SERVER}${pathOf(wire.baseUrl)}`;
  return checkArrival(request, { described, call, prefix, apiKeys: description.apiKeys });
}
