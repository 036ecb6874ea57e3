/** Gives a result its final form: the fields asked for, within the size a client takes, and a way to go on. */
import type { Settings } from "./context.js";
import { signCursor, type CursorScope, type PageState } from "./cursor.js";
import { projectFields } from "./fields.js";
import type { JsonValue } from "./operation.js";
import type { Page } from "./pagination.js";
import { isList, isObject } from "./pagination-items.js";
import { fitValue, sizeOf } from "./shape-size.js";
import type { Action } from "./tool.js";

/** Clients cut or refuse longer texts, whatever their token count. */
const MAX_CHARACTERS = 45_000;
const CHARACTERS_PER_TOKEN = 4;
/** Room for cursor, total and notes around a list. */
const FRAME = 1_500;

export type Structured = Readonly<Record<string, JsonValue>>;

export interface Shaped {
  readonly structured: Structured;
  readonly truncated: boolean;
}

export interface ShapeOptions {
  readonly fields: readonly string[] | undefined;
  /** Characters of JSON the result may have. */
  readonly budget: number;
}

/** Characters a result of an action may have. */
export function budgetOf(action: Action, settings: Pick<Settings, "maxResultTokens">): number {
  const tokens = action.result?.maxTokens ?? settings.maxResultTokens;
  return Math.max(400, Math.min(tokens * CHARACTERS_PER_TOKEN, MAX_CHARACTERS));
}

/** Any result that is no page of a list. Lists and scalars are put into an object. */
export function shapeValue(data: JsonValue, { fields, budget }: ShapeOptions): Shaped {
  const projection = projectFields(data, fields);
  const notes = projection.note === undefined ? [] : [projection.note];
  const whole = withNotes(toObject(projection.data), notes);
  if (sizeOf(whole) <= budget) return { structured: whole, truncated: false };
  const fitted = fitValue(toObject(projection.data), budget - Math.min(800, budget / 3));
  const cut = `Too large to be shown in full. Shown: ${fitted.cuts.join("; ")}. \`fields\` selects what is needed.`;
  const structured = withNotes(isObject(fitted.value) ? fitted.value : { result: fitted.value }, notes);
  return { structured: { ...structured, [freeName(structured, "truncated")]: cut.slice(0, 700) }, truncated: true };
}

/** `{items, next_cursor, total}`; a page that does not fit is continued within itself. */
export function shapePage(page: Page, options: ShapeOptions & { readonly scope: CursorScope }): Shaped {
  const { state } = page;
  const skip = state.skip ?? 0;
  const projection = projectFields(page.items.slice(skip), options.fields);
  const items = isList(projection.data) ? projection.data : [];
  const rest = fitRest(page, options.budget / 3);
  const room = options.budget - Math.min(FRAME, options.budget / 2) - sizeOf(rest);
  const unpaged = page.next === undefined && options.scope.operation.pagination?.limit === undefined;
  const fitting = countFitting(items, room, unpaged ? state.size : undefined);
  const shown = items.slice(0, fitting).map((item) => fitValue(item, room).value);
  const isCut = fitting < items.length;
  const next: PageState | undefined = isCut ? { ...state, skip: skip + fitting } : page.next;
  const cursor = next === undefined ? undefined : signCursor(next, options.scope);
  const notes = [
    ...page.notes,
    ...(projection.note === undefined ? [] : [projection.note]),
    ...(isCut ? [describeCut(skip, fitting, page.items.length)] : []),
    ...(isShortened(shown, items) ? [SHORTENED] : []),
    ...(next !== undefined && cursor === undefined ? [NO_CURSOR] : []),
  ];
  const structured = {
    items: shown,
    next_cursor: cursor ?? null,
    ...optional("total", page.total),
    ...rest,
    ...optional("notes", notes.length > 0 ? notes : undefined),
  };
  return { structured, truncated: isCut };
}

const SHORTENED = "The item was shortened to fit; `fields` selects what is needed.";
const NO_CURSOR = "There is more, but the API's own cursor is too long to hand on.";

function fitRest(page: Page, budget: number): Structured {
  const { value, cuts } = fitValue(page.rest, budget);
  const rest = isObject(value) ? value : {};
  return cuts.length === 0 ? rest : { ...rest, truncated: `Shortened beside the list: ${cuts.join("; ")}.` };
}

/** One item that takes all the room may have been cut itself. */
function isShortened([shown, ...others]: readonly JsonValue[], [first]: readonly JsonValue[]): boolean {
  return others.length === 0 && shown !== undefined && first !== undefined && sizeOf(shown) < sizeOf(first);
}

function optional(name: string, value: JsonValue | undefined): Structured {
  return value === undefined ? {} : { [name]: value };
}

/** At least one, so that every call gets on. */
function countFitting(items: readonly JsonValue[], room: number, most: number | undefined): number {
  let size = 0;
  const limit = Math.min(items.length, most ?? items.length);
  for (let count = 0; count < limit; count++) {
    size += sizeOf(items[count] ?? null) + 1;
    if (size > room) return Math.max(1, count);
  }
  return limit;
}

function describeCut(skip: number, count: number, total: number): string {
  return `${count} of ${total} items shown${skip > 0 ? ` (from ${skip + 1})` : ""}; \`next_cursor\` continues.`;
}

function toObject(data: JsonValue): Structured {
  if (isObject(data)) return data;
  return isList(data) ? { items: data } : { result: data };
}

function withNotes(structured: Structured, notes: readonly string[]): Structured {
  return notes.length === 0 ? structured : { ...structured, [freeName(structured, "notes")]: [...notes] };
}

/** What the API calls by the same name is never overwritten. */
function freeName(structured: Structured, name: string): string {
  return Object.hasOwn(structured, name) ? freeName(structured, `_${name}`) : name;
}
