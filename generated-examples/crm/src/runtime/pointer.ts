/** JSON Pointers (RFC 6901). */

/** A key as one segment of a pointer. */
export function escapeSegment(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A segment of a pointer as the key it stands for. */
export function unescapeSegment(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The keys of a pointer, in order; none for the whole document. */
export function splitPointer(pointer: string): string[] {
  return pointer.split("/").slice(1).map(unescapeSegment);
}
