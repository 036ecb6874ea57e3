import type { PagingCandidate, PagingInput } from "./pagination-inputs.js";
import type { PageSize, SchemaModel } from "./types.js";

/** The page size parameter with its bounds, from the schema or, where that has none, from its text. */
export function buildLimit(input: PagingCandidate): PageSize {
  const { schema, text } = input;
  const max = (schema.kind === "number" ? schema.maximum : undefined) ?? readBound(text);
  const preset = readPreset(schema) ?? readStatedDefault(text);
  const isDefault = preset !== undefined && preset > 0 && (max === undefined || preset <= max);
  return { in: input.in, wire: input.wire, ...(max !== undefined && { max }), ...(isDefault && { default: preset }) };
}

/** 0 where pages are counted from 0; undefined otherwise. */
export function readFirstPage(input: PagingInput): number | undefined {
  if (readPreset(input.schema) === 0) return 0;
  return /\b(?:zero|0)[ -](?:based|indexed)|(?:starts?|begins?) (?:at|from|with) (?:0|zero)\b/i.test(input.text)
    ? 0
    : undefined;
}

function readPreset(schema: SchemaModel): number | undefined {
  const preset = schema.default;
  if (typeof preset === "number") return preset;
  return typeof preset === "string" && /^\d+$/.test(preset) ? Number(preset) : undefined;
}

/** "max 100", "maximum is 1000", "between 1 and 100", "up to 50". */
function readBound(text: string): number | undefined {
  const match =
    /\bmax(?:imum)?\b[^.\d]{0,30}?(\d[\d,]*)/i.exec(text) ??
    /\bbetween \d+ and (\d[\d,]*)/i.exec(text) ??
    /\bup to (\d[\d,]*)/i.exec(text);
  return readCount(match?.[1]);
}

/** "defaults to 20", "default: 20". */
function readStatedDefault(text: string): number | undefined {
  return readCount(/\bdefaults?\b[^.\d]{0,20}?(\d[\d,]*)/i.exec(text)?.[1]);
}

function readCount(digits: string | undefined): number | undefined {
  const count = digits === undefined ? 0 : Number(digits.replaceAll(",", ""));
  return count > 0 && count <= 100_000 ? count : undefined;
}
