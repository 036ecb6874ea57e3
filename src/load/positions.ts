import type { SourcePosition } from "../diagnostics/types.js";
import { scanMembers, skipSpace, type JsonMember } from "./json-scan.js";
import type { ParsedText } from "./parse.js";
import { splitPointer } from "../naming/pointer.js";
import { indexYaml, type YamlNode } from "./yaml-index.js";

/** Finds places in one text. Everything is computed at the first question. */
export interface PositionIndex {
  locate(pointer: string): { readonly line: number; readonly column: number };
  line(number: number): string | undefined;
}

export function createPositionIndex(parsed: ParsedText): PositionIndex {
  let lineStarts: number[] | undefined;
  let findOffset: ((keys: readonly string[]) => number) | undefined;
  const starts = (): number[] => (lineStarts ??= listLineStarts(parsed.text));
  return {
    locate(pointer) {
      findOffset ??= parsed.json ? createJsonFinder(parsed.text) : createYamlFinder(parsed.text);
      return toLineColumn(findOffset(splitPointer(pointer)), starts());
    },
    line(number) {
      const start = starts()[number - 1];
      if (start === undefined) return undefined;
      const end = starts()[number];
      return parsed.text.slice(start, end).replace(/\r?\n$/, "");
    },
  };
}

/** A position of `file`, from what its index found. */
export function positionIn(file: string, place: { line: number; column: number }): SourcePosition {
  return { file, line: place.line, column: place.column };
}

function listLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function toLineColumn(offset: number, starts: readonly number[]): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** Offset of a node, or of its nearest ancestor in the text. Members are scanned once per container. */
function createJsonFinder(text: string): (keys: readonly string[]) => number {
  const scanned = new Map<number, Map<string, JsonMember> | undefined>();
  return (keys) => {
    let value = skipSpace(text, 0);
    let found = value;
    for (const key of keys) {
      if (!scanned.has(value)) scanned.set(value, scanMembers(text, value));
      const member = scanned.get(value)?.get(key);
      if (!member) return found;
      found = member.start;
      value = member.value;
    }
    return found;
  };
}

function createYamlFinder(text: string): (keys: readonly string[]) => number {
  const root = indexYaml(text);
  return (keys) => {
    let node: YamlNode | undefined = root;
    let found = root?.start ?? 0;
    for (const key of keys) {
      node = node?.members?.get(key);
      if (!node) return found;
      found = node.start;
    }
    return found;
  };
}
