import { describe, expect, test } from "vitest";
import { parseAnnotations } from "../../src/annotations/read.js";
import { clusterOperations, type ClusterOptions } from "../../src/cluster/cluster.js";
import { createCollector } from "../../src/diagnostics/collector.js";
import { createApi, CRM } from "./api.js";

const FILE = `
version: 1
spec: ./crm.yaml
tools:
  people:
    actions:
      create: POST /contacts (createContact)
      change: PATCH /contacts/{contact_id} (updateContact)
      delete: DELETE /contacts/{contact_id} (deleteContact)
      set_status: PUT /contacts/{contact_id}/status (setContactStatus)
  find_people: { operation: GET /contacts (listContacts) }
  get_contact: { operation: "GET /contacts/{contact_id} (getContact)" }
  add_contact_note: { operation: "POST /contacts/{contact_id}/notes (addContactNote)" }
`;

function group(lines: readonly string[], file: string = FILE, options: ClusterOptions = {}) {
  const collector = createCollector();
  const annotations = parseAnnotations(file, "mcp.annotations.yaml", collector.report);
  if (annotations === undefined) throw new Error(collector.diagnostics.map(({ message }) => message).join("\n"));
  const clustering = clusterOperations(createApi(lines), annotations, collector.report, options);
  const tools = clustering.intents.map(({ name, choices }): [string, string[]] => [
    name,
    choices.map(({ action }) => action),
  ]);
  return { ...clustering, tools: Object.fromEntries(tools), diagnostics: collector.diagnostics };
}

const KEPT = {
  people: ["create", "change", "delete", "set_status"],
  find_people: ["list"],
  get_contact: ["get"],
  add_contact_note: ["add"],
};

test("operations go exactly where the file says", () => {
  const { tools, added, diagnostics } = group(CRM);
  expect(tools).toEqual(KEPT);
  expect(added).toEqual([]);
  expect(diagnostics).toEqual([]);
});

test.each<[string, (line: string) => string]>([
  ["a new version in the path", (line) => line.replace(" /", " /v2/")],
  ["renamed parameters", (line) => line.replace("{contact_id}", "{id}")],
  ["renamed operationIds", (line) => line.replace(/ (\w+)$/, " v2_$1")],
  ["moved paths", (line) => line.replace("/contacts", "/people")],
])("assignments survive %s", (_, change) => {
  const { tools, added, diagnostics } = group(CRM.map(change));
  expect(tools).toEqual(KEPT);
  expect(added).toEqual([]);
  expect(diagnostics).toEqual([]);
});

test("a new operation joins the tool of its likes, or makes a new one with a free name", () => {
  const { tools, added } = group([...CRM, "POST /contacts/{contact_id}/archive", "GET /deals"]);
  expect(tools).toEqual({ ...KEPT, people: [...KEPT.people, "archive"], list_deals: ["list"] });
  expect(added).toEqual(["POST /contacts/{contact_id}/archive", "GET /deals"]);
});

test("a tool without actions to choose is not changed by a new operation", () => {
  const { tools } = group([...CRM, "GET /contacts/search"]);
  expect(tools).toEqual({ ...KEPT, search_contacts: ["search"] });
});

test("frozen: new operations are errors", () => {
  const { tools, skipped, diagnostics } = group([...CRM, "GET /deals"], FILE, { frozen: true });
  expect(tools).toEqual(KEPT);
  expect(skipped.map(({ path }) => path)).toEqual(["/deals"]);
  expect(diagnostics).toMatchObject([{ code: "cluster/new-operation", severity: "error" }]);
});

test.each([
  ["skip", []],
  ["error", ["cluster/unassigned-operation"]],
])("unassigned: %s", (unassigned, codes) => {
  const { skipped, diagnostics } = group([...CRM, "GET /deals"], `${FILE}defaults: { unassigned: ${unassigned} }\n`);
  expect(skipped.map(({ path }) => path)).toEqual(["/deals"]);
  expect(diagnostics.map(({ code }) => code)).toEqual(codes);
});

test("skip rules leave operations out and say so", () => {
  const lines = [...CRM, "DELETE /admin/users/{id}", "GET /admin/users", "DELETE /accounts/{id}"];
  const { skipped, tools } = group(lines, `${FILE}skip: ["DELETE /admin/**"]\n`);
  expect(skipped).toEqual([{ method: "DELETE", path: "/admin/users/{id}", reason: 'skip rule "DELETE /admin/**"' }]);
  expect(Object.keys(tools)).toEqual(expect.arrayContaining(["list_users", "delete_account"]));
});

