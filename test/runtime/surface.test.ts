import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../templates/runtime/config.js";
import type { Caller } from "../../templates/runtime/context.js";
import { createSurface } from "../../templates/runtime/surface.js";
import { nameSlice } from "../../templates/runtime/listing-granular.js";
import { describeOversize } from "../../templates/runtime/surface-filter.js";
import type { Route, Surface } from "../../templates/runtime/surface-types.js";
import type { ServerDefinition, Tool } from "../../templates/runtime/tool.js";
import { definition, readOperation } from "./server-fixture.js";

interface Recorded {
  readonly tools: readonly unknown[];
  readonly tokens: { readonly total: number };
}

function surfaceOf(env: Readonly<Record<string, string>>, of: ServerDefinition = definition): Surface {
  return createSurface(of, readConfig(of, env).config.surface);
}

function callerWith(...scopes: string[]): Caller {
  return { subject: "u1", scopes, claims: {}, token: "t" };
}

function names(surface: Surface, caller?: Caller): string[] {
  return surface.list(caller).map((tool) => tool.name);
}

function actionEnum(surface: Surface, name: string, caller?: Caller): unknown {
  const properties = surface.list(caller).find((tool) => tool.name === name)?.inputSchema["properties"];
  return Object(Object(properties).action).enum;
}

function route(surface: Surface, name: string, args: Record<string, unknown>, caller?: Caller): Route | undefined {
  return surface.find(name)?.route(args, caller);
}

describe("settings of the surface", () => {
  it.each([
    ["everything", {}, ["list_contacts", "get_contact", "manage_contact", "get_slow", "get_wait"]],
    ["read-only", { MCP_READ_ONLY: "true" }, ["list_contacts", "get_contact", "get_slow", "get_wait"]],
    ["an allow list", { MCP_TOOLS: "get_contact, manage_contact.create" }, ["get_contact", "manage_contact"]],
    ["a deny list", { MCP_EXCLUDE_TOOLS: "manage_contact,get_slow,get_wait" }, ["list_contacts", "get_contact"]],
    ["a deny list over an allow list", { MCP_TOOLS: "get_contact", MCP_EXCLUDE_TOOLS: "get_contact" }, []],
    ["a domain", { MCP_DOMAIN: "reports" }, ["get_slow", "get_wait"]],
    [
      "one tool per operation",
      { MCP_SURFACE: "granular" },
      ["list_contacts", "get_contact", "create_contact", "delete_contact", "get_slow", "get_wait"],
    ],
    [
      "one reading tool per operation",
      { MCP_SURFACE: "granular", MCP_READ_ONLY: "true", MCP_DOMAIN: "sales" },
      ["list_contacts", "get_contact"],
    ],
    ["a catalog", { MCP_SURFACE: "catalog" }, ["search_actions", "describe_action", "call_action"]],
  ])("%s", (_name, env, expected) => {
    expect(names(surfaceOf(env))).toEqual(expected);
  });

  it("rebuilds the action enum and refuses the hidden action without naming it to a caller who guesses", () => {
    const surface = surfaceOf({ MCP_TOOLS: "manage_contact.create" });
    expect(actionEnum(surface, "manage_contact")).toEqual(["create"]);
    expect(route(surface, "manage_contact", { action: "delete", contact_id: "1" })).toMatchObject({
      kind: "refusal",
      error: { code: "forbidden" },
    });
    const missing = route(surface, "manage_contact", {});
    expect(missing).toMatchObject({ kind: "refusal", error: { code: "invalid_input" } });
    expect(JSON.stringify(missing)).not.toContain("delete");
    expect(route(surface, "remove_contact", { contact_id: "1" })).toMatchObject({ kind: "refusal" });
  });

  it("denies actions that a new version adds to a pinned tool", () => {
    const [first] = definition.tools;
    const grown: Tool = {
      ...(definition.tools[2] ?? first!),
      actions: {
        ...definition.tools[2]?.actions,
        purge: { operation: readOperation("purge", "/purge"), summary: "Purge", scopes: [] },
      },
    };
    const later = { ...definition, tools: [grown] };
    expect(actionEnum(surfaceOf({ MCP_TOOLS: "manage_contact.create" }, later), "manage_contact")).toEqual(["create"]);
    const all = surfaceOf({ MCP_TOOLS: "manage_contact.*" }, later);
    expect(actionEnum(all, "manage_contact")).toEqual(["create", "delete", "purge"]);
  });
});

