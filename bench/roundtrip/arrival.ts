/** What arrived at the API against what had to: by RFC 6570, which OpenAPI defines its styles by, and parsers of bodies. */
import { isDeepStrictEqual } from "node:util";
import qs from "qs";
import { parseTemplate } from "url-template";
import type { Received } from "../../test/e2e/upstream.js";
import { placeOf, type ExpectedBody, type Miss, type PlannedCall } from "./call.js";
import type { DescribedOperation, Serialisation } from "./description.js";
import { isRecord, valueAt, withValueAt, type Json } from "./json.js";

/** Headers that every request has, or that a credential is. */
const USUAL_HEADERS = new Set(
  `host connection accept user-agent content-type content-length transfer-encoding authorization cookie traceparent
  tracestate`.split(/\s+/),
);

export interface ArrivalInput {
  readonly described: DescribedOperation;
  readonly call: PlannedCall;
  /** Path of the base URL, without a slash at the end. */
  readonly prefix: string;
  readonly apiKeys: ReadonlySet<string>;
}

/** Everything that is not as the description has it. */
export async function checkArrival(request: Received, input: ArrivalInput): Promise<readonly Miss[]> {
  const { described, call } = input;
  const { method } = described;
  return [
    ...(request.method === method ? [] : [{ reason: "method", detail: `${request.method}, not ${method}` }]),
    ...checkPath(request, input),
    ...checkQuery(request, input),
    ...checkHeaders(request, input),
    ...checkCookies(request, input),
    ...(await checkBody(withoutOwn(request, call), call)),
  ];
}

function checkPath(request: Received, { described, call, prefix }: ArrivalInput): Miss[] {
  const [template = ""] = described.path.split("?", 1);
  const filled = template.split(/(\{[^{}]+\})/).map((part) => {
    const value = call.values.find(({ parameter }) => parameter.in === "path" && `{${parameter.name}}` === part);
    return value === undefined ? encodeURI(part) : expandPath(value.parameter, value.value);
  });
  const expected = `${prefix}${filled.join("")}`;
  return request.path === expected ? [] : [{ reason: "path", detail: `${request.path}, not ${expected}` }];
}

/** OpenAPI 3.1.1, Appendix C: `simple`, `label` and `matrix` are RFC 6570's expansions of those names. */
function expandPath(parameter: Serialisation & { readonly name: string }, value: Json): string {
  const { content, style, explode, name } = parameter;
  if (content !== undefined) return expand("{v}", textIn(content, value));
  const star = explode ? "*" : "";
  if (style === "matrix") return parseTemplate(`{;${name}${star}}`).expand({ [name]: plain(value) });
  return expand(`{${style === "label" ? "." : ""}v${star}}`, value);
}

function expand(template: string, value: Json): string {
  return parseTemplate(template).expand({ v: plain(value) });
}

type Plain = string | string[] | Record<string, string>;

/** RFC 6570 section 2.3: text, lists of text, maps of text. What is deeper is JSON text. */
function plain(value: Json): Plain {
  if (Array.isArray(value)) return (value as readonly Json[]).filter((item) => item !== null).map(scalar);
  if (!isRecord(value)) return scalar(value);
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, scalar(item)]));
}

function scalar(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function textIn(content: string, value: Json): string {
  return /json/.test(content) || typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `name=value`, both as they stand on the wire. */
type Pair = readonly [name: string, value: string];

function pairsOf(query: string): Pair[] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part): Pair => {
      const at = part.indexOf("=");
      return at === -1 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
    });
}

function checkQuery(request: Received, { described, call, apiKeys }: ArrivalInput): Miss[] {
  const constant = pairsOf(described.path.split("?").slice(1).join("?"));
  const wanted = call.values.filter(({ parameter }) => parameter.in === "query");
  const { misses, rest } = takePairs(pairsOf(request.url.split("?").slice(1).join("?")), wanted);
  const extra = rest.filter(([name, value]) => {
    const decoded = decode(name);
    const isConstant = constant.some(([other, text]) => decode(other) === decoded && decode(text) === decode(value));
    return !isConstant && !isAllowed(call, "query", decoded) && !apiKeys.has(`query ${decoded}`);
  });
  return [...misses, ...extra.map(([name, value]) => ({ reason: "query holds more", detail: `${name}=${value}` }))];
}

