import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { assert, json, lorem, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import { countTextTokens } from "../../src/tokens/count.js";

const asText = { disallowedSpecial: new Set<string>() };

test.each([
  "",
  " ",
  "Creates a contact. (needs email)",
  '{"type":"object","properties":{"Straßenname":{"type":"string"}}}',
  "naïve 文字化け 👩‍👩‍👧 \u{1F1E9}\u{1F1EA}",
  "x".repeat(2_000),
  "supercalifragilisticexpialidocious antidisestablishmentarianism",
  "<|endoftext|> is text here\r\n\n\t1234567",
  "\ud800 alone",
])("counts as the tokenizer does: %j", (text) => {
  expect(countTextTokens(text)).toBe(countTokens(text, asText));
});

test("counts any text as the tokenizer does", () => {
  assert(
    property(oneof(string({ unit: "binary" }), lorem(), json()), (any) => {
      // The tokenizer loses byte order marks when it decodes them.
      const text = any.replaceAll("\uFEFF", "");
      expect(countTextTokens(text)).toBe(countTokens(text, asText));
    }),
  );
});
