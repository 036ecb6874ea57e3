import type { Report, SourcePointer } from "../diagnostics/types.js";
import { type FileSet, type LoadedFile, resolveAddress } from "./files.js";
import { escapeSegment, splitPointer } from "../naming/pointer.js";
import type { Located } from "./types.js";
import { isObject, readMember } from "./value.js";

const maxHops = 50;

/** Follows `$ref`s through the files that were read; each broken one is reported where it stands, once. */
export function createResolver(files: FileSet, rootValue: unknown, report: Report): ResolveReference {
  const byName = new Map([...files.loaded.values()].map((file) => [file.name, file]));
  const valueOf = (file: LoadedFile): unknown => (file === files.root ? rootValue : file.parsed.value);
  const identifiers = createIdentifierIndex(files, valueOf);
  const cache = new Map<string, Located | undefined>();
  const missing = new Set<string>();

  const resolveFile = (ref: string, from: SourcePointer): LoadedFile | undefined => {
    const base = byName.get(from.file) ?? files.root;
    const address = resolveAddress(ref, base.url);
    if (address?.href === base.url.href) return base;
    return address && files.loaded.get(address.href);
  };

  const find = (ref: string, from: SourcePointer, hops: number): Located | undefined => {
    if (hops > maxHops) return undefined;
    const file = resolveFile(ref, from);
    const root = file
      ? { value: valueOf(file), at: { file: file.name, pointer: "" } }
      : identifiers.find(ref.split("#", 1)[0] ?? "");
    return root && findWithin(root, ref, hops);
  };

  const findWithin = (root: Located, ref: string, hops: number): Located | undefined => {
    const [, fragment = ""] = /#(.*)$/s.exec(ref) ?? [];
    const pointer = decodeFragment(fragment);
    if (pointer === "") return root;
    if (!pointer.startsWith("/")) return identifiers.findAnchor(root.at.file, pointer);
    return walk(root, pointer, (inner, place) => find(inner, place, hops + 1));
  };

  /** A `$ref` below an `$id` is relative to that (JSON Schema 2020-12 core 8.2.1); many mean the document all the same. */
  const findInResource = (ref: string, from: SourcePointer): Located | undefined => {
    const resource = identifiers.findResource(from);
    const [address = ""] = ref.split("#", 1);
    const root = address === "" ? resource?.node : resource && identifiers.find(joinId(resource.id, address));
    return root && findWithin(root, ref, 0);
  };

  return (ref, from) => {
    const key = `${from.file} ${ref}`;
    if (!cache.has(key)) cache.set(key, find(ref, from, 0));
    const target = cache.get(key) ?? findInResource(ref, from);
    if (target || missing.has(key)) return target;
    missing.add(key);
    const meant = guessTarget(ref, (guess) => find(guess, from, 0) !== undefined);
    reportMissing({ ref, from, meant, files, report });
    return undefined;
  };
}

export type ResolveReference = (ref: string, from: SourcePointer) => Located | undefined;

/** Walks a pointer; a `$ref` on the way is followed. */
function walk(root: Located, pointer: string, follow: ResolveReference): Located | undefined {
  let current = root;
  for (const key of splitPointer(pointer)) {
    let next = step(current, key);
    const ref = next ? undefined : readMember(current.value, "$ref");
    if (typeof ref === "string") {
      const target = follow(ref, current.at);
      next = target && step(target, key);
    }
    if (!next) return undefined;
    current = next;
  }
  return current;
}

