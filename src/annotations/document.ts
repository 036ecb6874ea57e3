import { LineCounter, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Alias, Document, Pair } from "yaml";
import type { Report, SourcePointer, SourcePosition } from "../diagnostics/types.js";

/** Path of keys and indexes from the root of the annotations. */
export type EntryPath = readonly (string | number)[];

/** Where an entry stands: its key, or (by default) its value. */
export type Place = (path: EntryPath, part?: "key" | "value") => SourcePosition | SourcePointer;

/** A map of the raw annotations, before anything of it is known to be right. */
export type Entries = Readonly<Record<string, unknown>>;

/** The entries of a map; none when the value is something else. */
export function entriesOf(value: unknown): Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** `file:line:column`, or file and pointer. */
export function describePlace(at: SourcePosition | SourcePointer): string {
  return "line" in at ? `${at.file}:${at.line}:${at.column}` : `${at.file}#${at.pointer}`;
}

/** The file as parsed, with the places of its entries. */
export interface AnnotationDocument {
  readonly root: Document;
  readonly raw: unknown;
  readonly place: (path: EntryPath, part?: "key" | "value") => SourcePosition;
}

/** Parses the YAML; undefined when its syntax is broken, which is reported. */
export function parseAnnotationDocument(text: string, file: string, report: Report): AnnotationDocument | undefined {
  const lines = new LineCounter();
  const root = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  const positionAt = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  let broken = false;
  for (const { code, message, pos } of root.errors) {
    const at = positionAt(pos[0]);
    if (code === "DUPLICATE_KEY") {
      report({
        code: "annotations/duplicate-key",
        message: `The key ${keyAt(text, pos)} stands twice in one map.`,
        at,
      });
      continue;
    }
    // What the parser stumbles over next follows from the first mistake.
    const told =
      code === "MULTIPLE_DOCS" ? secondDocument : { message: firstSentence(message), ...explain(text, pos[0]) };
    if (!broken) report({ code: "annotations/invalid-yaml", at, ...told });
    broken = true;
  }
  if (broken) return undefined;
  const raw = toValue(root, () => {
    for (const { message, offset } of findAliasFaults(root))
      report({ code: "annotations/invalid-yaml", message, at: positionAt(offset) });
  });
  if (raw === unresolved) return undefined;
  return { root, raw, place: (path, part = "value") => positionAt(findOffset(root, path, part)) };
}

/** A brace of a path template begins a map where the path stands in one: `{ operation: PUT /a/{id} }`. */
function explain(text: string, offset: number): { readonly fix?: string } {
  if (text[offset] !== "{") return {};
  const before = /(?:[A-Za-z]+ )?\/[^\s,{}"']*$/.exec(text.slice(text.lastIndexOf("\n", offset) + 1, offset))?.[0];
  const after = /^[^\s,"']*/.exec(text.slice(offset))?.[0];
  return before === undefined ? {} : { fix: `Quote what has braces in it: "${before}${after ?? ""}".` };
}

const secondDocument = {
  message: "A second YAML document begins here; the file is one.",
  fix: "Remove the line `---` and what is not meant, or put the rest into the first document.",
};

/** Aliases of anchors that do not stand before them; where there are none, there are too many of the others. */
function findAliasFaults(root: Document): readonly { readonly message: string; readonly offset: number }[] {
  const open: Alias[] = [];
  const closed: Alias[] = [];
  visit(root, { Alias: (_, alias) => void (alias.resolve(root) ? closed : open).push(alias) });
  const [first] = closed;
  if (open.length === 0) return [{ message: "Aliases stand for too many values.", offset: startOf(first) ?? 0 }];
  return open.map((alias) => {
    return { message: `The alias *${alias.source} names no anchor before it.`, offset: startOf(alias) ?? 0 };
  });
}

const unresolved = Symbol("unresolved");

/** Aliases are limited in number by the parser, which throws beyond: a small file must not fill the memory. */
function toValue(root: Document, fail: () => void): unknown {
  try {
    return root.toJS();
  } catch {
    fail();
    return unresolved;
  }
}

/** The pair of a key in a map node. */
export function findPair(node: unknown, key: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

/** Offset of an entry, or of the nearest one around it that exists. */
function findOffset(root: Document, path: EntryPath, part: "key" | "value"): number {
  let node: unknown = root.contents;
  let offset = startOf(node) ?? 0;
  for (const [i, key] of path.entries()) {
    const entry: unknown = isSeq(node) ? node.items[Number(key)] : findPair(node, key);
    if (entry === undefined) return offset;
    const wantsKey = part === "key" && i === path.length - 1;
    const keyOffset = isPair(entry) ? startOf(entry.key) : undefined;
    node = isPair(entry) ? entry.value : entry;
    const isBlockChild = (isMap(node) || isSeq(node)) && !node.flow;
    offset = (wantsKey || isBlockChild ? (keyOffset ?? startOf(node)) : (startOf(node) ?? keyOffset)) ?? offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) && node.range ? node.range[0] : undefined;
}

function keyAt(text: string, [start]: readonly [number, number]): string {
  const rest = text.slice(start).split("\n", 1)[0] ?? "";
  return `"${rest.split(":", 1)[0]?.trim() ?? rest}"`;
}

function firstSentence(message: string): string {
  const line = message.split("\n", 1)[0] ?? message;
  return line.endsWith(".") ? line : `${line}.`;
}
