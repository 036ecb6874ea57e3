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
