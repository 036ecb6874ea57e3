/** Routes: operations with the parts of their paths that tell resources, after shared prefixes and versions are gone. */
import type { Operation } from "../model/types.js";
import { isVerb } from "../naming/lexicon.js";
import { parsePath, type LiteralPart, type PathPart } from "./paths.js";

export interface Route {
  readonly operation: Operation;
  readonly parts: readonly PathPart[];
  /** The version segment that was in the path. */
  readonly version?: string | undefined;
}

const VERSION = /^(?:v\d+(?:[._-]?\d+)*(?:(?:alpha|beta|rc|preview)\d*)?|\d{4}-\d{2}(?:-\d{2})?)$/i;
const SURROUNDINGS = /^(?:api|apis|rest|rpc|_apis)$/i;
const SHARED_BY = 0.8;

/** Routes of all operations, in document order. */
export function readRoutes(operations: readonly Operation[]): readonly Route[] {
  const parsed = operations.map((operation) => ({ operation, parts: parsePath(operation.path) }));
  if (isRpcByDots(parsed)) return stripPrefixes(parsed).map(splitDots);
  const routes = keepOldVersions(stripPrefixes(parsed));
  return isRpcByPost(routes) ? routes.map(splitCall) : routes;
}

/** Takes leading versions, `api` and whatever nearly all paths share from the routes. */
function stripPrefixes(routes: readonly Route[]): readonly Route[] {
  let stripped = routes.map(stripVersions);
  for (;;) {
    const shared = findSharedLiteral(stripped);
    if (shared === undefined) return stripped;
    stripped = stripped.map((route) => (isFirst(route, shared) ? { ...route, parts: route.parts.slice(1) } : route));
  }
}

function stripVersions(route: Route): Route {
  const last = route.parts.length - 1;
  const isNoise = (part: PathPart, i: number) => i < last && (isVersion(part) || (i < 2 && isSurrounding(part)));
  const version = route.parts.find((part, i) => i < last && part.kind === "literal" && isVersion(part));
  const parts = route.parts.filter((part, i) => !isNoise(part, i));
  return { operation: route.operation, parts, version: version?.kind === "literal" ? version.text : undefined };
}

/** Where one call is there in several versions, the newest stable one has the plain path; the others say their version. */
function keepOldVersions(routes: readonly Route[]): readonly Route[] {
  const keyOf = ({ operation, parts }: Route) =>
    [operation.method, ...parts.map((part) => (part.kind === "parameter" ? "{}" : part.text))].join("/");
  const best = new Map<string, string>();
  for (const route of routes) {
    const known = best.get(keyOf(route));
    const version = route.version ?? "";
    if (known === undefined || rankVersion(version) > rankVersion(known)) best.set(keyOf(route), version);
  }
  return routes.map((route) => {
    const { version } = route;
    if (version === undefined || best.get(keyOf(route)) === version) return route;
    return { ...route, parts: [{ kind: "literal", text: version, words: [version.toLowerCase()] }, ...route.parts] };
  });
}

/** Stable before beta before alpha, then by number: a text that sorts. */
function rankVersion(version: string): string {
  const stage = /alpha|preview/i.test(version) ? "0" : /beta|rc/i.test(version) ? "1" : "2";
  return stage + version.replaceAll(/\d+/g, (number) => number.padStart(6, "0"));
}

function isVersion(part: PathPart): boolean {
  if (part.kind === "parameter") return part.names.length === 1 && /^(?:api_?)?version$/i.test(part.names[0] ?? "");
  return VERSION.test(part.text);
}

function isSurrounding(part: PathPart): boolean {
  return part.kind === "literal" && SURROUNDINGS.test(part.text);
}

/** A first literal of at least four fifths of the paths that is no resource itself: always followed by a literal. */
function findSharedLiteral(routes: readonly Route[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { parts } of routes) {
    const first = parts[0];
    if (first?.kind === "literal") counts.set(first.text, (counts.get(first.text) ?? 0) + 1);
  }
  const [text, count = 0] = [...counts].find(([, count]) => count > 1 && count >= routes.length * SHARED_BY) ?? [];
  if (text === undefined || count === 0) return undefined;
  const isPrefix = routes.every((route) => !isFirst(route, text) || route.parts[1]?.kind === "literal");
  return isPrefix ? text : undefined;
}

function isFirst(route: Route, text: string): boolean {
  const first = route.parts[0];
  return first?.kind === "literal" && first.text === text;
}

function isRpcByDots(routes: readonly Route[]): boolean {
  const dotted = routes.filter(({ parts }) => {
    const last = parts.at(-1);
    return last?.kind === "literal" && /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(last.text);
  });
  return dotted.length > routes.length / 2;
}

/** `/chat.postMessage` is the call postMessage on chat. */
function splitDots(route: Route): Route {
  const last = route.parts.at(-1);
  if (last?.kind !== "literal" || !last.text.includes(".")) return route;
  const names = last.text.split(".");
  const parts = names.map((text, i): LiteralPart => {
    const [part] = parsePath(text);
    const words = part?.kind === "literal" ? part.words : [];
    return { kind: i === names.length - 1 ? "verb" : "literal", text, words };
  });
  return { ...route, parts: [...route.parts.slice(0, -1), ...parts] };
}

function isRpcByPost(routes: readonly Route[]): boolean {
  const isCall = ({ operation, parts }: Route) =>
    operation.method === "POST" && parts.every(({ kind }) => kind !== "parameter");
  return routes.length > 2 && routes.filter(isCall).length > routes.length * 0.85;
}

/** `/item/get` is the call get on item; `/sendMessage` is send on message. */
function splitCall(route: Route): Route {
  const last = route.parts.at(-1);
  if (last?.kind !== "literal") return route;
  const before = route.parts.slice(0, -1);
  const [verb, ...noun] = last.words;
  if (noun.length === 0) {
    return before.length === 0 ? route : { ...route, parts: [...before, { ...last, kind: "verb" }] };
  }
  if (!isVerb(verb) || verb === undefined) return route;
  const thing: LiteralPart = { kind: "literal", text: noun.join("_"), words: noun };
  return { ...route, parts: [...before, thing, { kind: "verb", text: verb, words: [verb] }] };
}
