import type { ServerPlan } from "../plan/types.js";
import { cleanLine } from "./markdown.js";

/** First version of a new project; it is the user's to raise. */
const VERSION = "0.1.0";

/** What the copied runtime runs on, and nothing else. */
const DEPENDENCIES = {
  "@cfworker/json-schema": "^4.1.6",
  "@modelcontextprotocol/server": "^2.4.0",
  jose: "^6.2.0",
  undici: "^7.30.2",
};

/** Used when METRICS or REDIS_URL is set. */
const OPTIONAL_PEERS = { ioredis: "^6.0.0", "prom-client": "^15.1.3" };

const DEV_DEPENDENCIES = {
  "@modelcontextprotocol/client": "^2.4.0",
  "@types/node": "^20.19.0",
  prettier: "^3.10.1",
  typescript: "^5.9.3",
  vitest: "^4.1.12",
};

export function packageJson(plan: ServerPlan): object {
  const name = `${plan.name}-mcp`;
  return {
    name,
    version: VERSION,
    description: describe(plan),
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    bin: { [name]: "dist/main.js" },
    files: ["dist"],
    scripts: {
      build: "tsc",
      start: "node dist/main.js",
      "start:http": "node dist/main.js --http",
      test: "vitest run",
      typecheck: "tsc --noEmit && tsc -p test",
      format: "prettier --write .",
      "format:check": "prettier --check .",
    },
    dependencies: DEPENDENCIES,
    peerDependencies: OPTIONAL_PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(OPTIONAL_PEERS).map((peer) => [peer, { optional: true }])),
    devDependencies: DEV_DEPENDENCIES,
  };
}

/** Entry for the MCP registry (https://github.com/modelcontextprotocol/registry, server.json). */
export function serverJson(plan: ServerPlan): object {
  const name = `${plan.name}-mcp`;
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: `io.github.your-name/${name}`,
    title: cleanLine(plan.title).slice(0, 100),
    description: describe(plan),
    version: VERSION,
    packages: [
      {
        registryType: "npm",
        identifier: name,
        version: VERSION,
        transport: { type: "stdio" },
        environmentVariables: plan.environment.map(({ name: variable, description, required, secret }) => ({
          name: variable,
          description: cleanLine(description),
          isRequired: required,
          isSecret: secret,
        })),
      },
    ],
  };
}

/** At most 100 characters: the registry's limit. */
function describe(plan: ServerPlan): string {
  const title = cleanLine(plan.title);
  const most = 100 - "MCP server for .".length;
  return `MCP server for ${title.length <= most ? title : `${title.slice(0, most - 1).trimEnd()}…`}.`;
}
