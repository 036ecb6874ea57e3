/** Slips of the annotation file that only a call would show. */
import { expect, test } from "vitest";
import { generate } from "../../src/index.js";

async function problemsOf(tools: string): Promise<readonly string[]> {
  const text = `version: 1\nspec: specs/crm.yaml\ntools:\n${tools}`;
  const annotations = { file: "mcp.annotations.yaml", text };
  const { diagnostics } = await generate({ spec: "specs/crm.yaml", annotations });
  return diagnostics
    .filter(({ severity }) => severity !== "info")
    .map(({ code, message, at }) => `${code} ${message} (line ${at && "line" in at ? at.line : "?"})`);
}

const listing = (settings: string) => `  list_contacts:\n    operation: listContacts\n    ${settings}\n`;

test.each([
  [
    "pagination: { style: cursor, limit: limitt, cursor: cursor, items: /dta, next: /next_cursor }",
    [
      'plan/unknown-paging-parameter GET /contacts describes no query parameter "limitt", the limit of its pagination. Did you mean "limit"?',
      'plan/unknown-field The answer of GET /contacts has no /dta, the items of its pagination. Did you mean "data"?',
    ],
  ],
  ["pagination: { style: cursor, limit: limit, cursor: cursor, items: /data, next: /next_cursor }", []],
  [
    "result: { fields: [idd, name, address.city] }",
    ['plan/unknown-field The answer of GET /contacts has no field "idd". Did you mean "id"?'],
  ],
  ["result: { fields: [id, address.city, total] }", []],
  [
    "arguments: { status: { default: actve } }",
    [
      'plan/unfit-value The value of "status" of GET /contacts is "actve", and must be one of "lead", "active", "inactive", "blocked".',
    ],
  ],
  [
    "arguments: { q: { fixed: 3 }, company_id: { fixed: acme } }",
    [
      'plan/unfit-value The value of "q" of GET /contacts is 3, and must be of type string.',
      'plan/unfit-value The value of "company_id" of GET /contacts is "acme", and must be of type integer.',
    ],
  ],
  ["arguments: { status: { default: active }, company_id: { fixed: 7 } }", []],
])("%s", async (settings, want) => {
  const found = await problemsOf(listing(settings));
  expect(found.map((each) => each.replace(/ \(line [46]\)$/, ""))).toEqual(want);
});

test("a member inside an argument is fixed, and the rest stays the model's", async () => {
  const settings =
    "operation: createContact\n    arguments: { /address/city: { fixed: Berlin }, /address/postal_code: { hide: true } }";
  const text = `version: 1\nspec: specs/crm.yaml\ntools:\n  add_contact:\n    ${settings}\n`;
  const { plan, diagnostics } = await generate({ spec: "specs/crm.yaml", annotations: { file: "a.yaml", text } });
  expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  const wire = plan?.tools.find(({ name }) => name === "add_contact")?.actions[0]?.operation.wire;
  expect(wire?.fixed).toEqual([{ in: "body", wire: "/address/city", value: "Berlin" }]);
  const { schema } = wire?.arguments.find(({ name }) => name === "address") ?? {};
  expect(Object.keys(schema?.["properties"] ?? {})).toEqual(expect.not.arrayContaining(["city", "postal_code"]));
});

test.each([
  ["/address/city: { default: Berlin }", "plan/nested-argument"],
  ["/address/city: { rename: town }", "plan/nested-argument"],
  ["/address/town: { fixed: Berlin }", "plan/unknown-argument"],
  ["/address/city: { fixed: 3 }", "plan/unfit-value"],
])("%s of a body is told: %s", async (entry, code) => {
  const found = await problemsOf(`  add_contact:\n    operation: createContact\n    arguments: { ${entry} }\n`);
  expect(found).toEqual([expect.stringMatching(new RegExp(`^${code} `))]);
});

test("each slip is told where it stands", async () => {
  expect(await problemsOf(listing("arguments: { status: { default: 1 } }"))).toEqual([expect.stringMatching(/line 6/)]);
});
