import { outputSchema } from "./listing-output.js";
import { describeRest } from "./listing-text.js";
import type { JsonSchema, JsonValue, Operation, OperationArgument } from "./operation.js";
import { scopeIds } from "./scope-ids.js";
import type { Action, Tool, ToolHints } from "./tool.js";

/** One entry of `tools/list` (MCP 2026-07-28, Tool). */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations: ToolHints & { readonly title?: string };
}

type Properties = Readonly<Record<string, JsonSchema>>;

/** Names the runtime owns; an API's own argument of the same name is renamed when the server is generated. */
export const CONTROL_ARGUMENTS = ["action", "limit", "cursor", "request_id", "fields", "confirm", "items"] as const;

/** Largest page a caller may ask for, whatever the API would allow. */
const MAX_LIMIT = 100;

/**
 * The tool as a client sees it, limited to the actions a caller may use.
 * Returns undefined when none is left.
 */
export function listTool(tool: Tool, isAllowed: (action: string) => boolean = () => true): ListedTool | undefined {
  const actions = Object.entries(tool.actions).filter(([name]) => isAllowed(name));
  if (actions.length === 0) return undefined;
  const output = outputSchema(actions.map(([, action]) => action));
  return {
    name: tool.name,
    title: tool.title,
    description: describeRest(tool, actions),
    inputSchema: inputSchema(tool, actions),
    ...(output && { outputSchema: output }),
    annotations: hintsOf(tool, actions),
  };
}

/** A tool of one action takes no `action` argument. */
export function isFlat(tool: Tool): boolean {
  return Object.keys(tool.actions).length === 1;
}

/** One flat tool per operation, named after the operation: the granular surface. A flat tool stays as it is. */
export function splitTool(tool: Tool): readonly Tool[] {
  if (isFlat(tool)) return [tool];
  return Object.entries(tool.actions).map(([name, action]) => {
    const used = new Set(argumentsOf(action.operation).map((argument) => argument.name));
    return {
      name: granularName(action.operation),
      title: titleOf(action.operation),
      description: action.summary,
      domain: tool.domain,
      hints: hintsOf(tool, [[name, action]]),
      actions: { [name]: action },
      properties: Object.fromEntries(Object.entries(tool.properties).filter(([argument]) => used.has(argument))),
    };
  });
}

/** `createContact` as `create_contact`. Operation ids stay unique in this form. */
export function granularName(operation: Operation): string {
  return wordsOf(operation).join("_").toLowerCase();
}

/** Every argument that the operation or a variant of it takes, once per name; required only where all require it. */
export function argumentsOf(operation: Operation): readonly OperationArgument[] {
  const variants = operation.variants ?? [];
  if (variants.length === 0) return operation.arguments;
  const all = [operation, ...variants];
  const byName = new Map<string, OperationArgument>();
  for (const argument of all.flatMap((variant) => variant.arguments)) {
    if (!byName.has(argument.name)) byName.set(argument.name, argument);
  }
  return [...byName.values()].map((argument) => {
    const { required, ...optional } = argument;
    const always = all.every((variant) => variant.arguments.some((own) => own.name === argument.name && own.required));
    return always && required ? argument : optional;
  });
}

/** The variant a call means: the first whose required path arguments are all given, else the operation itself. */
export function chooseVariant(operation: Operation, given: Readonly<Record<string, unknown>>): Operation {
  const candidates = [operation, ...(operation.variants ?? [])];
  const fits = (candidate: Operation) => {
    const path = candidate.arguments.filter((argument) => argument.in === "path" && argument.required);
    return path.every((argument) => Object.hasOwn(given, argument.name));
  };
  const named = candidates.filter(fits);
  // A scope named by the caller beats the one that needs no name (`/user/repos`).
  return named.toSorted((a, b) => countPath(b) - countPath(a))[0] ?? operation;
}

/**
 * Schemas of the arguments the runtime itself reads for an action (all but `action`), where they help. A list can be
 * cut to `fields`; a write that is not idempotent (RFC 9110 section 9.2.2) can be repeated safely by `request_id`.
 */
export function controlSchemas(action: Action): Properties {
  const { operation } = action;
  const { pagination } = operation;
  const controls: Record<string, JsonSchema> = {};
  if (pagination?.limit) {
    controls["limit"] = {
      type: "integer",
      minimum: 1,
      maximum: Math.min(pagination.limit.max ?? MAX_LIMIT, MAX_LIMIT),
    };
  }
  if (pagination && pagination.style !== "limit-only") {
    controls["cursor"] = { type: "string", description: "From next_cursor." };
  }
  if (operation.class === "read" && (isList(operation) || action.result?.fields)) {
    controls["fields"] = { type: "array", items: { type: "string" } };
  }
  if (action.confirm) {
    controls["confirm"] = { type: "boolean", description: "true once the user has agreed." };
  }
  if (!operation.idempotent) {
    controls["request_id"] = {
      type: "string",
      minLength: 8,
      maxLength: 200,
      description: "Unique id; reuse it to retry safely.",
    };
  }
  if (action.batch) {
    controls["items"] = {
      type: "array",
      maxItems: action.batch,
      items: { type: "object", properties: {} },
      description: "Sets of the other arguments, instead of them.",
    };
  }
  return controls;
}

