import type { ModelContext } from "./context.js";
import { flattenName } from "./pagination-inputs.js";
import type { Operation, Response, SchemaModel } from "./types.js";
import { escapeSegment } from "../naming/pointer.js";

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
  const successes = operation.responses.filter(({ status }) => status.startsWith("2"));
  return (
    successes.find(({ content }) => content.length > 0) ??
    successes[0] ??
    operation.responses.find(({ status }) => status === "default")
  );
}

function findItems(
  context: ModelContext,
  operation: Operation,
  body: SchemaModel,
): { items?: string; itemId?: string } {
  const pointer = findList(context, operation, body);
  if (pointer === undefined) return {};
  const itemId = findItemId(context, pointer.items);
  return { items: pointer.pointer, ...(itemId !== undefined && { itemId }) };
}

interface FoundList {
  readonly name: string;
  readonly pointer: string;
  readonly items: SchemaModel;
}

/** The list of a response: itself, a property of it, or one of a wrapper within it. */
function findList(context: ModelContext, operation: Operation, body: SchemaModel): FoundList | undefined {
  if (body.kind === "array") return { name: "", pointer: "", items: context.schemas.deref(body.items) };
  if (body.kind !== "object") return undefined;
  const own = chooseList(operation, listLists(context, body, ""));
  if (own) return own;
  for (const [name, property] of body.properties) {
    if (!wrappers.has(flattenName(name))) continue;
    const pointer = `/${escapeSegment(name)}`;
    const wrapped = chooseList(operation, listLists(context, context.schemas.deref(property), pointer));
    if (wrapped) return wrapped;
  }
  return undefined;
}

function listLists(context: ModelContext, body: SchemaModel, at: string): FoundList[] {
  if (body.kind !== "object") return [];
  const lists: FoundList[] = [];
  for (const [name, property] of body.properties) {
    const schema = context.schemas.deref(property);
    if (schema.kind !== "array") continue;
    const pointer = `${at}/${escapeSegment(name)}`;
    lists.push({ name: flattenName(name), pointer, items: context.schemas.deref(schema.items) });
  }
  return lists;
}

/** The list named like the path, one with a usual name, the first of objects, the first. */
function chooseList(operation: Operation, lists: readonly FoundList[]): FoundList | undefined {
  const noun = flattenName(listLiterals(operation.path).at(-1) ?? "");
  for (const name of [noun, ...itemNames]) {
    const named = lists.find((list) => list.name === name);
    if (named) return named;
  }
  return lists.find(({ items }) => items.kind === "object") ?? lists[0];
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

/** Fields of the body and of the small objects in it that describe a page, outer ones first. */
function listFields(context: ModelContext, body: SchemaModel): Field[] {
  const fields: Field[] = [];
  let level: { schema: SchemaModel; at: string; holder: string }[] = [{ schema: body, at: "", holder: "" }];
  for (let depth = 0; depth <= maxDepth; depth++) {
    const inner: typeof level = [];
    for (const { schema: object, at, holder } of level) {
      if (object.kind !== "object") continue;
      for (const [name, property] of object.properties) {
        const schema = context.schemas.deref(property);
        const pointer = `${at}/${escapeSegment(name)}`;
        const flat = flattenName(name);
        if (schema.kind !== "object") fields.push({ pointer, name, schema, holder });
        else if (holders.has(flat)) inner.push({ schema, at: pointer, holder: flat });
      }
    }
    level = inner;
  }
  return fields;
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
