import { eastAsianWidth } from "get-east-asian-width";

const ASCII = /^[\x20-\x7e]*$/;
/** Cheap to look for: every emoji has one of these. */
const MAY_BE_EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u;
// From text: the compiler's target does not know the flag yet, Node 20 does.
const EMOJI = new RegExp("\\p{RGI_Emoji}", "gv");

/** Columns a text takes, counted as prettier counts them, so that lines break where it would break them. */
export function measureWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of MAY_BE_EMOJI.test(text) ? text.replaceAll(EMOJI, "  ") : text) {
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0x1f || (code >= 0x7f && code <= 0x9f)) continue;
    if (code >= 0x300 && code <= 0x36f) continue;
    if (code >= 0xfe00 && code <= 0xfe0f) continue;
    width += eastAsianWidth(code);
  }
  return width;
}