describe("the caller's scopes", () => {
  const surface = surfaceOf({});

  it.each([
    [["crm:read"], ["list_contacts", "get_contact", "get_slow", "get_wait"], undefined],
    [["crm:write"], ["manage_contact"], ["create"]],
    [["crm:write", "crm:delete"], ["manage_contact"], ["create", "delete"]],
    [[], [], undefined],
  ])("%j sees its tools and actions only", (scopes, expected, actions) => {
    expect(names(surface, callerWith(...scopes))).toEqual(expected);
    expect(actionEnum(surface, "manage_contact", callerWith(...scopes))).toEqual(actions);
  });

  it("lists everything with MCP_LIST=all", () => {
    expect(names(surfaceOf({ MCP_LIST: "all" }), callerWith())).toHaveLength(5);
  });

  it("hides from the search of a catalog what the caller may not call", () => {
    const catalog = surfaceOf({ MCP_SURFACE: "catalog" });
    const found = route(catalog, "search_actions", { query: "contact" }, callerWith("crm:read"));
    expect(JSON.stringify(found)).toContain("get_contact");
    expect(JSON.stringify(found)).not.toContain("manage_contact");
    const target = { tool: "manage_contact", action: "delete" };
    expect(JSON.stringify(route(catalog, "describe_action", target, callerWith("crm:write")))).not.toContain(
      "contact_id",
    );
  });

  it.each([
    [["crm:write"], "invalid_input", /one of create\.$/],
    [["crm:read"], "forbidden", /allows no action/],
  ])("are all that the refusal of a call without an action names: %j", (scopes, code, message) => {
    const refused = route(surface, "manage_contact", { action: "delte" }, callerWith(...scopes));
    expect(refused).toMatchObject({
      kind: "refusal",
      error: { code, message: expect.stringMatching(message) as unknown },
    });
  });
});

describe("hints", () => {
  it.each([
    ["grouped", "manage_contact action=delete"],
    ["granular", "delete_contact"],
    ["catalog", "call_action tool=manage_contact action=delete"],
  ])("name a call the way the %s surface does, and nothing out of reach", (kind, expected) => {
    const tool = definition.tools[2]!;
    const nameIn = (env: Readonly<Record<string, string>>, caller?: Caller) =>
      surfaceOf({ MCP_SURFACE: kind, ...env }).nameCall(caller)(tool, "delete");
    expect(nameIn({})).toBe(expected);
    expect(nameIn({ MCP_READ_ONLY: "true" })).toBeUndefined();
    expect(nameIn({ MCP_DOMAIN: "reports" })).toBeUndefined();
    expect(nameIn({}, callerWith("crm:write"))).toBeUndefined();
  });
});

