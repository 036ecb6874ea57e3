import type { CatalogEntry } from "./types.js";
import { annotationsCatalog } from "./catalog/annotations.js";
import { cliCatalog } from "./catalog/cli.js";
import { clusterCatalog } from "./catalog/cluster.js";
import { emitCatalog } from "./catalog/emit.js";
import { lintCatalog } from "./catalog/lint.js";
import { loadCatalog } from "./catalog/load.js";
import { modelCatalog } from "./catalog/model.js";
import { planCatalog } from "./catalog/plan.js";
import { writeCatalog } from "./catalog/write.js";

/** Every diagnostic there is. A code without an entry does not compile. */
export const catalog = {
  ...loadCatalog,
  ...modelCatalog,
  ...annotationsCatalog,
  ...clusterCatalog,
  ...planCatalog,
  ...emitCatalog,
  ...writeCatalog,
  ...lintCatalog,
  ...cliCatalog,
};

export type DiagnosticCode = keyof typeof catalog;

/** The entry of a code given as text; undefined when there is none. */
export function findCatalogEntry(code: string): CatalogEntry | undefined {
  return Object.hasOwn(catalog, code) ? (catalog as Record<string, CatalogEntry>)[code] : undefined;
}
