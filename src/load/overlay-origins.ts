import type { SourcePointer } from "../diagnostics/types.js";
import { escapeSegment, splitPointer } from "../naming/pointer.js";

/** Where the nodes of a document that overlays have changed came from. */
export interface Origins {
  find(pointer: string): SourcePointer;
  set(container: object, key: string, origin: SourcePointer): void;
  /** Tells that the item at `index` is about to leave its list. */
  shift(list: readonly unknown[], pointer: string, index: number): void;
}

/** A member came from the place of its container, unless it was put there by an overlay. */
export function createOrigins(root: unknown, file: string): Origins {
  const moved = new WeakMap<object, Map<string, SourcePointer>>();
  const find = (pointer: string): SourcePointer => {
    let node = root;
    let origin: SourcePointer = { file, pointer: "" };
    for (const key of splitPointer(pointer)) {
      const own = typeof node === "object" && node !== null ? moved.get(node)?.get(key) : undefined;
      origin = own ?? { file: origin.file, pointer: `${origin.pointer}/${escapeSegment(key)}` };
      node = typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined;
    }
    return origin;
  };
  const set = (container: object, key: string, origin: SourcePointer): void => {
    const known = moved.get(container);
    if (known) known.set(key, origin);
    else moved.set(container, new Map([[key, origin]]));
  };
  return {
    find,
    set,
    shift(list, pointer, index) {
      const origins = list.map((_item, i) => find(`${pointer}/${i}`));
      origins.splice(index, 1);
      for (const [i, origin] of origins.entries()) set(list, String(i), origin);
    },
  };
}
