import type { ModelContext } from "./context.js";
import { readPagingExtension } from "./pagination-extensions.js";
import {
  classifyInputs,
  isNumeric,
  listCandidates,
  type PagingCandidate,
  type PagingInput,
  type PagingRole,
} from "./pagination-inputs.js";
import { buildLimit, readFirstPage } from "./pagination-limit.js";
import { type PageShape, readPageShape } from "./pagination-response.js";
import type { Api, Operation, PaginationModel, PagingParameter } from "./types.js";

/** Adds to each operation how it pages. */
export function detectPagination(api: Api, context: ModelContext): Api {
  const detected = new Map<string, PaginationModel>();
  const sized = api.operations.map((operation) => {
    const candidates = listCandidates(context, operation);
    const model = detectOperation(context, operation, candidates);
    if (model) detected.set(operation.key, model);
    const sizes = candidates.filter(({ schema }) => isNumeric(context, schema)).map(buildLimit);
    return sizes.length > 0 ? { ...operation, sizes } : operation;
  });
  const sources = learnSources(detected);
  const operations = sized.map((operation) => {
    const model = detected.get(operation.key);
    return model ? { ...operation, pagination: settle(context, operation, model, sources) } : operation;
  });
  return { ...api, operations };
}

const readVerb =
  /(?:^|[^a-z])(?:search|query|find|list|lookup|get|fetch|retrieve|count|scroll|browse|filter)(?:[^a-z]|$)/i;

function detectOperation(
  context: ModelContext,
  operation: Operation,
  candidates: readonly PagingCandidate[],
): PaginationModel | undefined {
  const extension = context.pagingExtensions.get(operation.key);
  const stated = extension && readPagingExtension(extension, operation.parameters);
  const isWrite = operation.method !== "GET" && operation.method !== "POST" && operation.method !== "QUERY";
  if (isWrite && !stated) return undefined;
  const inputs = withoutOutdated(classifyInputs(context, candidates));
  const size = inputs.find(({ role }) => role === "size");
  const limit = size && buildLimit(size);
  const shape = readPageShape(context, operation);
  const held = stated && holdAgainst(stated, candidates, inputs);
  if (held) return { ...(limit && { limit }), ...pickLists(shape), ...held };
  const style = decideStyle(inputs, shape);
  if (!style) return undefined;
  if (operation.method === "POST" && !isReadingPost(operation, style, shape)) return undefined;
  return buildModel(style, shape, limit);
}

/** Stated paging with the bounds of its size; undefined where its position is deprecated and another took its place. */
function holdAgainst(
  stated: PaginationModel,
  candidates: readonly PagingCandidate[],
  inputs: readonly PagingInput[],
): PaginationModel | undefined {
  const find = (place: PagingParameter | undefined) =>
    candidates.find((each) => each.in === place?.in && each.wire === place.wire);
  if (find(stated.position)?.deprecated && inputs.some(goesForward)) return undefined;
  const size = find(stated.limit);
  return size ? { ...stated, limit: buildLimit(size) } : stated;
}

/** Where one is deprecated, what took its place is used: another position, or another size. */
function withoutOutdated(inputs: readonly PagingInput[]): readonly PagingInput[] {
  const current = inputs.filter(({ deprecated }) => !deprecated);
  const isReplaced = ({ role }: PagingInput) =>
    current.some((each) => (role === "size" ? each.role === "size" : goesForward(each)));
  return inputs.filter((input) => !input.deprecated || !isReplaced(input));
}

function goesForward({ role, name, deprecated }: PagingInput): boolean {
  return role !== "size" && !deprecated && !/before/i.test(name);
}

/** A POST pages only when its answer clearly is a page, or its name says that it reads. */
function isReadingPost(operation: Operation, style: Decision, shape: PageShape): boolean {
  if (style.style === "limit-only" || shape.items === undefined || !style.input) return false;
  const names = `${operation.path.split("/").at(-1) ?? ""} ${spaceWords(operation.operationId ?? "")}`;
  return Boolean(shape.token ?? shape.url ?? shape.hasMore ?? shape.total) || readVerb.test(names);
}

function spaceWords(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ");
}

interface Decision {
  readonly style: PaginationModel["style"];
  readonly input?: PagingInput;
  readonly next?: string | undefined;
  readonly nextHeader?: string | undefined;
}

/** One style for what the inputs allow and the response shows; `page` beats a cursor, and Link comes after a token. */
function decideStyle(inputs: readonly PagingInput[], shape: PageShape): Decision | undefined {
  if (shape.odata) return { style: "odata", next: shape.odata, ...pickInput(inputs, "cursor") };
  const page = pick(inputs, "page");
  const cursor = pick(inputs, "cursor");
  const lastItem = page ? undefined : pickLastItem(inputs, shape);
  if (lastItem) return { style: "last-item", input: lastItem };
  const canList = shape.items !== undefined || !shape.described;
  if (cursor && canList && (!page || isStrongerThanPage(cursor, shape))) return decideCursor(cursor, shape);
  if (page && canList) return { style: "page", input: page };
  const offset = pick(inputs, "offset");
  if (offset && canList) return { style: "offset", input: offset };
  return shape.items === undefined ? undefined : decideWithoutPosition(inputs, shape);
}

