/** Reading of raw document nodes: nothing in them is trusted to have the right type. */
import type { JsonObject, Located, LoadedSpec } from "../load/types.js";
import { escapeSegment } from "../naming/pointer.js";

/** A node that is an object. */
export type LocatedObject = Located & { readonly value: JsonObject };

/** Whether a parsed value is an object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a node is an object. */
export function isObjectNode(node: Located | undefined): node is LocatedObject {
  return node !== undefined && isObject(node.value);
}

/** A member of an object; undefined when it is not the object's own. */
export function readMember(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A member that is text; numbers and booleans, which YAML makes of unquoted text, are turned into it. */
export function readText(value: unknown, key: string): string | undefined {
  const member = readMember(value, key);
  if (typeof member === "string") return member;
  return typeof member === "number" || typeof member === "boolean" ? String(member) : undefined;
}

/** A member that is text with something in it. */
export function readFilledText(value: unknown, key: string): string | undefined {
  const text = readText(value, key);
  return text?.trim() ? text : undefined;
}

/** A member that is a finite number, also when it is written as text. */
export function readNumber(value: unknown, key: string): number | undefined {
  const member = readMember(value, key);
  const number = typeof member === "string" && member.trim() !== "" ? Number(member) : member;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A member that is `true`, also when it is written as text. */
export function readFlag(value: unknown, key: string): boolean {
  const member = readMember(value, key);
  return member === true || member === "true";
}

/** A member that is a list; undefined otherwise. */
export function readList(value: unknown, key: string): readonly unknown[] | undefined {
  const member = readMember(value, key);
  return Array.isArray(member) ? member : undefined;
}

/** The texts of a list member. */
export function readTexts(value: unknown, key: string): string[] | undefined {
  return readList(value, key)?.filter((item) => typeof item === "string");
}

/** The child of a node with its place; undefined when there is none. */
export function stepInto(node: Located, key: string | number): Located | undefined {
  const { value, at } = node;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const child: unknown = Reflect.get(value, key);
  return { value: child, at: { file: at.file, pointer: `${at.pointer}/${escapeSegment(String(key))}` } };
}

/** The members of an object node, or the items of a list node, each with its place. */
export function listChildren(node: Located | undefined): { readonly key: string; readonly node: Located }[] {
  if (!node || typeof node.value !== "object" || node.value === null) return [];
  const { file, pointer } = node.at;
  return Object.entries(node.value).map(([key, value]) => ({
    key,
    node: { value, at: { file, pointer: `${pointer}/${escapeSegment(key)}` } },
  }));
}

const maxHops = 30;

/**
 * Follows the `$ref` of a node, and that of its target, to the first node without one. `summary` and
 * `description` beside a `$ref` win over the target's (OpenAPI 3.1 section 4.8.23; harmless before).
 */
export function followRef(spec: LoadedSpec, start: Located | undefined): Located | undefined {
  let node = start;
  const overrides: JsonObject[] = [];
  for (let hop = 0; node && hop < maxHops; hop++) {
    const ref = readMember(node.value, "$ref");
    if (typeof ref !== "string") return withOverrides(node, overrides);
    if (isObject(node.value)) overrides.push(node.value);
    node = spec.resolve(ref, node.at);
  }
  return undefined;
}

/** Whether the `$ref`s that start at a node never come to an end. */
export function isCircular(spec: LoadedSpec, start: Located): boolean {
  let node: Located | undefined = start;
  for (let hop = 0; node && hop < maxHops; hop++) {
    const ref = readMember(node.value, "$ref");
    if (typeof ref !== "string") return false;
    node = spec.resolve(ref, node.at);
  }
  return node !== undefined;
}

function withOverrides(node: Located, overrides: readonly JsonObject[]): Located {
  if (!isObject(node.value)) return node;
  const texts: Record<string, string> = {};
  for (const override of overrides.toReversed()) {
    for (const key of ["summary", "description"]) {
      const text = readFilledText(override, key);
      if (text !== undefined) texts[key] = text;
    }
  }
  return Object.keys(texts).length === 0 ? node : { value: { ...node.value, ...texts }, at: node.at };
}

/** The target of a node when it is an object. */
export function followObject(spec: LoadedSpec, start: Located | undefined): LocatedObject | undefined {
  const node = followRef(spec, start);
  return isObjectNode(node) ? node : undefined;
}
