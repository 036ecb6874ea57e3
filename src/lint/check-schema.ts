/** Rules about the input schema of a tool. */
import type { Finding, Limit, Limits, Profile } from "./types.js";
import { isRecord } from "./value.js";
import { walkSchema } from "./walk.js";
import type { Place } from "./walk.js";

type Found = Omit<Finding, "profile">;

/** Every fault of a schema; `pointer` is where it stands. */
export function checkSchema(schema: unknown, pointer: string, { limits }: Profile): Found[] {
  const places = walkSchema(schema, pointer);
  return [
    ...checkRoot(schema, pointer, limits),
    ...checkDepth(places, limits.depth),
    ...places.flatMap((place) => checkPlace(place, limits)),
  ];
}

function checkRoot(schema: unknown, pointer: string, limits: Partial<Limits>): Found[] {
  const { objectRoot, rootProperties, rootKeywords } = limits;
  const root = isRecord(schema) ? schema : {};
  const found: Found[] = [];
  const add = (code: Found["code"], { severity }: Limit<unknown>, fault: string) =>
    found.push({ code, severity, pointer, fault, limit: "" });
  if (objectRoot && root["type"] !== "object") add("lint/root-type", objectRoot, "the input is not of type object");
  if (rootProperties && !isRecord(root["properties"]))
    add("lint/root-properties", rootProperties, "the input states no properties");
  for (const keyword of rootKeywords?.value ?? [])
    if (rootKeywords && Object.hasOwn(root, keyword))
      add("lint/root-keyword", rootKeywords, `the input has ${keyword} at its root`);
  return found;
}

/** Said once, of the deepest place. */
function checkDepth(places: readonly Place[], limit: Limit<number> | undefined): Found[] {
  if (!limit) return [];
  const deepest = places.reduce<Place | undefined>((a, b) => (a && a.depth >= b.depth ? a : b), undefined);
  if (!deepest || deepest.depth <= limit.value) return [];
  const { severity, value } = limit;
  const fault = `schemas stand ${deepest.depth} deep`;
  return [{ code: "lint/depth", severity, pointer: deepest.pointer, fault, limit: `at most ${value}` }];
}

/** Booleans that say whether there may be more are no schemas to providers. */
const openness = ["additionalProperties"];

function checkPlace(place: Place, limits: Partial<Limits>): Found[] {
  const { schema, pointer, keyword: held } = place;
  if (typeof schema === "boolean") return checkBoolean(place, limits.booleanSchemas);
  if (!isRecord(schema)) return [];
  const found: Found[] = [];
  const add = (code: Found["code"], limit: Limit<unknown> | undefined, fault: string) => {
    if (limit) found.push({ code, severity: limit.severity, pointer, fault, limit: "" });
  };
  for (const keyword of limits.keywords?.value ?? [])
    if (Object.hasOwn(schema, keyword)) add("lint/keyword", limits.keywords, `it uses ${keyword}`);
  if (["$ref", "$dynamicRef", "$defs"].some((keyword) => Object.hasOwn(schema, keyword)))
    add("lint/reference", limits.references, "it uses references");
  if (isOf(schema, "array") && !Object.hasOwn(schema, "items"))
    add("lint/array-items", limits.arrayItems, "an array states no items");
  if (held !== "" && isOf(schema, "object") && !isRecord(schema["properties"]))
    add("lint/object-properties", limits.objectProperties, "an object states no properties");
  return [...found, ...checkArgumentNames(schema, pointer, limits.argumentPattern)];
}

function checkBoolean({ schema, pointer, keyword }: Place, limit: Limit<true> | undefined): Found[] {
  if (!limit || openness.includes(keyword)) return [];
  const fault = `a schema is ${String(schema)}`;
  return [{ code: "lint/boolean-schema", severity: limit.severity, pointer, fault, limit: "" }];
}

function checkArgumentNames(
  schema: Readonly<Record<string, unknown>>,
  pointer: string,
  limit: Limit<string> | undefined,
): Found[] {
  if (!limit || !isRecord(schema["properties"])) return [];
  const { value, severity } = limit;
  const pattern = new RegExp(value);
  return Object.keys(schema["properties"])
    .filter((name) => !pattern.test(name))
    .map((name) => ({
      code: "lint/argument-name" as const,
      severity,
      pointer,
      fault: `the argument ${JSON.stringify(name)} has another name`,
      limit: value,
    }));
}

function isOf({ type }: Readonly<Record<string, unknown>>, wanted: string): boolean {
  return type === wanted || (Array.isArray(type) && type.includes(wanted));
}
