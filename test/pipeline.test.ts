import path from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "../src/index.js";
import type { GenerateOptions, GenerateResult } from "../src/index.js";
import { repository } from "./e2e/project.js";

const crm = path.relative(process.cwd(), path.join(repository, "specs/crm.yaml"));
const file = "crm-mcp/mcp.annotations.yaml";

const plan = (text: string, options: GenerateOptions = {}) =>
  generate({ spec: crm, annotations: { file, text }, options: { planOnly: true, ...options } });

/** `tool` or `tool.action` to operation. */
function surfaceOf({ plan, diagnostics }: GenerateResult): Record<string, string> {
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const actions = (plan?.tools ?? []).flatMap((tool) =>
    tool.actions.map(({ action, operation }) => [
      action === null ? tool.name : `${tool.name}.${action}`,
      operation.key,
    ]),
  );
  return Object.fromEntries(actions) as Record<string, string>;
}

const first = await generate({ spec: crm });
const recorded = first.files.find(({ path: name }) => name === "mcp.annotations.yaml")?.content ?? "";
const before = surfaceOf(first);

/** The recorded file after an edit that must have happened. */
function edit(...edits: readonly (readonly [string | RegExp, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toMatch(from);
    return text.replace(from, to);
  }, recorded);
}

test("the same input gives the same files, and the recorded file gives the same plan", async () => {
  const again = await generate({ spec: crm });
  expect(again.files).toEqual(first.files);
  const later = await generate({ spec: crm, annotations: { file, text: recorded } });
  expect(later.files).toEqual(first.files);
});

test("every operation of the description is recorded", () => {
  const operations = first.api?.operations ?? [];
  expect(operations.length).toBe(17);
  for (const { key, operationId = "" } of operations) expect(recorded).toContain(`${key} (${operationId})\n`);
});

describe("regrouping", () => {
  test("an action moves to another tool", async () => {
    const text = edit(
      [/ {2}add_contact_note:\n.*\n/, ""],
      ["      set_status:", "      add_note: addContactNote\n      set_status:"],
    );
    const { add_contact_note: note = "", ...rest } = before;
    expect(surfaceOf(await plan(text))).toEqual({ ...rest, "manage_contact.add_note": note });
  });

  test("an action gets a tool of its own", async () => {
    const text = edit(
      [/ {6}set_status: (.*)\n/, ""],
      ["  get_contact:", "  set_contact_status:\n    operation: setContactStatus\n  get_contact:"],
    );
    const { "manage_contact.set_status": status = "", ...rest } = before;
    expect(surfaceOf(await plan(text))).toEqual({ ...rest, set_contact_status: status });
  });

  test("reads and writes share a tool where the file says so", async () => {
    const text = edit(
      [/ {2}get_contact:\n.*\n/, ""],
      ["      set_status:", "      get: getContact\n      set_status:"],
    );
    const result = await plan(text);
    expect(surfaceOf(result)["manage_contact.get"]).toBe("GET /contacts/{contact_id}");
    expect(result.plan?.tools.find(({ name }) => name === "manage_contact")?.hints.readOnlyHint).toBe(false);
  });

  test("tools and actions are renamed; the alias is kept", async () => {
    const text = edit(
      ["  manage_contact:", "  write_contact:"],
      ["      set_status:", "      mark:"],
      ["# aliases: { former_tool_name: tool_name }", "aliases: { manage_contact: write_contact }"],
    );
    const result = await plan(text);
    expect(surfaceOf(result)["write_contact.mark"]).toBe("PUT /contacts/{contact_id}/status");
    expect(result.plan?.aliases).toEqual({ manage_contact: "write_contact" });
  });

  test("operations are skipped, and said to be", async () => {
    const { plan: planned } = await plan(
      edit(['# skip: ["DELETE /admin/**"]', 'skip: ["* /companies/**", "DELETE /**"]']),
    );
    const names = planned?.tools.map(({ name }) => name) ?? [];
    expect(names).not.toContain("get_company");
    expect(planned?.skipped.map(({ method, path: place }) => `${method} ${place}`)).toContain(
      "DELETE /contacts/{contact_id}",
    );
  });

  test("arguments are renamed, hidden and fixed", async () => {
    const text = edit([
      "    operation: GET /contacts/{contact_id} (getContact)\n",
      "    operation: getContact\n    scopes: [crm]\n    arguments: { contact_id: { rename: id, description: Which one. } }\n",
    ]);
    const { plan: planned } = await plan(text);
    const tool = planned?.tools.find(({ name }) => name === "get_contact");
    expect(tool?.actions[0]?.scopes).toEqual(["crm"]);
    expect(tool?.actions[0]?.arguments).toMatchObject([{ name: "id", wire: "contact_id" }]);
    expect(tool?.properties["id"]).toMatchObject({ description: expect.stringContaining("Which one") });

    const hidden = await plan(
      edit([
        "    operation: GET /contacts (listContacts)\n",
        "    operation: listContacts\n    arguments: { q: { hide: true }, status: { fixed: active } }\n",
      ]),
    );
    const list = hidden.plan?.tools.find(({ name }) => name === "list_contacts");
    const names = list?.actions[0]?.arguments.map(({ name }) => name) ?? [];
    expect(names).toContain("company_id");
    expect(names.filter((name) => name === "q" || name === "status")).toEqual([]);
    expect(list?.actions[0]?.operation.wire.fixed).toMatchObject([{ wire: "status", value: "active" }]);
  });

  test("an operation the file does not name yet is added without moving another", async () => {
    const text = edit([/ {2}get_deal:\n.*\n/, ""]);
    const result = await generate({ spec: crm, annotations: { file, text } });
    expect(surfaceOf(result)).toEqual(before);
    const written = result.files.find(({ path: name }) => name === "mcp.annotations.yaml")?.content ?? "";
    expect(written.split("\n").sort()).toEqual(recorded.split("\n").sort());
  });
});

describe("what is wrong is reported, and nothing is printed", () => {
  test.each<[string, string, GenerateOptions, string]>([
    [
      "unknown operation",
      edit(["(createContact)", ""], ["POST /contacts ", "createContcat"]),
      {},
      "cluster/unknown-operation",
    ],
    [
      "alias of no tool",
      edit(["# aliases: { former_tool_name: tool_name }", "aliases: { old: manage_contct }"]),
      {},
      "annotations/unknown-tool",
    ],
    ["frozen", edit([/ {2}get_deal:\n.*\n/, ""]), { frozen: true }, "cluster/new-operation"],
    ["strict", edit(["  get_deal:\n", `  get_deal_${"x".repeat(50)}:\n`]), { strict: true }, "annotations/long-text"],
  ])("%s", async (_, text, options, code) => {
    const { files, diagnostics } = await generate({ spec: crm, annotations: { file, text }, options });
    expect(files).toEqual([]);
    const found = diagnostics.find((diagnostic) => diagnostic.code === code);
    expect(found).toMatchObject({ severity: "error" });
  });

  test("a name of more than 40 characters is no fault while clients take it beside the server's", async () => {
    const text = edit(["  get_deal:\n", `  get_deal_${"x".repeat(40)}:\n`]);
    const { files, diagnostics } = await generate({
      spec: crm,
      annotations: { file, text },
      options: { strict: true },
    });
    expect(diagnostics).toEqual([]);
    expect(files).not.toEqual([]);
  });

  test("no description is named", async () => {
    const { plan: planned, diagnostics } = await generate({});
    expect(planned).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "annotations/no-spec", severity: "error" }]);
  });
});
