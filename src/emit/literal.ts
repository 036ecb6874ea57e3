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

/** A value with its text on one line: found once, whatever is tried around it. */
interface Node {
  /** Undefined where the value must stand on several lines, or is wider than any line. */
  readonly line: string | undefined;
  readonly width: number;
  readonly value: Printable;
  readonly items: readonly Node[];
  /** Keys of the items of an object, printed. */
  readonly keys?: readonly string[];
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
  const json = options.language === "json";
  return print(measure(value, json), {
    json,
    level,
    column: options.column ?? level * 2,
    after: options.after ?? 0,
    expand: options.expand,
  });
}

/** A string literal, with the quote that needs fewer escapes and nothing invisible in it. */
export function printString(text: string): string {
  if (HARMLESS.test(text)) return `"${text}"`;
  const json = printJsonString(text);
  const doubles = text.split('"').length - 1;
  if (doubles <= text.split("'").length - 1) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function printJsonString(text: string): string {
  return HARMLESS.test(text) ? `"${text}"` : JSON.stringify(text).replaceAll(INVISIBLE, escapeUnits);
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

function measure(value: Printable, json: boolean): Node {
  if (isArray(value)) return measureArray(value, json);
  if (isObject(value)) return measureObject(value, json);
  const line = printScalar(value, json);
  return { line, width: measureWidth(line), value, items: [] };
}

function measureArray(value: readonly Printable[], json: boolean): Node {
  const items = value.map((item) => measure(item, json));
  const width = items.reduce((sum, item) => sum + item.width + 2, items.length === 0 ? 2 : 0);
  const lines = width > PRINT_WIDTH || breaksAlways(items) ? undefined : linesOf(items);
  return { line: lines && `[${lines.join(", ")}]`, width, value, items };
}

function measureObject(value: object, json: boolean): Node {
  const keys: string[] = [];
  const items: Node[] = [];
  let width = 2;
  for (const name of Object.keys(value)) {
    const entry: Printable = Reflect.get(value, name);
    if (entry === undefined) continue;
    const key = json ? printJsonString(name) : printKey(name);
    const item = measure(entry, json);
    keys.push(key);
    items.push(item);
    width += measureWidth(key) + item.width + 4;
  }
  const lines = width > PRINT_WIDTH ? undefined : linesOf(items);
  const line = lines && lines.map((text, i) => `${keys[i] ?? ""}: ${text}`).join(", ");
  return { line: line === "" ? "{}" : line && `{ ${line} }`, width, value, items, keys };
}

/** Undefined where one of the items has no line. */
function linesOf(items: readonly Node[]): readonly string[] | undefined {
  const lines: string[] = [];
  for (const { line } of items) {
    if (line === undefined) return undefined;
    lines.push(line);
  }
  return lines;
}

/** Prettier sets lists of several objects (or of several lists) with more than one entry each on lines of their own. */
function breaksAlways(items: readonly Node[]): boolean {
  if (items.length < 2) return false;
  const [first] = items;
  return items.every((item) => item.items.length > 1 && (item.keys === undefined) === (first?.keys === undefined));
}

function print(node: Node, { json, level, column, after, expand }: Layout): string {
  const { line, width, items, keys } = node;
  const isExpanded = expand !== undefined && keys !== undefined;
  const fits = !isExpanded && width <= PRINT_WIDTH - column - after;
  if (line !== undefined && (fits || items.length === 0)) return line;
  const start = `\n${"  ".repeat(level + 1)}`;
  const text = printParts(node, { json, level: level + 1, column: level * 2 + 2, after: 1, expand }).join(`,${start}`);
  const end = `${json ? "" : ","}\n${"  ".repeat(level)}`;
  return keys ? `{${start}${text}${end}}` : `[${start}${text}${end}]`;
}

/** Items or properties, without the commas between them; JSON has none after the last. */
function printParts({ items, keys }: Node, { json, level, column, expand }: Layout): readonly string[] {
  if (!keys && items.length > 1 && items.every(({ value }) => typeof value === "number"))
    return fillNumbers(items, column, json);
  return items.map((item, i) => {
    const after = json && i === items.length - 1 ? 0 : 1;
    if (!keys) return print(item, { json, level, column, after, expand: undefined });
    return printProperty(keys[i] ?? "", item, { json, level, column, after, expand });
  });
}

/** Numbers are filled into lines like words. */
function fillNumbers(items: readonly Node[], column: number, json: boolean): readonly string[] {
  const lines: string[] = [];
  let filled = "";
  items.forEach(({ line = "" }, i) => {
    const comma = json && i === items.length - 1 ? 0 : 1;
    const isFull = column + filled.length + 2 + line.length + comma > PRINT_WIDTH;
    if (filled !== "" && isFull) lines.push(filled);
    filled = filled === "" || isFull ? line : `${filled}, ${line}`;
  });
  return [...lines, filled];
}

function printProperty(key: string, item: Node, { json, level, column, after, expand }: Layout): string {
  const own = {
    json,
    level,
    column: column + measureWidth(key) + 2,
    after,
    expand: expand?.includes(key) ? [] : undefined,
  };
  const text = print(item, own);
  const room = PRINT_WIDTH - own.column - after;
  if (json || !movesDown(item.value, { name: key, text, room })) return `${key}: ${text}`;
  const below = { ...own, level: level + 1, column: level * 2 + 2 };
  return `${key}:\n${"  ".repeat(below.level)}${print(item, below)}`;
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

function printScalar(value: Printable, json: boolean): string {
  if (typeof value === "string") return json ? printJsonString(value) : printString(value);
  if (typeof value === "number") return JSON.stringify(value).replace("e+", "e");
  if (value === undefined) return "null";
  if (typeof value === "object" && value !== null && referenceName in value) return String(value[referenceName]);
  return JSON.stringify(value);
}

function isArray(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

function isObject(value: Printable): value is Exclude<object, readonly Printable[]> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(referenceName in value);
}
