/** Builds the HTTP request of one operation from checked arguments. */
import { encodeBody, type BodyPart } from "./body.js";
import { CallError, type AppliedCredentials } from "./context.js";
import type { ArgumentLocation, FixedArgument, Operation, WireLocation } from "./operation.js";
import { exactNumbers } from "./numbers.js";
import { assertPathKept, buildPath, type PathValue } from "./path.js";
import { encodeStrict, serialiseCookie, serialiseHeader, serialiseQuery, type Pair } from "./serialise.js";

/** A request ready to be sent. `secrets` names what must not leave for another origin. */
export interface UpstreamRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly secrets: { readonly headers: readonly string[]; readonly query: readonly string[] };
}

/** A value that replaces what the arguments say at one place, such as the page number. */
export interface RequestOverride {
  readonly in: ArgumentLocation;
  readonly wire: string;
  readonly value: unknown;
}

export interface RequestOptions {
  /** Absolute base URL; an operation with a base URL of its own ignores it. */
  readonly baseUrl: string;
  readonly credentials: AppliedCredentials;
  readonly resolveEnv?: ((name: string) => string | undefined) | undefined;
  readonly resolveClaim?: ((name: string) => unknown) | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly overrides?: readonly RequestOverride[] | undefined;
  /** Next page as the API named it: `?…` replaces the query, all else path and query; same origin only. */
  readonly pageUrl?: string | undefined;
  readonly fileRoot?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** One value with its place on the wire. */
interface Placed extends WireLocation {
  readonly name: string;
  readonly value: unknown;
  /** Not the caller's to choose, under whatever argument. */
  readonly fixed?: true;
}

const BODILESS = new Set(["GET", "HEAD", "TRACE"]);

/** The base URL one operation is sent to: its own, or the API's. */
export function baseUrlOf(operation: Operation, apiBaseUrl: string): URL {
  const own = operation.baseUrl;
  return own?.startsWith("/") ? new URL(own, apiBaseUrl) : new URL(own ?? apiBaseUrl);
}

/** Builds the request. Throws a CallError when a value cannot be sent as it is. */
export async function buildRequest(
  operation: Operation,
  args: Readonly<Record<string, unknown>>,
  options: RequestOptions,
): Promise<UpstreamRequest> {
  // As the description gives it: methods are case-sensitive (RFC 9110 section 9.1; OpenAPI 3.2, `additionalOperations`).
  const { method } = operation;
  const placed = placeValues(operation, args, options);
  const url = buildUrl(operation, placed, options);
  const headers = buildHeaders(operation, placed, options);
  const body = BODILESS.has(method) ? undefined : await encodeOperationBody(operation, placed, options);
  if (body) headers.set("content-type", body.contentType);
  return {
    method,
    url,
    headers: Object.fromEntries(headers),
    ...(body === undefined ? {} : { body: body.data }),
    secrets: secretsOf(options.credentials),
  };
}

/** Later values win over earlier ones of the same place: arguments, fixed values, paging, idempotency key. */
function placeValues(operation: Operation, args: Readonly<Record<string, unknown>>, options: RequestOptions): Placed[] {
  const byPlace = new Map<string, Placed>();
  const place = (value: Placed): void => {
    if (value.value === undefined) return;
    const key = `${value.in} ${value.wire}`;
    byPlace.set(key, { ...byPlace.get(key), ...value });
  };
  for (const argument of operation.arguments) {
    const { name, schema } = argument;
    place({ ...argument, value: Object.hasOwn(args, name) ? exactNumbers(args[name], schema) : argument.default });
  }
  for (const fixed of operation.fixed ?? []) {
    const value = resolveFixed(fixed, options);
    if (isMissing(value) && fixed.required) throw missingFixed(fixed.fromEnv, fixed.fromAuth);
    place({ ...fixed, name: fixed.wire, fixed: true, value });
  }
  for (const override of options.overrides ?? []) place({ ...override, name: override.wire });
  const key = operation.idempotency;
  if (key && options.idempotencyKey !== undefined) {
    place({ in: key.in, wire: key.wire, name: key.wire, value: options.idempotencyKey });
  }
  return [...byPlace.values()];
}

/** The value that the server's operator or the caller's token gives an argument. */
export function resolveFixed(
  fixed: FixedArgument,
  options: Pick<RequestOptions, "resolveEnv" | "resolveClaim">,
): unknown {
  if (fixed.fromEnv !== undefined) return options.resolveEnv?.(fixed.fromEnv);
  if (fixed.fromAuth !== undefined) return options.resolveClaim?.(fixed.fromAuth);
  return fixed.value;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** What is fixed may be what keeps one tenant's data from another: without it nothing is sent. */
function missingFixed(env: string | undefined, claim: string | undefined): CallError {
  return new CallError(
    env === undefined
      ? {
          code: "forbidden",
          message: `This request needs the claim "${claim}" of the caller's token, and there is none.`,
          retryable: false,
        }
      : {
          code: "internal",
          message: `The server lacks a value that this request needs: the environment variable ${env} is not set. Tell its operator.`,
          retryable: false,
        },
  );
}

function buildUrl(operation: Operation, placed: readonly Placed[], options: RequestOptions): URL {
  const base = baseUrlOf(operation, options.baseUrl);
  const { pageUrl } = options;
  const { chosen, own } = pairsOf(placed, "query", serialiseQuery);
  own.push(...credentialPairs(options));
  if (pageUrl !== undefined && !pageUrl.startsWith("?")) return withPairs(checkPageUrl(pageUrl, base), own);
  const [template = "", constantQuery] = splitOnce(splitOnce(operation.path, "#")[0] ?? "", "?");
  const values = placed.filter((value) => value.in === "path").map(toPathValue);
  const prefix = base.pathname.replace(/\/+$/, "");
  const path = `${prefix}${buildPath(template.startsWith("/") ? template : `/${template}`, values)}`;
  const url = new URL(`${base.origin}${path}`);
  assertPathKept(url, path);
  if (pageUrl !== undefined) {
    url.search = pageUrl.slice(1);
    return withPairs(url, own);
  }
  url.search = [base.search.slice(1), constantQuery ?? ""].filter((part) => part !== "").join("&");
  return withPairs(url, [...withoutNames(chosen, own), ...own]);
}

/** Pairs of what the caller chose, and of what is fixed. */
function pairsOf(
  placed: readonly Placed[],
  location: ArgumentLocation,
  serialise: (location: Placed, value: unknown) => readonly Pair[],
): { readonly chosen: readonly Pair[]; readonly own: Pair[] } {
  const here = placed.filter((value) => value.in === location);
  const serialiseAll = (values: readonly Placed[]): Pair[] => values.flatMap((value) => serialise(value, value.value));
  return {
    chosen: serialiseAll(here.filter((value) => !value.fixed)),
    own: serialiseAll(here.filter((value) => value.fixed)),
  };
}

/** The members of an object are pairs of their own (`explode`): none may stand for what is fixed. */
function withoutNames(pairs: readonly Pair[], own: readonly Pair[]): readonly Pair[] {
  const names = new Set(own.map(([name]) => name));
  return pairs.filter(([name]) => !names.has(name));
}

function toPathValue(value: Placed): PathValue {
  return value;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function checkPageUrl(text: string, base: URL): URL {
  const url = URL.canParse(text, base.href) ? new URL(text, base.href) : undefined;
  if (url?.origin === base.origin) return url;
  throw new CallError({
    code: "upstream_error",
    message: "The API named a next page on another host; it is not followed.",
    retryable: false,
  });
}

/** Appends pairs; a name that is already there is replaced. */
function withPairs(url: URL, pairs: readonly Pair[]): URL {
  const names = new Set(pairs.map(([name]) => nameOf(name)));
  const rest = url.search
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && !names.has(nameOf(part)));
  url.search = [...rest, ...pairs.map(([name, value]) => `${name}=${value}`)].join("&");
  return url;
}

/** The name of a pair as the API reads it, however it is encoded. */
function nameOf(pair: string): string | undefined {
  return [...new URLSearchParams(pair).keys()][0];
}

function credentialPairs(options: RequestOptions): Pair[] {
  return Object.entries(options.credentials.query).map(([name, value]) => [encodeStrict(name), encodeStrict(value)]);
}

function buildHeaders(operation: Operation, placed: readonly Placed[], options: RequestOptions): Map<string, string> {
  const headers = new Map([
    ["accept", operation.accept ?? "application/json, */*;q=0.5"],
    ["user-agent", options.userAgent ?? "openapi-to-mcp"],
  ]);
  for (const value of placed) {
    if (value.in !== "header") continue;
    const text = serialiseHeader(value, value.value);
    if (text !== undefined) headers.set(value.wire.toLowerCase(), assertHeaderText(value.name, text));
  }
  if (options.traceparent !== undefined) headers.set("traceparent", options.traceparent);
  for (const [name, text] of Object.entries(options.credentials.headers)) headers.set(name.toLowerCase(), text);
  const { chosen, own } = pairsOf(placed, "cookie", cookiePairs);
  own.push(...Object.entries(options.credentials.cookies));
  const cookies = [...withoutNames(chosen, own), ...own];
  if (cookies.length > 0) headers.set("cookie", cookies.map(([name, text]) => `${name}=${text}`).join("; "));
  return headers;
}

/** What is sent without being escaped must not end its cookie (RFC 6265 section 4.1.1). */
function cookiePairs(place: Placed, value: unknown): readonly Pair[] {
  const pairs = serialiseCookie(place, value);
  if (place.style !== "cookie") return pairs;
  if (pairs.some(([name, text]) => /[;=]/.test(name) || text.includes(";"))) {
    throw unfitForHeader(place.name, "sent as a cookie", "must not hold a semicolon");
  }
  return pairs.map(([name, text]): Pair => [assertHeaderText(place.name, name), assertHeaderText(place.name, text)]);
}

/** Refuses what would split the header; other characters beyond Latin-1 travel as UTF-8 bytes. */
function assertHeaderText(name: string, text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused here
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
    throw unfitForHeader(name, "sent as an HTTP header", "must be one line without control characters");
  }
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

function unfitForHeader(field: string, use: string, problem: string): CallError {
  return new CallError({
    code: "invalid_input",
    message: `Invalid argument: \`${field}\` is ${use} and ${problem}.`,
    retryable: false,
    fields: [{ field, message: problem }],
  });
}

async function encodeOperationBody(operation: Operation, placed: readonly Placed[], options: RequestOptions) {
  const parts: BodyPart[] = placed
    .filter((value) => value.in === "body")
    .map((value) => ({ name: value.name, pointer: value.wire, value: value.value }));
  const body = operation.body ?? (parts.length > 0 ? { mediaType: "application/json" } : undefined);
  return body === undefined ? undefined : encodeBody(body, parts, { fileRoot: options.fileRoot });
}

function secretsOf(credentials: AppliedCredentials): UpstreamRequest["secrets"] {
  const headers = Object.keys(credentials.headers).map((name) => name.toLowerCase());
  return { headers: [...headers, "authorization", "cookie"], query: Object.keys(credentials.query) };
}
