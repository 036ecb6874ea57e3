/** Decodes text bodies and takes out what a reader cannot see. */

/** Decodes by the charset of the content type (UTF-8 when absent or unknown); a byte order mark is dropped. */
export function decodeText(body: Buffer, contentType: string | undefined): string {
  const charset = /charset="?([^";\s]+)/i.exec(contentType ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/**
 * Text without control and invisible format characters (zero-width, bidirectional, tag characters), which can hide
 * instructions from the person who watches. Line feeds and tabs stay.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, "");
}

/** One line of at most `length` characters. */
export function clippedLine(text: string, length: number): string {
  const line = visibleText(text).replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}
