/** Scalars as a model reads them. */
import type { JsonSchema } from "../../templates/runtime/operation.js";
import type { EnumSchema, NumberSchema, StringSchema } from "../model/types.js";
import { hasHiddenText } from "./text.js";

const FORMATS = new Set(["date", "date-time", "email", "uuid"]);
/** Bytes: in JSON, and as arguments that hold a file, they travel as base64. */
const ENCODED = new Set(["binary", "byte", "file"]);

export function reduceString({ format = "" }: StringSchema): JsonSchema {
  if (FORMATS.has(format)) return { type: "string", format };
  return { type: "string", ...(ENCODED.has(format) && { description: "As base64." }) };
}

/** Bounds that say something: not 0 or 1 below, nor the limits of a machine integer above. */
export function reduceNumber(schema: NumberSchema): JsonSchema {
  const { minimum, maximum } = schema;
  return {
    type: schema.integer ? "integer" : "number",
    ...(minimum !== undefined && minimum !== 0 && minimum !== 1 && Math.abs(minimum) < 2 ** 31 - 1 && { minimum }),
    ...(maximum !== undefined && Math.abs(maximum) < 2 ** 31 - 1 && { maximum }),
  };
}

export function reduceEnum(schema: EnumSchema, max: number): JsonSchema {
  // What nobody can see cannot be chosen either; it is still valid when it is sent.
  const visible = schema.values.filter((value) => !hasHiddenText(value));
  const type = visible.every((value) => typeof value === "number")
    ? "number"
    : visible.every((value) => typeof value === "boolean")
      ? "boolean"
      : "string";
  // 1 and "1" read the same; JSON Schema wants the values of an enum to differ (2020-12 validation, section 6.1.2).
  const values = [...new Set(type === "string" ? visible.map(String) : visible)];
  if (values.length === 0) return { type: "string" };
  if (values.length <= max) return { type, enum: values };
  const some = values.slice(0, 5).map(String).join(", ").slice(0, 120);
  return { type, description: `One of ${values.length} values, such as ${some}.` };
}
