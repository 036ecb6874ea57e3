import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import { alternativesOf, describeAlternative, isSame, isSchema, listOf, mapOf } from "./surface-alternatives.js";
import { describeKeyword, effectOf, textKeywords } from "./surface-limits.js";
import type { Effect } from "./surface-limits.js";
import type { ToolChange } from "./surface.js";

type Direction = "input" | "output";

interface Place {
  readonly direction: Direction;
  /** Dotted path of the value; empty for the whole. */
  readonly path: string;
}

interface Change {
  readonly effect: Effect;
  readonly change: string;
  readonly path: string;
}

/** Keywords with rules of their own below. */
const structural = new Set(["properties", "required", "additionalProperties", "enum", "items"]);

/**
 * Changes of a schema. An input that takes less breaks callers; an output that may be more than it was breaks readers.
 * What cannot be told to be harmless counts as breaking.
 */
export function compareSchemas(before: JsonSchema, after: JsonSchema, direction: Direction, path = ""): ToolChange[] {
  const worse = new Set<Effect>(["loses", direction === "input" ? "narrows" : "widens"]);
  return compareNode(before, after, { direction, path }).map(({ effect, change, path: place }): ToolChange => {
    const argument = place.split(/[.[]/, 1)[0] ?? "";
    const kind = effect === "text" ? "text" : worse.has(effect) ? "breaking" : "additive";
    return { class: kind, change, ...(direction === "input" && argument !== "" && { argument }) };
  });
}

function compareNode(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  if (isSame(before, after)) return [];
  const found = [...compareTexts(before, after, place), ...compareValues(before, after, place)];
  return found.length > 0 ? found : [describe("text", `${subjectOf(place)} is described anew`, place)];
}

function describe(effect: Effect, change: string, { path }: Place): Change {
  return { effect, change, path };
}

function subjectOf({ direction, path }: Place): string {
  if (path === "") return `the ${direction}`;
  return `${direction === "input" ? "argument" : "result"} "${path}"`;
}

function inside(place: Place, name: string): Place {
  return { ...place, path: place.path === "" ? name.replace(/^\./, "") : `${place.path}${name}` };
}

function compareTexts(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  const changed = textKeywords.filter((keyword) => !isSame(before[keyword], after[keyword]));
  return changed.map((keyword) => describe("text", `${subjectOf(place)} has another ${keyword}`, place));
}

function compareValues(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  const [old, current] = [alternativesOf(before), alternativesOf(after)];
  const [was] = old;
  const [is] = current;
  if (was && is && old.length === 1 && current.length === 1) return compareAlternative(was, is, place);
  const gone = old.filter((each) => !current.some((other) => isSame(each, other)));
  const fresh = new Set(current.filter((each) => !old.some((other) => isSame(each, other))));
  const lost = gone.flatMap((each) => {
    const heir = findHeir(each, { current, fresh, place });
    if (!heir) return [describe("narrows", `${subjectOf(place)} no longer takes ${describeAlternative(each)}`, place)];
    fresh.delete(heir.alternative);
    return heir.changes;
  });
  const won = [...fresh].map((each) =>
    describe("widens", `${subjectOf(place)} also takes ${describeAlternative(each)}`, place),
  );
  return [...lost, ...won];
}

interface Heir {
  readonly alternative: JsonSchema;
  readonly changes: readonly Change[];
}

/** What takes the values of an alternative today: one that takes all of them, else a new one of its type. */
function findHeir(
  before: JsonSchema,
  { current, fresh, place }: { current: readonly JsonSchema[]; fresh: ReadonlySet<JsonSchema>; place: Place },
): Heir | undefined {
  const heirs = current.map((alternative) => ({
    alternative,
    changes: compareAlternative(before, alternative, place),
  }));
  const isNew = ({ alternative }: Heir): boolean => fresh.has(alternative);
  const whole = heirs.filter(({ changes }) => !changes.some(({ effect }) => isLoss(effect)));
  const found = whole.find(isNew) ?? whole[0];
  // What another alternative takes over is no news of that one.
  if (found) return isNew(found) ? found : { ...found, changes: [] };
  const near = heirs.filter((heir) => isNew(heir) && heir.alternative["type"] === before["type"]);
  return near.toSorted((left, right) => left.changes.length - right.changes.length)[0];
}

function isLoss(effect: Effect): boolean {
  return effect === "narrows" || effect === "loses";
}

function compareAlternative(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  // Of another type nothing else is left to compare.
  const isOther = before["type"] !== after["type"] && !(isNumeric(before) && isNumeric(after));
  const isListed = before["enum"] !== undefined && after["enum"] !== undefined;
  if (isOther && !isListed) return compareKeyword("type", before, after, place);
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return [
    ...keywords
      .filter((keyword) => !structural.has(keyword))
      .flatMap((each) => compareKeyword(each, before, after, place)),
    ...compareEnums(before, after, place),
    ...compareProperties(before, after, place),
    ...compareParts(before["items"], after["items"], inside(place, "[]")),
  ];
}

function compareKeyword(keyword: string, before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  if (isSame(before[keyword], after[keyword])) return [];
  const effect = effectOf(keyword, before[keyword], after[keyword]);
  const [is, was] = [after, before].map((schema) => describeKeyword(keyword, schema[keyword]));
  return effect ? [describe(effect, `${subjectOf(place)} has ${is} and had ${was}`, place)] : [];
}

function isNumeric({ type }: JsonSchema): boolean {
  return type === "integer" || type === "number";
}

function compareEnums(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  const [old, current] = [listOf(before["enum"]), listOf(after["enum"])];
  const subject = subjectOf(place);
  if (!old && !current) return [];
  if (!old) return [describe("narrows", `${subject} is now limited to a list of values`, place)];
  if (!current) return [describe("widens", `${subject} no longer has a list of values`, place)];
  const lost = old.filter((value) => !current.some((other) => isSame(value, other)));
  const gained = current.filter((value) => !old.some((other) => isSame(value, other)));
  return [
    ...lost.map((value) => describe("narrows", `${subject} no longer takes ${JSON.stringify(value)}`, place)),
    ...gained.map((value) => describe("widens", `${subject} also takes ${JSON.stringify(value)}`, place)),
  ];
}

function compareProperties(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  const [old, current] = [mapOf(before["properties"]), mapOf(after["properties"])];
  const [needed, needs] = [listOf(before["required"]) ?? [], listOf(after["required"]) ?? []];
  const others = compareOthers(before, after, place);
  if (before["properties"] !== undefined && after["properties"] === undefined)
    return [describe("widens", `${subjectOf(place)} may have any members`, place), ...others];
  const removed = [...old.keys()].filter((key) => !current.has(key)).map((key) => inside(place, `.${key}`));
  return [
    ...removed.map((at) => describe("loses", `${subjectOf(at)} is gone`, at)),
    ...[...current].flatMap(([key, schema]): Change[] => {
      const previous = old.get(key);
      const isRequired = needs.includes(key);
      const at = inside(place, `.${key}`);
      if (previous) return [...compareNeed(needed.includes(key), isRequired, at), ...compareNode(previous, schema, at)];
      return [
        describe(isRequired ? "narrows" : "adds", `${subjectOf(at)} is new${isRequired ? " and required" : ""}`, at),
      ];
    }),
    ...others,
  ];
}

function compareNeed(before: boolean, after: boolean, place: Place): Change[] {
  if (before === after) return [];
  return [
    describe(after ? "narrows" : "widens", `${subjectOf(place)} is now ${after ? "required" : "optional"}`, place),
  ];
}

/** Members that the schema does not name. */
function compareOthers(before: JsonSchema, after: JsonSchema, place: Place): Change[] {
  const [was, is] = [before["additionalProperties"] ?? true, after["additionalProperties"] ?? true];
  if (was === false || is === false) {
    if (was === is) return [];
    const change = `${subjectOf(place)} ${is === false ? "no longer takes" : "also takes"} members of other names`;
    return [describe(is === false ? "narrows" : "widens", change, place)];
  }
  return compareParts(was, is, inside(place, ".*"));
}

/** A part that is not described may be anything. */
function compareParts(before: JsonValue | undefined, after: JsonValue | undefined, place: Place): Change[] {
  return compareNode(isSchema(before) ? before : {}, isSchema(after) ? after : {}, place);
}
