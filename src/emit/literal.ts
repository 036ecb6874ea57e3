/** Values as TypeScript or JSON text, in the very shape prettier gives them. */
import { measureWidth } from "./string-width.js";

export const PRINT_WIDTH = 120;

/** An identifier that stands for a value that is imported or declared elsewhere. */
export interface Reference {
  readonly [referenceName]: string;
}

export type Printable =
  | string
  | number
  | boolean
  | null
  | undefined
  | Reference
  | readonly Printable[]
  // Interfaces have no index signature: any object whose values are printable.
  | object;

export interface LiteralOptions {
  readonly language?: "typescript" | "json";
  /** Indentation of the line the literal starts on, in levels of two spaces. */
  readonly level?: number;
  /** Column the literal starts at. */
  readonly column?: number;
  /** Columns taken after the literal on its last line, such as `;`. */
  readonly after?: number;
  /** Objects printed one property per line even where they would fit: the root, and these properties of it. */
  readonly expand?: readonly string[] | undefined;
}

interface Layout {
  readonly json: boolean;
  readonly level: number;
  readonly column: number;
  readonly after: number;
  /** Undefined: what fits stands on one line. */
  readonly expand: readonly string[] | undefined;
}

const referenceName = Symbol("reference");

/** A reference to an identifier of the same file. */
export function referTo(identifier: string): Reference {
  assertIdentifier(identifier);
  return { [referenceName]: identifier };
}

export function assertIdentifier(text: string): void {
  if (!/^[A-Za-z_$][\w$]*$/.test(text)) throw new Error(`Not an identifier: ${JSON.stringify(text)}`);
}

/** The value as source text; lines after the first are indented absolutely. */
export function printLiteral(value: Printable, options: LiteralOptions = {}): string {
  const level = options.level ?? 0;
  return print(value, {
    json: options.language === "json",
    level,
    column: options.column ?? level * 2,
    after: options.after ?? 0,
    expand: options.expand,
  });
}

