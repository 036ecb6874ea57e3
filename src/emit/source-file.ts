/** One TypeScript file: imports, literals and comments have one door each, and the escaping is in the door. */
import { assertIdentifier, PRINT_WIDTH, printLiteral, printString, type Printable } from "./literal.js";

export interface SourceFile {
  /** Imports a value; the same symbol twice is imported once. */
  importSymbol(name: string, from: string): void;
  importType(name: string, from: string): void;
  /** `export const name: type = value;`, always with one property per line at the root. */
  constant(name: string, value: Printable, options: ConstantOptions): void;
  /** Lines of declarations printed elsewhere in this folder; never text of a description. */
  code(lines: string): void;
  /** A doc comment before whatever comes next. */
  doc(text: string): void;
  toString(): string;
}

export interface ConstantOptions {
  readonly type?: string;
  /** Function around the value: `defineTool`. */
  readonly call?: string;
  /** Properties of the root whose own properties stand on a line each. */
  readonly expand?: readonly string[];
}

interface Imports {
  readonly values: Set<string>;
  readonly types: Set<string>;
}

/** A file with the given comment lines at its top. */
export function createSourceFile(header: readonly string[]): SourceFile {
  const imports = new Map<string, Imports>();
  const body: string[] = [];
  let isDocumented = false;
  const separate = (): void => {
    if (!isDocumented && body.length > 0) body.push("\n");
    isDocumented = false;
  };
  const importsOf = (from: string): Imports => {
    const known = imports.get(from) ?? { values: new Set(), types: new Set() };
    imports.set(from, known);
    return known;
  };
  return {
    importSymbol: (name, from) => void importsOf(from).values.add(name),
    importType: (name, from) => void importsOf(from).types.add(name),
    constant: (name, value, options) => {
      separate();
      body.push(printConstant(name, value, options), "\n");
    },
    code: (lines) => {
      separate();
      body.push(lines, "\n");
    },
    doc: (text) => {
      separate();
      body.push(printDoc(text), "\n");
      isDocumented = true;
    },
    toString: () => {
      const top = header.map((line) => printLineComment(line)).join("\n");
      const parts = [header.length > 0 ? `${top}\n${printImports(imports)}` : printImports(imports), body.join("")];
      return parts.filter((part) => part !== "").join("\n");
    },
  };
}

function printConstant(name: string, value: Printable, { type, call, expand = [] }: ConstantOptions): string {
  assertIdentifier(name);
  const annotation = type === undefined ? "" : `: ${type}`;
  const start = `export const ${name}${annotation} = ${call === undefined ? "" : `${call}(`}`;
  const end = call === undefined ? ";" : ");";
  return start + printLiteral(value, { column: start.length, after: end.length, expand }) + end;
}

/** One line of a `//` comment. */
export function printLineComment(text: string): string {
  return `// ${cleanComment(text).replaceAll(/\s+/g, " ").trim()}`;
}

/** A doc comment: one line where it fits, else the words filled into lines. */
export function printDoc(text: string, level = 0): string {
  const indent = "  ".repeat(level);
  const words = cleanComment(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  const single = `/** ${words.join(" ")} */`;
  if (indent.length + single.length <= PRINT_WIDTH) return single;
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && indent.length + 3 + line.length + 1 + word.length > PRINT_WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line += line === "" ? word : ` ${word}`;
    }
  }
  return `/**\n${[...lines, line].map((entry) => `${indent} * ${entry}`).join("\n")}\n${indent} */`;
}

/** Text that can neither end a comment, nor start a directive in one, nor hide anything in it. */
function cleanComment(text: string): string {
  return text
    .replaceAll(/[^\P{C}\s]/gu, " ")
    .replaceAll("*/", "* /")
    .replaceAll(/@(?=[a-z])/gi, "@ ")
    .replaceAll(/\b(?=prettier-ignore|eslint-|oxlint-|ts-(?:ignore|expect-error|nocheck))/g, "~");
}

function printImports(imports: ReadonlyMap<string, Imports>): string {
  return [...imports.entries()]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([from, { values, types }]) => printImport(from, values, types))
    .join("");
}

function printImport(from: string, values: ReadonlySet<string>, types: ReadonlySet<string>): string {
  const isTypeOnly = values.size === 0;
  const names = [...new Set([...values, ...types])].toSorted();
  for (const name of names) name.split(" as ").forEach(assertIdentifier);
  const words = names.map((name) => (isTypeOnly || values.has(name) ? name : `type ${name}`));
  const keyword = isTypeOnly ? "import type" : "import";
  const line = `${keyword} { ${words.join(", ")} } from ${printString(from)};`;
  if (line.length <= PRINT_WIDTH || words.length === 1) return `${line}\n`;
  return `${keyword} {\n${words.map((word) => `  ${word},\n`).join("")}} from ${printString(from)};\n`;
}
