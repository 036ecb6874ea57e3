/** The server's own call that reads what a URL of the API names. */
import { coerceValue } from "./coerce.js";
import { targetOfCall, readOperations } from "./hints.js";
import type { FixedArgument, JsonValue, Operation, OperationArgument } from "./operation.js";
import { baseUrlOf } from "./request.js";
import type { NameCall } from "./context.js";
import type { ServerDefinition } from "./tool.js";

export interface LocateInput {
  readonly definition: ServerDefinition;
  readonly nameCall: NameCall | undefined;
  readonly apiBaseUrl: string;
  /** Value of an argument that no caller chooses. */
  readonly resolveFixed: (fixed: FixedArgument) => unknown;
}

const MAX_URL = 2_000;

/** Tool and arguments for a URL; undefined where it is not the API's, or no read that the client reaches is there. */
export function locateCall(url: URL, input: LocateInput): JsonValue | undefined {
  if (url.href.length > MAX_URL || url.username !== "" || url.password !== "") return undefined;
  const found = readOperations(input.definition, input.nameCall).flatMap(({ operation, call }) => {
    const args = argumentsIn(url, operation, input);
    return args === undefined ? [] : [{ call, args, free: operation.path.split("{").length }];
  });
  // Concrete paths are matched before templated ones (https://spec.openapis.org/oas/v3.1.1#paths-object).
  const [nearest] = found.toSorted((a, b) => a.free - b.free);
  return nearest && targetOfCall(nearest.call, nearest.args);
}

type Values = Readonly<Record<string, JsonValue>>;

/** What the URL gives the arguments of a read; undefined where it is another's, or leaves a required one open. */
function argumentsIn(url: URL, operation: Operation, input: LocateInput): Values | undefined {
  const texts = matchPath(url, operation.path, baseUrlOf(operation, input.apiBaseUrl));
  if (texts === undefined || !fixedValuesAgree(texts, operation, input)) return undefined;
  const values: Record<string, JsonValue> = {};
  for (const argument of operation.arguments) {
    const text = textOf(argument, texts, url);
    if (text !== undefined) {
      const value = coerceValue(text, argument.schema, () => undefined);
      values[argument.name] = typeof value === "number" || typeof value === "boolean" ? value : text;
    } else if (argument.required && argument.default === undefined) return undefined;
  }
  return values;
}

function textOf({ in: place, wire, style = "simple" }: OperationArgument, texts: Texts, url: URL): string | undefined {
  if (place === "path") return style === "simple" ? texts.get(wire) : undefined;
  return place === "query" ? (url.searchParams.get(wire) ?? undefined) : undefined;
}

/** Another tenant's URL is not read with this server's tenant. */
function fixedValuesAgree(texts: Texts, operation: Operation, input: LocateInput): boolean {
  const inPath = (operation.fixed ?? []).filter((fixed) => fixed.in === "path");
  return inPath.every((fixed) => String(input.resolveFixed(fixed)) === texts.get(fixed.wire));
}

/** Decoded text of each placeholder. */
type Texts = ReadonlyMap<string, string>;

function matchPath(url: URL, template: string, base: URL): Texts | undefined {
  if (url.origin !== base.origin || template.includes("?")) return undefined;
  const wanted = segmentsOf(`${base.pathname.replace(/\/$/, "")}${template}`);
  const given = segmentsOf(url.pathname);
  if (wanted.length !== given.length) return undefined;
  const texts = new Map<string, string>();
  for (const [index, segment] of wanted.entries()) {
    const found = matchSegment(segment, decode(given[index] ?? ""));
    if (found === undefined) return undefined;
    for (const [name, text] of found) texts.set(name, text);
  }
  return texts;
}

/** What a decoded segment holds for a placeholder such as `{id}` or `{id}.json`; nothing for a literal. */
function matchSegment(segment: string, text: string | undefined): (readonly [string, string])[] | undefined {
  const [, before = "", name, after = ""] = /^([^{}]*)\{([^{}]+)\}([^{}]*)$/.exec(segment) ?? [];
  if (text === undefined) return undefined;
  if (name === undefined) return text === decode(segment) ? [] : undefined;
  const isFramed = text.startsWith(before) && text.endsWith(after) && text.length > before.length + after.length;
  return isFramed ? [[name, text.slice(before.length, text.length - after.length)]] : undefined;
}

function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, "").split("/");
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