function step(current: Located, key: string): Located | undefined {
  const { value, at } = current;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const child: unknown = Reflect.get(value, key);
  return { value: child, at: { file: at.file, pointer: `${at.pointer}/${escapeSegment(key)}` } };
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** A schema with an `$id`, which is absolute where it can be made so. */
interface Resource {
  readonly id: string;
  readonly node: Located;
}

interface Identifiers {
  /** By `id …` and `anchor …`. */
  readonly nodes: Map<string, Located>;
  readonly resources: Resource[];
}

/** Schemas by `$id` and `$anchor`; built when a reference is not plainly a file and a pointer. */
function createIdentifierIndex(files: FileSet, valueOf: (file: LoadedFile) => unknown) {
  let index: Identifiers | undefined;
  const build = (): Identifiers => {
    const found: Identifiers = { nodes: new Map(), resources: [] };
    for (const file of files.loaded.values()) {
      indexIdentifiers({ value: valueOf(file), at: { file: file.name, pointer: "" } }, "", found);
    }
    return found;
  };
  return {
    find: (id: string) => (index ??= build()).nodes.get(`id ${id}`),
    findAnchor: (file: string, anchor: string) => (index ??= build()).nodes.get(`anchor ${file} ${anchor}`),
    /** The innermost one that a node stands in: the outer ones come first. */
    findResource: ({ file, pointer }: SourcePointer) =>
      (index ??= build()).resources.findLast(
        ({ node: { at } }) => at.file === file && `${pointer}/`.startsWith(`${at.pointer}/`),
      ),
  };
}

function joinId(base: string, id: string): string {
  return URL.canParse(id, base) ? new URL(id, base).href : id;
}

function indexIdentifiers(node: Located, outer: string, found: Identifiers): void {
  const { value, at } = node;
  let base = outer;
  if (typeof value !== "object" || value === null) return;
  if (isObject(value)) {
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const anchor = readMember(value, keyword);
      if (typeof anchor === "string") remember(found.nodes, `anchor ${at.file} ${anchor}`, node);
    }
    for (const keyword of ["$id", "$self"]) {
      const id = readMember(value, keyword);
      if (typeof id !== "string") continue;
      base = joinId(outer, id.replace(/#$/, ""));
      for (const name of [id.replace(/#$/, ""), base]) remember(found.nodes, `id ${name}`, node);
      found.resources.push({ id: base, node });
    }
  }
  for (const [key, child] of Object.entries(value)) {
    const place = { file: at.file, pointer: `${at.pointer}/${escapeSegment(key)}` };
    indexIdentifiers({ value: child, at: place }, base, found);
  }
}

function remember(found: Map<string, Located>, key: string, node: Located): void {
  if (!found.has(key)) found.set(key, node);
}

/** What a reference without its `#` was to name: without one it is the address of a file (RFC 3986 section 4.1). */
function guessTarget(ref: string, exists: (ref: string) => boolean): string | undefined {
  const name = ref.replace(/^\//, "");
  const guesses = [...(name.includes("/") ? [""] : []), "components/schemas/", "definitions/"];
  return ref.includes("#") ? undefined : guesses.map((place) => `#/${place}${name}`).find(exists);
}

interface Missing {
  readonly ref: string;
  readonly from: SourcePointer;
  readonly meant: string | undefined;
  readonly files: FileSet;
  readonly report: Report;
}

function reportMissing({ ref, from, meant, files, report }: Missing): void {
  if (meant !== undefined) {
    const message = `$ref "${ref}" names a file that is not there; did you mean "${meant}"?`;
    return report({ code: "load/ref-not-found", message, at: from });
  }
  const base = [...files.loaded.values()].find((file) => file.name === from.file) ?? files.root;
  const address = resolveAddress(ref, base.url);
  const failure = address && files.failed.get(address.href);
  if (!failure) {
    report({ code: "load/ref-not-found", message: `$ref "${ref}" points to nothing.`, at: from });
    return;
  }
  // A fault inside the other file is told where it is; one in reaching it, where the reference stands.
  if (failure.at) report({ ...failure, severity: "warning" });
  report({
    code: codeForReference(failure.code),
    message: `$ref "${ref}" cannot be followed: ${failure.message}`,
    at: from,
  });
}

function codeForReference(code: string) {
  if (code === "load/remote-ref-refused" || code === "load/local-ref-refused") return code;
  return "load/ref-not-found" as const;
}
