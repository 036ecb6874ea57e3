/** Example arguments of an operation, drawn from their schemas: what the generated tests call each action with. */
import type { JsonSchema, JsonValue, Operation } from "../../templates/runtime/operation.js";

const MAX_DEPTH = 8;
const FORMATS: Readonly<Record<string, string>> = {
  date: "2025-01-31",
  "date-time": "2025-01-31T12:00:00Z",
  time: "12:00:00Z",
  duration: "P1D",
  email: "person@example.com",
  uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  uri: "https://example.com/",
  url: "https://example.com/",
  "uri-reference": "/path",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  byte: "AA==",
};
const CANDIDATES = [
  "sample",
  "a",
  "A",
  "1",
  "12",
  "123",
  "1234",
  "AB",
  "ABC",
  "a1",
  "a-b",
  "a/b",
  "1.0",
  "1.0.0",
  "#aabbcc",
];
/** For patterns such as `^[0-9]{13}$`. */
const REPEATED = ["1", "a", "A"].flatMap((letter) =>
  Array.from({ length: 40 }, (_, index) => letter.repeat(index + 1)),
);
/** A repetition of a repetition can take exponential time to refuse a text. */
const SLOW_PATTERN = /[+*}]\\?\)[+*{?]/;

/** Values of the required arguments, or undefined where no valid value was found. */
export function sampleArguments(operation: Operation): Readonly<Record<string, JsonValue>> | undefined {
  const samples: Record<string, JsonValue> = {};
  for (const argument of operation.arguments.filter(({ required }) => required)) {
    const sample = sampleSchema(argument.in === "path" ? demandContent(argument.schema) : argument.schema, 0);
    if (sample === undefined) return undefined;
    samples[argument.name] = sample;
  }
  return samples;
}

/** No part of a path can be empty: lists need an item there, objects a property. */
function demandContent(schema: JsonSchema): JsonSchema {
  if (schema["type"] === "array") return { ...schema, minItems: Math.max(1, numberOf(schema["minItems"]) ?? 0) };
  if (schema["type"] !== "object" || !isRecord(schema["properties"])) return schema;
  return { ...schema, required: Object.keys(schema["properties"]) };
}

function sampleSchema(schema: JsonSchema, depth: number): JsonValue | undefined {
  if (depth > MAX_DEPTH || schema["not"] !== undefined || schema["allOf"] !== undefined) return undefined;
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"].find((value) => value !== null && value !== "");
  const alternatives = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(alternatives)) return sampleFirst(alternatives, schema, depth);
  const { type } = schema;
  const name = Array.isArray(type) ? type.find((one) => one !== "null") : type;
  switch (name) {
    case "string":
      return sampleString(schema);
    case "integer":
    case "number":
      return sampleNumber(schema, name === "integer");
    case "array":
      return sampleArray(schema, depth);
    case "object":
      return sampleObject(schema, depth);
    default:
      if (schema["properties"] !== undefined) return sampleObject(schema, depth);
      return name === "boolean" ? true : "sample";
  }
}

/** Only the plain case: alternatives and nothing beside them that would have to hold too. */
function sampleFirst(alternatives: readonly JsonValue[], schema: JsonSchema, depth: number): JsonValue | undefined {
  if (schema["properties"] !== undefined || schema["required"] !== undefined) return undefined;
  // With oneOf a value that fits two alternatives fits none; a single one is certain.
  if (schema["oneOf"] !== undefined && alternatives.length > 1) return undefined;
  const first = alternatives.find((part) => isRecord(part) && part["type"] !== "null");
  return isRecord(first) ? sampleSchema(first, depth + 1) : undefined;
}

function sampleString(schema: JsonSchema): string | undefined {
  const { format, pattern } = schema;
  const least = numberOf(schema["minLength"]) ?? 0;
  const most = numberOf(schema["maxLength"]) ?? Infinity;
  const known = typeof format === "string" && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (
    typeof format === "string" &&
    known === undefined &&
    ["regex", "json-pointer", "iri", "idn-email"].includes(format)
  )
    return undefined;
  const candidates =
    known === undefined ? CANDIDATES.flatMap((text) => [text, text.padEnd(Math.min(least, 200), "a")]) : [known];
  const test = matcherOf(pattern);
  const repeated = pattern === undefined ? [] : REPEATED;
  return [...candidates, ...repeated].find((text) => text.length >= least && text.length <= most && test(text));
}

function matcherOf(pattern: JsonValue | undefined): (text: string) => boolean {
  if (typeof pattern !== "string") return () => true;
  if (SLOW_PATTERN.test(pattern) || pattern.length > 200) return () => false;
  try {
    const expression = new RegExp(pattern, "u");
    return (text) => text.length <= 40 && expression.test(text);
  } catch {
    return () => false;
  }
}

function sampleNumber(schema: JsonSchema, isInteger: boolean): number | undefined {
  const least = numberOf(schema["minimum"]) ?? numberOf(schema["exclusiveMinimum"]);
  const most = numberOf(schema["maximum"]) ?? numberOf(schema["exclusiveMaximum"]);
  const step = numberOf(schema["multipleOf"]) ?? 1;
  if (step <= 0 || (isInteger && !Number.isInteger(step))) return undefined;
  const start = Math.max(step, least === undefined ? step : Math.ceil(least / step) * step);
  const wanted = schema["exclusiveMinimum"] === start ? start + step : start;
  const value = most !== undefined && wanted > most ? Math.floor(most / step) * step : wanted;
  const isBelow = least !== undefined && value < least;
  return isBelow || schema["exclusiveMaximum"] === value ? undefined : value;
}

function sampleArray(schema: JsonSchema, depth: number): JsonValue | undefined {
  const least = numberOf(schema["minItems"]) ?? 0;
  if (least === 0) return [];
  if (least > 1 && schema["uniqueItems"] === true) return undefined;
  const item = isRecord(schema["items"]) ? sampleSchema(schema["items"], depth + 1) : "sample";
  return item === undefined || least > 20 ? undefined : Array.from({ length: least }, () => item);
}

function sampleObject(schema: JsonSchema, depth: number): JsonValue | undefined {
  if ((numberOf(schema["minProperties"]) ?? 0) > 0) return undefined;
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const sample: Record<string, JsonValue> = {};
  for (const name of required) {
    if (typeof name !== "string" || name === "__proto__") return undefined;
    const property = Object.hasOwn(properties, name) ? properties[name] : {};
    const value = isRecord(property) ? sampleSchema(property, depth + 1) : "sample";
    if (value === undefined) return undefined;
    sample[name] = value;
  }
  return sample;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
