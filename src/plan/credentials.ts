/** Inputs that are credentials, pagination or constants: what a model must neither see nor choose. */
import type { JsonValue } from "../../templates/runtime/operation.js";
import type { SecurityScheme } from "../model/types.js";
import { splitWords } from "../naming/words.js";
import type { Input } from "./inputs.js";
import { resolveSchema, toJson } from "./schemas.js";
import type { Schemas } from "./schemas.js";

const CREDENTIAL_NAME =
  /^(authorization|token|(x-?)?(api[-_]?key|(access|auth)[-_]?token)|(x-?)?api[-_]?(user|username|secret))$/i;
const CREDENTIAL_TEXT =
  /\b(api[ -]?keys?|access[ -]tokens?|auth(entication|orization)?[ -]tokens?|authenticat\w*|credentials?|bearer|your (api )?secret)\b/i;

/** True for an input that repeats a security scheme, or that is a credential by its name and text. */
export function isCredential(input: Input, schemes: readonly SecurityScheme[], schemas: Schemas): boolean {
  const kind = resolveSchema(input.schema, schemas).kind;
  if (kind !== "string" && kind !== "any") return false;
  const place = input.location.in;
  if (place === "path") return false;
  const name = splitWords(input.name).join("");
  if (schemes.some((scheme) => scheme.kind === "apiKey" && scheme.in === place && scheme.name === input.name))
    return true;
  const text = input.description ?? "";
  if (place === "body") {
    const repeats = schemes.some((scheme) => scheme.kind === "apiKey" && splitWords(scheme.id).join("") === name);
    return (
      repeats ||
      (/^(api_?)?key$/i.test(input.name) && /\bapi key\b/i.test(text) && schemes.length === 0 && input.required)
    );
  }
  if (place === "header" && name === "authorization") return true;
  return CREDENTIAL_NAME.test(input.name) && (CREDENTIAL_TEXT.test(text) || place === "header");
}

/** The only value an input can have, or the API version to send; undefined when there is a choice. */
export function constantOf(input: Input, schemas: Schemas): JsonValue | undefined {
  const schema = resolveSchema(input.schema, schemas);
  if (input.required && schema.kind === "enum" && schema.values.length === 1 && !schema.nullable)
    return schema.values[0];
  if (input.location.in !== "header" || !isVersionHeader(input.name)) return undefined;
  const stated = schema.default ?? (schema.kind === "enum" ? schema.values[0] : undefined) ?? input.example;
  return input.required || schema.default !== undefined ? toJson(stated) : undefined;
}

function isVersionHeader(name: string): boolean {
  return splitWords(name).includes("version");
}
