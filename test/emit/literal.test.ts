import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { format } from "prettier";
import { expect, test } from "vitest";
import { printLiteral } from "../../src/emit/literal.js";
import { HOSTILE, KEYS } from "./plan-fixture.js";

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom<unknown>(...HOSTILE, true, null, 0, -1, 1e21, 1.5e-7),
    fc.string({ unit: "grapheme", maxLength: 150 }),
    fc.array(fc.integer(), { maxLength: 60 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 20 })), tie("value")), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

const settings = { numRuns: 150, seed: 7 };

test("any value is printed as prettier prints it, and evaluates to itself", async () => {
  await fc.assert(
    fc.asyncProperty(value, async (data) => {
      const start = "export const data: Data = ";
      const literal = printLiteral({ data }, { column: start.length, after: 1, expand: [] });
      const source = `${start}${literal};\n`;
      expect(await format(source, { parser: "typescript", printWidth: 120 })).toBe(source);
      expect(runInNewContext(`(${literal})`)).toEqual({ data });
    }),
    settings,
  );
});

test("any value is printed as prettier prints JSON", async () => {
  await fc.assert(
    fc.asyncProperty(value, async (data) => {
      const source = `${printLiteral({ data }, { language: "json", expand: [] })}\n`;
      expect(await format(source, { parser: "json", printWidth: 120 })).toBe(source);
      expect(JSON.parse(source)).toEqual({ data });
    }),
    settings,
  );
});
