/** One call: the arguments a client gives, and what the API must receive for them by its description. */
import type { Operation, OperationArgument } from "../../templates/runtime/operation.js";
import type {
  Described,
  DescribedBody,
  DescribedMedia,
  DescribedOperation,
  DescribedParameter,
} from "./description.js";
import { isRecord, valueAt, withValueAt, type Json } from "./json.js";
import { isBinary, membersOf, type Care, type Values } from "./values.js";

/** Required inputs only, or all of them. */
export type Extent = "least" | "most";

export interface ExpectedBody {
  readonly media: DescribedMedia;
  /** Undefined: no body is sent. */
  readonly value: Json | undefined;
  /** Top-level properties whose text is base64 of a file; "" is the whole body. */
  readonly files: ReadonlySet<string>;
}

export interface PlannedCall {
  readonly args: Readonly<Record<string, unknown>>;
  readonly values: readonly { readonly parameter: DescribedParameter; readonly value: Json }[];
  readonly body?: ExpectedBody;
  /** `in name` of what the server may send by itself: paging, keys, credentials. */
  readonly allowed: ReadonlySet<string>;
  /** What the tool cannot express, whatever is sent. */
  readonly misses: readonly Miss[];
  /** Why no such call could be made. */
  readonly untried?: string;
}

export interface Miss {
  readonly reason: string;
  readonly detail: string;
}

export interface CallInput {
  readonly described: DescribedOperation;
  readonly wire: Operation;
  readonly extent: Extent;
  readonly description: Described;
  readonly values: Values;
  /** Values of the environment that fixed arguments are read from. */
  readonly environment: string;
}

interface Draft {
  readonly args: Record<string, unknown>;
  readonly values: { parameter: DescribedParameter; value: Json }[];
  readonly allowed: Set<string>;
  readonly misses: Miss[];
  readonly untried: string[];
}

/** Bytes that are no text in any encoding and look like the end of a part. */
const FILE = Buffer.from([0, 255, 13, 10, 45, 45, 98, 195, 40]).toString("base64");

/** Headers that HTTP or the server itself sets. */
const OWN_HEADERS =
  /^(?:accept(?:-\w+)?|connection|content-\w+|cookie|host|if-(?:modified-since|none-match)|trace(?:parent|state)|transfer-encoding|user-agent|x-(?:request|correlation)-id)$/i;
const CREDENTIAL = /key|token|auth|secret|credential|password/i;
const IDEMPOTENCY = /idempot|request-?_?id|client-?_?token/i;

/** Plans a call of one extent. */
export function planCall(input: CallInput): PlannedCall {
  const draft: Draft = { args: {}, values: [], allowed: new Set(), misses: [], untried: [] };
  const { described, wire } = input;
  for (const parameter of parametersOf(described)) planParameter(input, draft, parameter);
  for (const place of [wire.pagination?.limit, wire.pagination?.position, wire.idempotency]) {
    if (place) draft.allowed.add(placeOf(place.in, place.wire));
  }
  const body = planBody(input, draft);
  const [untried] = draft.untried;
  const { values, allowed, misses } = draft;
  const args = Object.fromEntries(Object.entries(draft.args).map(([name, value]) => [name, withDigits(value)]));
  return { args, values, allowed, misses, ...(body && { body }), ...(untried !== undefined && { untried }) };
}

/** Integers that JSON clients cannot hold are given as text. */
function withDigits(value: unknown): unknown {
  if (typeof value === "number")
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? digitsOf(value) : value;
  if (Array.isArray(value)) return value.map(withDigits);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withDigits(item)]));
}

function digitsOf(value: number): unknown {
  return Math.abs(value) < 1e21 ? String(value) : value;
}

