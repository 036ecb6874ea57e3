import type { SurfaceConfig } from "./config.js";
import { isFlat } from "./listing.js";
import type { ServerDefinition, Tool } from "./tool.js";

/**
 * Whether the operator's settings leave an action in: read-only mode, allow list, deny list. The deny list wins. An
 * allow list stays as narrow as it was written: an action that a later version adds is not on it, unless it says `*`.
 */
export function isExposed(config: SurfaceConfig, tool: Tool, actionName: string): boolean {
  const action = tool.actions[actionName];
  if (action === undefined) return false;
  if (config.readOnly && action.operation.class !== "read") return false;
  const names = [`${tool.name}.${actionName}`, `${tool.name}.*`];
  if ([tool.name, ...names].some((name) => config.exclude.includes(name))) return false;
  if (config.tools.length === 0) return true;
  return [...(isFlat(tool) ? [tool.name] : []), ...names].some((name) => config.tools.includes(name));
}

/** Entries by the names that tools and actions have now. `tool.*` is taken as written: it may stand for more today. */
export function followAliases(definition: ServerDefinition, entries: readonly string[]): readonly string[] {
  const find = (name: string): string | undefined =>
    Object.hasOwn(definition.aliases, name) ? definition.aliases[name] : undefined;
  return entries.map((entry) => {
    if (isToolOrAction(definition, entry)) return entry;
    const [tool = "", action] = entry.split(".", 2);
    const target = find(tool);
    const moved = target !== undefined && action !== undefined && action !== "*" ? `${target}.${action}` : undefined;
    return find(entry) ?? moved ?? entry;
  });
}

/** What is wrong with the allow and deny lists; every line names the variable. */
export function checkLists(
  definition: ServerDefinition,
  { tools, exclude }: Pick<SurfaceConfig, "tools" | "exclude">,
): string[] {
  const unknown = ([name, entries]: readonly [string, readonly string[]]): string[] =>
    entries
      .filter((entry) => !isToolOrAction(definition, entry))
      .map((entry) => `${name} names "${entry}", which is neither a tool nor a tool.action of this server.`);
  const wide = tools.flatMap((entry) => {
    const tool = definition.tools.find(({ name }) => name === entry);
    if (tool === undefined || isFlat(tool)) return [];
    const actions = Object.keys(tool.actions).map((action) => `${entry}.${action}`);
    return `MCP_TOOLS names "${entry}", a tool of several actions: name those to allow (${actions.join(",")}), or ${entry}.* for all of them and all that later versions add.`;
  });
  return [...unknown(["MCP_TOOLS", tools]), ...unknown(["MCP_EXCLUDE_TOOLS", exclude]), ...wide];
}

function isToolOrAction(definition: ServerDefinition, entry: string): boolean {
  const [name, action] = entry.split(".", 2);
  const tool = definition.tools.find((tool) => tool.name === name);
  return tool !== undefined && (action === undefined || action === "*" || Object.hasOwn(tool.actions, action));
}

// Beyond these a model chooses badly and clients cut the list.
const MAX_TOOLS = 40;
const MAX_TOKENS = 25_000;
/** Of tool lists, o200k_base: 4.3 to 4.6 in those of real APIs. There is no tokenizer here. */
const CHARACTERS_PER_TOKEN = 4.4;

/** A warning when a client would be shown more than it can use, with the domains to choose from. */
export function describeOversize(definition: ServerDefinition, listed: readonly unknown[]): string | undefined {
  const tokens = Math.round(JSON.stringify(listed).length / CHARACTERS_PER_TOKEN / 100) * 100;
  if (listed.length <= MAX_TOOLS && tokens <= MAX_TOKENS) return undefined;
  const domains = Object.keys(definition.domains);
  const choice =
    domains.length > 1
      ? `choose a domain with MCP_DOMAIN or --domain, or connect to /mcp/<domain> (${domains.join(", ")})`
      : "set MCP_TOOLS or MCP_SURFACE=catalog";
  return `tools/list holds ${listed.length} tools, about ${tokens} tokens, more than clients can use: ${choice}.`;
}
