import { createHash } from "node:crypto";
import type { SourcePointer } from "../diagnostics/types.js";
import { METHODS } from "../naming/http.js";
import { hashPart, type HashedPart } from "./hash.js";
import type { Located } from "./types.js";
import { isObject, readMember } from "./value.js";

type Resolve = (ref: string, from: SourcePointer) => Located | undefined;

/** What of the root holds for every operation: servers, security, and the defaults of OpenAPI 2.0. */
const SHARED = ["servers", "security", "securityDefinitions", "host", "basePath", "schemes", "consumes", "produces"];

/**
 * Hashes, by `METHOD /path`, what a description says of an operation: itself, its path item, everything both refer to,
 * and what holds for all. Key order and formatting have no influence, nor has what other operations say.
 */
export function createOperationHash(root: Located, resolve: Resolve): (key: string) => string | undefined {
  const items = new Map<string, readonly Part[]>();
  const shared = Object.fromEntries(SHARED.map((key) => [key, readMember(root.value, key)]));
  const schemes = readMember(readMember(root.value, "components"), "securitySchemes");
  const common: Part = { hashed: hashPart({ ...shared, schemes }), file: root.at.file };
  return (key) => {
    const [method = "", path = ""] = splitKey(key);
    const item = followItem(readMember(readMember(root.value, "paths"), path), root, resolve);
    const [own] = item.flatMap(({ value, at }) => {
      const operation = findOperation(value, method);
      return isObject(operation) ? [{ operation, file: at.file }] : [];
    });
    if (!own) return undefined;
    const around =
      items.get(path) ?? item.map(({ value, at }) => ({ hashed: hashPart(withoutOperations(value)), file: at.file }));
    items.set(path, around);
    return hashClosure([{ hashed: hashPart(own.operation), file: own.file }, ...around, common], resolve);
  };
}

/** A hashed part and the file that its references are relative to. */
interface Part {
  readonly hashed: HashedPart;
  readonly file: string;
}

function hashClosure(parts: readonly Part[], resolve: Resolve): string {
  const seen = new Set<HashedPart>();
  const open = [...parts];
  for (let part = open.pop(); part; part = open.pop()) {
    if (seen.has(part.hashed)) continue;
    seen.add(part.hashed);
    for (const ref of part.hashed.references) {
      const target = resolve(ref, { file: part.file, pointer: "" });
      if (target && isObject(target.value)) open.push({ hashed: hashPart(target.value), file: target.at.file });
    }
  }
  const hash = createHash("sha256");
  // The operation itself first: what it refers to may be the same as that of another.
  for (const { hashed } of parts) hash.update(hashed.hash);
  for (const text of [...seen].map((hashed) => hashed.hash).sort()) hash.update(text);
  return hash.digest("hex").slice(0, 16);
}

function splitKey(key: string): readonly [string, string] {
  const space = key.indexOf(" ");
  return [key.slice(0, space), key.slice(space + 1)];
}

/** A path item, or what its `$ref` leads to, with what stands beside the `$ref` before it. */
function followItem(value: unknown, root: Located, resolve: Resolve): readonly Located[] {
  const ref = readMember(value, "$ref");
  if (typeof ref !== "string" || !isObject(value)) return [{ value, at: root.at }];
  const { $ref: _ref, ...beside } = value;
  const target = resolve(ref, root.at);
  const own = Object.keys(beside).length > 0 ? [{ value: beside, at: root.at }] : [];
  return target ? [...own, target] : own;
}

function findOperation(item: unknown, method: string): unknown {
  return readMember(item, method.toLowerCase()) ?? readMember(readMember(item, "additionalOperations"), method);
}

function withoutOperations(item: unknown): object {
  const entries = isObject(item) ? Object.entries(item) : [];
  return Object.fromEntries(entries.filter(([key]) => !METHODS.has(key) && key !== "additionalOperations"));
}
