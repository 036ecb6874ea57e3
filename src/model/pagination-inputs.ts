import type { ModelContext } from "./context.js";
import type { Operation, PagingParameter, SchemaModel } from "./types.js";
import { escapeSegment } from "../naming/pointer.js";

export type PagingRole = "cursor" | "last-item" | "page" | "offset" | "size";

/** An input that could have to do with paging, by its place. */
export interface PagingCandidate extends PagingParameter {
  readonly name: string;
  readonly schema: SchemaModel;
  readonly text: string;
  readonly deprecated?: true;
}

/** An input that has to do with paging. */
export interface PagingInput extends PagingCandidate {
  readonly role: PagingRole;
}

/** Names are compared in lower case and without punctuation. */
export function flattenName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

const cursors = words(
  "cursor nextcursor pagecursor startcursor after before pagetoken nexttoken nextpagetoken paginationtoken " +
    "continuation continuationtoken continue marker scrollid iterator bookmark skiptoken startingtoken pageafter " +
    "paginationcursor exclusivestartkey nextmarker resumetoken",
);
const lastItems = words("startingafter endingbefore sinceid afterid lastid startafter startafterid beforeid");
const pages = words("page pagenumber pagenum pageno pageindex currentpage");
const offsets = words("offset skip start startat startindex from firstresult pageoffset startposition");
const sizes = words(
  "limit perpage pagesize size count maxresults top take rows maxitems resultsperpage pagelimit itemsperpage " +
    "maxrecords numresults pagecount maxpagesize recordsperpage max",
);
/** Nested body objects that hold paging fields. */
const holders = words("pagination paging page cursor options");

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** Inputs that could page: query parameters, members of deepObject ones, and for POST body fields. */
export function listCandidates(context: ModelContext, operation: Operation): readonly PagingCandidate[] {
  return [...listQueryCandidates(context, operation), ...listBodyCandidates(context, operation)];
}

/** Those whose name and type say how. */
export function classifyInputs(context: ModelContext, candidates: readonly PagingCandidate[]): PagingInput[] {
  return candidates.flatMap((candidate) => {
    const role = classifyInput(context, candidate);
    return role ? [{ ...candidate, role }] : [];
  });
}

function listQueryCandidates(context: ModelContext, operation: Operation): PagingCandidate[] {
  const candidates: PagingCandidate[] = [];
  for (const parameter of operation.parameters) {
    if (parameter.in !== "query") continue;
    const { name, schema } = parameter;
    const full = context.schemas.deref(schema);
    if (full.kind !== "object") {
      const text = `${parameter.description ?? ""} ${full.description ?? ""}`;
      const deprecated = parameter.deprecated || full.deprecated ? { deprecated: true as const } : {};
      candidates.push({ in: "query", wire: name, name, schema: full, text, ...deprecated });
    } else if (parameter.style === "deepObject") {
      for (const [key, member] of full.properties) {
        const inner = context.schemas.deref(member);
        const wire = `${name}[${key}]`;
        candidates.push({ in: "query", wire, name: wire, schema: inner, text: inner.description ?? "" });
      }
    }
  }
  return candidates;
}

function listBodyCandidates(context: ModelContext, operation: Operation): PagingCandidate[] {
  if (operation.method !== "POST" && operation.method !== "QUERY") return [];
  const schema = operation.body?.content[0]?.schema;
  const body = schema && context.schemas.deref(schema);
  if (body?.kind !== "object") return [];
  const candidates: PagingCandidate[] = [];
  for (const [name, property] of body.properties) {
    const inner = context.schemas.deref(property);
    const wire = `/${escapeSegment(name)}`;
    if (inner.kind !== "object") {
      candidates.push({ in: "body", wire, name, schema: inner, text: inner.description ?? "" });
      continue;
    }
    if (!holders.has(flattenName(name))) continue;
    for (const [key, member] of inner.properties) {
      const field = context.schemas.deref(member);
      const place = `${wire}/${escapeSegment(key)}`;
      candidates.push({ in: "body", wire: place, name: key, schema: field, text: field.description ?? "" });
    }
  }
  return candidates;
}

interface Nature {
  readonly isNumber: boolean;
  readonly isText: boolean;
  readonly saysToken: boolean;
  readonly saysDate: boolean;
}

function classifyInput(context: ModelContext, input: PagingCandidate): PagingRole | undefined {
  // `page[size]` is a size, `filter[count]` is not.
  const nested = /^(?:page|paging|pagination)\[([^\]]+)\]$/i.exec(input.name)?.[1];
  const nature: Nature = {
    isNumber: isNumeric(context, input.schema),
    isText: isOpaqueText(context, input.schema),
    saysToken: /\b(?:token|opaque|cursor)\b/i.test(input.text),
    saysDate: /\b(?:dates?|times?|timestamps?|rfc ?3339|iso ?8601|unix|epoch|created|updated)\b/i.test(input.text),
  };
  return nested === "number" ? "page" : classifyName(flattenName(nested ?? input.name), nature);
}

function classifyName(name: string, nature: Nature): PagingRole | undefined {
  const { isNumber, isText } = nature;
  if (sizes.has(name)) return isNumber || (isText && name !== "max" && name !== "count") ? "size" : undefined;
  if (pages.has(name) || offsets.has(name)) return classifyPosition(name, nature);
  if (lastItems.has(name)) return isNumber || isText ? "last-item" : undefined;
  // `after` and `before` are as often bounds of time.
  const isBound = (name === "after" || name === "before") && nature.saysDate;
  return cursors.has(name) && isText && !isBound ? "cursor" : undefined;
}

/** Text called page or offset can be a cursor: its description tells. */
function classifyPosition(name: string, nature: Nature): PagingRole | undefined {
  const { isNumber, isText } = nature;
  if (isText && nature.saysToken) return "cursor";
  if (pages.has(name)) return isNumber || isText ? "page" : undefined;
  return isNumber && !nature.saysDate ? "offset" : undefined;
}

export function isNumeric(context: ModelContext, schema: SchemaModel): boolean {
  if (schema.kind !== "union") return schema.kind === "number";
  return schema.branches.some((branch) => context.schemas.deref(branch).kind === "number");
}

/** Text that is no date: what a cursor must be. */
function isOpaqueText(context: ModelContext, schema: SchemaModel): boolean {
  if (schema.kind === "any") return true;
  if (schema.kind === "union")
    return schema.branches.some((branch) => isOpaqueText(context, context.schemas.deref(branch)));
  return schema.kind === "string" && !schema.format?.startsWith("date");
}
