import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/emit`. */
export const emitCatalog = {} as const satisfies Record<`emit/${string}`, CatalogEntry>;
