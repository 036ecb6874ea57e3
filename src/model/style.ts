import { readText } from "./raw.js";
import type { ParameterLocation, ParameterStyle } from "./types.js";

const styles: ReadonlyMap<string, ParameterStyle> = new Map(
  (
    [
      "simple",
      "label",
      "matrix",
      "form",
      "spaceDelimited",
      "pipeDelimited",
      "tabDelimited",
      "deepObject",
      "cookie",
    ] as const
  ).map((style) => [style, style]),
);

/** The `style` a parameter or encoding states; undefined when none that is known. */
export function readStyle(value: unknown): ParameterStyle | undefined {
  return styles.get(readText(value, "style") ?? "");
}

/** The style of a parameter; `cookie` stands for cookies only (OpenAPI 3.2, "Style Values"). */
export function styleOf(value: unknown, location: ParameterLocation): ParameterStyle {
  const stated = readStyle(value);
  return stated === undefined || (stated === "cookie" && location !== "cookie") ? defaultStyle(location) : stated;
}

/** Whether lists and objects are taken apart where nothing is said of it. */
export function explodes(style: ParameterStyle): boolean {
  return style === "form" || style === "cookie";
}

/** The style that holds when none is stated (OpenAPI 3.x, Parameter Object). */
function defaultStyle(location: ParameterLocation): ParameterStyle {
  return location === "query" || location === "cookie" ? "form" : "simple";
}

/** Swagger 2.0's `collectionFormat` as style and explode; `csv` when none is stated, and for `multi` outside of pairs. */
export function translateCollectionFormat(
  format: string | undefined,
  location: ParameterLocation,
): { style: ParameterStyle; explode: boolean } {
  const isPair = location === "query" || location === "cookie";
  if (format === "multi" && isPair) return { style: "form", explode: true };
  if (format === "ssv") return { style: "spaceDelimited", explode: false };
  if (format === "tsv") return { style: "tabDelimited", explode: false };
  if (format === "pipes") return { style: "pipeDelimited", explode: false };
  return { style: isPair ? "form" : "simple", explode: false };
}