function inputSchema(tool: Tool, actions: readonly (readonly [string, Action])[]): JsonSchema {
  const grouped = !isFlat(tool);
  const properties: Record<string, JsonValue> = {};
  if (grouped) properties["action"] = actionSchema(actions, tool);
  const usage = usageOf(actions);
  const scopes = actions.map(([, action]) => scopeIds(action.operation));
  for (const [name, schema] of Object.entries(tool.properties)) {
    const used = usage.get(name);
    if (used) properties[name] = withNote(withNote(schema, scopeNote(name, scopes)), noteFor(used, actions.length));
  }
  const controls = actions.map(([name, action]) => [name, controlSchemas(action)] as const);
  for (const [name, schema] of Object.entries(mergeControls(controls))) {
    const users = controls.filter(([, own]) => Object.hasOwn(own, name));
    const used = { required: [], optional: users.map(([action]) => action) };
    properties[name] = withNote(withoutBounds(schema), name === "request_id" ? "" : noteFor(used, actions.length));
  }
  const required = [
    ...(grouped ? ["action"] : []),
    ...Object.keys(properties).filter((name) => usage.get(name)?.required.length === actions.length),
  ];
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}

/** Bounds of control arguments are checked, not shown. */
function withoutBounds(schema: JsonSchema): JsonSchema {
  const { minimum: _minimum, maximum, minLength: _minLength, maxLength: _maxLength, ...shown } = schema;
  return maximum === undefined || maximum === MAX_LIMIT ? shown : { ...shown, maximum };
}

function isList(operation: Operation): boolean {
  return operation.pagination !== undefined || operation.output?.["type"] === "array";
}

interface Usage {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Which actions require and which take each argument. With `items`, nothing is required at the top. */
function usageOf(actions: readonly (readonly [string, Action])[]): ReadonlyMap<string, Usage> {
  const usage = new Map<string, { required: string[]; optional: string[] }>();
  for (const [name, action] of actions) {
    for (const argument of argumentsOf(action.operation)) {
      const used = usage.get(argument.name) ?? { required: [], optional: [] };
      (argument.required && !action.batch ? used.required : used.optional).push(name);
      usage.set(argument.name, used);
    }
  }
  return usage;
}

function actionSchema(actions: readonly (readonly [string, Action])[], tool: Tool): JsonSchema {
  const order = Object.keys(tool.properties);
  const usage = usageOf(actions);
  const lines = actions.map(([name, action]) => {
    const needs = argumentsOf(action.operation)
      .filter((argument) => argument.required && usage.get(argument.name)?.required.length !== actions.length)
      .map((argument) => argument.name)
      .toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
    const text = action.summary.replace(/\.$/, "");
    return `${name}: ${text}${needs.length > 0 ? ` (needs ${needs.join(", ")})` : ""}`;
  });
  return { type: "string", enum: actions.map(([name]) => name), description: lines.join("\n") };
}

function noteFor(used: Usage, total: number): string {
  const everywhere = used.required.length + used.optional.length === total;
  if (everywhere && (used.required.length === total || used.required.length === 0)) return "";
  const required = used.required.length > 0 ? `Required for: ${used.required.join(", ")}.` : "";
  const optional = used.optional.length > 0 && !everywhere ? `Used for: ${used.optional.join(", ")}.` : "";
  return [required, optional].filter((text) => text !== "").join(" ");
}

/** Which ids go instead of each other. */
function scopeNote(name: string, actions: readonly ReturnType<typeof scopeIds>[]): string {
  const scopes = actions.find((ids) => ids.flat().includes(name));
  return scopes ? `Needs ${scopes.map((ids) => ids.join(" and ")).join(" or ")}.` : "";
}

function withNote(schema: JsonSchema, note: string): JsonSchema {
  if (note === "") return schema;
  const text = typeof schema["description"] === "string" ? schema["description"] : "";
  const stop = text === "" || /[.!?…]$/.test(text) ? "" : ".";
  return { ...schema, description: text === "" ? note : `${text}${stop} ${note}` };
}

/** Control arguments of all actions; where page sizes differ the smallest maximum is the one that always holds. */
function mergeControls(actions: readonly (readonly [string, Properties])[]): Properties {
  const merged: Record<string, JsonSchema> = {};
  for (const [, controls] of actions) {
    for (const [name, schema] of Object.entries(controls)) {
      const known = merged[name];
      merged[name] = known ? smallerOf(known, schema) : schema;
    }
  }
  return merged;
}

function smallerOf(a: JsonSchema, b: JsonSchema): JsonSchema {
  const key = Object.hasOwn(a, "maxItems") ? "maxItems" : "maximum";
  return Number(a[key] ?? Infinity) <= Number(b[key] ?? Infinity) ? a : b;
}

/** Hints of the part a caller may use: leaving actions out can only make a tool safer. */
function hintsOf(tool: Tool, actions: readonly (readonly [string, Action])[]): ToolHints {
  if (actions.length === Object.keys(tool.actions).length) return tool.hints;
  const operations = actions.map(([, action]) => action.operation);
  const readOnlyHint = tool.hints.readOnlyHint || operations.every((operation) => operation.class === "read");
  return {
    readOnlyHint,
    destructiveHint: tool.hints.destructiveHint && !readOnlyHint && operations.some(mayDestroy),
    idempotentHint: tool.hints.idempotentHint || operations.every((operation) => operation.idempotent),
    openWorldHint: tool.hints.openWorldHint,
  };
}

/** A POST to a collection only adds (MCP: `destructiveHint` is false for purely additive tools). */
function mayDestroy(operation: Operation): boolean {
  if (operation.class === "read") return false;
  return operation.class === "delete" || operation.method !== "POST" || operation.path.includes("}");
}

function countPath(operation: Operation): number {
  return operation.arguments.filter((argument) => argument.in === "path").length;
}

function titleOf(operation: Operation): string {
  const text = wordsOf(operation).join(" ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wordsOf(operation: Operation): readonly string[] {
  return operation.id.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+/g) ?? [operation.id];
}