/** Header names have no case (RFC 9110 section 5.1). */
export function placeOf(place: string, name: string): string {
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

/** Those that stand in the template; what it names without a declaration is text. */
function parametersOf({ path, parameters }: DescribedOperation): readonly DescribedParameter[] {
  const names = [...(path.split("?", 1)[0] ?? "").matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  const inPath = [...new Set(names)].map(
    (name): DescribedParameter =>
      parameters.find((one) => one.in === "path" && one.name === name) ?? {
        in: "path",
        name,
        required: true,
        deprecated: false,
        schema: { type: "string" },
        examples: [],
        style: "simple",
        explode: false,
        allowReserved: false,
      },
  );
  return [...inPath, ...parameters.filter((one) => one.in !== "path")];
}

function planParameter(input: CallInput, draft: Draft, parameter: DescribedParameter): void {
  const { wire, extent, values } = input;
  const place = placeOf(parameter.in, parameter.name);
  const fixed = wire.fixed?.find((one) => placeOf(one.in, one.wire) === place);
  if (fixed) {
    const value = (fixed.value as Json | undefined) ?? input.environment;
    draft.values.push({ parameter, value });
    if (fixed.value !== undefined && !values.table.isValid(value, parameter.schema)) {
      draft.misses.push({ reason: "constant is not valid", detail: `${place} = ${JSON.stringify(value)}` });
    }
    return;
  }
  const argument = wire.arguments.find((one) => placeOf(one.in, one.wire) === place);
  const isLimit = wire.pagination?.limit && placeOf(wire.pagination.limit.in, wire.pagination.limit.wire) === place;
  if (!argument && !isLimit) return noteAbsent(input, draft, parameter);
  if (extent === "least" && !parameter.required) return;
  const chosen = chooseParameter(input, parameter, argument);
  if (chosen === undefined) {
    if (parameter.required) draft.untried.push(`no valid value for ${place}`);
    return;
  }
  if (argument) {
    draft.args[argument.name] = chosen;
    draft.values.push({ parameter, value: chosen });
  } else if (typeof chosen === "number" && chosen >= 1 && chosen <= 100) {
    draft.args["limit"] = chosen;
    draft.values.push({ parameter, value: chosen });
  }
}

function chooseParameter(
  { values }: CallInput,
  parameter: DescribedParameter,
  argument: OperationArgument | undefined,
) {
  const { schema, examples, style } = parameter;
  const care: Care = style.endsWith("Delimited") ? "list" : style === "cookie" ? "plain cookie" : parameter.in;
  const value = values.choose({ schema, examples, care });
  // An argument that holds a path keeps its slashes: another rule than OpenAPI's.
  return argument?.allowSlash === true && typeof value === "string" ? value.replaceAll("/", "") || undefined : value;
}

/** An input that the tool does not offer: by design, or a miss. */
function noteAbsent({ wire, description }: CallInput, draft: Draft, parameter: DescribedParameter): void {
  const { name, required, deprecated } = parameter;
  const place = placeOf(parameter.in, name);
  const paging = [wire.pagination?.position, wire.pagination?.limit];
  const isPaging = paging.some(
    (one) => one && (placeOf(one.in, one.wire) === place || one.wire.startsWith(`${name}[`)),
  );
  const isKey = description.apiKeys.has(place) || description.apiKeys.has(`${parameter.in} ${name}`);
  const isOwn = parameter.in === "header" && OWN_HEADERS.test(name);
  if (isPaging || isKey || isOwn || IDEMPOTENCY.test(name) || (CREDENTIAL.test(name) && parameter.in !== "path")) {
    draft.allowed.add(place);
    return;
  }
  if ((deprecated || (isRecord(parameter.schema) && parameter.schema["deprecated"] === true)) && !required) return;
  const reason = required ? "required parameter is not offered" : "optional parameter is not offered";
  draft.misses.push({ reason, detail: place });
}

function planBody(input: CallInput, draft: Draft): ExpectedBody | undefined {
  const { described, wire } = input;
  const body = described.body;
  const isTaken = wire.body !== undefined || wire.arguments.some((one) => one.in === "body");
  if (!isTaken) {
    const isBodiless = ["GET", "HEAD", "TRACE"].includes(described.method.toUpperCase());
    if (body?.required && isBodiless) draft.misses.push({ reason: "required body of a GET", detail: "is left out" });
    else if (body?.required) draft.misses.push({ reason: "required body is not offered", detail: "" });
    return undefined;
  }
  const type = wire.body?.mediaType ?? "application/json";
  const media = body?.content.find(({ mediaType }) => mediaType === type);
  if (!body || !media) {
    draft.misses.push({ reason: "media type is not described", detail: type });
    return undefined;
  }
  if (isBinary(media.schema) || wire.body?.files?.includes("")) return planFile(input, draft, media);
  return planStructure(input, draft, { body, media });
}

function planFile({ wire, extent }: CallInput, draft: Draft, media: DescribedMedia): ExpectedBody {
  const argument = wire.arguments.find((one) => one.in === "body" && one.wire === "");
  const isText = wire.body?.files === undefined;
  const isSent = argument !== undefined && (extent === "most" || argument.required === true);
  const value = isText ? 'line 1\n"é" 😀' : FILE;
  if (isSent) draft.args[argument.name] = value;
  return { media, value: isSent ? value : undefined, files: new Set(isText ? [] : [""]) };
}

function planStructure(
  input: CallInput,
  draft: Draft,
  { body, media }: { body: DescribedBody; media: DescribedMedia },
): ExpectedBody {
  const { extent, values } = input;
  const members = membersOf(media.schema);
  // A body that cannot be empty is asked for, although many descriptions forget to call it required.
  const isSent = extent === "most" || body.required || !values.table.isValid({}, media.schema);
  const none = { media, value: undefined, files: new Set<string>() };
  if (!isSent) return none;
  const least = extent === "least";
  const chosen = values.choose({ schema: media.schema, examples: media.examples, care: "body", least });
  if (chosen === undefined) {
    draft.untried.push("no valid value for the body");
    return none;
  }
  const files = filesOf(media, members.properties);
  const whole = [...files].reduce<Json>(
    (value, name) => withFile(value, name),
    withWrapped(input, media.schema, chosen),
  );
  const value = placeArguments(input, draft, { whole, schema: media.schema });
  return { media, value: value ?? (body.required ? {} : undefined), files };
}

/** The only property of a body is asked for even where the schema does not require it: the tool has opened it. */
function withWrapped(input: CallInput, schema: Json, value: Json): Json {
  const level = levelOf(input.wire.arguments.flatMap((one) => (one.in === "body" ? [one.wire] : [])));
  if (level === "" || valueAt(value, level) !== undefined) return value;
  const inner = schemaAt(schema, level);
  const chosen = input.values.choose({ schema: inner, examples: [], care: "body", least: true });
  return chosen === undefined ? value : (withValueAt(value, level, chosen) ?? value);
}

function filesOf(media: DescribedMedia, properties: ReadonlyMap<string, Json>): ReadonlySet<string> {
  if (!media.mediaType.startsWith("multipart/")) return new Set();
  const names = [...properties].filter(
    ([name, schema]) =>
      isBinary(schema) ||
      (isRecord(schema) && isBinary(schema["items"] ?? {})) ||
      // OpenAPI 3.1.1, "Special Considerations for multipart Content": what has no type is bytes of the stated one.
      (isRecord(schema) &&
        Object.keys(schema).length === 0 &&
        media.encoding.get(name)?.contentType?.startsWith("image/") === true),
  );
  return new Set(names.map(([name]) => name));
}

function withFile(value: Json, name: string): Json {
  if (!isRecord(value) || value[name] === undefined) return value;
  return { ...value, [name]: Array.isArray(value[name]) ? [FILE, FILE] : FILE };
}

interface Placing {
  readonly whole: Json;
  readonly schema: Json;
}

/** Gives each argument its part of the body; what remains is a miss unless the tool has a reason. */
function placeArguments(input: CallInput, draft: Draft, { whole, schema }: Placing): Json | undefined {
  const { wire } = input;
  const parts = wire.arguments.filter((one) => one.in === "body");
  const root = parts.find((one) => one.wire === "");
  if (root) {
    draft.args[root.name] = whole;
    return whole;
  }
  let value: Json | undefined;
  for (const part of parts) {
    const own = valueAt(whole, part.wire);
    if (own === undefined) continue;
    // One name, two places: the value of the path goes to both.
    const shared = wire.arguments.find((one) => one.name === part.name);
    const given = shared === part ? own : ((draft.args[part.name] as Json | undefined) ?? own);
    draft.args[part.name] = given;
    value = withValueAt(value, part.wire, given);
  }
  for (const fixed of wire.fixed ?? []) {
    if (fixed.in === "body")
      value = withValueAt(value, fixed.wire, (fixed.value as Json | undefined) ?? input.environment);
  }
  const level = levelOf([...parts, ...(wire.fixed ?? []).filter((one) => one.in === "body")].map((one) => one.wire));
  noteMissing(input, draft, {
    whole: valueAt(whole, level),
    sent: valueAt(value, level),
    level,
    schema: schemaAt(schema, level),
  });
  return value;
}

/** Pointer of the object whose properties the arguments are: "" or that of a wrapper. */
function levelOf(pointers: readonly string[]): string {
  const [first = ""] = pointers;
  return first.slice(0, Math.max(0, first.lastIndexOf("/")));
}

function schemaAt(schema: Json, level: string): Json {
  return level
    .split("/")
    .slice(1)
    .reduce<Json>((at, token) => membersOf(at).properties.get(token) ?? {}, schema);
}

interface Remainder {
  readonly whole: Json | undefined;
  readonly sent: Json | undefined;
  readonly level: string;
  readonly schema: Json;
}

function noteMissing({ wire, description }: CallInput, draft: Draft, { whole, sent, level, schema }: Remainder): void {
  if (!isRecord(whole)) return;
  const { properties, required } = membersOf(schema);
  const own = [wire.idempotency, wire.pagination?.limit, wire.pagination?.position].flatMap((one) =>
    one?.in === "body" ? [one.wire] : [],
  );
  for (const name of Object.keys(whole)) {
    if (isRecord(sent) && Object.hasOwn(sent, name)) continue;
    const property = properties.get(name);
    const pointer = `${level}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const isDropped = isRecord(property) && property["deprecated"] === true && !required.has(name);
    // Required in answers only (OpenAPI 3.0 section 4.7.24.2, `readOnly`).
    const isLeft = isDropped || (isRecord(property) && property["readOnly"] === true);
    const isOwn =
      own.some((one) => `${one}/`.startsWith(`${pointer}/`)) ||
      IDEMPOTENCY.test(name) ||
      [...description.apiKeys].some((key) => key.endsWith(` ${name}`));
    if (property === undefined || isOwn || isLeft) continue;
    const reason = required.has(name) ? "required body field is not offered" : "optional body field is not offered";
    draft.misses.push({ reason, detail: pointer });
  }
}
