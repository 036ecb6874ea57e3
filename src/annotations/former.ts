/** What a project published before: read back, and followed to where its names lead today. */
import type { JsonSchema } from "../../templates/runtime/operation.js";
import type { ServerPlan } from "../plan/types.js";
import { entriesOf } from "./document.js";
import type { Entries } from "./document.js";
import type { FormerAction, FormerSurface, FormerTool } from "./types.js";

/** Reads `.openapi-to-mcp/surface.json`; undefined when the text is no such file. */
export function parseFormerSurface(text: string): FormerSurface | undefined {
  const value = entriesOf(parseJson(text));
  if (value["version"] !== 1) return undefined;
  const schemas = new Map(Object.entries(entriesOf(value["schemas"])));
  const tools = Object.entries(entriesOf(value["tools"])).map(
    ([name, tool]) => [name, readTool(tool, schemas)] as const,
  );
  const aliases = Object.entries(entriesOf(value["aliases"])).flatMap(([name, target]) =>
    typeof target === "string" ? [[name, target] as const] : [],
  );
  const environment = Object.entries(entriesOf(value["environment"])).map(
    ([name, need]) => [name, need === true] as const,
  );
  return {
    aliases: new Map(aliases),
    tools: new Map(tools),
    ...(value["environment"] !== undefined && { environment: new Map(environment) }),
  };
}

/** Keys of the operations it offered. */
export function listOperations({ tools }: FormerSurface): ReadonlySet<string> {
  return new Set([...tools.values()].flatMap(({ actions }) => [...actions.values()].map(({ operation }) => operation)));
}

type Schemas = ReadonlyMap<string, unknown>;

function readTool(value: unknown, schemas: Schemas): FormerTool {
  const { tokens, actions, schemas: shared } = entriesOf(value);
  const read = Object.entries(entriesOf(actions)).map(([name, action]) => {
    const names = { ...entriesOf(shared), ...entriesOf(entriesOf(action)["schemas"]) };
    return [name, readAction(action, names, schemas)] as const;
  });
  return { tokens: typeof tokens === "number" ? tokens : 0, actions: new Map(read) };
}

function readAction(value: unknown, names: Entries, schemas: Schemas): FormerAction {
  const { operation, id, scopes, confirm, required, optional } = entriesOf(value);
  const taken = { required: readTexts(required), optional: readTexts(optional) };
  const known = [...taken.required, ...taken.optional].flatMap((name) => {
    const schema = schemas.get(String(names[name]));
    return isSchema(schema) ? [[name, schema] as const] : [];
  });
  return {
    operation: typeof operation === "string" ? operation : "",
    id: typeof id === "string" ? id : "",
    scopes: readTexts(scopes),
    confirm: confirm === true,
    ...taken,
    schemas: new Map(known),
  };
}

/** What stands in the record was written as JSON by a run. */
function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where an operation is offered today. */
interface Spot {
  readonly tool: string;
  /** Undefined in a tool of one action. */
  readonly action: string | undefined;
}

type Tools = Pick<ServerPlan, "tools">;

/**
 * The aliases of a run: those that are stated, led on to where their targets went, and one for every published name
 * that is gone while its operations are still offered. `tool.action` is the name of an action that moved.
 */
export function followNames(
  stated: ReadonlyMap<string, string>,
  plan: Tools,
  former: FormerSurface | undefined,
): ReadonlyMap<string, string> {
  if (!former) return stated;
  const find = indexSpots(plan);
  const moved = new Map([...former.tools].flatMap(([name, tool]) => followTool(name, tool, { plan, find })));
  const current = new Set(plan.tools.map(({ name }) => name));
  const led = [...stated].map(([alias, target]): [string, string] => {
    const [tool = "", action] = target.split(".", 2);
    if (current.has(tool) && !moved.has(target)) return [alias, target];
    const to = moved.get(target) ?? moved.get(tool);
    if (to === undefined) return [alias, target];
    return [alias, action === undefined || to.includes(".") || moved.has(target) ? to : `${to}.${action}`];
  });
  const added = [...moved].filter(([name]) => !stated.has(name)).sort(([left], [right]) => (left < right ? -1 : 1));
  return new Map([...led, ...added]);
}

type Find = (action: FormerAction) => Spot | undefined;

/** Operations are found by method and path, else by id: a path may have changed. */
function indexSpots({ tools }: Tools): Find {
  const spots = new Map<string, Spot>();
  const ids = new Map<string, Spot>();
  for (const tool of tools) {
    for (const { key, operation } of tool.actions) {
      const spot = { tool: tool.name, action: tool.actions.length === 1 ? undefined : key };
      for (const own of [operation.key, ...(operation.twins ?? [])]) if (!spots.has(own)) spots.set(own, spot);
      for (const { id } of [operation.wire, ...(operation.wire.variants ?? [])]) if (!ids.has(id)) ids.set(id, spot);
    }
  }
  return ({ operation, id }) => spots.get(operation) ?? ids.get(id);
}

function followTool(
  name: string,
  { actions }: FormerTool,
  { plan, find }: { readonly plan: Tools; readonly find: Find },
): [string, string][] {
  const found = [...actions].flatMap(([action, was]) => {
    const spot = find(was);
    return spot ? [{ action, spot }] : [];
  });
  const now = plan.tools.find((tool) => tool.name === name);
  const [only] = found;
  if (actions.size === 1) return now || !only ? [] : [[name, printSpot(only.spot)]];
  // Where the actions of a tool went to several others, most of them say which one has its name.
  const heir = now?.name ?? mostOf(found.map(({ spot }) => spot.tool));
  const heirTool = plan.tools.find((tool) => tool.name === heir);
  const isFlat = heirTool?.actions.length === 1;
  const left = found.filter(({ action, spot }) => {
    const isKept = now && !isFlat && now.actions.some(({ key }) => key === action);
    return !isKept && !(spot.tool === heir && spot.action === action);
  });
  const ofActions = left.map(({ action, spot }): [string, string] => [`${name}.${action}`, printSpot(spot)]);
  return now || heir === undefined ? ofActions : [[name, heir], ...ofActions];
}

function printSpot({ tool, action }: Spot): string {
  return action === undefined ? tool : `${tool}.${action}`;
}

function mostOf(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0];
}
