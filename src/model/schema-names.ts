import type { SourcePointer } from "../diagnostics/types.js";
import type { SchemaId } from "./types.js";
import { unescapeSegment } from "../naming/pointer.js";

/** Segments of a pointer that say where a schema stands, not what it is. */
const structural = new Set(
  (
    "components schemas definitions $defs properties items schema content allOf oneOf anyOf paths responses " +
    "requestBody requestBodies parameters additionalProperties application~1json"
  ).split(" "),
);
const maxLength = 80;

/** Gives each place of a schema one name: its component name, else one made from pointer and file. */
export function createSchemaNames(rootFile: string): { nameOf(at: SourcePointer): SchemaId } {
  const byPlace = new Map<string, SchemaId>();
  const taken = new Set<SchemaId>();
  const claim = (candidates: readonly string[]): SchemaId => {
    const free = candidates.find((candidate) => !taken.has(candidate));
    const [first = "Schema"] = candidates;
    let id = free ?? first;
    for (let i = 2; taken.has(id); i++) id = `${first}_${i}`;
    taken.add(id);
    return id;
  };
  return {
    nameOf(at) {
      const place = `${at.file}#${at.pointer}`;
      const known = byPlace.get(place);
      if (known !== undefined) return known;
      const name = proposeName(at);
      const id = claim(at.file === rootFile ? [name] : [name, `${stem(at.file)}_${name}`]);
      byPlace.set(place, id);
      return id;
    },
  };
}

function proposeName(at: SourcePointer): string {
  const segments = at.pointer.split("/").slice(1);
  if (segments.length === 0) return stem(at.file);
  const home = Math.max(...["schemas", "definitions", "$defs"].map((map) => segments.lastIndexOf(map)));
  const relevant = home >= 0 && home < segments.length - 1 ? segments.slice(home + 1) : segments;
  if (home >= 0 && relevant.length === 1) return unescapeSegment(relevant[0] ?? "");
  const words = relevant
    .filter((segment) => !structural.has(segment))
    .map((segment) => clean(unescapeSegment(segment)));
  const name = words.filter((word) => word !== "").join("_");
  return name === "" ? stem(at.file) : name.slice(-maxLength).replace(/^_+/, "");
}

function clean(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "_").replaceAll(/^_+|_+$/g, "");
}

/** The name of a file without folder and extension; that of the folder for an index file. */
function stem(file: string): string {
  const parts = file.replace(/[?#].*$/, "").split("/");
  const base = (parts.at(-1) ?? "").replace(/\.[^.]*$/, "");
  const name = base === "index" || base === "_index" ? (parts.at(-2) ?? base) : base;
  return clean(name) || "Schema";
}
