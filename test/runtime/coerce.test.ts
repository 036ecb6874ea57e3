import { describe, expect, it } from "vitest";
import { coerceValue } from "../../templates/runtime/coerce.js";
import type { JsonSchema } from "../../templates/runtime/operation.js";

const integer: JsonSchema = { type: "integer" };
const string: JsonSchema = { type: "string" };
const list: JsonSchema = { type: "array", items: integer };
const object: JsonSchema = {
  type: "object",
  properties: { n: integer, deep: { type: "object", properties: { on: { type: "boolean" } } } },
};

describe("coerceValue", () => {
  it.each<[given: unknown, schema: JsonSchema, wanted: unknown]>([
    ["12", integer, 12],
    [" -7 ", integer, -7],
    ["1.5", { type: "number" }, 1.5],
    ["1e3", { type: "number" }, 1000],
    ["true", { type: "boolean" }, true],
    ["False", { type: "boolean" }, false],
    ["[1,2]", list, [1, 2]],
    ['["1"]', list, [1]],
    ['{"n":"3"}', object, { n: 3 }],
    [{ n: "3", deep: { on: "true" } }, object, { n: 3, deep: { on: true } }],
    [7, list, [7]],
    ["7", list, [7]],
    ["red", { type: "array", items: string }, ["red"]],
    ["1, 2,3", list, [1, 2, 3]],
    ["red,green", { type: "array", items: { type: "string", enum: ["red", "green"] } }, ["red", "green"]],
    ["a1, b2", { type: "array", items: { type: "string", format: "uuid" } }, ["a1", "b2"]],
    [8823, string, "8823"],
    [true, string, "true"],
    ["5", { type: ["integer", "null"] }, 5],
    ["null", { type: ["integer", "null"] }, null],
    ["5", { anyOf: [integer, { type: "boolean" }] }, 5],
    ["5", { anyOf: [{ type: "string", enum: ["now"] }, integer] }, 5],
    ["5", { oneOf: [{ enum: [""] }, integer] }, 5],
    [5, { enum: ["5", "10"] }, "5"],
    ["2", { enum: [1, 2] }, 2],
    ["1", { enum: [1, 2, "all"] }, 1],
    ["true", { type: ["boolean", "string"], enum: [true, "auto"] }, true],
    [2, { enum: [1, "2"] }, "2"],
    [["a", "1"], { type: "array", prefixItems: [string, integer], items: { type: "boolean" } }, ["a", 1]],
    [["a", 1, "true"], { type: "array", prefixItems: [string, integer], items: { type: "boolean" } }, ["a", 1, true]],
    [{ a: "1" }, { type: "object", additionalProperties: integer }, { a: 1 }],
    [{ n: "1" }, { allOf: [object, { type: "object" }] }, { n: 1 }],
  ])("makes %j for %j into %j", (given, schema, wanted) => {
    let changes = 0;
    expect(coerceValue(given, schema, () => changes++)).toEqual(wanted);
    expect(changes).toBeGreaterThan(0);
  });

  it.each<[given: unknown, schema: JsonSchema]>([
    ["12", string],
    ["12", { type: ["string", "integer"] }],
    ["12", {}],
    ["12", { anyOf: [integer, {}] }],
    ["12", { anyOf: [integer, { type: "string", enum: ["12"] }] }],
    ["12", { anyOf: [integer, { type: "string", enum: ["now"] }, string] }],
    ["now", { anyOf: [{ type: "string", enum: ["now"] }, integer] }],
    ["later", { anyOf: [{ type: "string", enum: ["now"] }, integer] }],
    ["all", { enum: [1, 2, "all"] }],
    ["3", { type: ["integer", "string"], enum: [1, 2, "all"] }],
    ["1", { enum: [1, "1", true, "true"] }],
    [true, { enum: [1, "1", true, "true"] }],
    ["abc", integer],
    ["", integer],
    ["012", integer],
    ["0x10", integer],
    ["12345678901234567890", integer],
    ["yes", { type: "boolean" }],
    [1, { type: "boolean" }],
    ["a,b", { type: "array", items: string }],
    ["[1,2", list],
    ["1,two", list],
    ["1,", list],
    ["{bad}", object],
    ["[1]", object],
    [null, string],
    [2 ** 53, string],
    [{ a: 1 }, string],
  ])("leaves %j for %j alone", (given, schema) => {
    let changes = 0;
    expect(coerceValue(given, schema, () => changes++)).toEqual(given);
    expect(changes).toBe(0);
  });

  it("keeps a key named __proto__ an ordinary key", () => {
    const given: unknown = JSON.parse('{"__proto__":{"polluted":"1"}}');
    const result = coerceValue(given, { type: "object", additionalProperties: {} }, () => undefined);
    expect(Object.keys(result ?? {})).toEqual(["__proto__"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
