import type { ModelContext } from "./context.js";
import { flattenName } from "./pagination-inputs.js";
import type { Operation, Response, SchemaModel } from "./types.js";

/** Where a page's parts stand in the response; pointers are JSON Pointers. */
export interface PageShape {
  readonly items?: string;
  readonly itemId?: string;
  readonly token?: string;
  readonly url?: string;
  readonly odata?: string;
  readonly hasMore?: string;
  readonly total?: string;
  readonly totalPages?: string;
  readonly linkHeader: boolean;
  readonly nextHeader?: string;
  /** The response has a schema that says something. */
  readonly described: boolean;
}

type Part = "token" | "url" | "odata" | "hasMore" | "total" | "totalPages";

interface Field {
  readonly pointer: string;
  readonly name: string;
  readonly schema: SchemaModel;
  /** Flattened name of the object it stands in; "" at the root. */
  readonly holder: string;
}

const itemNames =
  "data items results value values records entries list rows elements objects content hits resources".split(" ");
const wrappers = new Set("embedded data response result results hits payload body list content".split(" "));
const holders = new Set(
  (
    "links paging pagination meta metadata page pageinfo responsemetadata listmetadata nextpage next cursors cursor " +
    "pagingmetadata paginationinfo info data response result pager"
  ).split(" "),
);
const urlNames = new Set("next nexturl nextlink nextpageuri nextpageurl nexthref nexturi nextpagelink".split(" "));
const tokenNames = new Set(
  (
    "nextcursor nextpagetoken nexttoken continue continuationtoken nextcontinuationtoken endcursor scrollid nextmarker " +
    "nextpagecursor iterator bookmark paginationtoken nextpage nextskiptoken nextiterator cursornext lastevaluatedkey"
  ).split(" "),
);
const moreNames = new Set(
  "hasmore hasnext hasnextpage more ismore moreresults istruncated hasmoreitems hasmoreresults".split(" "),
);
const totalNames = new Set(
  "total totalcount totalresults totalitems totalrecords totalsize totalelements numfound totalrows totalentries".split(
    " ",
  ),
);
const totalPagesNames = new Set("totalpages pagecount lastpage numpages pagetotal pagescount".split(" "));
const maxDepth = 3;

/** Reads from the schema and headers of the successful response how a list goes on. */
export function readPageShape(context: ModelContext, operation: Operation): PageShape {
  const response = findSuccess(operation);
  const headers = response?.headers ?? [];
  const linkHeader = headers.includes("link");
  const nextHeader = headers.find((name) => /next/.test(name) && !/link/.test(name));
  const schema = response?.content.find(({ mediaType }) => /json|\*\/\*/.test(mediaType))?.schema;
  const body = schema && context.schemas.deref(schema);
  const base = { linkHeader, ...(nextHeader !== undefined && { nextHeader }) };
  if (!body || body.kind === "any") return { ...base, described: false };
  const items = findItems(context, operation, body);
  const parts = new Map<Part, string>();
  for (const field of listFields(context, body)) {
    const part = classifyField(context, field);
    if (part && !parts.has(part)) parts.set(part, field.pointer);
  }
  return { ...base, ...items, ...Object.fromEntries(parts), described: true };
}

function findSuccess(operation: Operation): Response | undefined {
  const { responses } = operation;
  return (
    responses.find(({ status, content }) => /^2/.test(status) && content.length > 0) ??
    responses.find(({ status }) => /^2/.test(status)) ??
    responses.find(({ status }) => status === "default")
  );
}

function findItems(
  context: ModelContext,
  operation: Operation,
  body: SchemaModel,
): { items?: string; itemId?: string } {
  const pointer = findList(context, operation, body, "");
  if (pointer === undefined) return {};
  const itemId = findItemId(context, pointer.items);
  return { items: pointer.pointer, ...(itemId !== undefined && { itemId }) };
}

interface FoundList {
  readonly pointer: string;
  readonly items: SchemaModel;
}

