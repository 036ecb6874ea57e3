import { describe, expect, it } from "vitest";
import { argumentsOf, chooseVariant, controlSchemas, listTool, splitTool } from "../../templates/runtime/listing.js";
import { scopeIds } from "../../templates/runtime/scope-ids.js";
import type { Operation, OperationArgument } from "../../templates/runtime/operation.js";
import type { Action, Tool } from "../../templates/runtime/tool.js";

const id: OperationArgument = {
  name: "contact_id",
  in: "path",
  wire: "contact_id",
  required: true,
  schema: { type: "string" },
};
const name: OperationArgument = { name: "name", in: "body", wire: "/name", schema: { type: "string" } };

function operation(given: Partial<Operation>): Operation {
  return { id: "op", method: "POST", path: "/contacts", class: "write", idempotent: false, arguments: [], ...given };
}

function action(given: Partial<Operation>, more: Partial<Action> = {}): Action {
  return { operation: operation(given), summary: "Do it.", scopes: [], ...more };
}

function tool(actions: Record<string, Action>, given: Partial<Tool> = {}): Tool {
  return {
    name: "manage_contact",
    title: "Manage contact",
    description: "Create, update or delete a contact.",
    domain: "crm",
    hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    actions,
    properties: { contact_id: { type: "string" }, name: { type: "string", description: "Full name" } },
    ...given,
  };
}

const contact = tool({
  create: action({ id: "createContact", arguments: [{ ...name, required: true }] }, { summary: "Create a contact" }),
  update: action(
    { id: "updateContact", method: "PATCH", path: "/contacts/{contact_id}", arguments: [id, name] },
    { summary: "Change a contact." },
  ),
  delete: action({
    id: "deleteContact",
    method: "DELETE",
    path: "/contacts/{contact_id}",
    class: "delete",
    idempotent: true,
    arguments: [id],
  }),
  get: action({
    id: "getContact",
    method: "GET",
    path: "/contacts/{contact_id}",
    class: "read",
    idempotent: true,
    arguments: [id],
  }),
});

