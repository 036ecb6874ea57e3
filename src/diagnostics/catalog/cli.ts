import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/cli`. */
export const cliCatalog = {
  "cli/stale": {
    severity: "error",
    title: "The project is not up to date",
    cause: "The project's files differ from what the description and the annotations give today.",
    fix: "Run `openapi-to-mcp` in the project and commit what it writes.",
  },
} as const satisfies Record<`cli/${string}`, CatalogEntry>;
