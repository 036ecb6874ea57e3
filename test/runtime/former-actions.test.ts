import { expect, it } from "vitest";
import { readConfig } from "../../templates/runtime/config.js";
import { createSurface } from "../../templates/runtime/surface.js";
import { definition } from "./server-fixture.js";

const aliases = {
  "manage_contact.add": "manage_contact.create",
  "manage_contact.read": "get_contact",
  "manage_contact.create": "get_contact",
  "get_contact.get": "get_contact",
  person: "manage_contact",
  "person.add": "manage_contact.create",
  "person.read": "get_contact",
  "person.hidden": "gone_tool",
};

function route(name: string, args: Record<string, unknown>, env: Readonly<Record<string, string>> = {}) {
  const of = { ...definition, aliases };
  return createSurface(of, readConfig(of, env).config.surface).find(name)?.route(args, undefined);
}

it.each([
  ["a renamed action", "manage_contact", "add", { tool: "manage_contact", action: "create" }],
  ["an action that moved to a tool of one action", "manage_contact", "read", { tool: "get_contact", action: "get" }],
  ["an action that the tool has", "manage_contact", "create", { tool: "manage_contact", action: "create" }],
  ["the only action that is left", "get_contact", "get", { tool: "get_contact", action: "get" }],
  ["an action of a renamed tool", "person", "delete", { tool: "manage_contact", action: "delete" }],
  ["a renamed action of a renamed tool", "person", "add", { tool: "manage_contact", action: "create" }],
  ["a moved action of a renamed tool", "person", "read", { tool: "get_contact", action: "get" }],
])("%s", (_, name, action, expected) => {
  const routed = route(name, { action, contact_id: "1" });
  expect(routed).toMatchObject({
    kind: "call",
    tool: { name: expected.tool },
    action: { name: expected.action },
    arguments: { contact_id: "1", ...(expected.tool === "get_contact" ? {} : { action: expected.action }) },
  });
  if (expected.tool === "get_contact") expect(routed).not.toHaveProperty("arguments.action");
});

it("an old name opens nothing that is closed", () => {
  expect(route("person", { action: "add" }, { MCP_TOOLS: "manage_contact.delete" })).toMatchObject({ kind: "refusal" });
  expect(route("person", { action: "hidden" })).toMatchObject({ kind: "refusal" });
  expect(route("person", { action: "add" }, { MCP_READ_ONLY: "true" })).toBeUndefined();
});

it.each([
  ["manage_contact.add", ["manage_contact.create"]],
  ["person.add,person.delete", ["manage_contact.create", "manage_contact.delete"]],
  ["person.read", ["get_contact"]],
  ["get_contact,manage_contact.delete", ["get_contact", "manage_contact.delete"]],
])("lists that name %s go on meaning the same", (MCP_TOOLS, expected) => {
  const of = { ...definition, aliases };
  const { config, problems } = readConfig(of, { MCP_TOOLS, MCP_EXCLUDE_TOOLS: MCP_TOOLS });
  expect({ ...config.surface, problems }).toMatchObject({ tools: expected, exclude: expected, problems: [] });
});

it.each(["person", "person.*", "constructor", "person.gone"])(
  "a list that names %s is not followed further",
  (name) => {
    const of = { ...definition, aliases };
    expect(readConfig(of, { MCP_TOOLS: name }).problems).toHaveLength(1);
  },
);
