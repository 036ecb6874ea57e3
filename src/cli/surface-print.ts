/** Changes of tools for people, programs and pull requests. */
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { cleanText } from "../diagnostics/text.js";
import type { SurfaceChange, SurfaceClass } from "./surface.js";

const classes: readonly SurfaceClass[] = ["breaking", "additive", "text"];

const titles: Readonly<Record<SurfaceClass, string>> = {
  breaking: "Breaking changes of the tools",
  additive: "Additions to the tools",
  text: "Texts that read anew",
};

export const ranks: Readonly<Record<SurfaceClass, number>> = { text: 1, additive: 2, breaking: 3 };

/** What `--fail-on` takes beside `stale`; `any` is any change of the tools. */
export type FailOn = SurfaceClass | "any";

/** Whether the changes hold one of this class or of a worse one. */
export function failsOn(changes: readonly SurfaceChange[], least: FailOn): boolean {
  return changes.some((change) => ranks[change.class] >= ranks[least === "any" ? "text" : least]);
}

/** One line per change under the title of its class. */
export function printChangesText(changes: readonly SurfaceChange[]): string[] {
  const blocks = byClass(changes).flatMap(([name, found], i) => {
    const lines = found.map(({ tool, change, operations, tokens }) => {
      const behind = [...operations.slice(0, 3), ...(operations.length > 3 ? [`${operations.length - 3} more`] : [])];
      const details = [...behind, printTokens(tokens)].filter((text) => text !== "").join(", ");
      return `  ${tool}: ${cleanText(change)}${details === "" ? "" : ` [${cleanText(details)}]`}`;
    });
    return [...(i === 0 ? [] : [""]), `${titles[name]}:`, ...lines];
  });
  return [...blocks, "", `In all: ${summarise(changes)}.`];
}

export function printChangesMarkdown(changes: readonly SurfaceChange[]): string[] {
  const blocks = byClass(changes).flatMap(([name, found]) => {
    const rows = found.map(({ tool, change, operations, tokens }) => {
      const behind = operations.map((operation) => code(operation)).join("<br>");
      return `| ${code(tool)} | ${escapeCell(change)} | ${behind} | ${printDelta(tokens)} |`;
    });
    const head = ["| tool | change | operation | tokens of the tool |", "| --- | --- | --- | ---: |"];
    return [`#### ${titles[name]}`, "", ...head, ...rows, ""];
  });
  return [...blocks, `In all: ${summarise(changes)}.`];
}

export function toJsonChanges(changes: readonly SurfaceChange[]): readonly SurfaceChange[] {
  return changes.map(({ class: kind, tool, change, operations, tokens }) => {
    return { class: kind, tool, change, operations, tokens };
  });
}

/** Changes as annotations of a workflow run. */
export function toAnnotations(changes: readonly SurfaceChange[]): LocatedDiagnostic[] {
  return changes.map((change): LocatedDiagnostic => ({
    code: "cli/stale",
    severity: change.class === "breaking" ? "error" : change.class === "additive" ? "warning" : "info",
    message: `${change.class}: ${change.tool}: ${change.change}${[...change.operations, printTokens(change.tokens)]
      .filter((text) => text !== "")
      .map((text, i) => (i === 0 ? ` [${text}` : `, ${text}`))
      .join("")}${change.operations.length > 0 || change.tokens !== 0 ? "]" : ""}.`,
  }));
}

/** `2 breaking, 1 additive; +120 tokens`. */
function summarise(changes: readonly SurfaceChange[]): string {
  const counts = byClass(changes).map(([name, found]) => `${found.length} ${name}`);
  const tools = new Map(changes.map(({ tool, tokens }) => [tool, tokens]));
  return `${counts.join(", ")}; ${printDelta([...tools.values()].reduce((sum, tokens) => sum + tokens, 0))} tokens`;
}

function byClass(changes: readonly SurfaceChange[]): [SurfaceClass, readonly SurfaceChange[]][] {
  return classes.flatMap((name): [SurfaceClass, readonly SurfaceChange[]][] => {
    const found = changes.filter((change) => change.class === name);
    return found.length === 0 ? [] : [[name, found]];
  });
}

function printTokens(tokens: number): string {
  return tokens === 0 ? "" : `${printDelta(tokens)} tokens`;
}

function printDelta(tokens: number): string {
  return tokens > 0 ? `+${tokens}` : String(tokens);
}

/** Inline code; a backtick cannot be escaped in it, and a bar would end the cell. */
function code(text: string): string {
  return `\`${cleanText(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}

function escapeCell(text: string): string {
  return cleanText(text).replaceAll(/[\\`*_<>|[\]]/g, "\\$&");
}
