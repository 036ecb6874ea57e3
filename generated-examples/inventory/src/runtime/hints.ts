/** What a caller can do next, named in the server's own tools. */
import type { NameCall, RoutedCall } from "./context.js";
import { chooseVariant, isFlat } from "./listing.js";
import type { JsonValue, Operation } from "./operation.js";
import type { ServerDefinition, Tool } from "./tool.js";

export interface MissingResource {
  /** `contact ID 8823` */
  readonly description: string;
  /** Path of the collection the resource would be in. */
  readonly collection: string;
}

/** The resource a call's path names last: the likely one to be missing. */
export function missingResource(call: RoutedCall): MissingResource | undefined {
  const operation = chooseVariant(call.action.operation, call.arguments);
  const segments = segmentsOf(operation);
  const index = segments.findLastIndex(isPlaceholder);
  if (index === -1) return undefined;
  const wire = /\{([^}]+)\}/.exec(segments[index] ?? "")?.[1];
  const argument = operation.arguments.find((each) => each.in === "path" && each.wire === wire);
  const value = argument && Object.hasOwn(call.arguments, argument.name) ? call.arguments[argument.name] : undefined;
  if (argument === undefined || (typeof value !== "string" && typeof value !== "number")) return undefined;
  const own = operation === call.action.operation ? call.action.noun : undefined;
  const noun = own ?? argument.name.replace(/[_-]?id$/i, "").replaceAll("_", " ");
  const isId = /id$/i.test(argument.name) || /id$/i.test(wire ?? "");
  const label = noun === "" ? "ID" : isId ? `${noun} ID` : noun;
  return { description: `${label} ${String(value).slice(0, 100)}`, collection: segments.slice(0, index).join("/") };
}

/** `manage_contact action=create`, or the tool alone where it has one action. */
export function nameOfCall(tool: Tool, action: string): string {
  return isFlat(tool) ? tool.name : `${tool.name} action=${action}`;
}

/** A named call as data: `call_action tool=… action=…` of the catalog takes the arguments as an object. */
export function targetOfCall(call: string, args: Readonly<Record<string, JsonValue>>): JsonValue {
  const [tool = "", ...pairs] = call.split(" ");
  const fixed = Object.fromEntries(pairs.map((pair) => pair.split("=", 2)));
  return { tool, arguments: Object.hasOwn(fixed, "tool") ? { ...fixed, arguments: args } : { ...fixed, ...args } };
}

/** The call that lists what a collection holds, such as `list_contacts` or `get_contact action=list_notes`. */
function listCallOf(definition: ServerDefinition, collection: string, nameCall?: NameCall): string | undefined {
  const wanted = normalPath(collection);
  const last = wanted.split("/").at(-1);
  const reads = readActions(definition, nameCall);
  const exact = reads.find((read) => read.path === wanted);
  if (exact) return exact.call;
  if (last === undefined || last === "" || last === "{}") return undefined;
  const similar = reads.filter((read) => read.path.endsWith(`/${last}`));
  return similar.length === 1 ? similar[0]?.call : undefined;
}

/**
 * The call that lists the ids a failed call could name. What a call puts into a collection is not in it yet
 * (`PUT /contacts/{id}/segments/{segment_id}`): the list of its kind in an enclosing scope is looked at first.
 */
export function idsCallOf(definition: ServerDefinition, call: RoutedCall): string | undefined {
  const missing = missingResource(call);
  if (missing === undefined) return undefined;
  const operation = chooseVariant(call.action.operation, call.arguments);
  const reads = readActions(definition, call.nameCall);
  const path = normalPath(segmentsOf(operation).join("/"));
  const collection = normalPath(missing.collection).split("/");
  const isAdded = /^(?:POST|PUT)$/i.test(operation.method) && path === `${collection.join("/")}/{}`;
  if (isAdded && !reads.some((read) => read.path === path)) {
    for (let depth = collection.length - 2; depth > 0; depth -= 1) {
      const wider = [...collection.slice(0, depth), ...collection.slice(-1)].join("/");
      const read = reads.find((each) => each.path === wider);
      if (read) return read.call;
    }
  }
  return listCallOf(definition, missing.collection, call.nameCall);
}

/** The call that reads the resource a failed call is about, else the one that lists its collection. */
export function readCallOf(definition: ServerDefinition, call: RoutedCall): string | undefined {
  const operation = chooseVariant(call.action.operation, call.arguments);
  const segments = segmentsOf(operation);
  const resource = segments.slice(0, segments.findLastIndex(isPlaceholder) + 1);
  const reads = readActions(definition, call.nameCall);
  for (const path of [segments, resource].map((parts) => normalPath(parts.join("/")))) {
    const read = reads.find((each) => each.path === path && path !== "");
    if (read) return read.call;
  }
  const missing = missingResource(call);
  return missing === undefined ? undefined : listCallOf(definition, missing.collection, call.nameCall);
}

interface ReadAction {
  readonly path: string;
  readonly call: string;
}

function readActions(definition: ServerDefinition, nameCall?: NameCall): ReadAction[] {
  const reads = readOperations(definition, nameCall);
  return reads.map(({ operation, call }) => ({ path: normalPath(segmentsOf(operation).join("/")), call }));
}

interface ReadOperation {
  readonly operation: Operation;
  /** As `nameCall` says it. */
  readonly call: string;
}

/** Every read that the client reaches, in each of its scopes. */
export function readOperations(definition: ServerDefinition, nameCall: NameCall = nameOfCall): ReadOperation[] {
  return definition.tools.flatMap((tool) =>
    Object.entries(tool.actions).flatMap(([name, { operation }]) => {
      const call = nameCall(tool, name);
      if (call === undefined) return [];
      return [operation, ...(operation.variants ?? [])]
        .filter((each) => each.class === "read" && each.method.toUpperCase() === "GET")
        .map((each) => ({ operation: each, call }));
    }),
  );
}

function isPlaceholder(segment: string): boolean {
  return /\{[^}]+\}/.test(segment);
}

function segmentsOf(operation: Operation): string[] {
  return (operation.path.split(/[?#]/, 1)[0] ?? "").replace(/\/+$/, "").split("/");
}

/** Placeholders are compared by position, not by name. */
function normalPath(path: string): string {
  return path.replace(/\{[^}]*\}/g, "{}").replace(/\/+$/, "");
}
