import { isObject } from "./value.js";

/** Keys whose values are maps from a name to an object, so that their own keys mean nothing. */
const nameMaps = new Set(
  (
    "paths definitions $defs properties patternProperties dependentSchemas schemas responses parameters " +
    "requestBodies headers securitySchemes pathItems content encoding additionalOperations mediaTypes"
  ).split(" "),
);

/** Keys that hold data (where `$ref` is only text) or parts that are never read. */
const unreadKeys = new Set(
  "example examples default enum const value links callbacks webhooks mapping securityDefinitions".split(" "),
);

/**
 * The distinct `$ref` values of a document that point to other files, in document order.
 * `$ref` within examples, defaults, extensions and the like is data and is left alone.
 */
export function collectReferences(document: unknown): Set<string> {
  const found = new Set<string>();
  visit(document, 0, found);
  return found;
}

/** `names`: how many levels of keys are names: none in an object, one in a map, two in `components`. */
function visit(value: unknown, names: number, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) visit(item, 0, found);
    return;
  }
  if (!isObject(value)) return;
  for (const key in value) {
    const child = value[key];
    // A map can be a `$ref` as a whole, and a name can be `$ref`: the value tells.
    if (key === "$ref" && typeof child === "string") addReference(child, found);
    else if (names > 0) visit(child, names - 1, found);
    else if (!unreadKeys.has(key) && !key.startsWith("x-")) visit(child, countNameLevels(key), found);
  }
}

function countNameLevels(key: string): number {
  if (key === "components") return 2;
  return nameMaps.has(key) ? 1 : 0;
}

function addReference(ref: string, found: Set<string>): void {
  if (ref !== "" && !ref.startsWith("#")) found.add(ref);
}
