import { catalog } from "./catalog.js";
import type { LocatedDiagnostic } from "./locate.js";
import { cleanText } from "./text.js";
import type { CatalogEntry, Severity } from "./types.js";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

/** Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines they are about. */
export function printDiagnosticsGithub(diagnostics: readonly LocatedDiagnostic[]): string {
  return diagnostics.map((diagnostic) => `${printCommand(diagnostic)}\n`).join("");
}

function printCommand({ code, severity, message, fix, position, at }: LocatedDiagnostic): string {
  const entry: CatalogEntry = catalog[code];
  const file = position?.file ?? at?.file;
  const properties = [
    ...(file === undefined ? [] : [["file", file]]),
    ...(position
      ? [
          ["line", String(position.line)],
          ["col", String(position.column)],
        ]
      : []),
    ["title", `${entry.title} (${code})`],
  ];
  const list = properties.map(([name = "", value = ""]) => `${name}=${escapeProperty(cleanText(value))}`).join(",");
  return `::${commands[severity]} ${list}::${escapeData(`${cleanText(message)}\n${cleanText(fix ?? entry.fix)}`)}`;
}

/** Escaping of workflow commands: percent first, then what would end the line. */
export function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Properties also end at commas and colons. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
