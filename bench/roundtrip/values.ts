/** Values to send: the examples of the description where they are valid, else samples of its schemas. */
import { sample as sampleSchema } from "openapi-sampler";
import { isRecord, listOf, type Json } from "./json.js";
import { createSchemaTable, type SchemaTable } from "./schemas.js";

/** Text whose every character needs care somewhere: in a path, a query, a header, a form or JSON. */
export type Care = "path" | "query" | "header" | "list" | "cookie" | "plain cookie" | "body";

const HARD_TEXT: Readonly<Record<Care, string>> = {
  path: "a b/é?#%c",
  query: "a b&c=d/é+%,;#",
  header: "a b;c=d%",
  // Within a list whose delimiter is a blank or a bar, no item can hold one.
  list: "a&b=é+%,;#",
  cookie: "a b;c=d%,",
  // Nothing is escaped, and a semicolon ends a cookie.
  "plain cookie": "a b=c%2",
  body: 'a "b"\n\\é€😀&=+%',
};

export interface Values {
  readonly table: SchemaTable;
  /** The first valid value: an example, a hard sample, a plain one. Undefined where none could be made. */
  choose(request: ValueRequest): Json | undefined;
}

export interface ValueRequest {
  readonly schema: Json;
  readonly examples: readonly Json[];
  readonly care: Care;
  /** Required properties only. */
  readonly least?: boolean;
}

export function createValues(names: WeakMap<object, string>): Values {
  const table = createSchemaTable(names);
  const bare = createSchemaTable(names, false);
  const sample = (from: SchemaTable, schema: Json, least: boolean, depth: number): Json | undefined => {
    try {
      const options = {
        skipReadOnly: true,
        quiet: true,
        enablePatterns: true,
        skipNonRequired: least,
        maxSampleDepth: depth,
      };
      // openapi-sampler is typed for draft 7 and gives JSON.
      return sampleSchema(from.refTo(schema) as object, options, from.document) as Json;
    } catch {
      return undefined;
    }
  };
  const choose = ({ schema, examples, care, least = false }: ValueRequest): Json | undefined => {
    const given = least ? [] : examples;
    const sampled = least ? [15] : [15, 6, 4, 2];
    const samples = function* (): Generator<Json | undefined> {
      yield* given;
      for (const depth of sampled) {
        for (const from of [table, bare]) {
          const value = sample(from, schema, least, depth);
          if (sizeOf(value) > MAX_VALUES) continue;
          const hard = harden(value, care);
          yield* hard;
          yield* [hard[0], value].map((one) => pruned(table, schema, one));
        }
      }
      if (!least) yield* harden(sample(bare, schema, true, 15), care);
    };
    for (const value of samples()) {
      if (value !== undefined && value !== null && table.isValid(value, schema)) return value;
    }
    return undefined;
  };
  return { table, choose };
}

/** A call of more than this is no call that a model makes. */
const MAX_VALUES = 3000;

function sizeOf(value: Json | undefined): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1);
}

/** A free text becomes a hard one, a list of one item a list of two; what the schema refuses is tried without. */
function harden(value: Json | undefined, care: Care): readonly (Json | undefined)[] {
  const hard = mapTexts(value, care);
  if (!Array.isArray(hard) || hard.length !== 1) return [hard, value];
  const [item] = hard as readonly Json[];
  return [[...(hard as readonly Json[]), another(item)], hard, value];
}

function another(item: Json | undefined): Json {
  if (typeof item === "number") return item + 1;
  return typeof item === "string" ? `${item}2` : (item ?? "");
}

function mapTexts(value: Json | undefined, care: Care): Json | undefined {
  if (value === "string") return HARD_TEXT[care];
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapTexts(item, care) ?? null);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, care) ?? null]));
}

/** Without the optional properties that are not valid by themselves. */
function pruned(table: SchemaTable, schema: Json, value: Json | undefined): Json | undefined {
  if (!isRecord(value)) return undefined;
  const { properties, required } = membersOf(schema);
  const kept = Object.entries(value).filter(([name, item]) => {
    const property = properties.get(name);
    return required.has(name) || property === undefined || table.isValid(item, property);
  });
  return Object.fromEntries(kept);
}

export interface Members {
  readonly properties: ReadonlyMap<string, Json>;
  readonly required: ReadonlySet<string>;
}

/** Properties of an object schema and of all it is composed of, as the description writes them. */
export function membersOf(schema: Json, depth = 0): Members {
  if (!isRecord(schema) || depth > 8) return { properties: new Map(), required: new Set() };
  const own = isRecord(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const parts = listOf(schema, "allOf").map((part) => membersOf(part, depth + 1));
  return {
    properties: new Map([...parts.flatMap((part) => [...part.properties]), ...own]),
    required: new Set([
      ...parts.flatMap((part) => [...part.required]),
      ...listOf(schema, "required").flatMap((name) => (typeof name === "string" ? [name] : [])),
    ]),
  };
}

/** Whether a schema describes bytes: `binary`, 2.0's `file`, 3.1's content type without an encoding. */
export function isBinary(schema: Json): boolean {
  if (!isRecord(schema)) return false;
  if (schema["type"] === "file" || (schema["type"] === "string" && schema["format"] === "binary")) return true;
  const holdsBytes = typeof schema["contentMediaType"] === "string" && schema["contentEncoding"] === undefined;
  return holdsBytes && !/json|xml|text/.test(String(schema["contentMediaType"]));
}
