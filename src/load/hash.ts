import { createHash } from "node:crypto";
import { isObject } from "./value.js";

/** SHA-256 over named JSON values; the order of keys and files has no influence. */
export function hashValues(values: ReadonlyMap<string, unknown>): string {
  const names = [...values.keys()].sort();
  return digest(names.map((name) => [name, toCanonical(values.get(name), { depth: PART_DEPTH })]));
}

/** A part of a document: its hash, and the references that stand in it. */
export interface HashedPart {
  readonly hash: string;
  readonly references: readonly string[];
}

/** Operations and components lie this deep; each is hashed once, for itself and for the whole. */
const PART_DEPTH = 3;

const parts = new WeakMap<object, HashedPart>();

/** SHA-256 over a node; the order of keys has no influence. */
export function hashPart(value: object): HashedPart {
  const known = parts.get(value);
  if (known) return known;
  const references = new Set<string>();
  const part = { hash: digest(toCanonical(value, { references })), references: [...references] };
  parts.set(value, part);
  return part;
}

interface Context {
  /** Takes the references that are met. */
  readonly references?: Set<string>;
  /** Objects this deep stand there as their hash. */
  readonly depth?: number;
}

/** Objects as lists of keys and values, in the order of the keys: what the JSON of equal values has in common. */
function toCanonical(value: unknown, context: Context): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { references, depth } = context;
  if (depth === 0 && isObject(value)) return hashPart(value).hash;
  const inner = depth === undefined ? context : { depth: depth - 1 };
  if (Array.isArray(value)) return ["[", ...value.map((item: unknown) => toCanonical(item, inner))];
  const list: unknown[] = ["{"];
  for (const key of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, key);
    if (key === "$ref" && typeof member === "string") references?.add(member);
    list.push(key, toCanonical(member, inner));
  }
  return list;
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
