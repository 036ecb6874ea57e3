/** Finds message, code and field errors in an error body of any shape: no API needs code of its own. */
import { fieldErrors, type WireFieldError } from "./errors-fields.js";
import { lookUp } from "./errors-lookup.js";
import { isMarkup, markupMessage } from "./errors-markup.js";
import type { JsonValue } from "./operation.js";

export interface ErrorDetails {
  readonly message?: string;
  readonly code?: string;
  readonly fields: readonly WireFieldError[];
}

/** Plain names (lower case, no punctuation) in order of preference. */
const MESSAGE_KEYS = [
  "message",
  "errormessage",
  "detail",
  "errordescription",
  "description",
  "displaymessage",
  "usermessage",
  "errorsummary",
  "summary",
  "title",
  "msg",
  "errormsg",
  "errmsg",
  "reason",
  "developermessage",
  "faultstring",
  "error",
  "text",
  "statustext",
  "exception",
];
const CODE_KEYS = [
  "code",
  "errorcode",
  "errcode",
  "errortype",
  "error",
  "type",
  "name",
  "status",
  "reason",
  "faultcode",
];
const OBJECT_KEYS = ["error", "fault", "exception", "errors"];
const OUTER_KEYS = ["status", "result", "meta", "data", "response", "body", "payload"];
const LIST_KEYS = [
  "errors",
  "error",
  "details",
  "detail",
  "causes",
  "violations",
  "messages",
  "issues",
  "invalidparams",
];

/** Members that say why something failed, where a flag says that it did. */
const REASON_KEYS = [
  ...OBJECT_KEYS,
  ...LIST_KEYS,
  ...MESSAGE_KEYS.filter((key) => !["summary", "title", "text", "statustext"].includes(key)),
  "errorcode",
  "errcode",
  "errortype",
  "faultcode",
];

const MAX_DEPTH = 6;

/** Reads what an API says about an error. Only strings found in the body are returned. */
export function readErrorDetails(body: JsonValue): ErrorDetails {
  if (typeof body === "string") {
    const message = isMarkup(body) ? markupMessage(body) : body.trim();
    return { ...(message ? { message } : {}), fields: [] };
  }
  if (typeof body !== "object" || body === null) return { fields: [] };
  const fields = fieldErrors(body);
  const message = messageOf(body, 0) ?? fieldMessage(fields) ?? anyMessage(body, 0);
  const code = codeOf(body, message, 0);
  const named = fields.filter((field) => field.field !== "");
  return { ...(message === undefined ? {} : { message }), ...(code === undefined ? {} : { code }), fields: named };
}

/** Whether a body names an error at its root: under a member that is filled. */
export function namesError(body: JsonValue): boolean {
  if (!isRecord(body)) return false;
  return REASON_KEYS.some((key) => {
    const value = lookUp(body, [key]);
    return typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);
  });
}

/** What the fields say, where nothing else is said. */
function fieldMessage(fields: readonly WireFieldError[]): string | undefined {
  const general = fields.find((field) => field.field === "");
  if (general) return general.message;
  return fields.length === 0
    ? undefined
    : fields
        .slice(0, 5)
        .map(({ field, message }) => `${field}: ${message}`)
        .join("; ");
}

/** The message of an object: in its error object, beside it, in an outer object, or in its list of errors. */
function messageOf(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return nonEmpty(value);
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return joinMessages(value, depth);
  return (
    innerMessage(value, OBJECT_KEYS, depth) ??
    ownMessage(value) ??
    innerMessage(value, OUTER_KEYS, depth) ??
    listMessage(value, depth)
  );
}