test("a skip rule that leaves out nothing is told of", () => {
  const { diagnostics } = group(
    CRM,
    `${FILE}skip: ["GET /contacts/{contact_id}", "FETCH /deals", "GET /contact/**"]\n`,
  );
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'cluster/idle-skip The skip rule "FETCH /deals" leaves out no operation.',
    'cluster/idle-skip The skip rule "GET /contact/**" leaves out no operation.',
  ]);
});

test("an operation that is gone is named, and its action left out", () => {
  const { tools, diagnostics } = group(CRM.filter((line) => !line.startsWith("DELETE")));
  expect(tools["people"]).toEqual(["create", "change", "set_status"]);
  expect(diagnostics).toMatchObject([
    { code: "cluster/vanished-operation", severity: "warning", message: expect.stringContaining("people.delete") },
  ]);
});

test("a misspelt operation is an error that names the right one", () => {
  const { diagnostics } = group(CRM, FILE.replace("GET /contacts (listContacts)", "listContcts"));
  expect(diagnostics).toMatchObject([
    { code: "cluster/unknown-operation", severity: "error", fix: 'Did you mean "listContacts"?', at: { line: 11 } },
  ]);
});

test("an operation in two places is an error, and stays in the first", () => {
  const { tools, diagnostics } = group(
    CRM,
    FILE.replace("GET /contacts (listContacts)", "listContacts") + "  again: { operation: GET /contacts }\n",
  );
  expect(tools).toEqual(KEPT);
  expect(diagnostics).toMatchObject([{ code: "cluster/assigned-twice", at: { file: "mcp.annotations.yaml" } }]);
});

test("a class that the file gives is used, also where it mixes reads and writes", () => {
  const file = FILE.replace(
    "create: POST /contacts (createContact)",
    "create: { operation: createContact, class: delete }\n      list_all: listContacts",
  ).replace(/ {2}find_people.*\n/, "");
  const { intents } = group(CRM, file);
  expect(intents[0]?.choices.map((choice) => choice.class)).toEqual(["delete", "read", "write", "delete", "write"]);
});

const GISTS = ["GET /users/{username}/gists list", "GET /gists listMine", "GET /gists/{id}"];
const fileOf = (entry: string) => `version: 1\nspec: a.yaml\ntools:\n  my_gists: { operation: '${entry}' }\n`;
const keysOf = (clustering: ReturnType<typeof group>) => {
  const [choice] = clustering.intents[0]?.choices ?? [];
  return choice && [choice.operation.key, ...choice.twins.map(({ key }) => key)];
};

describe("twins", () => {
  const both = "GET /users/{username}/gists (list) + GET /gists (listMine)";

  test("a new twin comes along, and is reported as new", () => {
    const result = group(GISTS, fileOf("GET /users/{username}/gists"));
    expect(keysOf(result)).toEqual(["GET /users/{username}/gists", "GET /gists"]);
    expect(result.added).toEqual(["GET /gists", "GET /gists/{id}"]);
  });

  test("a frozen run refuses a new twin", () => {
    const result = group(GISTS, fileOf("GET /users/{username}/gists"), { frozen: true });
    expect(keysOf(result)).toEqual(["GET /users/{username}/gists"]);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(["cluster/new-operation", "cluster/new-operation"]);
  });

  test("a recorded twin stays, also where it is no longer like the others", () => {
    const lines = ["GET /users/{username}/gists list", "GET /gists/everything listMine"];
    const result = group(lines, fileOf(both), { frozen: true });
    expect(keysOf(result)).toEqual(["GET /users/{username}/gists", "GET /gists/everything"]);
    expect(result.diagnostics).toEqual([]);
  });

  test.each([
    [0, "GET /gists"],
    [1, "GET /users/{username}/gists"],
  ])("twin %i is gone: the other one keeps the place", (gone, left) => {
    const result = group(
      GISTS.slice(0, 2).filter((_, i) => i !== gone),
      fileOf(both),
      { frozen: true },
    );
    expect(keysOf(result)).toEqual([left]);
    expect(result.diagnostics).toMatchObject([{ code: "cluster/vanished-operation", severity: "warning" }]);
  });

  test("an operation that no call would reach is an error", () => {
    const result = group(GISTS.slice(0, 2), fileOf("GET /gists (listMine) + GET /users/{username}/gists (list)"));
    expect(result.diagnostics).toMatchObject([{ code: "cluster/hidden-twin", at: { line: 4 } }]);
  });
});
