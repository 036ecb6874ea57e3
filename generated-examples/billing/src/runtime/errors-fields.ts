/** Field errors in their many shapes, and their way back to the arguments of a tool. */
import type { FieldError } from "./context.js";
import type { JsonValue, Operation } from "./operation.js";
import { lookUp } from "./errors-lookup.js";

/** A field error as the API names it; `field` is "" when it names none. */
export interface WireFieldError {
  readonly field: string;
  readonly message: string;
  readonly code?: string;
}

const FIELD_KEYS = [
  "field",
  "param",
  "parameter",
  "property",
  "propertyname",
  "propertypath",
  "attribute",
  "path",
  "loc",
  "location",
  "pointer",
  "instancepath",
  "datapath",
  "target",
  "key",
  "name",
  "fieldname",
  "argument",
];
const PATH_KEYS = new Set(["path", "loc", "location"]);
const TEXT_KEYS = ["message", "msg", "detail", "description", "issue", "reason", "defaultmessage", "error", "title"];
const CODE_KEYS = ["code", "errorcode", "type", "keyword", "rule", "issue"];
const CONTAINER = /error|detail|violation|invalid|issue|cause|validation|field|param|fault|problem|data|inner/i;
const MAX_DEPTH = 5;

/** Every field error of a body, in order. */
export function fieldErrors(body: JsonValue): WireFieldError[] {
  const found: WireFieldError[] = [];
  collect(body, found, 0);
  // At the root only lists of texts are sure to be about fields.
  if (found.length === 0 && isFieldMap(body) && Object.values(body).every(Array.isArray)) collectMap(body, found);
  return found.slice(0, 20);
}

/** Names the argument a field error is about, where the operation has one at that place. */
export function toArgumentErrors(errors: readonly WireFieldError[], operation: Operation): FieldError[] {
  return errors.map((error) => ({ ...error, field: argumentName(error.field, operation) ?? error.field }));
}

function collect(value: unknown, found: WireFieldError[], depth: number): void {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 50)) collectEntry(item, found, depth);
    return;
  }
  if (depth <= 1) collectSingle(value, found);
  for (const [key, item] of Object.entries(value)) {
    if (!CONTAINER.test(key) || typeof item !== "object" || item === null) continue;
    if (isFieldMap(item) && /error|field|violation|invalid|validation|detail|param/i.test(key)) collectMap(item, found);
    else collect(item, found, depth + 1);
  }
}

/** One entry of a list: an object that names a field, or one that holds more lists. */
function collectEntry(item: unknown, found: WireFieldError[], depth: number): void {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return;
  const field = fieldOf(item);
  const message = textOf(item, TEXT_KEYS);
  const code = textOf(item, CODE_KEYS);
  const nested = lookUp(item, ["error"]);
  if (field !== undefined && (message ?? code) !== undefined) {
    found.push(wireError(field, message ?? readable(code ?? ""), code));
    return;
  }
  const before = found.length;
  collect(item, found, depth + 1);
  if (typeof nested === "object" && nested !== null) collectEntry(nested, found, depth + 1);
  if (found.length === before && message !== undefined) found.push(wireError("", message, code));
}

/** `{message, param: "email"}`: one error about one field. Only telling keys count here. */
function collectSingle(value: object, found: WireFieldError[]): void {
  const field = lookUp(value, ["param", "field", "parameter", "property", "fieldname"]);
  const message = textOf(value, TEXT_KEYS);
  if (typeof field === "string" && !/^(?:null)?$/.test(field) && message !== undefined) {
    found.push(wireError(field, message, textOf(value, CODE_KEYS)));
  }
}

function collectMap(map: object, found: WireFieldError[]): void {
  for (const [key, item] of Object.entries(map)) {
    const field = /^(?:non_field_errors|__all__|base|_errors|\$)?$/.test(key) ? "" : key;
    for (const single of Array.isArray(item) ? item.slice(0, 5) : [item]) {
      const message = typeof single === "string" ? single : textOf(single, TEXT_KEYS);
      if (message !== undefined) found.push(wireError(field, message, textOf(single, ["code", "type"])));
      else if (isFieldMap(single)) collectNested(key, single, found);
    }
  }
}

function collectNested(prefix: string, map: object, found: WireFieldError[]): void {
  const inner: WireFieldError[] = [];
  collectMap(map, inner);
  for (const error of inner) found.push({ ...error, field: error.field === "" ? prefix : `${prefix}.${error.field}` });
}

/** `{email: ["is taken"], address: {zip: ["…"]}}` */
function isFieldMap(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const items = Object.values(value);
  if (items.length === 0 || fieldOf(value) !== undefined) return false;
  const speaks = Object.entries(value).some(
    ([key, item]) =>
      /^(?:message|code|detail|type|status)$/i.test(key) && (typeof item === "string" || typeof item === "number"),
  );
  return !speaks && items.every(isMapItem);
}

function isMapItem(item: unknown): boolean {
  if (typeof item === "string") return true;
  if (Array.isArray(item)) {
    return item.length > 0 && item.every((each) => typeof each === "string" || textOf(each, TEXT_KEYS) !== undefined);
  }
  return textOf(item, TEXT_KEYS) !== undefined || isFieldMap(item);
}

function fieldOf(value: object): string | undefined {
  const source = lookUp(value, ["source"]);
  if (typeof source === "object" && source !== null) {
    const pointer = lookUp(source, ["pointer", "parameter", "header", "path", "field"]);
    if (typeof pointer === "string") return pointer;
  }
  for (const key of FIELD_KEYS) {
    const field = lookUp(value, [key]);
    if (typeof field === "string" && !/^(?:null|none|undefined)?$|\s/i.test(field)) return field;
    if (PATH_KEYS.has(key) && isPath(field)) return field.join(".");
  }
  return undefined;
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => typeof part === "string" || typeof part === "number")
  );
}

function textOf(value: unknown, keys: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const key of keys) {
    const text = lookUp(value, [key]);
    if (typeof text === "string" && text.trim() !== "") return text;
  }
  return undefined;
}

function wireError(field: string, message: string, code: string | undefined): WireFieldError {
  return { field, message, ...(code === undefined || code === message ? {} : { code }) };
}

/** `missing_field` as `missing field`. */
function readable(code: string): string {
  return code.replaceAll("_", " ");
}

function argumentName(field: string, operation: Operation): string | undefined {
  const tokens = tokensOf(field);
  for (let start = 0; start < tokens.length; start++) {
    const rest = tokens.slice(start);
    let best: { name: string; length: number } | undefined;
    for (const argument of operation.arguments) {
      const wire = tokensOf(argument.wire);
      const length = matchLength(rest, wire, argument.name);
      if (length > (best?.length ?? 0)) best = { name: argument.name, length };
    }
    if (best) return [best.name, ...rest.slice(best.length)].join(".");
  }
  return undefined;
}

/** How many leading tokens name the argument: its whole wire path, or the last part of it. */
function matchLength(tokens: readonly string[], wire: readonly string[], name: string): number {
  const isSame = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && plain(a) === plain(b);
  if (wire.length > 0 && wire.every((token, index) => isSame(token, tokens[index]))) return wire.length;
  return isSame(wire.at(-1), tokens[0]) || isSame(name, tokens[0]) ? 1 : 0;
}

/** `/data/attributes/email`, `$.contact.email`, `body.items[0].name` and `user[email]` as tokens. */
function tokensOf(field: string): string[] {
  return field.split(/[/.[\]]+/).filter((token) => token !== "" && token !== "$" && token !== "#");
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
