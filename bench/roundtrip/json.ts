/** Values of a description: JSON, with cycles where its schemas refer to themselves. */
export type Json = string | number | boolean | null | readonly Json[] | JsonRecord;
export type JsonRecord = { readonly [key: string]: Json };

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The map under a key; an empty one where there is none. */
export function childOf(node: JsonRecord, key: string): JsonRecord {
  const child = Object.hasOwn(node, key) ? node[key] : undefined;
  return isRecord(child) ? child : {};
}

/** The list under a key; an empty one where there is none. */
export function listOf(node: JsonRecord, key: string): readonly Json[] {
  const list = node[key];
  return Array.isArray(list) ? list : [];
}

/** The text under a key; empty where there is none. */
export function textOf(node: JsonRecord, key: string): string {
  const text = node[key];
  return typeof text === "string" ? text : "";
}

/** The value at a JSON Pointer (RFC 6901); undefined where it leads nowhere. */
export function valueAt(value: Json | undefined, pointer: string): Json | undefined {
  return tokensOf(pointer).reduce<Json | undefined>((at, token) => {
    if (Array.isArray(at)) return (at as readonly Json[])[Number(token)];
    return isRecord(at) && Object.hasOwn(at, token) ? at[token] : undefined;
  }, value);
}

/** A copy with another value at a JSON Pointer; undefined removes it. */
export function withValueAt(value: Json | undefined, pointer: string, inner: Json | undefined): Json | undefined {
  const [token, ...rest] = tokensOf(pointer);
  if (token === undefined) return inner;
  const own = isRecord(value) ? value : {};
  const next = rest.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  const changed = withValueAt(Object.hasOwn(own, token) ? own[token] : undefined, next, inner);
  const others = Object.entries(own).filter(([key]) => key !== token);
  return Object.fromEntries(changed === undefined ? others : [...others, [token, changed]]);
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}
