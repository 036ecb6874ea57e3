/** Lines that are too long, where prettier has rules of its own. */
import { format } from "prettier";
import { expect, test } from "vitest";
import { printDeclarations } from "../../src/emit/declarations.js";
import { createSourceFile } from "../../src/emit/source-file.js";

const long = "A".repeat(100);

test.each([
  ["import of one name", ["x"]],
  ["import of several names", ["x", "y"]],
])("%s", async (_name, suffixes) => {
  const file = createSourceFile([]);
  for (const suffix of suffixes) file.importSymbol(long + suffix, `./tools/${long}.js`);
  file.code(`export const all = [${suffixes.map((suffix) => long + suffix).join(", ")}];`);
  const [start = ""] = file.toString().split("\nexport");
  expect(`${start}`).toBe((await format(start, { parser: "typescript", printWidth: 120 })).trimEnd() + "\n");
});

const object = { type: "object", properties: { id: { type: "string" } } };

test.each([
  ["a nullable object", { anyOf: [object, { type: "null" }] }],
  ["a nullable list", { anyOf: [{ type: "array", items: object }, { type: "null" }] }],
  ["a nullable map", { anyOf: [{ type: "object", additionalProperties: object }, { type: "null" }] }],
  ["objects", { anyOf: [object, object] }],
  ["a map of anything", { type: "object", additionalProperties: true }],
  ["a map of texts or numbers", { type: "object", additionalProperties: { type: ["string", "number"] } }],
  ["a nullable map of anything", { anyOf: [{ type: "object" }, { type: "null" }] }],
  ["a list of maps", { type: "array", items: { type: "object" } }],
  ["a list of texts or numbers", { type: "array", items: { type: ["string", "number"] } }],
  ["a list of texts or null", { type: "array", items: { type: ["string", "null"] } }],
  ["a list of objects or null", { type: "array", items: { anyOf: [object, { type: "null" }] } }],
  ["a list of lists", { type: "array", items: { type: "array", items: { type: "string" } } }],
  [
    "a nullable list of texts or numbers",
    { anyOf: [{ type: "array", items: { type: ["string", "number"] } }, { type: "null" }] },
  ],
  ["a map of lists", { type: "object", additionalProperties: { type: "array", items: { type: ["string", "null"] } } }],
  ["a text", { type: "string" }],
  ["a text or null", { anyOf: [{ const: "b".repeat(78) }, { type: "null" }] }],
])("a member of type %s", async (_name, schema) => {
  for (const length of [10, 20, 30, 40, 50, 60, 90, 100, 105, 110, 115, 130]) {
    const properties = { ["p".repeat(length)]: schema };
    const root = { name: "N".repeat(60), doc: "Root.", schema: { type: "object", properties } };
    const text = `${printDeclarations(root, new Set()).join("\n\n")}\n`;
    expect(text).toBe(await format(text, { parser: "typescript", printWidth: 120 }));
  }
});
