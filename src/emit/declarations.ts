/** TypeScript declarations of JSON Schemas: nested objects become interfaces of their own, everything is bounded. */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import { PRINT_WIDTH, printKey, printString } from "./literal.js";
import { printDoc } from "./source-file.js";

/** Interfaces printed for one root type before what is left becomes `Record<string, unknown>`. */
const MAX_DECLARATIONS = 40;
const MAX_DEPTH = 6;
const MAX_MEMBERS = 120;
const MAX_ENUM = 40;
const MAX_ENUM_TEXT = 80;
const MAX_DOC = 300;
const MAX_NAME = 120;

interface Declaration {
  readonly name: string;
  readonly doc: string;
  text: string;
}

interface Scope {
  readonly taken: Set<string>;
  readonly declarations: Declaration[];
  left: number;
}

/** Where a type stands. */
interface Place {
  /** The name it would have as a declaration of its own. */
  readonly name: () => string;
  readonly depth: number;
  /** The declaration it is part of. */
  readonly owner: string;
}

/**
 * Prints `export interface name` (or `export type name`) and the interfaces it needs, the root first.
 * `taken` are the names of the file so far; new ones are added.
 */
export function printDeclarations(
  root: { readonly name: string; readonly doc: string; readonly schema: JsonSchema | undefined },
  taken: Set<string>,
): readonly string[] {
  const scope: Scope = { taken, declarations: [], left: MAX_DECLARATIONS };
  const { schema } = root;
  if (schema !== undefined && isObjectSchema(schema)) {
    declareInterface(scope, { name: root.name, depth: 0 }, schema, root.doc);
  } else {
    const declaration = reserve(scope, root.name, root.doc);
    const place = { name: () => root.name, depth: 0, owner: root.name };
    const type = schema === undefined ? ["unknown"] : typesOf(scope, schema, place);
    declaration.text = printAlias(root.name, type);
  }
  return scope.declarations.map(({ doc, text }) => `${printDoc(doc)}\n${text}`);
}

function reserve(scope: Scope, name: string, doc: string): Declaration {
  const declaration = { name, doc, text: "" };
  scope.taken.add(name);
  scope.declarations.push(declaration);
  return declaration;
}

function declareInterface(
  scope: Scope,
  { name, depth }: { readonly name: string; readonly depth: number },
  schema: JsonSchema,
  doc: string,
): void {
  const declaration = reserve(scope, name, doc);
  scope.left--;
  const properties = Object.entries(recordOf(schema["properties"]));
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  const lines = properties.slice(0, MAX_MEMBERS).flatMap(([key, value]) => {
    const property = schemaOf(value);
    const mark = required.has(key) ? "" : "?";
    const description = property["description"];
    const place = { name: () => name + pascalCase(key), depth: depth + 1, owner: name };
    const member = printMember(printKey(key) + mark, typesOf(scope, property, place));
    return typeof description === "string" && description.trim() !== ""
      ? [`  ${printDoc(shorten(description), 1)}`, member]
      : [member];
  });
  const isOpen = schema["additionalProperties"] !== false || properties.length > MAX_MEMBERS;
  if (isOpen && depth > 0) lines.push("  [key: string]: unknown;");
  declaration.text =
    lines.length === 0 ? `export interface ${name} {}` : `export interface ${name} {\n${lines.join("\n")}\n}`;
}

/** The alternatives of a schema's type, each printed, in order, none twice. */
function typesOf(scope: Scope, schema: JsonSchema, place: Place): readonly string[] {
  if (Object.hasOwn(schema, "const")) return literalsOf([schema["const"] ?? null]);
  if (Array.isArray(schema["enum"])) return literalsOf(schema["enum"]);
  const alternatives = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(alternatives) && !isObjectSchema(schema)) {
    if (alternatives.length > MAX_ENUM) return ["unknown"];
    const all = alternatives.flatMap((part, i) => {
      const own = alternatives.length > 1 ? { ...place, name: () => `${place.name()}${i + 1}` } : place;
      return typesOf(scope, schemaOf(part), own);
    });
    return simplify(all);
  }
  const { type } = schema;
  const names = Array.isArray(type) ? type : [type];
  return simplify(names.flatMap((name) => typeOf(scope, name, schema, place)));
}

function typeOf(scope: Scope, type: JsonValue | undefined, schema: JsonSchema, place: Place): readonly string[] {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return [type];
    case "integer":
    case "number":
      return ["number"];
    case "array":
      return [
        arrayOf(
          typesOf(scope, schemaOf(schema["items"]), {
            ...place,
            name: () => `${place.name()}Item`,
            depth: place.depth + 1,
          }),
        ),
      ];
    case "object":
      return [objectOf(scope, schema, place)];
    default:
      return isObjectSchema(schema) ? [objectOf(scope, schema, place)] : ["unknown"];
  }
}

function arrayOf(items: readonly string[]): string {
  const text = items.join(" | ");
  if (items.length === 1 && /^\w+$/.test(text)) return `${text}[]`;
  return text.length > 60 ? "unknown[]" : `Array<${text}>`;
}

