import type { Located } from "../load/types.js";
import { expectType, type ModelContext } from "./context.js";
import {
  followObject,
  isObject,
  listChildren,
  type LocatedObject,
  readFlag,
  readMember,
  readText,
  readTexts,
  stepInto,
} from "./raw.js";
import { isSchemaLike } from "./schema-kinds.js";
import { readStyle } from "./style.js";
import type { Encoding, MediaType } from "./types.js";

/** The media types of a body or response, the ones the runtime prefers first. */
export function buildContent(context: ModelContext, node: Located | undefined): MediaType[] {
  // A `$ref` in place of the map is no valid OpenAPI, but it is met.
  const map = node && followObject(context.spec, node);
  if (map?.value !== node?.value) reportReference(context, node, map);
  const types: MediaType[] = [];
  for (const { key, node: entry } of listChildren(map)) {
    if (key.startsWith("x-")) continue;
    const type = followObject(context.spec, entry);
    const isNamed = key === "*" || key.includes("/");
    if (!type || !isNamed) reportMediaType(context, key, entry);
    if (isNamed) types.push(buildMediaType(context, key, type ?? { value: {}, at: entry.at }, entry));
  }
  return sortByPreference(types);
}

function reportReference(context: ModelContext, node: Located | undefined, map: Located | undefined): void {
  if (!expectType(context, node, { name: "`content`", wanted: "a map" }) || !node || !map) return;
  const message = "`content` is a $ref, which only each media type in it may be; it was followed.";
  context.report({ code: "model/unusable-media-type", message, at: node.at });
}

function reportMediaType(context: ModelContext, name: string, node: Located): void {
  const message = name.includes("/")
    ? `The media type ${name} cannot be read; any value is accepted.`
    : `"${name}" is no media type; it is ignored.`;
  context.report({ code: "model/unusable-media-type", message, at: node.at });
}

function buildMediaType(context: ModelContext, name: string, node: LocatedObject, entry: Located): MediaType {
  // `itemSchema` describes each item of a sequential type (OpenAPI 3.2).
  const stated = stepInto(node, "schema") ?? stepInto(node, "itemSchema");
  const schema = stated ?? (isSchemaLike(node.value) ? entry : undefined);
  if (schema && !stated) {
    const message = `The media type ${name} holds a schema without \`schema\`; it is taken as that.`;
    context.report({ code: "model/assumed-meaning", message, at: entry.at });
  }
  const example = readExample(context, node);
  return {
    mediaType: normaliseMediaType(name),
    schema: schema ? context.schemas.build(schema) : { kind: "any" },
    ...(isSequence(node.value) && { isSequence: true }),
    encoding: buildEncoding(stepInto(node, "encoding")),
    ...(example !== undefined && { example }),
  };
}

/** By `itemSchema`, or by encodings that go by position (OpenAPI 3.2, Media Type Object). */
function isSequence(value: unknown): boolean {
  const isOfItems = readMember(value, "itemSchema") !== undefined && readMember(value, "schema") === undefined;
  return isOfItems || ["prefixEncoding", "itemEncoding"].some((key) => readMember(value, key) !== undefined);
}

/** `example`, or the value of the first of `examples`. */
export function readExample(context: ModelContext, node: Located): unknown {
  const example = readMember(node.value, "example");
  if (example !== undefined) return example;
  const examples = stepInto(node, "examples");
  if (!examples || !isObject(examples.value)) return undefined;
  const [first] = listChildren(examples);
  const ref = readText(first?.node.value, "$ref");
  // Files that hold examples alone are not read.
  if (!first || (ref !== undefined && !ref.startsWith("#"))) return undefined;
  return readMember(followObject(context.spec, first.node)?.value, "value");
}

function buildEncoding(node: Located | undefined): ReadonlyMap<string, Encoding> {
  const encodings = new Map<string, Encoding>();
  for (const { key, node: entry } of listChildren(node)) {
    const contentType = readText(entry.value, "contentType");
    const style = readStyle(entry.value);
    const explode = readMember(entry.value, "explode");
    encodings.set(key, {
      ...(contentType !== undefined && { contentType }),
      ...(style !== undefined && { style }),
      ...(typeof explode === "boolean" && { explode }),
      ...(readFlag(entry.value, "allowReserved") && { allowReserved: true }),
    });
  }
  return encodings;
}

function normaliseMediaType(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/\s*;\s*/g, ";")
    .replace(/^(?:\*|application\/\*)$/, "*/*");
}

/** What `consumes` of an operation, else of the root, lists (Swagger 2.0). */
export function listConsumed(context: ModelContext, operation: Located): string[] {
  return listDeclared(context, operation, "consumes");
}

/** What `produces` of an operation, else of the root, lists; JSON when nothing is said (Swagger 2.0). */
export function listProduced(context: ModelContext, operation: Located): string[] {
  const declared = listDeclared(context, operation, "produces");
  return declared.length > 0 ? declared : ["application/json"];
}

function listDeclared(context: ModelContext, operation: Located, key: string): string[] {
  const own = readTypes(operation.value, key);
  const types = own.length > 0 ? own : readTypes(context.spec.root.value, key);
  return types.map(normaliseMediaType);
}

/** A list of media types, or one without a list; what is none is not among them. */
function readTypes(value: unknown, key: string): readonly string[] {
  const types = readTexts(value, key) ?? [readText(value, key) ?? ""];
  return types.filter((type) => type.includes("/"));
}

/** Order of media types: JSON, `+json`, any, form, multipart, text, binary; the document's order within each. */
export function sortByPreference(types: readonly MediaType[]): MediaType[] {
  return types.toSorted((a, b) => rankMediaType(a.mediaType) - rankMediaType(b.mediaType));
}

/** Rank of a media type; patch formats that are not plain values come after all that are. */
function rankMediaType(mediaType: string): number {
  const [bare = ""] = mediaType.split(";");
  if (bare === "application/json") return mediaType === bare ? 0 : 1;
  if (bare === "application/merge-patch+json") return 3;
  if (bare === "application/json-patch+json") return 4;
  if (/strategic-merge-patch|apply-patch/.test(bare)) return 20;
  if (bare.endsWith("+json") || bare === "text/json") return 2;
  if (bare === "*/*") return 5;
  if (bare === "application/x-www-form-urlencoded") return 6;
  if (bare.startsWith("multipart/")) return 7;
  if (bare.startsWith("text/")) return 8;
  if (bare.endsWith("xml")) return 9;
  return 10;
}
