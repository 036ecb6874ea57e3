import type { Report } from "../diagnostics/types.js";
import type { JsonObject, LoadedSpec } from "../load/types.js";
import { createSchemaRegistry, type SchemaRegistry } from "./schema-registry.js";
import type { OperationKey } from "./types.js";

/** What every builder of the model needs. */
export interface ModelContext {
  readonly spec: LoadedSpec;
  readonly report: Report;
  readonly schemas: SchemaRegistry;
  /** Swagger 2.0 differs in shape, not only in detail. */
  readonly isSwagger: boolean;
  /** Names of required security schemes that are not defined. */
  readonly unknownSchemes: Set<string>;
  /** Paging extensions of operations, as found. */
  readonly pagingExtensions: Map<OperationKey, JsonObject>;
}

export function createContext(spec: LoadedSpec, report: Report): ModelContext {
  return {
    spec,
    report,
    schemas: createSchemaRegistry(spec, report),
    isSwagger: spec.version === "2.0",
    unknownSchemes: new Set(),
    pagingExtensions: new Map(),
  };
}
