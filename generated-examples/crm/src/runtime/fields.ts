/** Keeps only the fields a caller names. */
import { findItems, isList, isObject } from "./pagination-items.js";
import type { JsonValue } from "./operation.js";

/** Paths as a tree; a leaf keeps everything below it. */
interface FieldTree {
  readonly [field: string]: FieldTree | true;
}

export interface Projection {
  readonly data: JsonValue;
  /** What to say when a name fits nothing. */
  readonly note?: string;
}

/** Projects each item of a list, or an object; dotted paths go into objects and lists. `*` keeps everything. */
export function projectFields(data: JsonValue, fields: readonly string[] | undefined): Projection {
  if (fields === undefined || fields.length === 0 || fields.includes("*")) return { data };
  const tree = treeOf(fields);
  const target = targetOf(data, tree);
  const sample = isList(target) ? target.find(isObject) : target;
  if (sample === undefined || !isObject(sample)) return { data };
  const entries = isList(target) ? target.filter(isObject) : [sample];
  const missing = Object.keys(tree).filter((name) => !entries.some((entry) => Object.hasOwn(entry, name)));
  const note = missing.length === 0 ? undefined : describeMissing(missing, Object.keys(sample));
  const projected = Object.keys(tree).length === missing.length ? data : replaceTarget(data, target, tree);
  return { data: projected, ...(note === undefined ? {} : { note }) };
}

/** The object or list that the names are about: of an envelope, the list inside. */
function targetOf(data: JsonValue, tree: FieldTree): JsonValue {
  if (!isObject(data) || Object.keys(tree).some((name) => Object.hasOwn(data, name))) return data;
  return findItems(data)?.items ?? data;
}

function replaceTarget(data: JsonValue, target: JsonValue, tree: FieldTree): JsonValue {
  if (data === target) return pick(data, tree);
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, replaceTarget(value, target, tree)]));
}

function pick(value: JsonValue, tree: FieldTree | true): JsonValue {
  if (tree === true) return value;
  if (isList(value)) return value.map((item) => pick(item, tree));
  if (!isObject(value)) return value;
  // The order of the API's own answer, whatever the order of the names.
  const kept = Object.entries(value).filter(([name]) => Object.hasOwn(tree, name));
  return Object.fromEntries(kept.map(([name, item]) => [name, pick(item, tree[name] ?? true)]));
}

type MutableTree = Map<string, MutableTree | true>;

function treeOf(fields: readonly string[]): FieldTree {
  const root: MutableTree = new Map();
  for (const field of fields) {
    const names = field.split(".");
    let node = root;
    for (const [index, name] of names.entries()) {
      const known = node.get(name);
      if (known === true) break;
      if (index === names.length - 1) {
        node.set(name, true);
        break;
      }
      const inner: MutableTree = known ?? new Map();
      node.set(name, inner);
      node = inner;
    }
  }
  return toObject(root);
}

function toObject(tree: MutableTree): FieldTree {
  return Object.fromEntries([...tree].map(([name, inner]) => [name, inner === true ? true : toObject(inner)]));
}

function describeMissing(missing: readonly string[], known: readonly string[]): string {
  const shown = known.slice(0, 40).join(", ");
  return `No field ${missing.slice(0, 10).join(", ")}; the fields are: ${shown}${known.length > 40 ? ", …" : ""}.`;
}
