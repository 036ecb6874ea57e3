import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/cli`. */
export const cliCatalog = {} as const satisfies Record<`cli/${string}`, CatalogEntry>;