/** The list of a response: itself, the one named like the path, a usual name, the only one, or one level below a wrapper. */
function findList(context: ModelContext, operation: Operation, body: SchemaModel, at: string): FoundList | undefined {
  if (body.kind === "array") return { pointer: at, items: context.schemas.deref(body.items) };
  if (body.kind !== "object") return undefined;
  const lists: (FoundList & { name: string })[] = [];
  for (const [name, property] of body.properties) {
    const schema = context.schemas.deref(property);
    if (schema.kind !== "array") continue;
    lists.push({
      name: flattenName(name),
      pointer: `${at}/${escapeSegment(name)}`,
      items: context.schemas.deref(schema.items),
    });
  }
  const noun = flattenName(listLiterals(operation.path).at(-1) ?? "");
  const named =
    lists.find(({ name }) => name === noun) ??
    itemNames.map((name) => lists.find((list) => list.name === name)).find(Boolean);
  const objects = lists.filter(({ items }) => items.kind === "object");
  const chosen = named ?? (lists.length === 1 ? lists[0] : (objects[0] ?? lists[0]));
  if (chosen && (named || lists.length > 0)) return chosen;
  if (at !== "") return undefined;
  for (const [name, property] of body.properties) {
    if (!wrappers.has(flattenName(name))) continue;
    const found = findList(context, operation, context.schemas.deref(property), `/${escapeSegment(name)}`);
    if (found) return found;
  }
  return undefined;
}

function listLiterals(path: string): string[] {
  return (path.split(/[?#]/)[0] ?? "").split("/").filter((segment) => segment !== "" && !segment.includes("{"));
}

function findItemId(context: ModelContext, items: SchemaModel): string | undefined {
  const item = items.kind === "union" ? context.schemas.deref(items.branches[0] ?? items) : items;
  if (item.kind !== "object") return undefined;
  const names = [...item.properties.keys()];
  const id = names.find((name) => name === "id") ?? names.find((name) => /^(?:_id|uuid|guid|key)$/i.test(name));
  return id === undefined ? undefined : `/${escapeSegment(id)}`;
}

/** Fields of the body and of the small objects in it that describe a page. */
function listFields(context: ModelContext, body: SchemaModel, at = "", holder = "", depth = 0): Field[] {
  if (body.kind !== "object" || depth > maxDepth) return [];
  const own: Field[] = [];
  const inner: Field[] = [];
  for (const [name, property] of body.properties) {
    const schema = context.schemas.deref(property);
    const flat = flattenName(name);
    const pointer = `${at}/${escapeSegment(name)}`;
    if (schema.kind !== "object") own.push({ pointer, name, schema, holder });
    else if (holders.has(flat)) inner.push(...listFields(context, schema, pointer, flat, depth + 1));
  }
  return [...own, ...inner];
}

function classifyField(context: ModelContext, field: Field): Part | undefined {
  const { schema, holder } = field;
  const name = flattenName(field.name);
  if (name === "odatanextlink") return "odata";
  if (schema.kind === "boolean") return moreNames.has(name) ? "hasMore" : undefined;
  if (isNumber(context, schema)) return classifyNumber(name, holder);
  return isText(context, schema) ? classifyText(name, schema, holder) : undefined;
}

function classifyNumber(name: string, holder: string): Part | undefined {
  if (totalNames.has(name)) return "total";
  if (totalPagesNames.has(name)) return "totalPages";
  return holder === "nextpage" && name === "offset" ? "token" : undefined;
}

function classifyText(name: string, schema: SchemaModel, holder: string): Part | undefined {
  if (holder === "next" || holder === "nextpage") {
    if (["href", "link", "url", "uri"].includes(name)) return "url";
    return name === "offset" || isPositionName(name) ? "token" : undefined;
  }
  if (urlNames.has(name)) return name !== "next" || saysUrl(schema, holder) ? "url" : "token";
  if (tokenNames.has(name)) return saysUrl(schema, "") ? "url" : "token";
  if (holder === "" || holder === "links") return name === "cursor" || name === "marker" ? "token" : undefined;
  return isPositionName(name) ? "token" : undefined;
}

function isPositionName(name: string): boolean {
  return name === "after" || name === "cursor" || name === "next" || name === "token" || name === "startingafter";
}

/** A bare `next` is a URL unless its text, format or neighbourhood says token. */
function saysUrl(schema: SchemaModel, holder: string): boolean {
  if (schema.kind === "string" && schema.format?.startsWith("uri")) return true;
  const text = `${schema.title ?? ""} ${schema.description ?? ""} ${String(schema.examples?.[0] ?? "")}`;
  if (/\b(?:url|uri|links?|href)\b|https?:/i.test(text)) return true;
  return holder === "links" && !/token|cursor/i.test(text);
}

function isNumber(context: ModelContext, schema: SchemaModel): boolean {
  if (schema.kind === "union")
    return schema.branches.every((branch) => context.schemas.deref(branch).kind === "number");
  return schema.kind === "number";
}

function isText(context: ModelContext, schema: SchemaModel): boolean {
  if (schema.kind === "union") return schema.branches.some((branch) => context.schemas.deref(branch).kind === "string");
  return schema.kind === "string" || schema.kind === "any" || schema.kind === "null";
}

function escapeSegment(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
