import type { LoadedSpec, Located } from "../load/types.js";
import { suggestName } from "../diagnostics/suggest.js";
import { METHODS } from "../naming/http.js";
import { isObjectNode, listChildren, type LocatedObject, readMember, stepInto } from "./raw.js";

/**
 * The nodes of a path item: what stands under the path, then what its `$ref` leads to. Fields beside the `$ref` hold as
 * well; one that both have is undefined (OpenAPI 3.1 section 4.8.9), and the nearer is taken.
 */
export type PathItem = readonly LocatedObject[];

const maxHops = 30;

/** The path item of a node; empty when it cannot be read. */
export function followPathItem(spec: LoadedSpec, start: Located): PathItem {
  const nodes: LocatedObject[] = [];
  let node: Located | undefined = start;
  while (isObjectNode(node) && nodes.length < maxHops) {
    nodes.push(node);
    const ref: unknown = readMember(node.value, "$ref");
    if (typeof ref !== "string") return nodes;
    node = spec.resolve(ref, node.at);
  }
  return [];
}

/** A field of a path item with its place. */
export function stepIntoItem(item: PathItem, key: string): Located | undefined {
  for (const node of item) {
    const field = stepInto(node, key);
    if (field) return field;
  }
  return undefined;
}

const fields = "$ref summary description servers parameters additionalOperations".split(" ");

/** The keys of a path item that are neither a method nor a field of it; each with what was probably meant. */
export function listUnknownKeys(item: PathItem): { key: string; node: Located; meant: string | undefined }[] {
  return item
    .flatMap((part) => listChildren(part))
    .filter(({ key }) => !METHODS.has(key.toLowerCase()) && !fields.includes(key) && !key.startsWith("x-"))
    .map(({ key, node }) => ({ key, node, meant: suggestName(key, [...METHODS, ...fields]) }));
}

/** The operations of a path item, before they are read. */
export function listMethods(item: PathItem): { method: string; node: Located }[] {
  const found = new Map<string, Located>();
  for (const { key, node } of item.flatMap((part) => listChildren(part))) {
    const extra = key === "additionalOperations" ? listChildren(node) : [];
    const methods = METHODS.has(key.toLowerCase()) ? [{ key, node }] : extra;
    for (const method of methods) if (!found.has(method.key)) found.set(method.key, method.node);
  }
  return [...found].map(([key, node]) => ({ method: METHODS.has(key.toLowerCase()) ? key.toUpperCase() : key, node }));
}
