import type { SourcePointer } from "../diagnostics/types.js";
import type { Origins } from "./overlay-origins.js";
import { escapeSegment, joinPointer } from "../naming/pointer.js";
import { isObject } from "./value.js";

/** A node of the document an overlay changes. */
export interface OverlayTarget {
  readonly root: unknown;
  readonly keys: readonly string[];
  readonly origins: Origins;
}

/** Removes a node from its container. */
export function removeAt(root: unknown, keys: readonly string[], origins: Origins): void {
  const key = keys.at(-1);
  const holder = key === undefined ? undefined : findContainer(root, keys);
  if (key === undefined || holder === undefined) return;
  if (!Array.isArray(holder)) {
    Reflect.deleteProperty(holder, key);
    return;
  }
  origins.shift(holder, joinPointer(keys.slice(0, -1)), Number(key));
  holder.splice(Number(key), 1);
}

/** Merges a value into a node: objects by member, lists by appending; anything else is replaced. */
export function mergeAt(target: OverlayTarget, value: unknown, origin: SourcePointer): void {
  const { root, keys, origins } = target;
  const key = keys.at(-1);
  if (key === undefined) {
    mergeValues(root, value, origin, origins);
    return;
  }
  const holder = findContainer(root, keys);
  if (!holder) return;
  if (!mergeValues(Reflect.get(holder, key), value, origin, origins)) put(holder, key, value, { origin, origins });
}

function findContainer(root: unknown, keys: readonly string[]): object | undefined {
  let node = root;
  for (const key of keys.slice(0, -1)) {
    if (typeof node !== "object" || node === null) return undefined;
    node = Reflect.get(node, key);
  }
  return typeof node === "object" && node !== null ? node : undefined;
}

/** False when the two cannot be merged and the value must take the place of the other. */
function mergeValues(target: unknown, value: unknown, origin: SourcePointer, origins: Origins): boolean {
  if (Array.isArray(target)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [i, item] of items.entries()) {
      const place = Array.isArray(value) ? childOf(origin, String(i)) : origin;
      put(target, String(target.length), item, { origin: place, origins });
    }
    return true;
  }
  if (!isObject(target) || !isObject(value)) return false;
  for (const [key, member] of Object.entries(value)) {
    const place = childOf(origin, key);
    const known: unknown = Object.hasOwn(target, key) ? target[key] : undefined;
    const canMerge = Array.isArray(known) ? Array.isArray(member) : true;
    if (!canMerge || !mergeValues(known, member, place, origins)) put(target, key, member, { origin: place, origins });
  }
  return true;
}

function childOf(origin: SourcePointer, key: string): SourcePointer {
  return { file: origin.file, pointer: `${origin.pointer}/${escapeSegment(key)}` };
}

/** Sets an own member whatever its name, `__proto__` included. The value is copied: targets must not share it. */
function put(
  container: object,
  key: string,
  value: unknown,
  source: { readonly origin: SourcePointer; readonly origins: Origins },
): void {
  const copy: unknown = typeof value === "object" && value !== null ? structuredClone(value) : value;
  Object.defineProperty(container, key, { value: copy, writable: true, enumerable: true, configurable: true });
  source.origins.set(container, key, source.origin);
}
