import { isRecord } from "./value.js";
import { escapeSegment } from "../naming/pointer.js";

/** A schema of a schema: where it stands, how deep, and how its parent holds it. */
export interface Place {
  readonly schema: unknown;
  readonly pointer: string;
  /** The root is at 1. */
  readonly depth: number;
  /** Keyword of the parent that holds it; "" at the root. */
  readonly keyword: string;
}

/** Where schemas stand in a schema (JSON Schema 2020-12, sections 10.2, 10.3 and 11). */
const maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
const single = ["items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames"];

/** A schema and every schema in it, in the order they stand. */
export function walkSchema(schema: unknown, pointer: string): readonly Place[] {
  const places: Place[] = [];
  const pending: Place[] = [{ schema, pointer, depth: 1, keyword: "" }];
  for (let place = pending.pop(); place; place = pending.pop()) {
    places.push(place);
    pending.push(...childrenOf(place).toReversed());
  }
  return places;
}

function childrenOf({ schema, pointer, depth }: Place): Place[] {
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const at = `${pointer}/${escapeSegment(keyword)}`;
    const child = (part: unknown, key?: string): Place => ({
      schema: part,
      pointer: key === undefined ? at : `${at}/${escapeSegment(key)}`,
      depth: depth + 1,
      keyword,
    });
    if (maps.includes(keyword) && isRecord(value)) return Object.entries(value).map(([key, part]) => child(part, key));
    if (lists.includes(keyword) && Array.isArray(value)) return value.map((part, i) => child(part, String(i)));
    return single.includes(keyword) ? [child(value)] : [];
  });
}
