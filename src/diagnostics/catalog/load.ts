import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/load`. */
export const loadCatalog = {} as const satisfies Record<`load/${string}`, CatalogEntry>;
