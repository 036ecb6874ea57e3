import { createHash, type Hash } from "node:crypto";
import { isObject } from "./value.js";

/** SHA-256 over named JSON values; the order of keys and files has no influence. */
export function hashValues(values: ReadonlyMap<string, unknown>): string {
  const hash = createHash("sha256");
  const writer = createWriter(hash);
  for (const name of [...values.keys()].sort()) {
    writer.write(JSON.stringify(name));
    writeCanonical(values.get(name), { write: writer.write, depth: PART_DEPTH });
  }
  writer.flush();
  return hash.digest("hex");
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
  const hash = createHash("sha256");
  const writer = createWriter(hash);
  const references = new Set<string>();
  writeCanonical(value, { write: writer.write, references });
  writer.flush();
  const part = { hash: hash.digest("hex"), references: [...references] };
  parts.set(value, part);
  return part;
}

interface Target {
  write(text: string): void;
  /** Takes the references that are met. */
  readonly references?: Set<string>;
  /** Objects this deep are written as their hash. */
  readonly depth?: number;
}

function writeCanonical(value: unknown, target: Target): void {
  const { write, references, depth } = target;
  const inner = depth === undefined ? target : { ...target, depth: depth - 1 };
  if (depth === 0 && isObject(value)) {
    write(hashPart(value).hash);
  } else if (Array.isArray(value)) {
    write("[");
    for (const item of value) {
      writeCanonical(item, inner);
      write(",");
    }
    write("]");
  } else if (isObject(value)) {
    write("{");
    for (const key of Object.keys(value).sort()) {
      write(`${JSON.stringify(key)}:`);
      if (key === "$ref" && typeof value[key] === "string") references?.add(value[key]);
      writeCanonical(value[key], inner);
      write(",");
    }
    write("}");
  } else {
    write(typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "null"));
  }
}

/** Hashing small pieces one by one is slow; they are gathered first. */
function createWriter(hash: Hash): { write(text: string): void; flush(): void } {
  let buffer = "";
  const flush = (): void => {
    hash.update(buffer);
    buffer = "";
  };
  const write = (text: string): void => {
    buffer += text;
    if (buffer.length > 65_536) flush();
  };
  return { write, flush };
}
