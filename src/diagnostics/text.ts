/**
 * Text from a description is not ours: control characters and terminal escape sequences in it must not reach a
 * terminal or a log, nor may characters that reorder or hide what stands beside them.
 */
export function cleanText(text: string): string {
  return text
    .replaceAll(/[\n\r\t\u2028\u2029]+/g, " ")
    .replaceAll(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "\ufffd");
}

/** A clean text, cut to a length that leaves a report readable. */
export function shortenText(text: string, length: number): string {
  const clean = cleanText(text);
  return clean.length <= length ? clean : `${clean.slice(0, length - 1)}…`;
}
