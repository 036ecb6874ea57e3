/**
 * An OpenAPI description as its specification says it, read with a library and without any code of the generator: what
 * each operation takes, where it travels and how it is serialised.
 */
import { $RefParser } from "@apidevtools/json-schema-ref-parser";
import { childOf, isRecord, listOf, textOf, type Json, type JsonRecord } from "./json.js";
import { membersOf } from "./values.js";

export type Place = "path" | "query" | "header" | "cookie";

/** How one value is written: OpenAPI's style values, or a media type (`content`). */
export interface Serialisation {
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  readonly content?: string;
}

export interface DescribedParameter extends Serialisation {
  readonly in: Place;
  readonly name: string;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly schema: Json;
  readonly examples: readonly Json[];
}

export interface DescribedMedia {
  readonly mediaType: string;
  readonly schema: Json;
  readonly examples: readonly Json[];
  /** What the description states for single properties of a form. */
  readonly encoding: ReadonlyMap<string, Partial<Serialisation> & { readonly contentType?: string }>;
}

export interface DescribedBody {
  readonly required: boolean;
  readonly content: readonly DescribedMedia[];
}

export interface DescribedOperation {
  readonly method: string;
  /** As the description writes it, without a fragment. */
  readonly path: string;
  readonly deprecated: boolean;
  readonly parameters: readonly DescribedParameter[];
  readonly body?: DescribedBody;
  /** The first server of the operation or of its path item, with its variables filled in. */
  readonly server?: string;
}

export interface Described {
  readonly operations: readonly DescribedOperation[];
  /** `in name` of every API key that a security scheme describes. */
  readonly apiKeys: ReadonlySet<string>;
  /** What a `$ref` called the schema it led to: discriminators name their branches so. */
  readonly names: WeakMap<object, string>;
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);

/** Reads a description and follows its references; cycles stay cycles, what cannot be found stays a reference. */
export async function readDescription(file: string): Promise<Described> {
  const names = new WeakMap<object, string>();
  const parser = new $RefParser();
  await parser
    .dereference(file, {
      continueOnError: true,
      resolve: { http: false },
      dereference: {
        circular: true,
        excludedPathMatcher: (path: string) =>
          /(?<!\/properties)\/(?:example|examples\/[^/]+\/value)(?:\/|$)/.test(path),
        onDereference: (ref: string, value: unknown) => {
          if (isRecord(value)) names.set(value, decodeURIComponent(ref.split("/").at(-1) ?? ""));
        },
      },
    })
    // Broken references are the description's; what they spoil is not tried.
    .catch(() => undefined);
  const root = (parser.schema ?? {}) as JsonRecord; // JSON or YAML: nothing but JSON values
  const isSwagger = root["swagger"] !== undefined;
  const schemes = isSwagger
    ? childOf(root, "securityDefinitions")
    : childOf(childOf(root, "components"), "securitySchemes");
  const keys = Object.values(schemes).filter((scheme) => isRecord(scheme) && scheme["type"] === "apiKey");
  return {
    operations: Object.entries(childOf(root, "paths")).flatMap(([path, item]) =>
      isRecord(item) ? readPathItem(root, path, item) : [],
    ),
    apiKeys: new Set(
      keys.map((scheme) => (isRecord(scheme) ? `${textOf(scheme, "in")} ${textOf(scheme, "name")}` : "")),
    ),
    names,
  };
}

function readPathItem(root: JsonRecord, path: string, item: JsonRecord): DescribedOperation[] {
  const extra = Object.entries(childOf(item, "additionalOperations"));
  const usual = Object.entries(item).filter(([key]) => METHODS.has(key.toLowerCase()));
  return [...usual.map(([key, node]) => [key.toUpperCase(), node] as const), ...extra].flatMap(([method, node]) =>
    isRecord(node) ? [readOperation(root, { method, path, item, node })] : [],
  );
}

interface Source {
  readonly method: string;
  readonly path: string;
  readonly item: JsonRecord;
  readonly node: JsonRecord;
}

