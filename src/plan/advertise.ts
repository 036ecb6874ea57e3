/** What a tool shows of its arguments, within its budget of tokens. */
import { listTool, argumentsOf } from "../../templates/runtime/listing.js";
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { Action, Tool } from "../../templates/runtime/tool.js";
import { compactSchema } from "./compact.js";
import type { Detail } from "./compact.js";
import { LIMITS } from "./limits.js";
import type { PlannedOperation } from "./operation.js";
import type { Schemas } from "./schemas.js";
import { countTokens } from "./tokens.js";

/** From the most that is shown to the least. */
const DETAILS: readonly Detail[] = [
  { depth: 2, text: 56, nestedText: 36, enumValues: 20, width: 25 },
  { depth: 1, text: 56, nestedText: 36, enumValues: 20, width: 25 },
  { depth: 1, text: 50, nestedText: 0, enumValues: 12, width: 15 },
  { depth: 0, text: 50, nestedText: 0, enumValues: 8, width: 15 },
  { depth: 0, text: 0, nestedText: 0, enumValues: 8, width: 15 },
];

export type ToolFrame = Omit<Tool, "properties">;

export interface Advertised {
  readonly tool: Tool;
  readonly tokens: number;
  /** Optional arguments that are accepted but not shown. */
  readonly folded: readonly string[];
}

/** The most detailed form that stays within the budget; as a last resort optional arguments are only named. */
export function advertiseTool(frame: ToolFrame, operations: readonly PlannedOperation[], schemas: Schemas): Advertised {
  const budget = budgetOf(operations.length);
  let last: Advertised | undefined;
  for (const detail of DETAILS) {
    const tool = { ...frame, properties: compactProperties(operations, { schemas, detail }) };
    last = { tool, tokens: countTool(tool), folded: [] };
    if (last.tokens <= budget) return last;
  }
  return last && last.tokens > LIMITS.tokensPerTool
    ? foldOptional(last)
    : (last ?? { tool: { ...frame, properties: {} }, tokens: 0, folded: [] });
}

/** Tokens of a tool's entry in tools/list. */
export function countTool(tool: Tool): number {
  return countTokens(listTool(tool) ?? {});
}

/** A tool of few actions has to be short; one of many may use all that a tool can have. */
function budgetOf(actions: number): number {
  return Math.min(LIMITS.tokensPerTool, 700 + 300 * actions);
}

function compactProperties(
  operations: readonly PlannedOperation[],
  context: { readonly schemas: Schemas; readonly detail: Detail },
): Record<string, JsonSchema> {
  const byName = new Map<string, { schema: JsonSchema; required: number; uses: number; inPath: boolean }>();
  for (const operation of operations) {
    const seen = new Set<string>();
    for (const { argument, schema, annotated } of operation.arguments) {
      if (seen.has(argument.name)) continue;
      seen.add(argument.name);
      const reduced = compactSchema(schema, argument.name, context);
      const compact = annotated === undefined ? reduced : { ...reduced, description: annotated };
      const known = byName.get(argument.name);
      byName.set(argument.name, {
        schema: known ? mergeSchemas(known.schema, compact) : compact,
        required: (known?.required ?? 0) + (argument.required ? 1 : 0),
        uses: (known?.uses ?? 0) + 1,
        inPath: argument.in === "path" || known?.inPath === true,
      });
    }
  }
  const rank = (entry: { required: number; inPath: boolean }) => (entry.required === 0 ? 2 : entry.inPath ? 0 : 1);
  const ordered = [...byName].toSorted(([, a], [, b]) => rank(a) - rank(b));
  return Object.fromEntries(ordered.map(([name, { schema }]) => [name, schema] as const));
}

/** One schema for an argument that several actions take: what holds for all of them. */
export function mergeSchemas(a: JsonSchema, b: JsonSchema): JsonSchema {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  // A type that only one of them has would rule out what the other takes.
  const open = [a, b].find(({ type }) => type === undefined);
  if (open) return typeof open["description"] === "string" ? { description: open["description"] } : {};
  const properties = mergeProperties(a["properties"], b["properties"]);
  const values = mergeEnums(a["enum"], b["enum"]);
  const required = a["properties"] === undefined ? undefined : commonNames(a["required"], b["required"]);
  const merged: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries({ ...b, ...a })) {
    if (["properties", "required", "enum", "default", "minimum", "maximum"].includes(key) && a[key] !== b[key])
      continue;
    merged[key] = value;
  }
  return {
    ...merged,
    ...(properties && { properties }),
    ...(required && required.length > 0 && { required }),
    ...(values && { enum: values }),
  };
}

function mergeProperties(a: JsonValue | undefined, b: JsonValue | undefined): JsonValue | undefined {
  if (!isRecord(a) || !isRecord(b)) return isRecord(a) ? a : isRecord(b) ? b : undefined;
  return { ...b, ...a };
}

function mergeEnums(a: JsonValue | undefined, b: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(a) && Array.isArray(b) ? [...new Set<JsonValue>([...a, ...b])] : undefined;
}

function commonNames(a: JsonValue | undefined, b: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(a) && Array.isArray(b) ? a.filter((name: JsonValue) => b.includes(name)) : [];
}

/** Keeps what is required and as many optional arguments as fit; the others are named in the description. */
function foldOptional({ tool }: Advertised): Advertised {
  const required = new Set(
    Object.values(tool.actions).flatMap((action: Action) =>
      argumentsOf(action.operation).flatMap((argument) => (argument.required ? [argument.name] : [])),
    ),
  );
  const names = Object.keys(tool.properties);
  const optional = names.filter((name) => !required.has(name));
  const build = (shown: number): Advertised => {
    const folded = optional.slice(shown);
    const hidden = new Set(folded);
    const properties = Object.fromEntries(Object.entries(tool.properties).filter(([name]) => !hidden.has(name)));
    const list = `${folded.slice(0, 40).join(", ").slice(0, 500)}${folded.length > 40 ? ", …" : ""}`;
    const short = { ...tool, description: `${tool.description} Also accepts: ${list}.`, properties };
    return { tool: short, tokens: countTool(short), folded };
  };
  let low = 0;
  let high = optional.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (build(middle).tokens <= LIMITS.tokensPerTool) low = middle;
    else high = middle - 1;
  }
  return optional.length === 0 ? { tool, tokens: countTool(tool), folded: [] } : build(low);
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
