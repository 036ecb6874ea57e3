/** Paging that a description states in an extension, in the forms generators of clients have made common. */
import type { JsonObject } from "../load/types.js";
import { isObject, readList, readMember, readText } from "./raw.js";
import type { PaginationModel, PagingParameter, Parameter } from "./types.js";
import { joinPointer } from "../naming/pointer.js";

type Writable = { -readonly [Key in keyof PaginationModel]: PaginationModel[Key] };

const keys = ["x-ms-pageable", "x-speakeasy-pagination", "x-fern-pagination", "x-pagination"] as const;

/** Whether an operation states its paging. */
export function hasPagingExtension(operation: JsonObject): boolean {
  return keys.some((key) => isObject(operation[key]));
}

/** The paging an operation states; undefined when it says none or nothing that can be read. */
export function readPagingExtension(
  operation: JsonObject,
  parameters: readonly Parameter[],
): PaginationModel | undefined {
  const context: Reader = {
    place: (name) => {
      const parameter = parameters.find((candidate) => candidate.name === name);
      if (!parameter) return { in: "body", wire: `/${name.replace(/^body\./, "").replaceAll(".", "/")}` };
      return parameter.in === "cookie" ? undefined : { in: parameter.in, wire: name };
    },
  };
  return (
    readLinkExtension(operation["x-ms-pageable"]) ??
    readInputsExtension(operation["x-speakeasy-pagination"], context) ??
    readExpressionExtension(operation["x-fern-pagination"], context) ??
    readPathsExtension(operation["x-pagination"], context)
  );
}

interface Reader {
  place(name: string): PagingParameter | undefined;
}

/** `{nextLinkName, itemName}`: the body names the next page's URL. */
function readLinkExtension(value: unknown): PaginationModel | undefined {
  const link = readText(value, "nextLinkName");
  if (link === undefined || link === "") return undefined;
  const style = link.toLowerCase().includes("odata.nextlink") ? "odata" : "next-url";
  return { style, items: toPointer(readText(value, "itemName") ?? "value"), next: joinPointer([link]) };
}

/** `{type, inputs: [{name, in, type}], outputs: {results, nextCursor, nextUrl, numPages}}`. */
function readInputsExtension(value: unknown, reader: Reader): PaginationModel | undefined {
  const type = readText(value, "type");
  if (type === undefined) return undefined;
  const outputs = readMember(value, "outputs");
  const model = readInputs(readList(value, "inputs") ?? [], reader);
  if (type === "url") model.style = "next-url";
  const nextCursor = readText(outputs, "nextCursor");
  // `$.data[-1].id`: the cursor is a field of the last item.
  const lastItem = /^\$.*\[-1\]\.(.+)$/.exec(nextCursor ?? "")?.[1];
  setPointers(model, [
    ["items", readText(outputs, "results")],
    ["next", lastItem === undefined ? (nextCursor ?? readText(outputs, "nextUrl")) : undefined],
    ["totalPages", readText(outputs, "numPages")],
  ]);
  if (lastItem !== undefined) return { ...model, style: "last-item", itemId: toPointer(lastItem) };
  return model.style === "auto" && model.next === undefined ? undefined : model;
}

function readInputs(inputs: readonly unknown[], reader: Reader): Writable {
  const model: Writable = { style: "auto" };
  for (const input of inputs) {
    const role = readText(input, "type");
    const place = reader.place(readText(input, "name") ?? "");
    if (!place) continue;
    if (role === "limit") model.limit = place;
    else model.position = place;
    if (role === "page" || role === "offset" || role === "cursor") model.style = role;
  }
  return model;
}

/** `{cursor | offset: "$request.x", next_cursor: "$response.y", results: "$response.z"}`. */
function readExpressionExtension(value: unknown, reader: Reader): PaginationModel | undefined {
  const cursor = readText(value, "cursor");
  const offset = readText(value, "offset");
  const expression = cursor ?? offset;
  if (expression === undefined) return undefined;
  const name = expression.replace(/^\$request\./, "");
  const position = reader.place(name);
  const isPage = /page/i.test(name);
  const model: Writable = { style: cursor !== undefined ? "cursor" : isPage ? "page" : "offset" };
  if (position) model.position = position;
  setPointers(model, [
    ["items", readText(value, "results")],
    ["next", readText(value, "next_cursor")],
    ["hasMore", readText(value, "has-next-page")],
  ]);
  return model;
}

/** `{limitParam, cursorParam | pageOffsetParam | pageParam, cursorPath, resultsPath}`. */
function readPathsExtension(value: unknown, reader: Reader): PaginationModel | undefined {
  const roles = [
    ["cursor", "cursorParam"],
    ["offset", "pageOffsetParam"],
    ["page", "pageParam"],
  ] as const;
  const role = roles.find(([, key]) => readText(value, key) !== undefined);
  if (!role) return undefined;
  const [style, key] = role;
  const model: Writable = { style };
  const position = reader.place(readText(value, key) ?? "");
  const limit = reader.place(readText(value, "limitParam") ?? "");
  if (position) model.position = position;
  if (limit && readText(value, "limitParam") !== undefined) model.limit = limit;
  setPointers(model, [
    ["items", readText(value, "resultsPath")],
    ["next", readText(value, "cursorPath")],
  ]);
  return model;
}

function setPointers(
  model: Writable,
  entries: readonly (readonly ["items" | "next" | "totalPages" | "hasMore", string | undefined])[],
): void {
  for (const [key, path] of entries) if (path !== undefined) model[key] = toPointer(path);
}

/** `$.data.items`, `$response.data` and `data.items` as JSON Pointers. */
function toPointer(path: string): string {
  const bare = path.replace(/^\$(?:response)?(?:\.body)?\.?/, "").replace(/\[\*?\]$/, "");
  return bare === ""
    ? ""
    : `/${bare
        .replaceAll(/\[['"]?([^\]'"]+)['"]?\]/g, ".$1")
        .replace(/^\./, "")
        .replaceAll(".", "/")}`;
}
