import type { Limit } from "../types.js";

/** Day on which the profiles were last gone through as a whole. */
export const REVISION = "2026-11-24";

/** A limit whose miss costs the tool, the server or the whole request. */
export function refuses<Value>(value: Value, source: string, seen: string = REVISION): Limit<Value> {
  return { value, severity: "error", source, seen };
}

/** A limit whose miss is taken, at a price. */
export function advises<Value>(value: Value, source: string, seen: string = REVISION): Limit<Value> {
  return { value, severity: "warning", source, seen };
}

/** Keywords that combine or choose between schemas (JSON Schema 2020-12, section 10.2). */
export const COMBINATORS = ["oneOf", "anyOf", "allOf", "not", "if", "then", "else", "dependentSchemas"] as const;

/** Hints of the protocol that catalogues and permission prompts rely on. */
export const HINTS = ["readOnlyHint", "destructiveHint", "openWorldHint"] as const;
