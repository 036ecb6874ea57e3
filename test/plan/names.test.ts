import { expect, test } from "vitest";
import { createNamer, toIdentifier } from "../../src/plan/names.js";

test.each([
  ["list-users", "listUsers"],
  ["", "call"],
  ["2fa", "call2fa"],
  ["delete", "deleteCall"],
  // Whole words and the hash of the whole; one word that is too long has no border to be cut at.
  [
    "replace admission policy ".repeat(4),
    "replaceAdmissionPolicyReplaceAdmissionPolicyReplaceAdmissionPolicyReplaceR2j051",
  ],
  ["x".repeat(100), `${"x".repeat(74)}Brhbdh`],
])("%j as an identifier", (text, name) => {
  const identifier = toIdentifier(text, "call");
  expect(identifier).toBe(name);
  expect(identifier).toMatch(/^[a-z]\w{0,79}$/);
});

test("identifiers that are cut stay apart", () => {
  const [one, other] = ["a", "b"].map((end) => toIdentifier(`${"policy ".repeat(20)}${end}`, "call"));
  expect(one).not.toBe(other);
});

test("the first free candidate is taken, and none after it is asked for", () => {
  const name = createNamer();
  const asked: string[] = [];
  function* candidates() {
    for (const candidate of ["get_user", "read_user"]) {
      asked.push(candidate);
      yield candidate;
    }
  }
  expect(name(candidates())).toBe("get_user");
  expect(asked).toEqual(["get_user"]);
  expect([name(candidates()), name(candidates()), name(["getUser"])]).toEqual(["read_user", "get_user_2", "getUser3"]);
});
