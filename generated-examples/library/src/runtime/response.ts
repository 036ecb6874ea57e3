/** Reads an answer of the API into JSON that a tool result can carry. */
import { isDeepStrictEqual } from "node:util";
import type { JsonValue, Operation } from "./operation.js";
import type { ContentBlock } from "@modelcontextprotocol/server";
import { isMarkup } from "./errors-markup.js";
import { namesError } from "./errors-reader.js";
import { binaryContent } from "./response-binary.js";
import { boundDepth, isHeavyJson, parseJson } from "./response-json.js";
import { decodeText } from "./response-text.js";
import type { UpstreamResponse } from "./send.js";
import { sourceOf } from "./spotlight.js";
import { splitPointer } from "./pointer.js";

/** Why an answer is not a result. */
export type ResponseFailure = "status" | "body" | "malformed" | "page" | "too_large";

export interface ReadResult {
  readonly ok: true;
  readonly kind: "json" | "text" | "empty" | "binary";
  /** The body, or what stands for it: `{status, ok: true}` when empty, a description when binary. */
  readonly data: JsonValue;
  /** Content that travels beside the structured result. */
  readonly content?: readonly ContentBlock[];
}

export interface ReadFailure {
  readonly ok: false;
  readonly failure: ResponseFailure;
  /** The body as far as it could be read, for the error reader. */
  readonly data: JsonValue;
}

/** An error that is longer than this says nothing more. */
const MAX_ERROR_BYTES = 262_144;
/** Longest list read from newline-delimited JSON. */
const MAX_LINES = 1_000;

/** Reads any answer. Never throws. */
export function readResponse(response: UpstreamResponse, operation: Operation): ReadResult | ReadFailure {
  if (response.status >= 400) return { ok: false, failure: "status", data: readErrorBody(response) };
  if (response.status >= 300 && response.status !== 303 && response.status !== 304) {
    return { ok: false, failure: "status", data: readErrorBody(response) };
  }
  const result = readSuccess(response, operation);
  if (result.ok && result.kind === "json" && isErrorBody(result.data, operation)) {
    return { ok: false, failure: "body", data: boundDepth(result.data) };
  }
  return result;
}

/** The value a JSON Pointer (RFC 6901) names; undefined when there is none. */
export function valueAt(data: unknown, pointer: string): unknown {
  let value = data;
  for (const key of splitPointer(pointer)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

function readSuccess(response: UpstreamResponse, operation: Operation): ReadResult | ReadFailure {
  const mediaType = mediaTypeOf(response);
  if (response.body.length === 0 && !response.truncated) return emptyResult(response);
  if (isBinaryType(mediaType)) return { ok: true, kind: "binary", ...binaryContent(response, mediaType) };
  const text = decodeText(response.body, response.headers["content-type"]);
  if (isLineType(mediaType)) return { ok: true, kind: "json", data: readLines(text) };
  return readTextual(response, { operation, mediaType, text });
}

interface Textual {
  readonly operation: Operation;
  readonly mediaType: string;
  readonly text: string;
}

function readTextual(response: UpstreamResponse, { operation, mediaType, text }: Textual): ReadResult | ReadFailure {
  // A declared type is often wrong: text that is JSON is read as JSON, and what claims to be JSON must be.
  const isJson = isJsonType(mediaType);
  const mayBeJson = isJson || /^\s*[[{]/.test(text);
  const isTooLarge = response.truncated || (mayBeJson && isHeavyJson(text));
  // A write whose long answer was cut has been done all the same.
  if (isTooLarge && operation.class !== "read") return emptyResult(response);
  if (isTooLarge && response.body.length === 0) return { ok: false, failure: "too_large", data: null };
  const json = mayBeJson && !isTooLarge ? parseJson(text) : undefined;
  if (json !== undefined) return { ok: true, kind: "json", data: json };
  if (isJson) return { ok: false, failure: isTooLarge ? "too_large" : "malformed", data: text.slice(0, 2_000) };
  if (isStrayPage(operation, mediaType, text))
    return { ok: false, failure: "page", data: text.slice(0, MAX_ERROR_BYTES) };
  return readText(response, mediaType, text);
}

function readText(response: UpstreamResponse, mediaType: string, text: string): ReadResult {
  if (text.trim() === "") return emptyResult(response);
  if (mediaType === "" && text.includes("\u0000")) {
    return { ok: true, kind: "binary", ...binaryContent(response, mediaType) };
  }
  const cut = response.truncated ? { truncated: true } : {};
  const source = sourceOf(response.url);
  return { ok: true, kind: "text", data: { media_type: mediaType || "text/plain", source, text, ...cut } };
}

function readErrorBody(response: UpstreamResponse): JsonValue {
  const mediaType = mediaTypeOf(response);
  if (response.body.length === 0 || isBinaryType(mediaType)) return null;
  const text = decodeText(response.body.subarray(0, MAX_ERROR_BYTES), response.headers["content-type"]);
  const json = response.body.length > MAX_ERROR_BYTES ? undefined : parseJson(text);
  return json === undefined ? text : boundDepth(json);
}

function emptyResult(response: UpstreamResponse): ReadResult {
  const location = response.headers["location"];
  const data = { status: response.status, ok: true, ...(location === undefined ? {} : { location }) };
  return { ok: true, kind: "empty", data };
}

/** Errors inside 2xx answers, as the operation states them. */
function isErrorBody(data: JsonValue, { errorWhen = USUAL_ERROR }: Operation): boolean {
  if (errorWhen === false || !isDeepStrictEqual(valueAt(data, errorWhen.pointer), errorWhen.equals)) return false;
  return !errorWhen.named || namesError(data);
}

/** `{ok: false, error: "…"}`. Without an error it is an answer like any other, such as that of a health check. */
const USUAL_ERROR = { pointer: "/ok", equals: false, named: true } as const;

/** A page where the API describes data only: a sign-in form, a proxy, a wrong address answered in its place. */
function isStrayPage({ accept }: Operation, mediaType: string, text: string): boolean {
  if (accept === undefined || /html|text\/|\*/.test(accept)) return false;
  return /^(?:text\/html|application\/xhtml\+xml)$/.test(mediaType) && isMarkup(text);
}

/** Newline-delimited JSON and server-sent `data:` lines, as a list. */
function readLines(text: string): JsonValue {
  const values: JsonValue[] = [];
  for (const [line] of text.matchAll(/[^\r\n]+/g)) {
    if (values.length === MAX_LINES) break;
    const json = line.replace(/^data:\s*/, "");
    const value = json.trim() === "" || isHeavyJson(json) ? undefined : parseJson(json);
    if (value !== undefined) values.push(value);
  }
  return values;
}

function mediaTypeOf(response: UpstreamResponse): string {
  return (response.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function isJsonType(mediaType: string): boolean {
  return /[/+]json$/.test(mediaType);
}

function isLineType(mediaType: string): boolean {
  return /(?:x-ndjson|ndjson|jsonl|json-seq|stream\+json|event-stream)$/.test(mediaType);
}

function isBinaryType(mediaType: string): boolean {
  if (mediaType === "" || mediaType.startsWith("text/") || /[/+](?:json|xml|yaml)$/.test(mediaType)) return false;
  if (/^(?:image|audio|video|font|model)\//.test(mediaType)) return true;
  return !/javascript|ecmascript|ndjson|jsonl|json-seq|graphql|x-www-form-urlencoded|x-yaml|toml|sql|problem/.test(
    mediaType,
  );
}