/** A string literal, with the quote that needs fewer escapes and nothing invisible in it. */
export function printString(text: string): string {
  if (HARMLESS.test(text)) return `"${text}"`;
  const json = JSON.stringify(text).replaceAll(INVISIBLE, escapeUnits);
  const doubles = text.split('"').length - 1;
  if (doubles <= text.split("'").length - 1) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A property name as prettier writes it; `__proto__` is computed because it would set the prototype. */
export function printKey(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  if (PLAIN_KEY.test(key)) return key;
  // Which further letters prettier takes the quotes from depends on its Unicode tables: a computed key stays.
  return /^[\p{L}\p{Nl}$_]/u.test(key) && !/^[\x20-\x7e]*$/.test(key) ? `[${printString(key)}]` : printString(key);
}

/** Printable ASCII without quotes and backslashes. */
const HARMLESS = /^[\x20\x21\x23-\x26\x28-\x5b\x5d-\x7e]*$/;
const PLAIN_KEY = /^[A-Za-z_$À-ÖØ-öø-ſА-яЁё][\w$À-ÖØ-öø-ſА-яЁё]*$/;

/** Controls, direction marks, zero-width characters, line separators, tags: what a reviewer cannot see. */
const INVISIBLE = /[\u007f-\u009f\u2028\u2029\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

function escapeUnits(text: string): string {
  let escaped = "";
  for (let i = 0; i < text.length; i++) escaped += `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}

function print(value: Printable, layout: Layout): string {
  const isExpanded = layout.expand !== undefined && isObject(value) && Object.keys(value).length > 0;
  const inline = isExpanded ? undefined : printInline(value, layout.json, roomOf(layout));
  if (inline !== undefined) return inline;
  if (isArray(value)) return printArray(value, layout);
  if (isObject(value)) return printObject(value, layout);
  return printScalar(value, layout.json);
}

function roomOf(layout: Layout): number {
  return PRINT_WIDTH - layout.column - layout.after;
}

/** The value on one line, or undefined when it is wider than the room or must stand on several lines. */
function printInline(value: Printable, json: boolean, room: number): string | undefined {
  if (isArray(value)) return printInlineArray(value, json, room);
  if (isObject(value)) return printInlineObject(value, json, room);
  const text = printScalar(value, json);
  return measureWidth(text) <= room ? text : undefined;
}

function printInlineArray(items: readonly Printable[], json: boolean, room: number): string | undefined {
  if (items.length === 0) return "[]";
  if (items.length * 3 > room || breaksAlways(items)) return undefined;
  let text = "[";
  let width = 1;
  for (const item of items) {
    const printed = printInline(item, json, room - width - 1);
    if (printed === undefined) return undefined;
    text += width === 1 ? printed : `, ${printed}`;
    width += measureWidth(printed) + (width === 1 ? 0 : 2);
  }
  return width + 1 > room ? undefined : `${text}]`;
}

function printInlineObject(value: object, json: boolean, room: number): string | undefined {
  const entries = definedEntries(value);
  if (entries.length === 0) return "{}";
  let text = "{ ";
  let width = 2;
  for (const [key, entry] of entries) {
    const name = `${width === 2 ? "" : ", "}${keyOf(key, json)}: `;
    width += measureWidth(name);
    const printed = width > room ? undefined : printInline(entry, json, room - width - 2);
    if (printed === undefined) return undefined;
    text += name + printed;
    width += measureWidth(printed);
  }
  return width + 2 > room ? undefined : `${text} }`;
}

/** Prettier sets lists of several objects (or of several lists) with more than one entry each on lines of their own. */
function breaksAlways(items: readonly Printable[]): boolean {
  if (items.length < 2) return false;
  const areLists = items.every((item) => isArray(item) && item.length > 1);
  return areLists || items.every((item) => isObject(item) && definedEntries(item).length > 1);
}

function printArray(items: readonly Printable[], layout: Layout): string {
  const inner = innerLayout(layout);
  const comma = layout.json ? "" : ",";
  const isNumeric = items.length > 1 && items.every((item) => typeof item === "number");
  const lines = isNumeric
    ? fillNumbers(items, inner, comma)
    : items.map(
        (item, i) =>
          print(item, { ...lastOf(inner, i, items), expand: undefined }) + (i < items.length - 1 ? "," : comma),
      );
  const indent = "  ".repeat(inner.level);
  return `[\n${lines.map((line) => indent + line).join("\n")}\n${"  ".repeat(layout.level)}]`;
}

/** Numbers are filled into lines like words. */
function fillNumbers(items: readonly Printable[], layout: Layout, comma: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  items.forEach((item, i) => {
    const text = printScalar(item, layout.json) + (i < items.length - 1 ? "," : comma);
    if (line !== "" && layout.column + line.length + 1 + text.length > PRINT_WIDTH) {
      lines.push(line);
      line = text;
    } else {
      line += line === "" ? text : ` ${text}`;
    }
  });
  return [...lines, line];
}

function printObject(value: object, layout: Layout): string {
  const inner = innerLayout(layout);
  const entries = definedEntries(value);
  if (entries.length === 0) return "{}";
  const comma = layout.json ? "" : ",";
  const lines = entries.map(
    ([key, entry], i) => printProperty(key, entry, lastOf(inner, i, entries)) + (i < entries.length - 1 ? "," : comma),
  );
  const indent = "  ".repeat(inner.level);
  return `{\n${lines.map((line) => indent + line).join("\n")}\n${"  ".repeat(layout.level)}}`;
}

function printProperty(key: string, value: Printable, layout: Layout): string {
  const name = keyOf(key, layout.json);
  const column = layout.column + measureWidth(name) + 2;
  const expand = layout.expand?.includes(key) ? [] : undefined;
  if (layout.json) return `${name}: ${print(value, { ...layout, column, expand })}`;
  const text = print(value, { ...layout, column, expand });
  if (!movesDown(value, { name, text, room: PRINT_WIDTH - column - layout.after })) return `${name}: ${text}`;
  const level = layout.level + 1;
  return `${name}:\n${"  ".repeat(level)}${print(value, { ...layout, level, column: level * 2, expand })}`;
}

interface Fit {
  readonly name: string;
  readonly text: string;
  readonly room: number;
}

/** What prettier puts on the next line when it is too long for the line of its key. */
function movesDown(value: Printable, { name, text, room }: Fit): boolean {
  if (typeof value === "string") return measureWidth(name) > 4 && measureWidth(text) > room;
  if (typeof value === "number") return value < 0 && text.length > room;
  if (!isArray(value) && !isObject(value)) return false;
  // Lists and objects stay as long as their bracket does.
  return text.length === 2 ? room < 2 : room < 0;
}

function innerLayout(layout: Layout): Layout {
  return {
    json: layout.json,
    level: layout.level + 1,
    column: layout.level * 2 + 2,
    after: 1,
    expand: layout.expand,
  };
}

/** JSON has no comma after the last entry. */
function lastOf(layout: Layout, i: number, entries: readonly unknown[]): Layout {
  return layout.json && i === entries.length - 1 ? { ...layout, after: 0 } : layout;
}

function printScalar(value: Printable, json: boolean): string {
  if (typeof value === "string")
    return json ? JSON.stringify(value).replaceAll(INVISIBLE, escapeUnits) : printString(value);
  if (typeof value === "number") return JSON.stringify(value).replace("e+", "e");
  if (value === undefined) return "null";
  if (typeof value === "object" && value !== null && referenceName in value) return String(value[referenceName]);
  return JSON.stringify(value);
}

function keyOf(key: string, json: boolean): string {
  return json ? printScalar(key, true) : printKey(key);
}

function definedEntries(value: object): readonly (readonly [string, Printable])[] {
  const entries: readonly (readonly [string, Printable])[] = Object.entries(value);
  return entries.some(([, entry]) => entry === undefined)
    ? entries.filter(([, entry]) => entry !== undefined)
    : entries;
}

function isArray(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

function isObject(value: Printable): value is Exclude<object, readonly Printable[]> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(referenceName in value);
}
