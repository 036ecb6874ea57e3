/** A path, taken apart: literals, parameters and verbs. */
import { splitWords } from "../naming/words.js";

export interface LiteralPart {
  readonly kind: "literal" | "verb";
  readonly text: string;
  readonly words: readonly string[];
}

export interface ParameterPart {
  readonly kind: "parameter";
  readonly names: readonly string[];
}

export type PathPart = LiteralPart | ParameterPart;

const FORMATS = /^(?:json|xml|csv|jsonl|ndjson)$/i;

/** The parts of a path template; format suffixes go, `:verb` and `#variant` become verbs. */
export function parsePath(path: string): readonly PathPart[] {
  const [, main = path, fragment] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/s.exec(path) ?? [];
  const parts = main.split("/").filter(Boolean).flatMap(parseSegment);
  const kept = parts.length > 1 && isFormat(parts.at(-1)) ? parts.slice(0, -1) : parts;
  return fragment ? [...kept, toPart("verb", fragment)] : kept;
}

function parseSegment(segment: string): PathPart[] {
  const odata = /^([A-Za-z][\w.]*)\((.*)\)$/s.exec(segment);
  if (odata) {
    const [, name = "", inner = ""] = odata;
    return inner.includes("{") ? [toPart("literal", name), toParameter(inner)] : [toPart("literal", name)];
  }
  const [, head = segment, verb] = /^(.+):([A-Za-z][\w-]*)$/s.exec(segment) ?? [];
  const first = head.includes("{") ? toParameter(head) : toPart("literal", stripFormat(head));
  return verb === undefined ? [first] : [first, toPart("verb", verb)];
}

function toPart(kind: "literal" | "verb", text: string): LiteralPart {
  return { kind, text, words: splitWords(text) };
}

/** A segment with a parameter in it counts as one parameter, whatever stands around it. */
function toParameter(segment: string): ParameterPart {
  return { kind: "parameter", names: [...segment.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name) };
}

function stripFormat(literal: string): string {
  return literal.replace(/\.(?:json|xml|csv)$/i, "");
}

function isFormat(part: PathPart | undefined): boolean {
  return part?.kind === "literal" && FORMATS.test(part.text);
}
