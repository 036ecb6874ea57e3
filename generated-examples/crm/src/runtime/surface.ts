/** Which tools a server shows, and what a call of one of them means. */
import type { SurfaceConfig } from "./config.js";
import type { Caller } from "./context.js";
import { isFlat, type ListedTool } from "./listing.js";
import { missingScopes } from "./scopes.js";
import type { Action, ServerDefinition } from "./tool.js";
import { catalogEntries } from "./surface-catalog.js";
import { isExposed } from "./surface-filter.js";
import { granularEntries } from "./surface-granular.js";
import { groupedEntries, refuse } from "./surface-grouped.js";
import type { Arguments, Route, Surface, SurfaceEntry, SurfaceInput } from "./surface-types.js";

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
  const byName = new Map([...aliases, ...keepActions(listed, input)].map((entry) => [entry.name, entry]));
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
  const targets = indexTargets(listed, input);
  return Object.entries(input.definition.aliases).flatMap(([name, target]) => {
    if (!targets.has(target.split(".", 1)[0] ?? "")) return [];
    const route: SurfaceEntry["route"] = (args, caller) =>
      routeTo(formerAction(input, name, args) ?? target, { args, caller, input, targets }) ??
      refuse("not_found", `${name} is not offered on this server.`);
    return [{ name, list: () => undefined, route, nameCall: () => undefined }];
  });
}

/** Actions that moved go on answering under `tool.action`, as calls of the tool they were in. */
function keepActions(listed: readonly SurfaceEntry[], input: SurfaceInput): readonly SurfaceEntry[] {
  const names = Object.keys(input.definition.aliases);
  const targets = indexTargets(listed, input);
  return listed.map((entry) => {
    if (!names.some((name) => name.startsWith(`${entry.name}.`))) return entry;
    const route: SurfaceEntry["route"] = (args, caller) => {
      const target = formerAction(input, entry.name, args);
      const routed = target === undefined ? undefined : routeTo(target, { args, caller, input, targets });
      return routed ?? entry.route(args, caller);
    };
    return { ...entry, route };
  });
}

type Targets = ReadonlyMap<string, SurfaceEntry>;

function indexTargets(listed: readonly SurfaceEntry[], input: SurfaceInput): Targets {
  return new Map([...groupedEntries(input), ...listed].map((entry) => [entry.name, entry]));
}

/** Where the action that a call names went; undefined while the tool still has it. */
function formerAction({ definition, tools }: SurfaceInput, name: string, args: Arguments): string | undefined {
  const { action } = args;
  if (typeof action !== "string") return undefined;
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool && !isFlat(tool) && Object.hasOwn(tool.actions, action)) return undefined;
  const key = `${name}.${action}`;
  return Object.hasOwn(definition.aliases, key) ? definition.aliases[key] : undefined;
}

interface Former {
  readonly args: Arguments;
  readonly caller: Caller | undefined;
  readonly input: SurfaceInput;
  readonly targets: Targets;
}

function routeTo(target: string, { args, caller, input, targets }: Former): Route | undefined {
  const [toolName = "", fixed] = target.split(".", 2);
  const entry = targets.get(toolName);
  if (entry === undefined) return undefined;
  if (!isFlatTarget(input, toolName))
    return entry.route(fixed === undefined ? args : { ...args, action: fixed }, caller);
  // A tool of one action takes no `action` (the name is reserved), but who knew the former tool may state one.
  const { action: _, ...rest } = args;
  return entry.route(rest, caller);
}

function isFlatTarget(input: SurfaceInput, name: string): boolean {
  const tool = input.tools.find((candidate) => candidate.name === name);
  return tool !== undefined && isFlat(tool);
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
    const list = build((action) => missingScopes(action, caller).length === 0);
    const [oldest] = byScopes.keys();
    if (byScopes.size >= MAX_CACHED_LISTS && oldest !== undefined) byScopes.delete(oldest);
    byScopes.set(key, list);
    return list;
  };
}