function isAllowed({ allowed }: PlannedCall, place: string, name: string): boolean {
  return allowed.has(placeOf(place, name)) || [...allowed].some((one) => placeOf(place, name).startsWith(`${one}[`));
}

interface Named extends Serialisation {
  readonly name: string;
}

/** Takes what each value must have become out of the pairs. */
function takePairs(pairs: readonly Pair[], wanted: readonly { readonly parameter: Named; readonly value: Json }[]) {
  const misses: Miss[] = [];
  let rest = [...pairs];
  for (const { parameter, value } of wanted) {
    const { style, name, content } = parameter;
    if (style === "deepObject" && content === undefined) {
      const own = rest.filter(([key]) => decode(key) === name || decode(key).startsWith(`${name}[`));
      rest = rest.filter((pair) => !own.includes(pair));
      if (!isSameDeep(own, name, value)) misses.push(missed(name, own, value));
      continue;
    }
    for (const [key, text] of pairsFor(parameter, value)) {
      const at = rest.findIndex((pair) => decode(pair[0]) === key && isSameText(pair[1], text, parameter));
      if (at === -1)
        misses.push(
          missed(
            name,
            rest.filter((pair) => decode(pair[0]) === key),
            text,
          ),
        );
      else rest.splice(at, 1);
    }
  }
  return { misses, rest };
}

function missed(name: string, found: readonly Pair[], wanted: Json): Miss {
  const shown = found.map((pair) => pair.join("=")).join("&");
  return { reason: "value", detail: `${name}: "${shown}", not ${JSON.stringify(wanted)?.slice(0, 200)}` };
}

/** The pairs of a value: decoded name, and the value as RFC 6570 writes it. */
function pairsFor({ style, explode, name, content }: Named, value: Json): Pair[] {
  if (content !== undefined) return [[name, expand("{v}", textIn(content, value))]];
  const delimiter = { spaceDelimited: "%20", pipeDelimited: "%7C", tabDelimited: "%09" }[style];
  const flat = plain(value);
  if (delimiter !== undefined && !explode && typeof flat !== "string") {
    const items = Array.isArray(flat) ? flat : Object.entries(flat).flat();
    return items.length === 0 ? [] : [[name, items.map((item) => expand("{v}", item)).join(delimiter)]];
  }
  const isEmpty = typeof flat !== "string" && Object.keys(flat).length === 0;
  if (isEmpty) return [];
  const text = parseTemplate(`{?v${explode ? "*" : ""}}`).expand({ v: flat });
  const isMap = explode && typeof flat === "object" && !Array.isArray(flat);
  return pairsOf(text.slice(1)).map(([key, item]) => [isMap ? decode(key) : name, item]);
}

/** The same characters on the wire; with `allowReserved` more of them may stand for themselves. */
function isSameText(found: string, wanted: string, { allowReserved }: Serialisation): boolean {
  return found === wanted || (allowReserved && decode(found) === decode(wanted));
}

/** `name[key]=value`, read by another implementation; nothing stands for what is empty. */
function isSameDeep(pairs: readonly Pair[], name: string, value: Json): boolean {
  const text = pairs.map((pair) => pair.join("=")).join("&");
  const parsed = qs.parse(text, { depth: 50, arrayLimit: 1000, parameterLimit: 100_000, plainObjects: true });
  return isDeepStrictEqual(ordinary(parsed[name]), ordinary(value));
}

