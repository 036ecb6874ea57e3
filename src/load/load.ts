import { fileURLToPath } from "node:url";
import type { Report } from "../diagnostics/types.js";
import { crawlFiles, type FileSet, type LoadedFile } from "./files.js";
import { hashValues } from "./hash.js";
import type { OverlaidRoot } from "./overlay.js";
import { parseSource } from "./parse.js";
import { createOperationHash } from "./operation-hash.js";
import { createPositionIndex, type PositionIndex, positionIn } from "./positions.js";
import { readSource } from "./read.js";
import { createResolver } from "./resolve.js";
import { isRemote, locateSource } from "./source.js";
import type { LoadedSpec, LoadOptions, SpecVersion } from "./types.js";
import { isObject } from "./value.js";
import { readVersion } from "./version.js";

/** Reads a description and every file it refers to; undefined when it is no usable description (reported). */
export async function loadSpec(source: string, options: LoadOptions, report: Report): Promise<LoadedSpec | undefined> {
  const root = await loadFile(source, report);
  if (!root) return undefined;
  const version = readVersion(root.parsed.value, root.name, locateAtOnce([root], report));
  if (!version) return undefined;
  const overlaid = await overlayRoot(root, options.overlays ?? [], report);
  if (!overlaid) return undefined;
  const files: FileSet = { root, loaded: new Map([[root.url.href, root]]), failed: new Map() };
  await crawlFiles(files, overlaid.value, { allowRemoteRefs: options.allowRemoteRefs === true });
  for (const file of files.loaded.values()) {
    if (file !== root) for (const problem of file.parsed.problems) report(problem);
  }
  return createSpec({ source: isRemote(source) ? root.url.href : source, version, files, overlaid, report });
}

async function overlayRoot(
  root: LoadedFile,
  sources: readonly string[],
  report: Report,
): Promise<OverlaidRoot | undefined> {
  if (sources.length === 0) {
    return { value: root.parsed.value, files: [], origin: (pointer) => ({ file: root.name, pointer }) };
  }
  const { applyOverlays } = await import("./overlay.js");
  const overlays: LoadedFile[] = [];
  for (const source of sources) {
    const overlay = await loadFile(source, report);
    if (!overlay) return undefined;
    overlays.push(overlay);
  }
  return applyOverlays(root, overlays, locateAtOnce([root, ...overlays], report));
}

/** Where nothing may be loaded in the end, nobody can be asked for positions later. */
function locateAtOnce(files: readonly LoadedFile[], report: Report): Report {
  return (problem) => {
    const { at } = problem;
    const file = at && "pointer" in at ? files.find(({ name }) => name === at.file) : undefined;
    if (!file || !at || !("pointer" in at)) return report(problem);
    const place = createPositionIndex(file.parsed).locate(at.pointer);
    report({ ...problem, at: positionIn(file.name, place) });
  };
}

/** Reads and parses one file the user named; reports what is wrong with it. */
async function loadFile(source: string, report: Report): Promise<LoadedFile | undefined> {
  if (isRemote(source) && !URL.canParse(source)) {
    report({ code: "load/unreachable", message: `${source} is not a valid address.` });
    return undefined;
  }
  const file = locateSource(source);
  const read = await readSource(file);
  if (!read.ok) {
    report(read.problem);
    return undefined;
  }
  const result = parseSource(read, file.name);
  if (!result.ok) {
    report(atKnownPosition(result.problem));
    return undefined;
  }
  for (const problem of result.parsed.problems) report(problem);
  return { name: file.name, url: read.url, parsed: result.parsed };
}

/** A file that could not be parsed has no nodes; a pointer into it is its first line. */
function atKnownPosition(problem: Parameters<Report>[0]): Parameters<Report>[0] {
  const { at } = problem;
  return at && "pointer" in at ? { ...problem, at: { file: at.file, line: 1, column: 1 } } : problem;
}

interface SpecParts {
  readonly source: string;
  readonly version: SpecVersion;
  readonly files: FileSet;
  readonly overlaid: OverlaidRoot;
  readonly report: Report;
}

function createSpec(parts: SpecParts): LoadedSpec {
  const { source, version, files, overlaid, report } = parts;
  const readable = new Map([...files.loaded.values(), ...overlaid.files].map((file) => [file.name, file]));
  const indexes = new Map<string, PositionIndex>();
  const indexOf = (name: string): PositionIndex | undefined => {
    const known = indexes.get(name);
    const file = readable.get(name);
    if (known || !file) return known;
    const index = createPositionIndex(file.parsed);
    indexes.set(name, index);
    return index;
  };
  let hash: string | undefined;
  const root = { value: isObject(overlaid.value) ? overlaid.value : {}, at: { file: files.root.name, pointer: "" } };
  return {
    source,
    version,
    root,
    // References that nothing else follows may be broken without anyone being told.
    hashOperation: createOperationHash(
      root,
      createResolver(files, overlaid.value, () => {}),
    ),
    resolve: createResolver(files, overlaid.value, report),
    locate(at) {
      const origin = at.file === files.root.name ? overlaid.origin(at.pointer) : at;
      const place = indexOf(origin.file)?.locate(origin.pointer);
      return place && positionIn(origin.file, place);
    },
    line: (file, number) => indexOf(file)?.line(number),
    get texts() {
      return listTexts(files, overlaid.files);
    },
    get hash() {
      hash ??= hashFiles(files, overlaid.value);
      return hash;
    },
  };
}

function listTexts({ loaded, failed }: FileSet, overlays: readonly LoadedFile[]): LoadedSpec["texts"] {
  const all = [...loaded.values(), ...overlays];
  if (failed.size > 0 || all.some(({ url }) => url.protocol !== "file:")) return undefined;
  return new Map(all.map(({ url, parsed }) => [fileURLToPath(url), parsed.text]));
}

function hashFiles(files: FileSet, rootValue: unknown): string {
  const values = new Map<string, unknown>();
  for (const file of files.loaded.values()) {
    const name = file === files.root ? "" : relativeName(file.url, files.root.url);
    values.set(name, file === files.root ? rootValue : file.parsed.value);
  }
  return hashValues(values);
}

/** Independent of where the description lies. */
function relativeName(url: URL, root: URL): string {
  const from = new URL(".", root).href.split("/");
  const to = url.href.split("/");
  let common = 0;
  while (common < from.length && from[common] === to[common]) common++;
  return `${"../".repeat(from.length - 1 - Math.min(common, from.length - 1))}${to.slice(common).join("/")}`;
}