function innerMessage(value: object, keys: readonly string[], depth: number): string | undefined {
  for (const key of keys) {
    const inner = lookUp(value, [key]);
    const found = isRecord(inner) && !isFieldMap(inner) ? messageOf(inner, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function listMessage(value: object, depth: number): string | undefined {
  for (const key of LIST_KEYS) {
    const inner = lookUp(value, [key]);
    const found = Array.isArray(inner) ? joinMessages(inner, depth) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A title says what kind of error it is, its detail what happened: both are told (RFC 9457 section 3.1). */
function ownMessage(value: object): string | undefined {
  const title = textUnder(value, "title");
  for (const key of MESSAGE_KEYS) {
    const text = textUnder(value, key);
    if (text === undefined) continue;
    if (key !== "detail" || title === undefined || text.includes(title)) return text;
    return `${title.replace(/[.:]\s*$/, "")}: ${text}`;
  }
  return undefined;
}

/** A text, or one inside `{value: "…"}` or `{en: "…"}`. */
function textUnder(value: object, key: string): string | undefined {
  const found = lookUp(value, [key]);
  if (typeof found === "string") return nonEmpty(found);
  const inner =
    isRecord(found) && key !== "error" ? lookUp(found, ["value", "text", "en", "enus", "default"]) : undefined;
  return typeof inner === "string" ? nonEmpty(inner) : undefined;
}

function joinMessages(list: readonly unknown[], depth: number): string | undefined {
  const texts = list.slice(0, 5).flatMap((item) => {
    const entry = isRecord(item) && isRecord(lookUp(item, ["error"])) ? lookUp(item, ["error"]) : item;
    return messageOf(entry, depth + 1) ?? [];
  });
  const unique = [...new Set(texts)];
  return unique.length === 0 ? undefined : unique.join("; ");
}

/** Last resort: the first text under a telling key, anywhere; then a single text of any key. */
function anyMessage(value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return undefined;
  const own = isRecord(value) ? ownMessage(value) : undefined;
  if (own !== undefined) return own;
  for (const item of Object.values(value)) {
    const found = anyMessage(item, depth + 1);
    if (found !== undefined) return found;
  }
  const texts = Object.values(value).filter((item) => typeof item === "string");
  return depth === 0 && texts.length === 1 ? nonEmpty(texts[0] ?? "") : undefined;
}

function codeOf(value: unknown, message: string | undefined, depth: number): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? codeOf(value[0], message, depth + 1) : undefined;
  if (!isRecord(value) || depth > 3) return undefined;
  for (const key of [...OBJECT_KEYS, "extensions"]) {
    const found = codeOf(lookUp(value, [key]), message, depth + 1);
    if (found !== undefined) return found;
  }
  for (const key of CODE_KEYS) {
    const text = codeText(lookUp(value, [key]), message);
    if (text !== undefined) return text;
  }
  for (const key of LIST_KEYS) {
    const list = lookUp(value, [key]);
    const found = Array.isArray(list) ? codeOf(list, message, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** HTTP statuses, prose and `about:blank` are no codes; of a type URI only its last part is one. */
function codeText(value: unknown, message: string | undefined): string | undefined {
  if (typeof value === "number") return value >= 100 && value < 600 ? undefined : String(value);
  if (typeof value !== "string" || value === "about:blank" || /\s/.test(value) || /^[1-5]\d\d$/.test(value))
    return undefined;
  const last = /^https?:/.test(value)
    ? value
        .replace(/[/#]+$/, "")
        .split(/[/#]/)
        .at(-1)
    : value;
  const isUsable = last !== undefined && last !== "" && last !== "error" && last !== message && last.length <= 100;
  return isUsable ? last : undefined;
}

/** `{email: ["is taken"]}`: the texts belong to fields, they are no message of their own. */
function isFieldMap(value: Readonly<Record<string, unknown>>): boolean {
  const items = Object.values(value);
  return items.length > 0 && items.every((item) => Array.isArray(item));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nonEmpty(text: string): string | undefined {
  const trimmed = text.trim();
  if (isMarkup(trimmed)) return markupMessage(trimmed);
  return trimmed === "" ? undefined : trimmed;
}
