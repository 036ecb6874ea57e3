/** Text of a description as one line of Markdown that can neither start markup nor leave its table cell. */
export function escapeMarkdown(text: string): string {
  return cleanLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]#!|~$]/g, "\\$&")
    .replaceAll(/\b((?:https?|ftp)(?=:\/\/)|www(?=\.))/gi, "$1&#8203;");
}

/** Code in a table cell; a backtick cannot be escaped inside code. */
export function printCode(text: string): string {
  return `\`${cleanLine(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}

/** One line without control or invisible characters. */
export function cleanLine(text: string): string {
  return text
    .replaceAll(/[^\P{C}\s]/gu, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
