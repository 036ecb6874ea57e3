import { expect, test } from "vitest";
import { claimName, cutName, toLegalName } from "../../src/naming/legal.js";
import { isPlural, toPlural, toSingular } from "../../src/naming/plural.js";
import { splitWords } from "../../src/naming/words.js";

test.each([
  ["getURLById", "get url by id"],
  ["listUserIDs", "list user ids"],
  ["projectsV2", "projects v2"],
  ["OAuthToken", "oauth token"],
  ["AuthNMappings", "authn mappings"],
  ["AuthNone", "auth none"],
  ["snake_case-and.dots", "snake case and dots"],
  ["Événement", "evenement"],
  ["sha256Sum", "sha256 sum"],
  ["", ""],
])("words of %s", (text, words) => {
  expect(splitWords(text).join(" ")).toBe(words);
});

test.each([
  ["contacts", "contact"],
  ["companies", "company"],
  ["addresses", "address"],
  ["statuses", "status"],
  ["branches", "branch"],
  ["databases", "database"],
  ["aliases", "alias"],
  ["indices", "index"],
  ["keys", "key"],
])("%s is many of %s", (plural, singular) => {
  expect([toSingular(plural), toPlural(singular), isPlural(plural)]).toEqual([singular, plural, true]);
});

test.each(["status", "metadata", "dns", "analytics", "access", "progress", "s3"])("%s is no plural", (word) => {
  expect([toSingular(word), isPlural(word)]).toEqual([word, false]);
});

test("names are legal, cut at a word, and apart when cut", () => {
  expect(toLegalName(["2fa", "code"], "call")).toBe("call_2fa_code");
  expect(toLegalName(["中"], "call")).toBe("call");
  expect(toLegalName(["constructor"], "call")).toBe("call_constructor");
  const long = "manage_" + "very_".repeat(20);
  expect(cutName(`${long}a`, 64)).toMatch(/^manage_(very_)+[0-9a-z]{6}$/);
  expect(cutName(`${long}a`, 64)).not.toBe(cutName(`${long}b`, 64));
});

test("a taken name gets a number and stays within the limit", () => {
  const taken = new Set(["call"]);
  expect([claimName("call", taken), claimName("call", taken)]).toEqual(["call_2", "call_3"]);
  const full = "a".repeat(64);
  expect([claimName(full, taken), claimName(full, taken)].map(({ length }) => length <= 64)).toEqual([true, true]);
});
