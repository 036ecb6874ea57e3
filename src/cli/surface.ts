/** Compares two tool lists the way their users feel it: what breaks them, what adds to them, what only reads anew. */
import type { JsonSchema } from "../../templates/runtime/operation.js";
import { parseFormerSurface } from "../annotations/former.js";
import type { FormerAction, FormerTool } from "../annotations/types.js";
import { compareActions } from "./surface-actions.js";
import { compareSchemas } from "./surface-schema.js";
import { compareAliases, compareVariables } from "./surface-server.js";

/** A change's class; `breaking` is the worst. */
export type SurfaceClass = "breaking" | "additive" | "text";

export interface SurfaceChange {
  readonly class: SurfaceClass;
  readonly tool: string;
  /** What changed, as a sentence without its subject: `argument "name" is now required`. */
  readonly change: string;
  /** The operations it comes from, as `METHOD /path`; none when that is not known. */
  readonly operations: readonly string[];
  /** Tokens the tool's entry gained or lost in all. */
  readonly tokens: number;
}

/** A change while its tool is being compared; `argument` or `actions` say which operations it comes from. */
export interface ToolChange {
  readonly class: SurfaceClass;
  readonly change: string;
  readonly argument?: string;
  readonly actions?: readonly string[];
}

/** What is compared of an entry of `tools.json`. */
export interface SurfaceTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly tokens?: number;
  /** By action name; undefined when only the list is known. */
  readonly actions?: ReadonlyMap<string, FormerAction>;
}

export type Aliases = Readonly<Record<string, string>>;

export interface PublishedSurface {
  readonly tools: readonly SurfaceTool[];
  readonly aliases: Aliases;
  /** Environment variables and whether each is needed; undefined when that is not known. */
  readonly environment?: ReadonlyMap<string, boolean> | undefined;
}

export const noSurface: PublishedSurface = { tools: [], aliases: {} };

/** Changes from one surface to another, in the order of the tools. A former name that still answers breaks nobody. */
export function compareSurfaces(before: PublishedSurface, after: PublishedSurface): SurfaceChange[] {
  const { aliases } = after;
  const old = new Map(before.tools.map((tool) => [tool.name, tool]));
  const current = new Map(after.tools.map((tool) => [tool.name, tool]));
  const removed = before.tools
    .filter(({ name }) => !current.has(name))
    .flatMap((tool) => {
      const target = Object.hasOwn(aliases, tool.name) ? aliases[tool.name] : undefined;
      return compareRemoved(tool, current.get(target?.split(".", 1)[0] ?? ""), { target, aliases });
    });
  const changed = after.tools.flatMap((tool): SurfaceChange[] => {
    const previous = old.get(tool.name);
    if (previous) return locate(compareTools(previous, tool, aliases), previous, tool);
    return locate([{ class: "additive", change: "the tool is new" }], undefined, tool);
  });
  const variables = compareVariables(before.environment, after.environment);
  return [...variables, ...removed, ...changed, ...compareAliases(before, after)];
}

function compareRemoved(
  tool: SurfaceTool,
  heir: SurfaceTool | undefined,
  { target, aliases }: { readonly target: string | undefined; readonly aliases: Aliases },
): SurfaceChange[] {
  if (!heir) return locate([{ class: "breaking", change: "the tool is gone" }], tool, undefined);
  const change = `the tool is listed as ${target ?? heir.name}; the old name still answers`;
  const fixed = target?.split(".", 2)[1];
  const inner = tool.actions ? compareActions(tool, heir, { aliases, fixed }) : [];
  return locate([{ class: "additive", change }, ...inner.filter((found) => found.class === "breaking")], tool, heir);
}

/** Adds to changes what they have in common: the tool, its tokens, and the operations behind each. */
function locate(
  changes: readonly ToolChange[],
  before: SurfaceTool | undefined,
  after: SurfaceTool | undefined,
): SurfaceChange[] {
  // The entry of a tool that answers in place of another is counted where that tool is compared.
  const isListed = after && (!before || before.name === after.name);
  const tokens = (isListed ? (after.tokens ?? 0) : 0) - (before?.tokens ?? 0);
  const all = [...(after?.actions ?? []), ...(before?.actions ?? [])];
  return changes.map(({ class: kind, change, argument, actions }) => {
    const behind = all.filter(([name, { required, optional }]) => {
      if (actions) return actions.includes(name);
      const isTaken = argument !== undefined && [...required, ...optional].includes(argument);
      return argument === undefined || isTaken;
    });
    const operations = [...new Set(behind.map(([, { operation }]) => operation))].sort();
    return { class: kind, tool: (before ?? after)?.name ?? "", change, operations, tokens };
  });
}

/** The tools of a `tools.json`, with what `surface.json` beside it knows; undefined when the text is no such file. */
export function readSurface(text: string, record?: string): PublishedSurface | undefined {
  const { tools, tokens } = parseToolsFile(text);
  if (!tools) return undefined;
  const known = record === undefined ? undefined : parseFormerSurface(record);
  const read = tools.flatMap((tool) => {
    if (!isSurfaceTool(tool)) return [];
    const { [tool.name]: counted } = tokens;
    return [
      { ...tool, ...describeKnown(known?.tools.get(tool.name)), ...(counted !== undefined && { tokens: counted }) },
    ];
  });
  return { tools: read, aliases: Object.fromEntries(known?.aliases ?? []), environment: known?.environment };
}

