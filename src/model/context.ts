import type { Report } from "../diagnostics/types.js";
import type { LoadedSpec } from "../load/types.js";
import { createSchemaRegistry, type SchemaRegistry } from "./schema-registry.js";

/** What every builder of the model needs. */
export interface ModelContext {
  readonly spec: LoadedSpec;
  readonly report: Report;
  readonly schemas: SchemaRegistry;
  /** Swagger 2.0 differs in shape, not only in detail. */
  readonly isSwagger: boolean;
}

export function createContext(spec: LoadedSpec, report: Report): ModelContext {
  return { spec, report, schemas: createSchemaRegistry(spec, report), isSwagger: spec.version === "2.0" };
}
