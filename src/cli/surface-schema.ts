import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { ToolChange as Change } from "./surface.js";

type Direction = "input" | "output";

/** Keywords that say nothing about which values are valid. */
const textKeywords = new Set(["title", "description", "examples", "default", "deprecated", "$comment"]);

/** Keywords with rules of their own below. */
const structural = new Set(["properties", "required", "enum", "items", "anyOf", "oneOf"]);

/**
 * Changes of a schema. An input that takes less breaks callers; an output that promises less breaks readers.
 * What cannot be told to be harmless counts as breaking.
 */
export function compareSchemas(before: JsonSchema, after: JsonSchema, direction: Direction, path = ""): Change[] {
  const changes = compareNode(before, after, direction, path);
  const argument = path.split(/[.[]/, 1)[0] ?? "";
  if (direction === "output" || argument === "") return changes;
  return changes.map((change) => ({ argument, ...change }));
}

function compareNode(before: JsonSchema, after: JsonSchema, direction: Direction, path: string): Change[] {
  const where = path === "" ? `the ${direction}` : `${direction === "input" ? "argument" : "result"} "${path}"`;
  return [
    ...compareTexts(before, after, where),
    ...compareKeywords(before, after, where),
    ...compareEnums(before, after, { where, direction }),
    ...compareProperties(before, after, { where, direction, path }),
    ...compareItems(before, after, { direction, path }),
  ];
}

function compareTexts(before: JsonSchema, after: JsonSchema, where: string): Change[] {
  const changed = [...textKeywords].filter((keyword) => !isSame(before[keyword], after[keyword]));
  return changed.map((keyword) => ({ class: "text", change: `${where} has another ${keyword}` }));
}

function compareKeywords(before: JsonSchema, after: JsonSchema, where: string): Change[] {
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keywords
    .filter((keyword) => !textKeywords.has(keyword) && !structural.has(keyword))
    .filter((keyword) => !isSame(before[keyword], after[keyword]))
    .map((keyword) => ({
      class: after[keyword] === undefined && keyword !== "type" ? "additive" : "breaking",
      change: `${where} has ${describeKeyword(keyword, after[keyword])} and had ${describeKeyword(keyword, before[keyword])}`,
    }));
}

function describeKeyword(keyword: string, value: JsonValue | undefined): string {
  return value === undefined ? `no ${keyword}` : `${keyword} ${JSON.stringify(value)}`;
}

interface Where {
  readonly where: string;
  readonly direction: Direction;
}

function compareEnums(before: JsonSchema, after: JsonSchema, { where, direction }: Where): Change[] {
  const [old, current] = [listOf(before["enum"]), listOf(after["enum"])];
  if (!old && !current) return [];
  if (!old || !current) {
    const narrows = current !== undefined;
    return [
      {
        class: narrows === (direction === "input") ? "breaking" : "additive",
        change: `${where} ${narrows ? "is now" : "is no longer"} limited to a list of values`,
      },
    ];
  }
  const lost = old.filter((value) => !current.some((other) => isSame(value, other)));
  const gained = current.filter((value) => !old.some((other) => isSame(value, other)));
  return [
    ...lost.map((value) => ({
      class: direction === "input" ? ("breaking" as const) : ("additive" as const),
      change: `${where} no longer takes ${JSON.stringify(value)}`,
    })),
    ...gained.map((value) => ({
      class: direction === "input" ? ("additive" as const) : ("breaking" as const),
      change: `${where} also takes ${JSON.stringify(value)}`,
    })),
  ];
}

function compareProperties(
  before: JsonSchema,
  after: JsonSchema,
  { direction, path }: Where & { readonly path: string },
): Change[] {
  const [old, current] = [mapOf(before["properties"]), mapOf(after["properties"])];
  const [needed, needs] = [listOf(before["required"]) ?? [], listOf(after["required"]) ?? []];
  const noun = direction === "input" ? "argument" : "result";
  const nameOf = (key: string) => (path === "" ? key : `${path}.${key}`);
  const removed = [...old.keys()].filter((key) => !current.has(key));
  return [
    ...removed.map((key): Change => ({ class: "breaking", change: `${noun} "${nameOf(key)}" is gone` })),
    ...[...current].flatMap(([key, schema]): Change[] => {
      const previous = old.get(key);
      const isRequired = needs.includes(key);
      if (!previous) {
        const breaks = direction === "input" && isRequired;
        const change = `${noun} "${nameOf(key)}" is new${isRequired ? " and required" : ""}`;
        return [{ class: breaks ? "breaking" : "additive", change }];
      }
      return [
        ...compareNeed(needed.includes(key), isRequired, `${noun} "${nameOf(key)}"`, direction),
        ...compareSchemas(previous, schema, direction, nameOf(key)),
      ];
    }),
  ];
}

function compareNeed(before: boolean, after: boolean, subject: string, direction: Direction): Change[] {
  if (before === after) return [];
  const breaks = after === (direction === "input");
  return [
    { class: breaks ? "breaking" : "additive", change: `${subject} is ${after ? "now required" : "now optional"}` },
  ];
}

function compareItems(
  before: JsonSchema,
  after: JsonSchema,
  { direction, path }: { readonly direction: Direction; readonly path: string },
): Change[] {
  const [old, current] = [before["items"], after["items"]];
  const inner = `${path}[]`;
  const items = isSchema(old) && isSchema(current) ? compareSchemas(old, current, direction, inner) : [];
  const isOther = !(isSchema(old) && isSchema(current)) && !isSame(old, current);
  const unions = ["anyOf", "oneOf"].filter((keyword) => !isSame(before[keyword], after[keyword]));
  const changed = [...(isOther ? ["items"] : []), ...unions];
  return [
    ...items,
    ...changed.map((keyword): Change => ({ class: "breaking", change: `"${path}" has another ${keyword}` })),
  ];
}

function isSchema(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function mapOf(value: JsonValue | undefined): Map<string, JsonSchema> {
  const entries = isSchema(value) ? Object.entries(value) : [];
  return new Map(entries.flatMap(([key, schema]) => (isSchema(schema) ? [[key, schema] as const] : [])));
}

/** Same value; order of object keys is no difference. */
function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (isSchema(left) && isSchema(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => isSame(left[key], right[key]));
  }
  const [first, second] = [listOf(left), listOf(right)];
  return !!first && !!second && first.length === second.length && first.every((value, i) => isSame(value, second[i]));
}
