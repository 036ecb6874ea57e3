import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/cluster`. */
export const clusterCatalog = {} as const satisfies Record<`cluster/${string}`, CatalogEntry>;
