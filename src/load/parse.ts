import type { DiagnosticInput, SourcePosition } from "../diagnostics/types.js";
import type { DecodedText } from "./decode.js";
import { countKeys } from "./json-scan.js";
import { findUnusable } from "./unusable.js";
import { measureTree, type TreeSize } from "./measure.js";
import { maxDepth, parseYaml, type YamlProblem, type YamlValue } from "./yaml.js";
import { listRepeatedKeys } from "./yaml-index.js";

/** The content of one file. `text` is what positions count in. */
export interface ParsedText {
  readonly value: unknown;
  readonly text: string;
  /** The text is strict JSON. */
  readonly json: boolean;
  readonly problems: readonly DiagnosticInput[];
}

export type ParseResult =
  | { readonly ok: true; readonly parsed: ParsedText }
  | { readonly ok: false; readonly problem: DiagnosticInput; readonly text: string };

/** A result that may know how large the document is. */
type Measured =
  | Exclude<ParseResult, { readonly ok: true }>
  | { readonly ok: true; readonly parsed: ParsedText & { readonly size?: TreeSize } };

/** Nodes a document may have once its aliases are written out. */
const maxNodes = 5_000_000;

/** Parses what was read; what had to be assumed to read it is among the problems. */
export function parseSource({ text, problem }: DecodedText, file: string): ParseResult {
  const result = parseText(text, file);
  if (!problem || !result.ok) return result;
  return { ok: true, parsed: { ...result.parsed, problems: [problem, ...result.parsed.problems] } };
}

/** Parses JSON or YAML by content, not by file name; repairs what has one obvious meaning and says so. */
function parseText(raw: string, file: string): ParseResult {
  const text = raw.startsWith("\uFEFF") ? raw.slice(1) : raw;
  const unusable = findUnusable(text, file);
  if (unusable) return { ok: false, problem: unusable, text };
  const result: Measured = parseJson(text, file) ?? parseAsYaml(text, file);
  if (!result.ok) return result;
  const { size, ...parsed } = result.parsed;
  const excess = findExcess(parsed, size, file);
  return excess ? { ok: false, problem: excess, text } : { ok: true, parsed };
}

function parseJson(text: string, file: string): Measured | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return parseLenientJson(text, file);
  }
  const size = measureTree(value, maxDepth, false);
  const problems = countKeys(text) > size.keys ? describeRepeatedKeys(text, file) : [];
  return { ok: true, parsed: { value, text, json: true, problems, size } };
}

/** Text that starts like JSON and is not: YAML reads trailing commas and comments. */
function parseLenientJson(text: string, file: string): ParseResult | undefined {
  const asItIs = parseYaml(text, true);
  const bare = asItIs.ok ? text : blankComments(text);
  const strict = bare === text ? asItIs : parseYaml(bare, true);
  if (strict.ok) {
    const isYamlFlow = bare === text && !/^\s*[[{]\s*(?:"|[\]}])/.test(text);
    const problem: DiagnosticInput = {
      code: "load/lenient-json",
      message: `${file} is not strict JSON (a trailing comma or a comment, perhaps); it was read as YAML.`,
      at: { file, pointer: "" },
    };
    return acceptYaml(strict, bare, file, [...(isYamlFlow ? [] : [problem]), ...describeRepeatedKeys(bare, file)]);
  }
  return { ok: false, problem: describeSyntax("load/invalid-json", "JSON", strict.problem, file), text };
}

/** Spaces in place of `//` and block comments, so that every position stays. */
function blankComments(text: string): string {
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\r\n]/g, " "),
  );
}

function acceptYaml(
  { value, hasMore }: YamlValue,
  text: string,
  file: string,
  problems: readonly DiagnosticInput[],
): ParseResult {
  const further = hasMore ? [describeFurther(text, file)] : [];
  return { ok: true, parsed: { value, text, json: false, problems: [...problems, ...further] } };
}