function describeKnown(tool: FormerTool | undefined): Pick<SurfaceTool, "tokens" | "actions"> {
  return tool ? { tokens: tool.tokens, actions: tool.actions } : {};
}

function parseToolsFile(text: string): { tools?: unknown[]; tokens: Readonly<Record<string, number>> } {
  try {
    const value: unknown = JSON.parse(text);
    if (!isMap(value) || !Array.isArray(value["tools"])) return { tokens: {} };
    const counts = isMap(value["tokens"]) && isMap(value["tokens"]["byTool"]) ? value["tokens"]["byTool"] : {};
    const tokens = Object.entries(counts).flatMap(([name, count]) =>
      typeof count === "number" ? [[name, count]] : [],
    );
    return { tools: value["tools"], tokens: Object.fromEntries(tokens) };
  } catch {
    return { tokens: {} };
  }
}

function isSurfaceTool(value: unknown): value is SurfaceTool {
  return isMap(value) && typeof value["name"] === "string" && isMap(value["inputSchema"]);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function compareTools(before: SurfaceTool, after: SurfaceTool, aliases: Aliases): ToolChange[] {
  const texts = (["title", "description"] as const)
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ class: "text" as const, change: `the ${key} reads anew` }));
  return [
    ...texts,
    ...compareHints(before.annotations ?? {}, after.annotations ?? {}),
    ...compareInputs(before, after, aliases),
    ...compareOutputs(before, after),
  ];
}

/**
 * With the actions known, they say which arguments are taken and needed, and what each is checked against. The listing
 * tells less than that; where a record does not know it, it is all that can be compared.
 */
function compareInputs(before: SurfaceTool, after: SurfaceTool, aliases: Aliases): ToolChange[] {
  if (!before.actions || !after.actions) return compareSchemas(before.inputSchema, after.inputSchema, "input");
  const [old, current] = [argumentsOf(before), argumentsOf(after)];
  const own = new Set([...old, ...current, "action"]);
  const shared = new Set([...own].filter((name) => old.has(name) && current.has(name)));
  const checked = compareActions(before, after, { aliases, fixed: undefined });
  const listed = compareSchemas(pick(before.inputSchema, own, shared), pick(after.inputSchema, own, shared), "input");
  if (!hasSchemas(before) || !hasSchemas(after)) return [...checked, ...listed];
  return [...checked, ...dropKnown(listed, shared, checked)];
}

function hasSchemas({ actions }: SurfaceTool): boolean {
  return [...(actions?.values() ?? [])].some(({ schemas }) => schemas.size > 0);
}

/** What is listed of an argument counts as a text, and only where what is checked does not tell of it. */
function dropKnown(listed: readonly ToolChange[], known: ReadonlySet<string>, checked: readonly ToolChange[]) {
  const told = new Set(checked.map(({ argument }) => argument));
  const found = listed.flatMap((change): ToolChange[] => {
    const { argument = "" } = change;
    if (change.class === "text" || !known.has(argument)) return [change];
    return told.has(argument)
      ? []
      : [{ class: "text", change: `argument "${argument}" is listed otherwise`, argument }];
  });
  return [...new Map(found.map((change) => [change.change, change])).values()];
}

function argumentsOf({ actions }: SurfaceTool): ReadonlySet<string> {
  return new Set([...(actions?.values() ?? [])].flatMap(({ required, optional }) => [...required, ...optional]));
}

/** The schema with only the shared ones of the actions' own arguments, and without saying that they are needed. */
function pick(schema: JsonSchema, own: ReadonlySet<string>, shared: ReadonlySet<string>): JsonSchema {
  const { properties, required } = schema;
  const kept = isMap(properties) ? Object.entries(properties) : [];
  return {
    ...schema,
    properties: Object.fromEntries(kept.filter(([name]) => !own.has(name) || shared.has(name))),
    required: (Array.isArray(required) ? required : []).filter((name) => typeof name === "string" && !own.has(name)),
  };
}

function compareOutputs({ outputSchema: before }: SurfaceTool, { outputSchema: after }: SurfaceTool): ToolChange[] {
  if (before && after) return compareSchemas(before, after, "output");
  if (before) return [{ class: "breaking", change: "the output schema is gone" }];
  return after ? [{ class: "additive", change: "there is an output schema" }] : [];
}

/** A hint that promised less harm is what a host's approval was given for. */
const safeValues: Readonly<Record<string, boolean>> = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

function compareHints(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): ToolChange[] {
  return Object.entries(safeValues)
    .filter(([hint]) => before[hint] !== after[hint])
    .map(([hint, safe]) => ({
      class: before[hint] === safe ? ("breaking" as const) : ("additive" as const),
      change: `${hint} is ${String(after[hint])} and was ${String(before[hint])}`,
    }));
}
