import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/write`. */
export const writeCatalog = {} as const satisfies Record<`write/${string}`, CatalogEntry>;