function decideWithoutPosition(inputs: readonly PagingInput[], shape: PageShape): Decision | undefined {
  if (shape.linkHeader) return { style: "link-header" };
  if (shape.url) return { style: "next-url", next: shape.url };
  return pick(inputs, "size") ? { style: "limit-only" } : undefined;
}

/** Beside a page number a cursor counts only when the answer gives one, or a link that holds it. */
function isStrongerThanPage(cursor: PagingInput, shape: PageShape): boolean {
  return shape.token !== undefined || (shape.url !== undefined && !/^(?:after|before)$/i.test(cursor.name));
}

function pickLastItem(inputs: readonly PagingInput[], shape: PageShape): PagingInput | undefined {
  const cursor = pick(inputs, "cursor");
  return pick(inputs, "last-item") ?? (cursor && takesItemId(cursor, shape) ? cursor : undefined);
}

function decideCursor(input: PagingInput, shape: PageShape): Decision {
  if (shape.token) return { style: "cursor", input, next: shape.token };
  if (shape.url) return { style: "next-url", input, next: shape.url };
  if (shape.linkHeader) return { style: "link-header", input };
  if (shape.nextHeader) return { style: "cursor", input, nextHeader: shape.nextHeader };
  return { style: "auto", input };
}

/** `after` is an item's id when its text says so, or when the page has no token but tells that there is more. */
function takesItemId(cursor: PagingInput, shape: PageShape): boolean {
  if ((!/^(?:after|before|marker)$/i.test(cursor.name) || shape.token) ?? shape.url) return false;
  const saysId = /\bids?\b of\b|\bids?\b (?:before|after)|object id|\b(?:last|first) (?:\w+ )?id\b/i.test(cursor.text);
  return saysId || (shape.hasMore !== undefined && shape.itemId !== undefined);
}

/** Inputs that go backwards are taken only where there is none that goes forwards. */
function pick(inputs: readonly PagingInput[], role: PagingRole): PagingInput | undefined {
  const fitting = inputs.filter((input) => input.role === role);
  return fitting.find(({ name }) => !/before/i.test(name)) ?? fitting[0];
}

function pickInput(inputs: readonly PagingInput[], role: PagingRole): { input?: PagingInput } {
  const input = pick(inputs, role);
  return input ? { input } : {};
}

function buildModel(decision: Decision, shape: PageShape, limit: PaginationModel["limit"]): PaginationModel {
  const { style, input, next, nextHeader } = decision;
  const position: PagingParameter | undefined = input && { in: input.in, wire: input.wire };
  const firstPage = style === "page" && input ? readFirstPage(input) : undefined;
  const takesPages = style === "page" || style === "offset";
  return {
    style,
    ...(limit && { limit }),
    ...(position && { position }),
    ...(next !== undefined && { next }),
    ...(nextHeader !== undefined && { nextHeader }),
    ...pickLists(shape),
    ...(takesPages && shape.totalPages !== undefined && { totalPages: shape.totalPages }),
    ...(style === "last-item" && { itemId: shape.itemId ?? "/id" }),
    ...(firstPage !== undefined && { firstPage }),
  };
}

/** What every style can use. */
function pickLists(shape: PageShape): Pick<PaginationModel, "items" | "hasMore" | "total"> {
  const { items, hasMore, total } = shape;
  return {
    ...(items !== undefined && { items }),
    ...(hasMore !== undefined && { hasMore }),
    ...(total !== undefined && { total }),
  };
}

type Source = Pick<PaginationModel, "style" | "next" | "nextHeader" | "itemId">;

/** Where operations whose next position is known find it, by the name of the parameter that takes it. */
function learnSources(detected: ReadonlyMap<string, PaginationModel>): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const { style, position, next, nextHeader, itemId } of detected.values()) {
    if (!position || sources.has(position.wire) || !learnable.has(style)) continue;
    sources.set(position.wire, {
      style,
      ...(next !== undefined && { next }),
      ...(nextHeader !== undefined && { nextHeader }),
      ...(itemId !== undefined && { itemId }),
    });
  }
  return sources;
}

const learnable = new Set<PaginationModel["style"]>(["cursor", "next-url", "link-header", "last-item"]);

/** An operation that does not show how it goes on does so as its siblings with the same parameter do. */
function settle(
  context: ModelContext,
  operation: Operation,
  model: PaginationModel,
  sources: ReadonlyMap<string, Source>,
): PaginationModel {
  if (model.style !== "auto" || !model.position) return model;
  const source = sources.get(model.position.wire);
  // A list at the root has no place for a token.
  if (source && !(model.items === "" && source.next !== undefined)) return { ...model, ...source };
  context.report({
    code: "model/pagination-unclear",
    message: `${operation.key} takes "${model.position.wire}", and its response does not show where the next one stands.`,
    at: operation.at,
  });
  return model;
}
