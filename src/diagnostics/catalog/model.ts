import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/model`. */
export const modelCatalog = {} as const satisfies Record<`model/${string}`, CatalogEntry>;
