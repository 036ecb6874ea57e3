import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/plan`. */
export const planCatalog = {} as const satisfies Record<`plan/${string}`, CatalogEntry>;
