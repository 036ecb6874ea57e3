/** Three tools in front of any number of actions: search, describe, call. For APIs beyond every budget. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Caller, NameCall } from "./context.js";
import { argumentsOf, isFlat, listTool, splitTool, type ListedTool } from "./listing.js";
import type { JsonSchema, JsonValue } from "./operation.js";
import { missingScopes } from "./scopes.js";
import { createSearch, type CatalogItem } from "./surface-search.js";
import { refuse, routeAction } from "./surface-grouped.js";
import type { Arguments, Route, SurfaceEntry, SurfaceInput } from "./surface-types.js";
import type { ToolHints } from "./tool.js";

const READ: ToolHints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const ANY: ToolHints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
const MAX_RESULTS = 10;
// A look-up stays below 1,500 tokens at four characters each.
const MAX_CHARACTERS = 5_600;

/** The catalog over all exposed actions. */
export function catalogEntries(input: SurfaceInput): SurfaceEntry[] {
  const items = input.tools.flatMap((tool) =>
    Object.entries(tool.actions).flatMap(([name, action]) =>
      input.isExposed(tool, name) ? [{ tool, name, action }] : [],
    ),
  );
  return [searchEntry(items, input.definition.title), describeEntry(items), callEntry(items)];
}

function searchEntry(items: readonly CatalogItem[], title: string): SurfaceEntry {
  const search = createSearch(items);
  return catalogEntry({
    name: "search_actions",
    title: "Search actions",
    description: `Find actions of ${title} by what they do, such as "list contacts" or "refund". Answers tool and action names for describe_action and call_action.`,
    hints: READ,
    properties: {
      query: { type: "string", description: "Words: a verb and a thing." },
      limit: { type: "integer", minimum: 1, maximum: MAX_RESULTS, description: `Default ${MAX_RESULTS}.` },
    },
    required: ["query"],
    isReachable: (isAllowed) => items.some((item) => isAllowed(item.action)),
    route: (args, caller) => {
      if (typeof args["query"] !== "string") return refuse("invalid_input", "search_actions needs a query.");
      const limit = typeof args["limit"] === "number" ? Math.trunc(args["limit"]) : MAX_RESULTS;
      const found = search(args["query"]).filter((item) => missingScopes(item.action, caller).length === 0);
      return answer(fitResults(found.slice(0, Math.min(Math.max(limit, 1), MAX_RESULTS)), found.length));
    },
  });
}

function fitResults(items: readonly CatalogItem[], total: number): JsonValue {
  const actions = items.map(({ tool, name, action }) => ({
    tool: tool.name,
    action: name,
    summary: action.summary.slice(0, 160),
    effect: action.operation.class,
    required: argumentsOf(action.operation)
      .filter((argument) => argument.required)
      .map((argument) => argument.name),
  }));
  while (actions.length > 1 && JSON.stringify(actions).length > MAX_CHARACTERS) actions.pop();
  if (actions.length > 0) return { actions, found: total };
  return { actions, found: 0, hint: "Nothing matches. Try a more general word, or the name of the resource alone." };
}

function describeEntry(items: readonly CatalogItem[]): SurfaceEntry {
  return catalogEntry({
    name: "describe_action",
    title: "Describe an action",
    description: "Arguments (JSON Schema) and effects of one action found with search_actions.",
    hints: READ,
    properties: TARGET,
    required: ["tool", "action"],
    isReachable: (isAllowed) => items.some((item) => isAllowed(item.action)),
    route: (args, caller) => {
      const item = findItem(items, args);
      const isAllowed = item !== undefined && missingScopes(item.action, caller).length === 0;
      return isAllowed ? answer(describeItem(item)) : unknownItem(args);
    },
  });
}

const TARGET: Readonly<Record<string, JsonSchema>> = {
  tool: { type: "string", description: "Tool name from search_actions." },
  action: { type: "string", description: "Action name from search_actions." },
};

