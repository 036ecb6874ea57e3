import type { Report } from "../diagnostics/types.js";
import type { JsonObject, Located, LoadedSpec } from "../load/types.js";
import { isObject } from "./raw.js";
import { createSchemaRegistry, type SchemaRegistry } from "./schema-registry.js";
import type { OperationKey, Parameter, Response } from "./types.js";

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
  /** Operations that nobody can call, as they require what cannot be sent. */
  readonly uncallable: WeakSet<JsonObject>;
  /** Parameters and answers that many operations refer to are read once. */
  readonly parameters: WeakMap<JsonObject, Parameter | undefined>;
  readonly answers: WeakMap<JsonObject, Omit<Response, "status">>;
  readonly isNamed: IsNamed;
}

/** Whether the user asks for an operation by its name: a deprecated one is offered only then. */
export type IsNamed = (key: OperationKey, operationId: string | undefined) => boolean;

/** Whether a node is what it must be, where it is there at all; reported when it is not. */
export function expectType(
  context: ModelContext,
  node: Located | undefined,
  { name, wanted }: { readonly name: string; readonly wanted: "a list" | "a map" },
): boolean {
  if (!node || (wanted === "a list" ? Array.isArray(node.value) : isObject(node.value))) return true;
  if (node.value === null) return false;
  context.report({ code: "model/wrong-type", message: `${name} must be ${wanted}; it is ignored.`, at: node.at });
  return false;
}

export function createContext(spec: LoadedSpec, isNamed: IsNamed, report: Report): ModelContext {
  return {
    spec,
    report,
    schemas: createSchemaRegistry(spec, report),
    isSwagger: spec.version === "2.0",
    unknownSchemes: new Set(),
    pagingExtensions: new Map(),
    uncallable: new WeakSet(),
    parameters: new WeakMap(),
    answers: new WeakMap(),
    isNamed,
  };
}
