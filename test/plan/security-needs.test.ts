import { expect, test } from "vitest";
import type { SecurityScheme } from "../../templates/runtime/tool.js";
import { markNeeded } from "../../src/plan/security-needs.js";

const schemes: Readonly<Record<string, SecurityScheme>> = {
  key: { type: "apiKey", in: "header", name: "X-Key", env: "KEY" },
  basic: { type: "basic", envUser: "USER", envPassword: "PASSWORD" },
  oauth: {
    type: "oauth2",
    env: "TOKEN",
    tokenUrl: "https://x.example/t",
    envClientId: "ID",
    envClientSecret: "SECRET",
  },
};
const variables = ["KEY", "USER", "PASSWORD", "TOKEN", "ID", "SECRET"].map((name) => {
  return { name, description: "", required: false, secret: true };
});

test.each<[string, Parameters<typeof markNeeded>[1], Readonly<Record<string, string>>]>([
  ["one scheme for all", [[{ key: [] }]], { KEY: "required" }],
  ["two together", [[{ key: [], basic: [] }]], { KEY: "required", USER: "required", PASSWORD: "required" }],
  ["one of two", [[{ basic: [] }, { key: [] }]], { USER: "first", PASSWORD: "first", KEY: "other" }],
  [
    "a token, or what gets one",
    [[{ oauth: ["a"] }], [{ oauth: ["b"] }]],
    { TOKEN: "first", ID: "other", SECRET: "other" },
  ],
  ["another for each operation", [[{ key: [] }], [{ basic: [] }]], { KEY: "first", USER: "other", PASSWORD: "other" }],
  ["none for some operation", [[{ key: [] }], []], {}],
  ["optional", [[{ key: [] }, {}]], {}],
  ["no operation", [], {}],
])("%s", (_, operations, want) => {
  const marked = markNeeded(variables, operations, schemes);
  const found = marked.flatMap(({ name, required, oneOf }) => {
    return required || oneOf ? [[name, required ? "required" : oneOf] as const] : [];
  });
  expect(Object.fromEntries(found)).toEqual(want);
});
