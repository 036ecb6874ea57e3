import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/annotations`. */
export const annotationsCatalog = {} as const satisfies Record<`annotations/${string}`, CatalogEntry>;