describe("the granular surface", () => {
  it("calls the tool that the hooks and aliases know", () => {
    const surface = surfaceOf({ MCP_SURFACE: "granular" });
    expect(route(surface, "delete_contact", { contact_id: "1" })).toMatchObject({
      kind: "call",
      tool: { name: "manage_contact" },
      action: { name: "delete" },
      arguments: { action: "delete", contact_id: "1" },
    });
    expect(route(surface, "contact_write", { action: "create", name: "A" })).toMatchObject({ kind: "call" });
    const listed = surface.list(undefined).find((tool) => tool.name === "delete_contact");
    expect(Object.keys(Object(listed?.inputSchema["properties"]))).not.toContain("name");
    expect(listed?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
  });

  it.each([
    ["as they are", ["a_b", "t_x"], "a_b"],
    ["by tool and action where the operation's is too long", [`${"long_".repeat(13)}x`, "t_x"], "t_x"],
    ["by tool and action where the server's name leaves no room", [`${"long_".repeat(11)}x`, "t_x"], "t_x"],
    ["by tool and action where the operation's is taken", ["taken", "t_x"], "t_x"],
    [
      "cut at a word where both are too long",
      [`${"long_".repeat(13)}x`, `${"word_".repeat(13)}x`],
      "word_".repeat(13).slice(0, -1),
    ],
    ["numbered where nothing else is left", ["taken", "taken"], "taken_2"],
  ])("names tools %s", (_case, [wanted = "", fallback = ""], expected) => {
    expect(nameSlice([wanted, fallback], "crm", new Set(["taken"]))).toBe(expected);
  });
});

describe("the catalog", () => {
  const big: ServerDefinition = {
    ...definition,
    tools: [
      ...definition.tools,
      ...Array.from({ length: 300 }, (_, index): Tool => {
        const operation = readOperation(`listWidget${index}Parts`, `/widgets/${index}/parts`);
        return {
          name: `list_widget_${index}_parts`,
          title: `Widget ${index} parts`,
          description: "Parts.",
          domain: "sales",
          hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
          actions: {
            list: { operation, summary: `List parts of widget ${index}. ${"Details. ".repeat(30)}`, scopes: [] },
          },
          properties: {},
        };
      }),
    ],
  };
  const surface = surfaceOf({ MCP_SURFACE: "catalog" }, big);

  function answer(name: string, args: Record<string, unknown>): Record<string, unknown> {
    const routed = route(surface, name, args);
    expect(routed?.kind).toBe("answer");
    const content = routed?.kind === "answer" ? routed.result.structuredContent : undefined;
    expect(JSON.stringify(content).length / 4).toBeLessThan(1_500);
    return Object(content) as Record<string, unknown>;
  }

  it.each([
    ["remove a contact", "manage_contact", "delete"],
    ["create contacts", "manage_contact", "create"],
    ["widget 217", "list_widget_217_parts", "list"],
    ["fetch contact", "get_contact", "get"],
  ])("finds %j", (query, tool, action) => {
    const { actions } = answer("search_actions", { query });
    expect(Object(actions)[0]).toMatchObject({ tool, action });
  });

  it("keeps its list small whatever the API holds", () => {
    expect(JSON.stringify(surface.list(undefined)).length / 4).toBeLessThan(600);
  });

  it("describes and calls an action", () => {
    const described = answer("describe_action", { tool: "manage_contact", action: "delete" });
    expect(described).toMatchObject({ effect: "delete", confirm: true, scopes: ["crm:write", "crm:delete"] });
    expect(
      route(surface, "call_action", { tool: "manage_contact", action: "delete", arguments: { contact_id: "1" } }),
    ).toMatchObject({
      kind: "call",
      action: { name: "delete" },
      arguments: { action: "delete", contact_id: "1" },
    });
  });

  it.each([
    ["an unknown action", { tool: "manage_contact", action: "toString" }],
    ["arguments that are no object", { tool: "manage_contact", action: "create", arguments: "x" }],
    ["another action smuggled in", { tool: "manage_contact" }],
  ])("refuses %s", (_name, args) => {
    expect(route(surface, "call_action", args)?.kind).toBe("refusal");
  });

  it("does not let arguments change the action that was checked", () => {
    const args = { tool: "manage_contact", action: "create", arguments: { action: "delete", contact_id: "1" } };
    expect(route(surface, "call_action", args)).toMatchObject({
      action: { name: "create" },
      arguments: { action: "create" },
    });
  });

  it("warns about a list no client can use, and names the domains", () => {
    const listed = surfaceOf({}, big).list(undefined);
    expect(describeOversize(big, listed)).toMatch(/305 tools.*sales, reports/);
    expect(describeOversize(big, listed.slice(0, 10))).toBeUndefined();
  });

  it("tells about the tokens that the generator counted", () => {
    const { tools, tokens } = JSON.parse(readFileSync("generated-examples/crm/tools.json", "utf8")) as Recorded;
    const many = Array.from({ length: 40 }, () => tools).flat();
    const told = Number(/about (\d+) tokens/.exec(describeOversize(big, many) ?? "")?.[1]);
    expect(told / (40 * tokens.total)).toBeCloseTo(1, 1);
    expect(told % 100).toBe(0);
  });
});
