import type { SurfaceConfig } from "./config.js";
import type { ServerDefinition, Tool } from "./tool.js";

/** Whether the operator's settings leave an action in: read-only mode, allow list, deny list. The deny list wins. */
export function isExposed(config: SurfaceConfig, tool: Tool, actionName: string): boolean {
  const action = tool.actions[actionName];
  if (action === undefined) return false;
  if (config.readOnly && action.operation.class !== "read") return false;
  const names = [tool.name, `${tool.name}.${actionName}`];
  if (names.some((name) => config.exclude.includes(name))) return false;
  return config.tools.length === 0 || names.some((name) => config.tools.includes(name));
}

// Beyond these a model chooses badly and clients cut the list.
const MAX_TOOLS = 40;
const MAX_TOKENS = 25_000;
const CHARACTERS_PER_TOKEN = 4;

/** A warning when a client would be shown more than it can use, with the domains to choose from. */
export function describeOversize(definition: ServerDefinition, listed: readonly unknown[]): string | undefined {
  const tokens = Math.ceil(JSON.stringify(listed).length / CHARACTERS_PER_TOKEN);
  if (listed.length <= MAX_TOOLS && tokens <= MAX_TOKENS) return undefined;
  const domains = Object.keys(definition.domains);
  const choice =
    domains.length > 1
      ? `choose a domain with MCP_DOMAIN or --domain, or connect to /mcp/<domain> (${domains.join(", ")})`
      : "set MCP_TOOLS or MCP_SURFACE=catalog";
  return `tools/list holds ${listed.length} tools, about ${tokens} tokens, more than clients can use: ${choice}.`;
}
