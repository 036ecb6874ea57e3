/** JSON Pointers (RFC 6901). */

/** A key as one segment of a pointer. */
export function escapeSegment(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}

/** A segment of a pointer as the key it stands for. */
export function unescapeSegment(segment: string): string {
  return segment.includes("~") ? segment.replaceAll("~1", "/").replaceAll("~0", "~") : segment;
}

/** The keys of a pointer, in order. */
export function splitPointer(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer.slice(1).split("/").map(unescapeSegment);
}

/** The pointer of a list of keys. */
export function joinPointer(keys: readonly string[]): string {
  return keys.map((key) => `/${escapeSegment(key)}`).join("");
}
