/** Error pages and XML faults: only the one line that says what happened is of use. */

/** True for HTML and XML documents. */
export function isMarkup(text: string): boolean {
  return /^\s*(?:<!doctype|<\?xml|<html|<head|<body|<[a-z][\w:-]*[\s>])/i.test(text);
}

/** The title or first heading of a page, or the message element of an XML fault. */
export function markupMessage(text: string): string | undefined {
  const head = text.slice(0, 50_000);
  for (const element of ["title", "message", "faultstring", "detail", "description", "h1", "h2"]) {
    const match = new RegExp(`<(?:\\w+:)?${element}(?:\\s[^<>]{0,500})?>([^<]{1,2000})`, "i").exec(head);
    const found = match?.[1]?.replace(/\s+/g, " ").trim();
    if (found) return decodeEntities(found);
  }
  return undefined;
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replace(/&(?:#39|apos);/g, "'")
    .replaceAll("&amp;", "&");
}