function readOperation(root: JsonRecord, { method, path, item, node }: Source): DescribedOperation {
  // An operation's parameter replaces the path item's of the same name and place (OpenAPI, Path Item Object).
  const merged = new Map<string, JsonRecord>();
  for (const parameter of [...listOf(item, "parameters"), ...listOf(node, "parameters")]) {
    if (isRecord(parameter)) merged.set(`${textOf(parameter, "in")} ${textOf(parameter, "name")}`, parameter);
  }
  const parameters = [...merged.values()];
  const isSwagger = root["swagger"] !== undefined;
  const body = isSwagger ? readSwaggerBody(root, node, parameters) : readBody(node);
  const server = serverOf(node) ?? serverOf(item);
  return {
    method,
    path: path
      .trim()
      .replace(/^(?!\/)/, "/")
      .replace(/#.*$/, ""),
    deprecated: node["deprecated"] === true,
    parameters: parameters.flatMap((parameter) => readParameter(parameter, isSwagger)),
    ...(body && { body }),
    ...(server !== undefined && { server }),
  };
}

/** Accept, Content-Type and Authorization are no parameters (OpenAPI 3.x, Parameter Object, `name`). */
const IGNORED_HEADERS = new Set(["accept", "content-type", "authorization"]);

function readParameter(node: JsonRecord, isSwagger: boolean): DescribedParameter[] {
  const place = textOf(node, "in");
  const name = textOf(node, "name");
  if (place === "querystring") return readQueryString(node);
  if (place !== "path" && place !== "query" && place !== "header" && place !== "cookie") return [];
  if (place === "header" && IGNORED_HEADERS.has(name.toLowerCase())) return [];
  const [content] = readContent(childOf(node, "content"));
  const schema =
    content?.schema ?? (isSwagger && node["schema"] === undefined ? schemaOfParameter(node) : (node["schema"] ?? {}));
  return [
    {
      in: place,
      name,
      required: place === "path" || node["required"] === true,
      deprecated: node["deprecated"] === true,
      schema,
      examples: [...examplesOf(node), ...(content?.examples ?? [])],
      ...(isSwagger ? collectionFormat(node, place) : styleOf(node, place)),
      ...(content && { content: content.mediaType }),
    },
  ];
}

/** OpenAPI 3.2, `in: querystring`: the query is a form, whose objects are JSON text unless its encoding says otherwise. */
function readQueryString(node: JsonRecord): DescribedParameter[] {
  const [media] = readContent(childOf(node, "content"));
  if (media?.mediaType !== "application/x-www-form-urlencoded") return [];
  const { properties, required } = membersOf(media.schema);
  return [...properties].map(([name, schema]) => ({
    in: "query",
    name,
    required: node["required"] === true && required.has(name),
    deprecated: false,
    schema,
    examples: [],
    ...styleOf({}, "query"),
    ...(isRecord(schema) && schema["type"] === "object" && { content: "application/json" }),
  }));
}

function styleOf(node: JsonRecord, place: Place): Serialisation {
  const style = textOf(node, "style") || (place === "query" || place === "cookie" ? "form" : "simple");
  const explode = node["explode"];
  return {
    style,
    explode: typeof explode === "boolean" ? explode : style === "form" || style === "cookie",
    allowReserved: node["allowReserved"] === true,
  };
}

/** Swagger 2.0, Parameter Object, `collectionFormat`; `multi` is for query and formData only. */
function collectionFormat(node: JsonRecord, place: Place | "formData"): Serialisation {
  const format = textOf(node, "collectionFormat") || "csv";
  const isRepeated = format === "multi" && (place === "query" || place === "formData");
  const delimited = new Map([
    ["ssv", "spaceDelimited"],
    ["tsv", "tabDelimited"],
    ["pipes", "pipeDelimited"],
  ]);
  const usual = place === "path" || place === "header" ? "simple" : "form";
  return { style: delimited.get(format) ?? usual, explode: isRepeated, allowReserved: false };
}

function schemaOfParameter({ name: _name, in: _in, required: _required, ...schema }: JsonRecord): JsonRecord {
  return schema;
}

function readBody(node: JsonRecord): DescribedBody | undefined {
  const body = childOf(node, "requestBody");
  const content = readContent(childOf(body, "content"));
  return content.length === 0 ? undefined : { required: body["required"] === true, content };
}

function readContent(map: JsonRecord): DescribedMedia[] {
  return Object.entries(map).flatMap(([mediaType, node]) => {
    if (!isRecord(node) || !mediaType.includes("/")) return [];
    const encoding = Object.entries(childOf(node, "encoding")).flatMap(([name, stated]) =>
      isRecord(stated) ? [[name, readEncoding(stated)] as const] : [],
    );
    const items = node["itemSchema"];
    const schema = node["schema"] ?? (items === undefined ? {} : { type: "array", items });
    return [{ mediaType: bareType(mediaType), schema, examples: examplesOf(node), encoding: new Map(encoding) }];
  });
}

/** OpenAPI 3.x, Encoding Object: style, explode or allowReserved make the property a form parameter. */
function readEncoding(node: JsonRecord): Partial<Serialisation> & { readonly contentType?: string } {
  const isStyled = ["style", "explode", "allowReserved"].some((key) => node[key] !== undefined);
  const contentType = textOf(node, "contentType");
  return { ...(isStyled && styleOf(node, "query")), ...(contentType !== "" && { contentType }) };
}

function readSwaggerBody(
  root: JsonRecord,
  node: JsonRecord,
  parameters: readonly JsonRecord[],
): DescribedBody | undefined {
  const declared = [...listOf(node, "consumes"), ...(node["consumes"] === undefined ? listOf(root, "consumes") : [])];
  const types = declared.flatMap((type) => (typeof type === "string" ? [bareType(type)] : []));
  const body = parameters.find((parameter) => parameter["in"] === "body");
  if (body) {
    const schema = body["schema"] ?? {};
    const content = (types.length > 0 ? types : ["application/json"]).map((mediaType) => {
      return { mediaType, schema, examples: examplesOf(body), encoding: new Map<string, never>() };
    });
    return { required: body["required"] === true, content };
  }
  const fields = parameters.filter((parameter) => parameter["in"] === "formData");
  if (fields.length === 0) return undefined;
  const required = fields.filter((field) => field["required"] === true).map((field) => textOf(field, "name"));
  const schema = {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [textOf(field, "name"), schemaOfParameter(field)])),
    required,
  };
  const lists = fields.filter((field) => field["type"] === "array");
  const encoding = new Map(lists.map((field) => [textOf(field, "name"), collectionFormat(field, "formData")] as const));
  const forms = types.filter((type) => /^(?:multipart\/|application\/x-www-form-urlencoded)/.test(type));
  const content = (forms.length > 0 ? forms : ["multipart/form-data", "application/x-www-form-urlencoded"]).map(
    (mediaType) => ({ mediaType, schema, examples: [], encoding }),
  );
  return { required: required.length > 0, content };
}

function examplesOf(node: JsonRecord): Json[] {
  const named = Object.values(childOf(node, "examples")).flatMap((one) => {
    // OpenAPI 3.2 has the value as data in `dataValue`.
    const value = isRecord(one) ? (one["value"] ?? one["dataValue"]) : undefined;
    return value === undefined ? [] : [value];
  });
  const single = node["example"] ?? node["x-example"];
  return [...(single === undefined ? [] : [single]), ...named];
}

function serverOf(node: JsonRecord): string | undefined {
  const [server] = listOf(node, "servers");
  if (!isRecord(server)) return undefined;
  const variables = childOf(server, "variables");
  return textOf(server, "url").replaceAll(
    /\{([^{}]*)\}/g,
    (whole, name: string) => textOf(childOf(variables, name), "default") || whole,
  );
}

/** Lower case, parameters kept without spaces. */
function bareType(mediaType: string): string {
  return mediaType
    .trim()
    .toLowerCase()
    .replaceAll(/\s*;\s*/g, ";");
}
