/**
 * Parameter serialisation: every style, explode and location of OpenAPI 3.x
 * (https://spec.openapis.org/oas/v3.1.1#style-examples), after RFC 6570.
 */
import { randomUUID } from "node:crypto";
import type { ParameterStyle, PropertyEncoding, WireLocation } from "./operation.js";

/** One name and value, already percent-encoded. */
export type Pair = readonly [name: string, value: string];

interface Expansion {
  readonly separator: string;
  readonly encode: (text: string) => string;
}

/** Percent-encodes all but RFC 3986 unreserved characters; lone surrogates become U+FFFD instead of throwing. */
export function encodeStrict(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(/[!'()*]/g, percentEncode);
}

/**
 * Keeps RFC 3986 reserved characters and existing percent triplets (RFC 6570 section 3.2.3), except those that would
 * end the query or be read as form syntax (OpenAPI 3.1.1, allowReserved).
 */
export function encodeReserved(text: string): string {
  return wellFormed(text).replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?@!$'()*,;=]/gu, (part) =>
    part.length === 3 && part.startsWith("%") ? part : encodeStrict(part),
  );
}

/** Query pairs of one value; none when there is nothing to send. */
export function serialiseQuery(location: Omit<WireLocation, "in">, value: unknown): Pair[] {
  const encode = location.allowReserved ? encodeReserved : encodeStrict;
  const name = encodeStrict(location.wire);
  if (location.content !== undefined) {
    return value === undefined ? [] : [[name, encode(serialiseContent(location.content, value))]];
  }
  const style = location.style ?? "form";
  if (style === "deepObject") return deepPairs(location.wire, value, encode);
  return formPairs(name, value, {
    explode: location.explode ?? style === "form",
    separator: delimiterOf(style),
    encode,
  });
}

/** Cookie pairs; exploded values become cookies of their own. Nothing is escaped in style `cookie` (OpenAPI 3.2). */
export function serialiseCookie(location: Omit<WireLocation, "in">, value: unknown): Pair[] {
  if (location.style !== "cookie") return serialiseQuery({ ...location, style: "form" }, value);
  const plain = { explode: location.explode ?? true, separator: ",", encode: (text: string) => text };
  return plain.explode && isPlainObject(value)
    ? definedEntries(value).map(([name, item]): Pair => [name, scalarText(item)])
    : formPairs(location.wire, value, plain);
}

/** Header text: `simple` style without percent-encoding (OpenAPI 3.1.1, Appendix C); undefined when nothing is sent. */
export function serialiseHeader(location: Omit<WireLocation, "in">, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (location.content !== undefined) return serialiseContent(location.content, value);
  const separator = decodeURIComponent(delimiterOf(location.style ?? "simple"));
  return expandSimple(value, location.explode ?? false, { separator, encode: (text) => text });
}

/** Text of a path parameter in `simple`, `label` or `matrix` style; undefined when the value is empty. */
export function serialisePath(location: Omit<WireLocation, "in">, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const encode = location.allowSlash ? encodeSegments : encodeStrict;
  if (location.content !== undefined) return encode(serialiseContent(location.content, value));
  const explode = location.explode ?? false;
  if (location.style === "matrix") return expandMatrix(location.wire, value, explode);
  if (location.style === "label") {
    const text = expandSimple(value, explode, { separator: explode ? "." : ",", encode });
    return text === undefined ? undefined : `.${text}`;
  }
  return expandSimple(value, explode, { separator: delimiterOf(location.style ?? "simple"), encode });
}

/** An object as `application/x-www-form-urlencoded` text. */
export function serialiseForm(
  value: Readonly<Record<string, unknown>>,
  encoding: Readonly<Record<string, PropertyEncoding>>,
): string {
  const pairs = Object.entries(value).flatMap(([name, item]) =>
    serialiseFormProperty(name, item, Object.hasOwn(encoding, name) ? encoding[name] : undefined),
  );
  return pairs.map(([name, text]) => `${name}=${text}`).join("&");
}

/** Pairs of one property of an `application/x-www-form-urlencoded` body (OpenAPI 3.1.1, Encoding Object). */
export function serialiseFormProperty(name: string, value: unknown, encoding: PropertyEncoding | undefined): Pair[] {
  if (encoding?.style !== undefined || encoding?.explode !== undefined) {
    return serialiseQuery({ wire: name, ...styleOf(encoding) }, value);
  }
  if (encoding?.contentType !== undefined && isStructured(value)) {
    return serialiseQuery({ wire: name, content: encoding.contentType }, value);
  }
  // Without an encoding, arrays repeat the name and objects travel as JSON text.
  if (isPlainObject(value)) return [[encodeStrict(name), encodeStrict(jsonText(value))]];
  return serialiseQuery({ wire: name, ...styleOf(encoding ?? {}) }, value);
}

/** A value as JSON; a bigint becomes its digits (RFC 8259 section 6), which JSON.stringify cannot write. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    const mark = randomUUID();
    const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${mark}${item}` : item));
    return text.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
  }
}

/** A value as the text of one scalar: objects and arrays become JSON. */
export function scalarText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? jsonText(value) : String(value);
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function styleOf(encoding: PropertyEncoding): Omit<PropertyEncoding, "contentType"> {
  const { contentType: _ignored, ...style } = encoding;
  return style;
}

function isStructured(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function serialiseContent(mediaType: string, value: unknown): string {
  if (/^application\/x-www-form-urlencoded\b/i.test(mediaType) && isPlainObject(value)) return serialiseForm(value, {});
  return /[/+]json\b/i.test(mediaType) ? jsonText(value) : scalarText(value);
}

function delimiterOf(style: ParameterStyle): string {
  if (style === "spaceDelimited") return "%20";
  if (style === "pipeDelimited") return "%7C";
  return style === "tabDelimited" ? "%09" : ",";
}

function formPairs(name: string, value: unknown, options: Expansion & { readonly explode: boolean }): Pair[] {
  const { explode, separator, encode } = options;
  if (Array.isArray(value)) {
    const items = definedItems(value).map((item) => encode(scalarText(item)));
    if (explode) return items.map((item): Pair => [name, item]);
    return items.length === 0 ? [] : [[name, items.join(separator)]];
  }
  if (isPlainObject(value)) {
    const entries = definedEntries(value);
    if (explode) return entries.map(([key, item]): Pair => [encodeStrict(key), encode(scalarText(item))]);
    const flat = entries.flatMap(([key, item]) => [encode(key), encode(scalarText(item))]);
    return flat.length === 0 ? [] : [[name, flat.join(separator)]];
  }
  return value === undefined || value === null ? [] : [[name, encode(scalarText(value))]];
}

/** `a[b][0]=x`: OpenAPI leaves depth beyond one open; this is what query-string parsers commonly read. */
function deepPairs(name: string, value: unknown, encode: (text: string) => string): Pair[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return definedItems(value).flatMap((item, index) => deepPairs(`${name}[${index}]`, item, encode));
  }
  if (isPlainObject(value)) {
    return definedEntries(value).flatMap(([key, item]) => deepPairs(`${name}[${key}]`, item, encode));
  }
  return [[encodeStrict(name), encode(scalarText(value))]];
}

function expandSimple(value: unknown, explode: boolean, { separator, encode }: Expansion): string | undefined {
  if (Array.isArray(value)) {
    const items = definedItems(value).map((item) => encode(scalarText(item)));
    return items.length === 0 ? undefined : items.join(separator);
  }
  if (isPlainObject(value)) {
    const entries = definedEntries(value).map(([key, item]) => [encode(key), encode(scalarText(item))]);
    if (entries.length === 0) return undefined;
    return entries.map((entry) => entry.join(explode ? "=" : ",")).join(separator);
  }
  return encode(scalarText(value));
}

function expandMatrix(wire: string, value: unknown, explode: boolean): string | undefined {
  const name = encodeStrict(wire);
  if (Array.isArray(value) || isPlainObject(value)) {
    const pairs = formPairs(name, value, { explode, separator: ",", encode: encodeStrict });
    return pairs.length === 0 ? undefined : pairs.map(([key, text]) => matrixPart(key, text)).join("");
  }
  return matrixPart(name, encodeStrict(scalarText(value)));
}

/** RFC 6570 section 3.2.7: an empty value leaves out the `=`. */
function matrixPart(name: string, text: string): string {
  return text === "" ? `;${name}` : `;${name}=${text}`;
}

function encodeSegments(text: string): string {
  return text.split("/").map(encodeStrict).join("/");
}

function definedItems(items: readonly unknown[]): unknown[] {
  return items.filter((item) => item !== undefined && item !== null);
}

function definedEntries(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