function describeItem({ tool, name, action }: CatalogItem): JsonValue {
  const slice = splitTool(tool).find((slice) => Object.hasOwn(slice.actions, name));
  const listed = slice && listTool(slice);
  const described = {
    tool: tool.name,
    action: name,
    summary: action.summary,
    effect: action.operation.class,
    ...(action.scopes.length > 0 && { scopes: [...action.scopes] }),
    ...(action.confirm && { confirm: true }),
    arguments: listed?.inputSchema ?? {},
  };
  if (JSON.stringify(described).length <= MAX_CHARACTERS) return described;
  return { ...described, arguments: shortenSchema(described.arguments) };
}

/** Required arguments in full; of the others, names and types. */
function shortenSchema(schema: JsonSchema): JsonSchema {
  const required: readonly JsonValue[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties: Record<string, JsonValue> = {};
  for (const [name, property] of Object.entries(schema["properties"] ?? {})) {
    const type: JsonValue = isObject(property) ? (property["type"] ?? null) : null;
    properties[name] = required.includes(name) ? property : type === null ? {} : { type };
  }
  const short: JsonSchema = { ...schema, properties };
  return JSON.stringify(short).length <= MAX_CHARACTERS
    ? short
    : {
        type: "object",
        required,
        description: `Also: ${Object.keys(properties).join(", ")}`.slice(0, MAX_CHARACTERS / 2),
      };
}

function isObject(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function callEntry(items: readonly CatalogItem[]): SurfaceEntry {
  return catalogEntry({
    name: "call_action",
    title: "Call an action",
    description: "Run one action found with search_actions. Call describe_action first to learn its arguments.",
    hints: ANY,
    properties: { ...TARGET, arguments: { type: "object", description: "Arguments as describe_action lists them." } },
    required: ["tool", "action"],
    isReachable: (isAllowed) => items.some((item) => isAllowed(item.action)),
    route: (args) => {
      const item = findItem(items, args);
      if (item === undefined) return unknownItem(args);
      const given = args["arguments"] ?? {};
      if (typeof given !== "object" || given === null || Array.isArray(given)) {
        return refuse("invalid_input", "call_action takes `arguments` as an object.");
      }
      const action = isFlat(item.tool) ? {} : { action: item.name };
      return routeAction(item.tool, [item.name], { ...given, ...action });
    },
    nameCall: (tool, action) => {
      const isOffered = items.some((item) => item.tool.name === tool.name && item.name === action);
      return isOffered ? `call_action tool=${tool.name} action=${action}` : undefined;
    },
  });
}

function findItem(items: readonly CatalogItem[], args: Arguments): CatalogItem | undefined {
  const ofTool = items.filter((item) => item.tool.name === args["tool"]);
  return ofTool.find((item) => item.name === args["action"]) ?? (isOnly(ofTool, args) ? ofTool[0] : undefined);
}

/** A tool of one action needs no action name. */
function isOnly(items: readonly CatalogItem[], args: Arguments): boolean {
  const [first] = items;
  return first !== undefined && isFlat(first.tool) && args["action"] === undefined;
}

function unknownItem(args: Arguments): Route {
  const name = [args["tool"], args["action"]].map((part) => String(part).slice(0, 80)).join(".");
  return refuse("not_found", `There is no action ${name}. Use search_actions to find tool and action names.`);
}

function answer(content: JsonValue): Route {
  const result: CallToolResult = {
    content: [{ type: "text", text: JSON.stringify(content) }],
    ...(isObject(content) && { structuredContent: { ...content } }),
  };
  return { kind: "answer", result };
}

interface CatalogTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly hints: ToolHints;
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  isReachable(isAllowed: Parameters<SurfaceEntry["list"]>[0]): boolean;
  route(args: Arguments, caller: Caller | undefined): Route;
  readonly nameCall?: NameCall;
}

function catalogEntry(tool: CatalogTool): SurfaceEntry {
  const listed: ListedTool = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: {
      type: "object",
      properties: tool.properties,
      required: tool.required,
      additionalProperties: false,
    },
    annotations: { title: tool.title, ...tool.hints },
  };
  return {
    name: tool.name,
    list: (isAllowed) => (tool.isReachable(isAllowed) ? listed : undefined),
    route: tool.route,
    nameCall: tool.nameCall ?? (() => undefined),
  };
}
