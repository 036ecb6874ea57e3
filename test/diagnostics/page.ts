/** Prints `docs/diagnostics.md` from the catalog: `npm run docs:diagnostics` writes it, a test compares it. */
import { catalog } from "../../src/diagnostics/catalog.js";
import type { CatalogEntry } from "../../src/diagnostics/types.js";

export function printDiagnosticsPage(): string {
  const entries: [string, CatalogEntry][] = Object.entries(catalog);
  const stages = [...new Set(entries.map(([code]) => code.split("/", 1)[0] ?? code))];
  const sections = stages.flatMap((stage) => [
    `## ${stage}`,
    "",
    ...entries.filter(([code]) => code.startsWith(`${stage}/`)).flatMap(printEntry),
  ]);
  return [
    "# Diagnostics",
    "",
    "<!-- Printed from src/diagnostics/catalog by `npm run docs:diagnostics`. -->",
    "",
    "`openapi-to-mcp explain CODE` prints one entry. Warnings are errors under `--strict`.",
    "",
    ...sections,
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function printEntry([code, { severity, title, cause, fix }]: [string, CatalogEntry]): string[] {
  return [`### ${code}`, "", `**${title}** (${severity})`, "", escapeText(cause), "", `Fix: ${escapeText(fix)}`, ""];
}

/** Outside of code, `<`, `*` and `_` would be markup. */
function escapeText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll(/[<*_]/g, "\\$&")))
    .join("");
}
