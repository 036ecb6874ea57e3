/** Numbers that JSON can spell and JavaScript cannot hold: integers beyond 2^53 are exact as text only. */
import { partOf, readsAsNumber } from "./coerce.js";
import type { FieldError } from "./context.js";
import type { JsonSchema } from "./operation.js";

const MAX_DEPTH = 100;

/** A value as it is sent: digits that stand for a number become a bigint, which is written as those digits. */
export function exactNumbers(value: unknown, schema: JsonSchema): unknown {
  return mapScalars(value, schema, (item, at) => (isDigits(item, at) ? BigInt(item) : item));
}

export interface CheckedNumbers {
  /** The value with numbers in place of digits, as near as they come: what a schema can be held against. */
  readonly value: unknown;
  readonly isExact: boolean;
  readonly errors: readonly FieldError[];
}

/** Finds numbers that are no longer what was given, and digits beyond the limits of their schema. */
export function checkNumbers(field: string, given: unknown, schema: JsonSchema): CheckedNumbers {
  const errors: FieldError[] = [];
  let isExact = true;
  const check = (item: unknown, at: unknown, place: string): unknown => {
    if (typeof item === "number") errors.push(...numberErrors(item, at).map((error) => ({ field: place, ...error })));
    if (!isDigits(item, at)) return item;
    isExact = false;
    errors.push(...limitErrors(BigInt(item), at).map((error) => ({ field: place, ...error })));
    return Number(item);
  };
  const value = mapScalars(given, schema, check, { place: field, depth: 0 });
  return { value, isExact, errors };
}

type Visit = (item: unknown, schema: unknown, place: string) => unknown;

function mapScalars(value: unknown, schema: unknown, visit: Visit, at = { place: "", depth: 0 }): unknown {
  if (typeof value !== "object" || value === null) return visit(value, schema, at.place);
  if (at.depth > MAX_DEPTH) return value;
  const walk = (item: unknown, key: string | number, step: string): unknown =>
    mapScalars(item, partOf(schema, key, value), visit, { place: `${at.place}${step}`, depth: at.depth + 1 });
  if (Array.isArray(value)) return value.map((item, index) => walk(item, index, `[${index}]`));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, key, `.${key.slice(0, 80)}`)]));
}

/** An integer as JSON spells it (RFC 8259 section 6), too long for a number, where the schema takes a number. */
function isDigits(item: unknown, schema: unknown): item is string {
  return isLongInteger(item) && readsAsNumber(item, schema);
}

/** Digits beyond what a number can hold. */
export function isLongInteger(value: unknown): value is string {
  return typeof value === "string" && /^-?[1-9]\d{15,39}$/.test(value) && !Number.isSafeInteger(Number(value));
}

type Problem = Omit<FieldError, "field">;

function numberErrors(number: number, schema: unknown): Problem[] {
  if (!Number.isFinite(number)) return [{ message: "must be a finite number", code: "type" }];
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return [];
  // From there on JSON is written with an exponent: what is no integer by its schema was never a row of digits.
  if (Math.abs(number) >= 1e21 && !statesInteger(schema)) return [];
  return [{ message: "is too long for a JSON number and may have lost digits; give it as text", code: "type" }];
}

function statesInteger(schema: unknown): boolean {
  const types = [keywordOf(schema, "type")].flat();
  return types.includes("integer") && !types.includes("number");
}

const LIMITS: readonly (readonly [string, string, (value: bigint, limit: bigint | number) => boolean])[] = [
  ["minimum", "must be at least", (value, limit) => value >= limit],
  ["exclusiveMinimum", "must be greater than", (value, limit) => value > limit],
  ["maximum", "must be at most", (value, limit) => value <= limit],
  ["exclusiveMaximum", "must be less than", (value, limit) => value < limit],
];

function limitErrors(value: bigint, schema: unknown): Problem[] {
  return LIMITS.flatMap(([code, words, holds]) => {
    const limit = keywordOf(schema, code);
    return typeof limit !== "number" || holds(value, digitsOf(limit)) ? [] : [{ message: `${words} ${limit}`, code }];
  });
}

/** A limit by the digits it is written with, which its number is only near to. */
function digitsOf(limit: number): bigint | number {
  return Number.isInteger(limit) && Math.abs(limit) < 1e21 ? BigInt(String(limit)) : limit;
}

function keywordOf(schema: unknown, keyword: string): unknown {
  return typeof schema === "object" && schema !== null
    ? Object.getOwnPropertyDescriptor(schema, keyword)?.value
    : undefined;
}