describe("listTool", () => {
  it("lists a grouped tool as a flat object that says what each action needs", () => {
    expect(listTool(contact)).toEqual({
      name: "manage_contact",
      title: "Manage contact",
      description: "Create, update or delete a contact.",
      inputSchema: {
        type: "object",
        properties: {
          action: {
            type: "string",
            enum: ["create", "update", "delete", "get"],
            description:
              "create: Create a contact (needs name)\nupdate: Change a contact (needs contact_id)\ndelete: Do it (needs contact_id)\nget: Do it (needs contact_id)",
          },
          contact_id: { type: "string", description: "Required for: update, delete, get." },
          name: { type: "string", description: "Full name. Required for: create. Used for: update." },
          request_id: { type: "string", description: "Unique id; reuse it to retry safely." },
        },
        required: ["action"],
      },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    });
  });

  it("rebuilds enum, arguments and hints for what a caller may do", () => {
    const listed = listTool(contact, (action) => action === "get");
    expect(listed?.inputSchema).toEqual({
      type: "object",
      properties: {
        action: { type: "string", enum: ["get"], description: "get: Do it" },
        contact_id: { type: "string" },
      },
      required: ["action", "contact_id"],
    });
    expect(listed?.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
    expect(listTool(contact, (action) => action === "create")?.annotations.destructiveHint).toBe(false);
    expect(listTool(contact, () => false)).toBeUndefined();
  });

  it("gives a tool of one action no action argument, and always properties", () => {
    const flat = tool({ list: action({ class: "read", idempotent: true }) }, { properties: {} });
    expect(listTool(flat)?.inputSchema).toEqual({ type: "object", properties: {} });
  });

  it.each<[string, Action, Record<string, unknown>]>([
    [
      "a page",
      action({
        class: "read",
        idempotent: true,
        pagination: { style: "cursor", limit: { in: "query", wire: "n", max: 500 } },
      }),
      { limit: { type: "integer", maximum: 100 }, cursor: { type: "string" }, fields: { type: "array" } },
    ],
    [
      "a capped list",
      action({
        class: "read",
        idempotent: true,
        pagination: { style: "limit-only", limit: { in: "query", wire: "n", max: 5 } },
      }),
      { limit: { maximum: 5 }, fields: {} },
    ],
    ["a write", action({}), { request_id: { minLength: 8, maxLength: 200 } }],
    ["an idempotent write", action({ method: "PUT", idempotent: true }), {}],
    [
      "a confirmed batch",
      action({ idempotent: true }, { confirm: true, batch: 25 }),
      { confirm: { type: "boolean" }, items: { maxItems: 25 } },
    ],
  ])("control arguments of %s", (_, given, want) => {
    const controls = controlSchemas(given);
    expect(controls).toMatchObject(want);
    expect(Object.keys(controls)).toEqual(Object.keys(want));
  });

  it("requires nothing beside a batch", () => {
    const batch = tool({ create: action({ arguments: [{ ...name, required: true }] }, { batch: 5 }) });
    expect(listTool(batch)?.inputSchema["required"]).toBeUndefined();
  });

  it("advertises a result only when asked, with names and types in words, and open to any answer", () => {
    const tags = { type: ["array", "null"], items: { type: "object", properties: { id: { type: "integer" } } } };
    const output = { type: "object", properties: { id: { type: "string" }, tags } };
    const quiet = tool({ get: action({ output }) });
    const loud = tool({ get: action({ output }, { result: { advertise: true } }) });
    expect(listTool(quiet)).not.toHaveProperty("outputSchema");
    expect(listTool(loud)?.outputSchema).toEqual({
      type: "object",
      properties: {
        id: { description: "string" },
        tags: {
          description: "array",
          items: { description: "object", properties: { id: { description: "integer" } } },
        },
        error: { description: "Of a failed call: object" },
      },
    });
  });
});

describe("splitTool", () => {
  it("gives one flat tool per operation, with its own arguments and hints", () => {
    const parts = splitTool(contact);
    expect(parts.map((part) => part.name)).toEqual([
      "create_contact",
      "update_contact",
      "delete_contact",
      "get_contact",
    ]);
    expect(parts.map((part) => Object.keys(part.properties))).toEqual([
      ["name"],
      ["contact_id", "name"],
      ["contact_id"],
      ["contact_id"],
    ]);
    expect(parts.at(-1)?.hints.readOnlyHint).toBe(true);
    expect(parts.map((part) => listTool(part)?.inputSchema["required"])).toEqual([
      ["name"],
      ["contact_id"],
      ["contact_id"],
      ["contact_id"],
    ]);
  });
});

describe("variants", () => {
  const org: OperationArgument = { name: "org", in: "path", wire: "org", required: true, schema: { type: "string" } };
  const inOrg = operation({ path: "/orgs/{org}/repos", arguments: [org, { ...name, required: true }] });
  const own = operation({ path: "/user/repos", arguments: [{ ...name, required: true }], variants: [inOrg] });

  it("requires what all of them require", () => {
    expect(argumentsOf(own).map((argument) => [argument.name, argument.required])).toEqual([
      ["name", true],
      ["org", undefined],
    ]);
  });

  it("says which ids go instead of each other, unless one scope needs none", () => {
    const user: OperationArgument = { ...org, name: "user", wire: "user" };
    const ofUser = operation({ path: "/users/{user}/repos", arguments: [user, { ...name, required: true }] });
    expect(scopeIds({ ...inOrg, variants: [ofUser] })).toEqual([["org"], ["user"]]);
    expect(scopeIds(own)).toEqual([]);
    expect(scopeIds(inOrg)).toEqual([]);
  });

  it("chooses the scope that the caller named", () => {
    expect(chooseVariant(own, { name: "x" }).path).toBe("/user/repos");
    expect(chooseVariant(own, { name: "x", org: "acme" }).path).toBe("/orgs/{org}/repos");
  });
});

describe("what is left of a tool", () => {
  const names = ["create", "update", "delete", "set_status", "merge"];
  const actions = Object.fromEntries(names.map((name) => [name, action({})]));
  const ours = "Create, update or delete a contact. Also: set status, merge.";
  const written = "Keeps contacts. Never use it for leads.";

  it.each([
    [ours, names, ours],
    [ours, ["create", "update"], "Create or update a contact."],
    [ours, ["delete", "merge"], "Delete a contact. Also: merge."],
    [ours, ["merge"], "Actions on a contact: merge."],
    [written, names, written],
    [written, ["set_status"], `${written} Here only: set status.`],
  ])("%s: %j", (description, left, expected) => {
    const listed = listTool(tool(actions, { description }), (action) => left.includes(action));
    expect(listed?.description).toBe(expected);
  });
});
