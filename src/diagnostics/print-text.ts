import { catalog } from "./catalog.js";
import type { LocatedDiagnostic } from "./locate.js";
import { cleanText, shortenText } from "./text.js";
import type { CatalogEntry, Severity } from "./types.js";

export interface TextOptions {
  /** Whether the output takes colours. */
  readonly color: boolean;
  /** Errors only. */
  readonly quiet?: boolean;
}

/** Of warnings and notes of one code, as many are printed; big descriptions repeat themselves. */
const printedPerCode = 5;

const colors: Readonly<Record<Severity | "dim", number>> = { error: 31, warning: 33, info: 36, dim: 2 };

/** Diagnostics for people: what, where with the line itself, why, and what to do. Empty when there are none. */
export function printDiagnosticsText(diagnostics: readonly LocatedDiagnostic[], options: TextOptions): string {
  const shown = diagnostics.filter(({ severity }) => !options.quiet || severity === "error").sort(compareSeverity);
  const seen = new Map<string, number>();
  const blocks: string[] = [];
  for (const diagnostic of shown) {
    const before = seen.get(diagnostic.code) ?? 0;
    seen.set(diagnostic.code, before + 1);
    if (diagnostic.severity !== "error" && before >= printedPerCode) continue;
    blocks.push(printDiagnostic(diagnostic, before === 0, options));
  }
  const left = [...seen].flatMap(([code, count]) => countLeft(code, count, shown));
  return [...blocks, ...left].map((block) => `${block}\n`).join("\n");
}

/** `2 errors, 1 warning`; empty when nothing was found. */
export function countDiagnostics(diagnostics: readonly { readonly severity: Severity }[]): string {
  const names: readonly [Severity, string][] = [
    ["error", "error"],
    ["warning", "warning"],
    ["info", "note"],
  ];
  return names
    .map(([severity, name]) => [diagnostics.filter((one) => one.severity === severity).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}${count === 1 ? "" : "s"}`)
    .join(", ");
}

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function compareSeverity(left: LocatedDiagnostic, right: LocatedDiagnostic): number {
  return ranks[left.severity] - ranks[right.severity];
}

function countLeft(code: string, count: number, shown: readonly LocatedDiagnostic[]): string[] {
  const hidden = shown.filter((one) => one.code === code && one.severity !== "error").length - printedPerCode;
  if (count <= printedPerCode || hidden <= 0) return [];
  return [`… and ${hidden} more of ${code} (--format json lists all)`];
}

function printDiagnostic(diagnostic: LocatedDiagnostic, explain: boolean, { color }: TextOptions): string {
  const entry: CatalogEntry = catalog[diagnostic.code];
  const paint = (text: string, name: keyof typeof colors) => (color ? `\u001b[${colors[name]}m${text}\u001b[0m` : text);
  const name = diagnostic.severity === "info" ? "note" : diagnostic.severity;
  const fix = diagnostic.fix ?? (explain ? entry.fix : undefined);
  return [
    `${paint(name, diagnostic.severity)} ${cleanText(diagnostic.message)} ${paint(`[${diagnostic.code}]`, "dim")}`,
    ...printPlace(diagnostic, (text) => paint(text, diagnostic.severity)),
    ...(explain ? [`  why: ${entry.cause}`] : []),
    ...(fix === undefined ? [] : [`  fix: ${cleanText(fix)}`]),
  ].join("\n");
}

function printPlace({ at, position, sourceLine }: LocatedDiagnostic, paint: (text: string) => string): string[] {
  if (!position) return at && "pointer" in at ? [`  at ${cleanText(`${at.file}#${at.pointer}`)}`] : [];
  const place = `  at ${cleanText(position.file)}:${position.line}:${position.column}`;
  return sourceLine === undefined ? [place] : [place, ...printFrame(position, sourceLine, paint)];
}

/** Characters of a source line that are shown around the caret. */
const frameWidth = 100;

function printFrame(
  position: { readonly line: number; readonly column: number },
  sourceLine: string,
  paint: (text: string) => string,
): string[] {
  const start = position.column > frameWidth - 20 ? position.column - 40 : 0;
  const number = String(position.line);
  // One character for one, so that the caret stays below its column.
  const visible = Array.from(sourceLine.slice(start, start + frameWidth), (char) => cleanText(char)).join("");
  const caret = " ".repeat(Math.max(0, position.column - 1 - start));
  return [
    `    ${number} | ${shortenText(visible, frameWidth)}`,
    `    ${" ".repeat(number.length)} | ${caret}${paint("^")}`,
  ];
}