/** The second document of a stream starts at a `---`, or behind a `...`. */
function describeFurther(text: string, file: string): DiagnosticInput {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => !/^(?:\s*(?:#|$)|%|---\s*$)/.test(line));
  const second = lines.findIndex((line, i) => i > first && /^(?:---|\.\.\.)(?:\s|$)/.test(line));
  return {
    code: "load/several-documents",
    message: `${file} holds several YAML documents; only the first is read.`,
    at: { file, line: second + 1, column: 1 },
  };
}

function parseAsYaml(text: string, file: string): ParseResult {
  const strict = parseYaml(text, false);
  if (strict.ok) return acceptYaml(strict, text, file, []);
  if (strict.problem.message.startsWith("duplicated mapping key")) {
    const lenient = parseYaml(text, true);
    if (lenient.ok) return acceptYaml(lenient, text, file, describeRepeatedKeys(text, file));
  }
  const repaired = /^[ ]*\t/m.test(text) ? parseTabbed(text, file) : undefined;
  return repaired ?? { ok: false, problem: describeSyntax("load/invalid-yaml", "YAML", strict.problem, file), text };
}

/** YAML forbids tabs in indentation; each width is tried until one gives a document. */
function parseTabbed(text: string, file: string): ParseResult | undefined {
  for (const width of [2, 4, 8]) {
    const spaced = text.replaceAll(/^[ \t]+/gm, (indent) => indent.replaceAll("\t", " ".repeat(width)));
    const result = parseYaml(spaced, true);
    if (!result.ok) continue;
    const line = text.split("\n").findIndex((candidate) => /^[ ]*\t/.test(candidate));
    const problem: DiagnosticInput = {
      code: "load/tab-indentation",
      message: `${file} is indented with tabs, which YAML does not allow; each was read as ${width} spaces.`,
      at: { file, line: line + 1, column: 1 },
    };
    return acceptYaml(result, spaced, file, [problem, ...describeRepeatedKeys(spaced, file)]);
  }
  return undefined;
}

function describeRepeatedKeys(text: string, file: string): DiagnosticInput[] {
  return listRepeatedKeys(text).map(({ key, start }) => ({
    code: "load/duplicate-key",
    message: `The key "${key.slice(0, 80)}" is repeated; its last value counts.`,
    at: positionAt(text, start, file),
  }));
}

function describeSyntax(
  code: "load/invalid-json" | "load/invalid-yaml",
  language: string,
  problem: YamlProblem,
  file: string,
): DiagnosticInput {
  if (problem.message.includes("maxDepth")) return describeDepth(file, problem);
  return {
    code,
    message: `${file} is not valid ${language}: ${problem.message}.`,
    at: { file, line: problem.line + 1, column: problem.column + 1 },
  };
}

function describeDepth(file: string, problem?: YamlProblem): DiagnosticInput {
  return {
    code: "load/too-deep",
    message: `${file} is nested more than ${maxDepth} levels deep.`,
    at: problem ? { file, line: problem.line + 1, column: problem.column + 1 } : { file, pointer: "" },
  };
}

function findExcess(parsed: ParsedText, known: TreeSize | undefined, file: string): DiagnosticInput | undefined {
  const alias = parsed.json ? undefined : /[\s[{,:-]\*\S/.exec(parsed.text);
  const size = known ?? measureTree(parsed.value, maxDepth, alias !== null && alias !== undefined);
  if (size.cyclic) {
    return {
      code: "load/alias-bomb",
      message: `A YAML alias in ${file} contains itself.`,
      at: positionAt(parsed.text, (alias?.index ?? 0) + 1, file),
    };
  }
  if (size.depth > maxDepth) return describeDepth(file, parsed.json ? findDepth(parsed.text) : undefined);
  if (size.nodes <= maxNodes) return undefined;
  const message = `${file} grows to more than ${maxNodes} nodes when its YAML aliases are written out.`;
  return { code: "load/alias-bomb", message, at: positionAt(parsed.text, (alias?.index ?? 0) + 1, file) };
}

function positionAt(text: string, offset: number, file: string): SourcePosition {
  const before = text.slice(0, offset);
  return { file, line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** Where a JSON text gets too deep. */
function findDepth(text: string): YamlProblem {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
    if (depth <= maxDepth) continue;
    const { line, column } = positionAt(text, index, "");
    return { message: "maxDepth", line: line - 1, column: column - 1 };
  }
  return { message: "maxDepth", line: 0, column: 0 };
}
