/** Request bodies: arguments are put back where they belong, then encoded as the operation's media type asks. */
import { CallError } from "./context.js";
import { readFileValue, typeWithin } from "./files.js";
import { encodeMultipart, type BodyOptions, type EncodedBody } from "./body-multipart.js";
import type { OperationBody } from "./operation.js";
import { escapeSegment, splitPointer } from "./pointer.js";
import { isPlainObject, jsonText, scalarText, serialiseForm } from "./serialise.js";

/** A value and the JSON Pointer (RFC 6901) of its place in the body; "" is the whole body. */
export interface BodyPart {
  readonly name: string;
  readonly pointer: string;
  readonly value: unknown;
}

/** Encodes a body; undefined when the operation takes none or nothing was given for an optional one. */
export async function encodeBody(
  body: OperationBody,
  parts: readonly BodyPart[],
  options: BodyOptions,
): Promise<EncodedBody | undefined> {
  const value = assembleBody(parts);
  if (value === undefined && !body.required) return undefined;
  const mediaType = body.mediaType.toLowerCase();
  const nameAt = (pointer: string) => parts.find((part) => part.pointer === pointer)?.name;
  if (body.files?.includes("")) {
    const field = nameAt("") ?? "body";
    const file = await readFileValue(field, value ?? "", options.fileRoot);
    const contentType = mediaType.includes("*") ? typeWithin(mediaType, field, file) : body.mediaType;
    return { contentType, data: file.bytes };
  }
  if (mediaType.startsWith("application/x-www-form-urlencoded")) return encodeForm(body, value);
  if (mediaType.startsWith("multipart/")) {
    const nameOf = (property: string) => nameAt(`/${escapeSegment(property)}`) ?? property;
    return encodeMultipart(body, value, { ...options, nameOf });
  }
  const mark = markOf(mediaType.split(";", 1)[0] ?? "");
  if (mark !== undefined && typeof value === "object")
    return { contentType: body.mediaType, data: asLines(value, mark) };
  if (isJsonType(mediaType)) {
    return { contentType: jsonType(body.mediaType), data: jsonText(value === undefined ? {} : value) };
  }
  return { contentType: body.mediaType, data: scalarText(value) };
}

/** Sequential JSON (OpenAPI 3.2, "Sequential Media Types"), with what stands before each line (RFC 7464 for `json-seq`). */
const LINE_MARKS = new Map([
  ["application/x-ndjson", ""],
  ["application/ndjson", ""],
  ["application/jsonl", ""],
  ["application/x-jsonlines", ""],
  ["application/json-seq", "\u001e"],
]);

function markOf(bare: string): string | undefined {
  return LINE_MARKS.get(bare.endsWith("+json-seq") ? "application/json-seq" : bare);
}

function asLines(value: unknown, mark: string): string {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => `${mark}${jsonText(item)}\n`).join("");
}

/** Puts every part in its place. Own properties only: a pointer can name `__proto__` without reaching a prototype. */
export function assembleBody(parts: readonly BodyPart[]): unknown {
  const whole = parts.find((part) => part.pointer === "");
  const rest = parts.filter((part) => part.pointer !== "" && part.value !== undefined);
  if (rest.length === 0) return whole?.value;
  const root = whole?.value === undefined ? {} : structuredClone(whole.value);
  for (const part of rest) {
    // What another part goes into is not the caller's own any more.
    const isShared =
      typeof part.value === "object" && rest.some(({ pointer }) => pointer.startsWith(`${part.pointer}/`));
    placeValue(root, splitPointer(part.pointer), isShared ? { ...part, value: structuredClone(part.value) } : part);
  }
  return root;
}

function placeValue(root: unknown, tokens: readonly string[], part: BodyPart): void {
  let container = root;
  for (const [depth, token] of tokens.entries()) {
    if (typeof container !== "object" || container === null) throw misplaced(part);
    const next = tokens[depth + 1];
    const value = next === undefined ? part.value : (ownValue(container, token) ?? emptyContainer(next));
    if (Array.isArray(container) && !/^\d{1,4}$/.test(token)) throw misplaced(part);
    Object.defineProperty(container, token, { value, enumerable: true, writable: true, configurable: true });
    container = value;
  }
}

function emptyContainer(nextToken: string): object {
  return /^(?:0|[1-9]\d{0,2})$/.test(nextToken) ? [] : {};
}

function ownValue(container: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

function misplaced(part: BodyPart): CallError {
  return new CallError({
    code: "invalid_input",
    message: `Invalid argument: \`${part.name}\` does not fit into the request body that was given.`,
    retryable: false,
    fields: [{ field: part.name, message: "does not fit into the request body" }],
  });
}

function isJsonType(mediaType: string): boolean {
  return /^[^;]*[/+]json\b/.test(mediaType) || mediaType === "*/*";
}

function jsonType(mediaType: string): string {
  return mediaType === "*/*" ? "application/json" : mediaType;
}

function encodeForm(body: OperationBody, value: unknown): EncodedBody {
  const data =
    typeof value === "string" ? value : serialiseForm(isPlainObject(value) ? value : {}, body.encoding ?? {});
  return { contentType: body.mediaType, data };
}