/** Leaves as text, lists as maps of their indexes, nothing empty. */
function ordinary(value: unknown): unknown {
  if (typeof value !== "object" || value === null)
    return value === null || value === undefined ? undefined : String(value);
  const entries = Object.entries(value).map(([key, item]) => [key, ordinary(item)] as const);
  const kept = entries.filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function checkHeaders(request: Received, { call, apiKeys }: ArrivalInput): Miss[] {
  const wanted = call.values.filter(({ parameter }) => parameter.in === "header");
  const misses = wanted.flatMap(({ parameter, value }): Miss[] => {
    const found = request.headers[parameter.name.toLowerCase()];
    const { content, explode, name } = parameter;
    // Headers have no percent-encoding (OpenAPI 3.1.1, Appendix C).
    const text = content === undefined ? decode(expand(`{v${explode ? "*" : ""}}`, value)) : textIn(content, value);
    const isNothing = typeof value === "object" && text === "" && found === undefined;
    return isNothing || String(found ?? "") === text.trim()
      ? []
      : [{ reason: "header", detail: `${name}: ${String(found)}, not ${text}` }];
  });
  const names = new Set(wanted.map(({ parameter }) => parameter.name.toLowerCase()));
  const keys = new Set([...apiKeys].map((key) => key.toLowerCase()));
  const extra = Object.keys(request.headers).filter(
    (name) =>
      !names.has(name) && !USUAL_HEADERS.has(name) && !isAllowed(call, "header", name) && !keys.has(`header ${name}`),
  );
  return [...misses, ...extra.map((name) => ({ reason: "header is sent beyond what was given", detail: name }))];
}

function checkCookies(request: Received, { call, apiKeys }: ArrivalInput): Miss[] {
  const wanted = call.values.filter(({ parameter }) => parameter.in === "cookie");
  // OpenAPI 3.2, `style: cookie`: nothing is escaped.
  const plainly = new Map(
    wanted.flatMap(({ parameter: { style, name }, value }) =>
      style === "cookie" ? [[`${name}=${scalar(value)}`, name]] : [],
    ),
  );
  const cookies = (request.headers.cookie ?? "").split("; ");
  const others = wanted.filter(({ parameter }) => parameter.style !== "cookie");
  const missing = [...plainly].filter(([cookie]) => !cookies.includes(cookie));
  const { misses, rest } = takePairs(pairsOf(cookies.filter((cookie) => !plainly.has(cookie)).join("&")), others);
  misses.push(...missing.map(([cookie, name = ""]) => missed(name, [[cookies.join("; "), ""]], cookie ?? "")));
  const extra = rest.filter(
    ([name]) => !isAllowed(call, "cookie", decode(name)) && !apiKeys.has(`cookie ${decode(name)}`),
  );
  return [...misses, ...extra.map(([name]) => ({ reason: "cookie is sent beyond what was given", detail: name }))];
}

/** What the server may add to a JSON body by itself, such as the page size, is taken out unless it was given. */
function withoutOwn(request: Received, { allowed, body }: PlannedCall): Received {
  const own = [...allowed].flatMap((place) => (place.startsWith("body ") ? [place.slice("body ".length)] : []));
  const added = own.filter((pointer) => valueAt(body?.value, pointer) === undefined);
  if (added.length === 0 || !isRecord(request.json)) return request;
  const json = added.reduce<Json | undefined>((value, pointer) => removed(value, pointer, body?.value), request.json);
  return { ...request, json, ...(json === undefined && { body: Buffer.alloc(0) }) };
}

/** Without a value, and without the objects that held nothing else and were not given. */
function removed(value: Json | undefined, pointer: string, given: Json | undefined): Json | undefined {
  const rest = withValueAt(value, pointer, undefined);
  const parent = pointer.slice(0, pointer.lastIndexOf("/"));
  const holder = valueAt(rest, parent);
  const isLeft =
    pointer === "" || (isRecord(holder) && Object.keys(holder).length > 0) || valueAt(given, parent) !== undefined;
  return isLeft ? rest : parent === "" ? undefined : removed(rest, parent, given);
}

async function checkBody(request: Received, call: PlannedCall): Promise<Miss[]> {
  const expected = call.body;
  if (expected?.value === undefined) {
    return request.body.length === 0
      ? []
      : [{ reason: "body although none was given", detail: request.text.slice(0, 100) }];
  }
  const { media, value, files } = expected;
  const sent = request.headers["content-type"] ?? "";
  const isRange = media.mediaType.includes("*");
  if (!isRange && bare(sent) !== bare(media.mediaType)) {
    return [{ reason: "content type", detail: `${sent}, not ${media.mediaType}` }];
  }
  const type = isRange ? sent : media.mediaType;
  if (files.has(""))
    return request.body.equals(Buffer.from(String(value), "base64")) ? [] : [wrongBody(request, value)];
  if (type.startsWith("multipart/form-data")) return checkMultipart(request, expected);
  if (type.startsWith("application/x-www-form-urlencoded")) return checkForm(request, expected, call);
  if (/^[^;]*[/+]json\b/.test(type))
    return isDeepStrictEqual(request.json, json(value)) ? [] : [wrongBody(request, value)];
  if (typeof value !== "object") return request.text === String(value) ? [] : [wrongBody(request, value)];
  if (/\b(?:x-)?(?:ndjson|jsonl|json-seq)$/.test(bare(type))) {
    const lines = request.text.split("\n").filter((line) => line !== "");
    const parsed = lines.map((line): unknown => JSON.parse(line.replace("\u001e", "")));
    return isDeepStrictEqual(parsed, json(Array.isArray(value) ? value : [value])) ? [] : [wrongBody(request, value)];
  }
  return [{ reason: `structure as ${bare(type)}`, detail: request.text.slice(0, 100) }];
}

function bare(mediaType: string): string {
  return mediaType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function json(value: Json): unknown {
  return JSON.parse(JSON.stringify(value));
}

function wrongBody(request: Received, value: Json): Miss {
  const [found, wanted] = [request.text, JSON.stringify(value)];
  const same = [...wanted].findIndex((character, index) => character !== found[index]);
  const from = Math.max(0, same - 60);
  return { reason: "body", detail: `…${found.slice(from, from + 160)}…, not …${wanted.slice(from, from + 160)}…` };
}

/** OpenAPI 3.x, Encoding Object: without one, lists repeat the name and objects are JSON text. */
function checkForm(request: Received, { media, value }: ExpectedBody, { allowed }: PlannedCall): Miss[] {
  const wanted = Object.entries(isRecord(value) ? value : {})
    .filter(([, item]) => item !== null)
    .map(([name, item]) => {
      const { contentType, ...stated } = media.encoding.get(name) ?? {};
      const isJson = stated.style === undefined && (isRecord(item) || /json/.test(contentType ?? ""));
      const usual = { style: "form", explode: true, allowReserved: false };
      return { parameter: { name, ...usual, ...stated, ...(isJson && { content: "application/json" }) }, value: item };
    });
  const { misses, rest } = takePairs(pairsOf(request.text.replaceAll("+", "%20")), wanted);
  const extra = rest.filter(([name]) => !allowed.has(`body /${decode(name)}`));
  return [...misses, ...extra.map((pair) => ({ reason: "form holds more", detail: pair.join("=") }))];
}

async function checkMultipart(request: Received, { value, files }: ExpectedBody): Promise<Miss[]> {
  const type = request.headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(request.body), { headers: { "content-type": type } }).formData();
  const fields = Object.entries(isRecord(value) ? value : {}).filter(([, item]) => item !== null);
  const wrong: Miss[] = [];
  for (const [name, item] of fields) {
    const parts = await Promise.all(
      form
        .getAll(name)
        .map(async (part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(await part.arrayBuffer()))),
    );
    const items = Array.isArray(item) ? (item as readonly Json[]) : [item];
    const wanted = items.map((one) =>
      files.has(name) ? Buffer.from(String(one), "base64") : Buffer.from(scalar(one)),
    );
    const isSame =
      parts.length === wanted.length && parts.every((part, index) => part.equals(wanted[index] ?? Buffer.alloc(0)));
    if (!isSame)
      wrong.push({
        reason: "multipart",
        detail: `${name}: ${parts.join(" | ").slice(0, 200)}, not ${wanted.join(" | ").slice(0, 200)}`,
      });
  }
  const names = new Set(fields.map(([name]) => name));
  const extra = [...new Set(form.keys())].filter((name) => !names.has(name));
  return [...wrong, ...extra.map((name) => ({ reason: "form holds more", detail: name }))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