function objectOf(scope: Scope, schema: JsonSchema, place: Place): string {
  if (Object.keys(recordOf(schema["properties"])).length === 0) return recordType(scope, schema, place);
  const wanted = place.name();
  if (place.depth > MAX_DEPTH || scope.left <= 0 || wanted.length > MAX_NAME) return "Record<string, unknown>";
  const name = uniqueName(wanted, scope.taken);
  declareInterface(scope, { name, depth: place.depth }, schema, docOf(schema, place));
  return name;
}

function recordType(scope: Scope, schema: JsonSchema, place: Place): string {
  const values = schema["additionalProperties"];
  if (values === undefined || typeof values === "boolean" || place.depth > MAX_DEPTH) return "Record<string, unknown>";
  const inner = { ...place, name: () => `${place.name()}Value`, depth: place.depth + 1 };
  const text = typesOf(scope, schemaOf(values), inner).join(" | ");
  return text.length > 50 ? "Record<string, unknown>" : `Record<string, ${text}>`;
}

function docOf(schema: JsonSchema, { owner }: Place): string {
  const text = schema["description"] ?? schema["title"];
  return typeof text === "string" && text.trim() !== "" ? shorten(text) : `Part of ${owner}.`;
}

/** Literal types; a list that is too long, or text that is, widens to the type of its values. */
function literalsOf(values: readonly JsonValue[]): readonly string[] {
  const isLong = values.length > MAX_ENUM;
  return simplify(
    values.map((value) => {
      if (typeof value === "string") return isLong || value.length > MAX_ENUM_TEXT ? "string" : printString(value);
      if (typeof value === "number") return isLong || value < 0 || !Number.isInteger(value) ? "number" : String(value);
      if (typeof value === "boolean" || value === null) return String(value);
      return "unknown";
    }),
  );
}

/** `unknown` absorbs everything, `string` every text; `null` stands last. */
function simplify(types: readonly string[]): readonly string[] {
  const unique = [...new Set(types)];
  if (unique.includes("unknown") || unique.length === 0) return ["unknown"];
  const rest = unique.filter((type) => type !== "null" && !(unique.includes("string") && /^["']/.test(type)));
  const kept = rest.filter((type) => !(unique.includes("number") && /^\d/.test(type)));
  return unique.includes("null") ? [...kept, "null"] : kept;
}

function printMember(start: string, types: readonly string[]): string {
  const line = `  ${start}: ${types.join(" | ")};`;
  // Prettier keeps a named type and `null` together, however long the line.
  const isKept =
    types.length === 1 || (types.length === 2 && types[1] === "null" && /^[A-Z].*\w>*$/.test(types[0] ?? ""));
  if (line.length <= PRINT_WIDTH) return line;
  if (!isKept) return `  ${start}:${printBrokenUnion(types, 2)}`;
  const [type = "", ...rest] = types;
  return `  ${start}: ${[breakArguments(type), ...rest].join(" | ")};`;
}

/** Type arguments are set on lines of their own, but for one that prettier keeps with its brackets. */
function breakArguments(type: string): string {
  const [, name = "", inner = ""] = /^(Record|Array)<(.*)>$/.exec(type) ?? [];
  const [, kept] = /^([A-Z]\w*(?:<[^<]*>)?) \| null$/.exec(inner) ?? [];
  if (name === "Array" && kept !== undefined) return `Array<${breakArguments(kept)} | null>`;
  if (name === "" || (name === "Array" && /^\w+$/.test(inner))) return type;
  const given = name === "Record" ? inner.replace(", ", ",\n    ") : inner;
  return `${name}<\n    ${given}\n  >`;
}

function printAlias(name: string, types: readonly string[]): string {
  const line = `export type ${name} = ${types.join(" | ")};`;
  if (line.length <= PRINT_WIDTH) return line;
  if (types.length > 1) return `export type ${name} =${printBrokenUnion(types, 1)}`;
  return `export type ${name} =\n  ${types[0] ?? "unknown"};`;
}

function printBrokenUnion(types: readonly string[], level: number): string {
  const indent = "  ".repeat(level);
  const line = `${indent}${types.join(" | ")};`;
  if (line.length <= PRINT_WIDTH) return `\n${line}`;
  return `\n${types.map((type) => `${indent}| ${type}`).join("\n")};`;
}

function isObjectSchema(schema: JsonSchema): boolean {
  const { type } = schema;
  if (type !== undefined) return type === "object" && Object.keys(recordOf(schema["properties"])).length > 0;
  return Object.keys(recordOf(schema["properties"])).length > 0;
}

function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}${number}`)) number++;
  return `${name}${number}`;
}

function pascalCase(key: string): string {
  const words = key.slice(0, 60).match(/[A-Za-z0-9]+/g) ?? ["Field"];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function shorten(text: string): string {
  return text.length <= MAX_DOC ? text : `${text.slice(0, MAX_DOC - 1).trimEnd()}…`;
}

/** `true`, `false` and what is missing say nothing about a value. */
function schemaOf(value: JsonValue | undefined): JsonSchema {
  return recordOf(value);
}

function recordOf(value: JsonValue | undefined): { readonly [key: string]: JsonValue } {
  return isRecord(value) ? value : {};
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
