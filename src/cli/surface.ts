/** Compares two tool lists the way their users feel it: what breaks them, what adds to them, what only reads anew. */
import type { JsonSchema } from "../../templates/runtime/operation.js";
import { compareSchemas } from "./surface-schema.js";

/** A change's class; `breaking` is the worst. */
export type SurfaceClass = "breaking" | "additive" | "text";

export interface SurfaceChange {
  readonly class: SurfaceClass;
  readonly tool: string;
  /** What changed, as a sentence without its subject: `argument "name" is now required`. */
  readonly change: string;
}

/** What is compared of an entry of `tools.json`. */
export interface SurfaceTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** Changes from one tool list to another, in the order of the tools. A former name that still answers breaks nobody. */
export function compareSurfaces(
  before: readonly SurfaceTool[],
  after: readonly SurfaceTool[],
  aliases: Readonly<Record<string, string>> = {},
): SurfaceChange[] {
  const old = new Map(before.map((tool) => [tool.name, tool]));
  const current = new Map(after.map((tool) => [tool.name, tool]));
  const removed = before
    .filter(({ name }) => !current.has(name))
    .map(({ name }): SurfaceChange => {
      const target = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
      if (target === undefined) return { class: "breaking", tool: name, change: "the tool is gone" };
      return { class: "additive", tool: name, change: `the tool is listed as ${target}; the old name still answers` };
    });
  const changed = after.flatMap((tool): SurfaceChange[] => {
    const previous = old.get(tool.name);
    if (!previous) return [{ class: "additive", tool: tool.name, change: "the tool is new" }];
    return compareTools(previous, tool);
  });
  return [...removed, ...changed];
}

/** The tools of a `tools.json`; none when the text is no such file. */
export function readSurface(text: string): SurfaceTool[] {
  const tools = readTools(text);
  return tools.flatMap((tool) => (isSurfaceTool(tool) ? [tool] : []));
}

function readTools(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("tools" in value)) return [];
    return Array.isArray(value.tools) ? value.tools : [];
  } catch {
    return [];
  }
}

function isSurfaceTool(value: unknown): value is SurfaceTool {
  if (typeof value !== "object" || value === null) return false;
  return "name" in value && typeof value.name === "string" && "inputSchema" in value && isMap(value.inputSchema);
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function compareTools(before: SurfaceTool, after: SurfaceTool): SurfaceChange[] {
  const texts = (["title", "description"] as const)
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ class: "text" as const, change: `the ${key} reads anew` }));
  const changes = [
    ...texts,
    ...compareHints(before.annotations ?? {}, after.annotations ?? {}),
    ...compareSchemas(before.inputSchema, after.inputSchema, "input"),
    ...compareOutputs(before, after),
  ];
  return changes.map((change) => ({ ...change, tool: after.name }));
}

function compareOutputs({ outputSchema: before }: SurfaceTool, { outputSchema: after }: SurfaceTool) {
  if (before && after) return compareSchemas(before, after, "output");
  if (before) return [{ class: "breaking" as const, change: "the output schema is gone" }];
  return after ? [{ class: "additive" as const, change: "there is an output schema" }] : [];
}

/** A hint that promised less harm is what a host's approval was given for. */
const safeValues: Readonly<Record<string, boolean>> = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

function compareHints(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>) {
  return Object.entries(safeValues)
    .filter(([hint]) => before[hint] !== after[hint])
    .map(([hint, safe]) => ({
      class: before[hint] === safe ? ("breaking" as const) : ("additive" as const),
      change: `${hint} is ${String(after[hint])} and was ${String(before[hint])}`,
    }));
}
