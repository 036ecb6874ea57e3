/** Which tools a server shows, and what a call of one of them means. */
import type { SurfaceConfig } from "./config.js";
import type { ListedTool } from "./listing.js";
import { missingScopes } from "./scopes.js";
import type { Action, ServerDefinition } from "./tool.js";
import { catalogEntries } from "./surface-catalog.js";
import { isExposed } from "./surface-filter.js";
import { granularEntries } from "./surface-granular.js";
import { groupedEntries } from "./surface-grouped.js";
import type { Surface, SurfaceEntry, SurfaceInput } from "./surface-types.js";

const MAX_CACHED_LISTS = 64;

/** Builds the surface of the whole server, or of one domain. */
export function createSurface(
  definition: ServerDefinition,
  config: SurfaceConfig,
  domain: string | undefined = config.domain,
): Surface {
  const tools = definition.tools.filter((tool) => domain === undefined || tool.domain === domain);
  const input: SurfaceInput = { definition, tools, isExposed: (tool, action) => isExposed(config, tool, action) };
  const listed = buildEntries(config.kind, input);
  const aliases = buildAliases(listed, input);
  const byName = new Map([...aliases, ...listed].map((entry) => [entry.name, entry]));
  return {
    list: createList(listed, config),
    find: (name) => byName.get(name),
    nameCall: (caller) => (tool, actionName) => {
      const action = tool.actions[actionName];
      if (action === undefined || missingScopes(action, caller).length > 0) return undefined;
      return listed.map((entry) => entry.nameCall(tool, actionName)).find((name) => name !== undefined);
    },
    entries: [...byName.values()],
    actions: tools.flatMap((tool) =>
      Object.entries(tool.actions).flatMap(([name, action]) => (input.isExposed(tool, name) ? [action] : [])),
    ),
  };
}

function buildEntries(kind: SurfaceConfig["kind"], input: SurfaceInput): SurfaceEntry[] {
  switch (kind) {
    case "grouped":
      return groupedEntries(input);
    case "granular":
      return granularEntries(input);
    case "catalog":
      return catalogEntries(input);
  }
}

/** Former names go on answering but are never listed. A target `tool.action` fixes the action. */
function buildAliases(listed: readonly SurfaceEntry[], input: SurfaceInput): SurfaceEntry[] {
  const targets = new Map([...groupedEntries(input), ...listed].map((entry) => [entry.name, entry]));
  return Object.entries(input.definition.aliases).flatMap(([name, target]) => {
    const [toolName = "", action] = target.split(".", 2);
    const entry = targets.get(toolName);
    if (entry === undefined) return [];
    const fixed = action === undefined || isFlatTarget(input, toolName) ? {} : { action };
    const route: SurfaceEntry["route"] = (args, caller) => entry.route({ ...args, ...fixed }, caller);
    return [{ name, list: () => undefined, route, nameCall: () => undefined }];
  });
}

function isFlatTarget(input: SurfaceInput, name: string): boolean {
  const tool = input.tools.find((tool) => tool.name === name);
  return tool !== undefined && Object.keys(tool.actions).length === 1;
}

/** Lists are built once per set of scopes that matters. */
function createList(entries: readonly SurfaceEntry[], config: SurfaceConfig): Surface["list"] {
  const build = (isAllowed: (action: Action) => boolean) => entries.flatMap((entry) => entry.list(isAllowed) ?? []);
  let complete: readonly ListedTool[] | undefined;
  const byScopes = new Map<string, readonly ListedTool[]>();
  return (caller) => {
    if (caller === undefined || !config.filterByScope) return (complete ??= build(() => true));
    const key = [...new Set(caller.scopes)].sort().join(" ");
    const known = byScopes.get(key);
    if (known !== undefined) return known;
    const list = build((action) => action.scopes.every((scope) => caller.scopes.includes(scope)));
    const [oldest] = byScopes.keys();
    if (byScopes.size >= MAX_CACHED_LISTS && oldest !== undefined) byScopes.delete(oldest);
    byScopes.set(key, list);
    return list;
  };
}
