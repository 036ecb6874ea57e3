/** Edits of a YAML file as text: nothing around an edit changes. */
import { isMap, isNode, isPair, isScalar, isSeq, parse } from "yaml";
import type { Document, YAMLMap } from "yaml";
import { findPair } from "./document.js";
import type { EntryContext, TextStyle } from "./print.js";

/** Replaces `[start, end)` of the file by a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What edits are made with. */
export interface EditContext extends EntryContext {
  readonly text: string;
}

/** Applies edits that do not overlap; insertions at one place keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.map((edit, i) => ({ ...edit, i })).sort((a, b) => a.start - b.start || a.i - b.i);
  let result = "";
  let offset = 0;
  for (const edit of ordered) {
    result += text.slice(offset, edit.start) + edit.text;
    offset = edit.end;
  }
  return result + text.slice(offset);
}

/** Newline and indentation of a file, read from the first nested block. */
export function detectStyle(text: string, document: Document): TextStyle {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const nested = isMap(document.contents)
    ? document.contents.items.map((pair) => pair.value).find((value) => isMap(value) && !value.flow)
    : undefined;
  const step = isMap(nested) ? indentOf(text, nested) : "";
  return { newline, step: step === "" ? "  " : step };
}

/** Spaces before the keys of a block map. */
export function indentOf(text: string, map: YAMLMap): string {
  const key = map.items[0]?.key;
  const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  return " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
}

/** Offset behind the last character of a node or pair, without comments and blank lines that follow it. */
export function endOfNode(node: unknown): number {
  if (isPair(node)) return Math.max(endOfNode(node.key), endOfNode(node.value));
  if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) return endOfNode(node.items.at(-1));
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** Offset of the line after the one a node ends in; a comment at the node's end belongs to it. */
export function endOfLine(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const newline = text.indexOf("\n", offset);
  return newline === -1 ? text.length : newline + 1;
}

/** Adds entries to a map in braces: on lines of their own where its others are. */
export function insertFlow(map: YAMLMap, entries: readonly string[], { text, style }: Omit<EditContext, "ids">): Edit {
  const last = map.items.at(-1);
  if (!last) {
    const offset = (map.range?.[1] ?? 1) - 1;
    return { start: offset, end: offset, text: ` ${entries.join(", ")} ` };
  }
  const start = isNode(last.key) ? (last.key.range?.[0] ?? 0) : 0;
  const [, indent] = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start)) ?? [];
  const separator = indent === undefined ? ", " : `,${style.newline}${indent}`;
  const offset = endOfNode(last);
  return { start: offset, end: offset, text: entries.map((entry) => separator + entry).join("") };
}

/** Gives a map in braces a map of entries under a key that it lacks, or that has nothing behind it. */
export function fillFlow(
  root: YAMLMap,
  key: string,
  entries: readonly string[],
  context: Omit<EditContext, "ids">,
): Edit {
  const value = findPair(root, key)?.value;
  const text = `{ ${entries.join(", ")} }`;
  const range = isScalar(value) ? value.range : undefined;
  if (!range) return insertFlow(root, [`${key}: ${text}`], context);
  const [start, end] = range;
  return { start, end, text: start === end && context.text[start - 1] === ":" ? ` ${text}` : text };
}

/** The edit of a file that is JSON: what it writes is JSON too. */
export function toJsonEdit({ start, end, text }: Edit): Edit {
  const [, lead = "", body = "", tail = ""] = /^(,?\s*)(.*?)(\s*)$/s.exec(text) ?? [];
  const isEntries = start === end;
  const value: unknown = parse(isEntries ? `{${body}}` : body);
  const json = JSON.stringify(value, null, 1).replaceAll(/\n */g, " ");
  return { start, end, text: lead + (isEntries ? json.slice(1, -1).trim() : json) + tail };
}

/** Inserts whole lines behind the line in which a node ends. */
export function appendAfter(text: string, offset: number, lines: string, style: TextStyle): Edit {
  const start = endOfLine(text, offset);
  const isUnfinished = start > 0 && text[start - 1] !== "\n";
  return { start, end: start, text: isUnfinished ? style.newline + lines.slice(0, -style.newline.length) : lines };
}
