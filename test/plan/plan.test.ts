import { describe, expect, it } from "vitest";
import { listTool } from "../../templates/runtime/listing.js";
import type { Operation, SchemaModel, SecurityScheme } from "../../src/model/types.js";
import { annotate, body, choice, integer, intent, object, operation, parameter, plan, text } from "./fixture.js";

const id = parameter({ name: "contact_id", in: "path" });
const list = operation("GET /contacts", { operationId: "listContacts" });
const get = operation("GET /contacts/{contact_id}", { operationId: "getContact", parameters: [id] });
const create = operation("POST /contacts", {
  operationId: "createContact",
  body: body(object({ name: text }, ["name"])),
});
const update = operation("PATCH /contacts/{contact_id}", {
  operationId: "updateContact",
  parameters: [id],
  body: body(object({ name: text })),
});
const remove = operation("DELETE /contacts/{contact_id}", { operationId: "deleteContact", parameters: [id] });
const note = operation("POST /contacts/{contact_id}/notes", { operationId: "addContactNote", parameters: [id] });

describe("tools", () => {
  it("shows a group as one flat object with what each action needs", () => {
    const { server } = plan([
      intent("manage_contact", [choice("create", create), choice("update", update), choice("delete", remove)]),
    ]);
    const [tool] = server.tools;
    expect(tool?.title).toBe("Manage contact");
    expect(tool?.description).toBe("Create, update or delete a contact.");
    expect(tool?.actions.map(({ action, scopes }) => [action, ...scopes])).toEqual([
      ["create", "crm:write"],
      ["update", "crm:write"],
      ["delete", "crm:delete"],
    ]);
    expect(Object.keys(tool?.properties ?? {})).toEqual(["contact_id", "name"]);
  });

  it("lists an argument without the type that only one of its actions holds it to", () => {
    const either: SchemaModel = { kind: "union", exclusive: false, branches: [text, object({ line: text })] };
    const [one, other] = [create, update].map((each, i) => ({
      ...each,
      body: body(object({ to: i ? either : text })),
    }));
    const choices = [choice("create", one ?? create), choice("update", other ?? update)];
    for (const given of [choices, choices.toReversed()]) {
      const { server } = plan([intent("manage_contact", given)]);
      expect(server.tools[0]?.properties["to"]).toEqual({ description: "String or object with line." });
    }
  });

  it.each<[string, readonly (readonly [string, Operation])[], readonly boolean[]]>([
    [
      "reads",
      [
        ["list", list],
        ["get", get],
      ],
      [true, false, true],
    ],
    ["only adds", [["create", create]], [false, false, false]],
    ["adds by another name", [["add_note", note]], [false, false, false]],
    ["overwrites", [["update", update]], [false, true, false]],
    ["deletes", [["delete", remove]], [false, true, true]],
  ])("hints of a tool that %s", (_, actions, want) => {
    const { server } = plan([
      intent(
        "the_tool",
        actions.map(([action, of]) => choice(action, of)),
      ),
    ]);
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = server.tools[0]?.hints ?? {};
    expect([readOnlyHint, destructiveHint, idempotentHint]).toEqual(want);
    expect(openWorldHint).toBe(true);
  });

  it("refuses a hint that hides a write", () => {
    const annotation = { hints: { readOnlyHint: true }, actions: new Map() };
    expect(plan([intent("manage_contact", [choice("create", create)], { annotation })]).codes).toContain(
      "plan/hint-contradiction",
    );
  });

  it("takes scopes from annotation, then from OAuth, then from the class", () => {
    const oauth: SecurityScheme = { kind: "oauth2", id: "oauth", flows: [] };
    const secured = { ...create, security: [new Map([["oauth", ["contacts.write"]]])] };
    const scopes = (given: Parameters<typeof choice>[2]) =>
      plan([intent("x", [choice("create", secured, given)])], { api: { securitySchemes: [oauth] } }).server.tools[0]
        ?.actions[0]?.scopes;
    expect(scopes({})).toEqual(["contacts.write"]);
    expect(scopes({ annotation: annotate({ scopes: ["mine"] }) })).toEqual(["mine"]);
  });

  it("tells arguments apart whose types disagree", () => {
    const other = operation("POST /contacts/{contact_id}/merge", {
      parameters: [id],
      body: body(object({ name: integer })),
    });
    const { server } = plan([intent("manage_contact", [choice("update", update), choice("merge", other)])]);
    expect(server.tools[0]?.properties).toMatchObject({ name: { type: "string" }, merge_name: { type: "integer" } });
    expect(server.tools[0]?.actions[1]?.arguments).toContainEqual({
      name: "merge_name",
      in: "body",
      wire: "/name",
      required: false,
    });
  });

  it("breaks up what is too large, and only warns where the user put it together", () => {
    const wide = (prefix: string) =>
      object(
        Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [
            `${prefix}_${i}`,
            { ...text, description: `Setting ${i} of many things.` },
          ]),
        ),
      );
    const big = [
      choice("import", operation("POST /contacts/import", { body: body(wide("a")) })),
      choice("export", operation("POST /contacts/export", { body: body(wide("b")) })),
    ];
    const free = plan([intent("manage_contact", big)]);
    expect(free.server.tools.map(({ name }) => name)).toEqual(["import_contact", "export_contact"]);
    expect(free.codes).toContain("plan/tool-divided");
    const kept = plan([intent("manage_contact", big, { annotation: { actions: new Map() } })]);
    expect(kept.server.tools.map(({ name }) => name)).toEqual(["manage_contact"]);
    expect(kept.codes).toContain("plan/tool-too-large");
  });

  it("keeps every tool within its tokens, and names what it leaves out", () => {
    const many = object(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`filter_option_number_${i}`, text])));
    const { server } = plan([intent("search", [choice("search", operation("POST /search", { body: body(many) }))])]);
    const [tool] = server.tools;
    expect(tool?.tokens).toBeLessThanOrEqual(2_500);
    expect(tool?.description).toContain("Also accepts: filter_option_number_");
    expect(tool?.actions[0]?.arguments).toHaveLength(300);
  });

  it("lets twins in other scopes be one action", () => {
    const twin = operation("GET /orgs/{org}/contacts", { parameters: [parameter({ name: "org", in: "path" })] });
    const { server } = plan([intent("list_contacts", [choice("list", list, { twins: [twin] })])]);
    const wire = server.resources[0]?.operations[0]?.wire;
    expect(wire?.variants?.map(({ path }) => path)).toEqual(["/orgs/{org}/contacts"]);
    expect(server.tools[0]?.properties).toHaveProperty("org");
  });
});

describe("names", () => {
  it("keeps constants, types and files legal, unique and apart from each other", () => {
    const ids = ["delete", "class", "getThing", "get-thing", "2fa", "__proto__", "ключ"];
    const intents = ids.map((operationId, i) =>
      intent(i === 0 ? "get_thing" : `tool_${i}`, [choice("get", operation(`GET /${i}/con`, { operationId }))], {
        resource: `/${i}/con`,
      }),
    );
    const { server } = plan(intents);
    const operations = server.resources.flatMap((resource) => resource.operations);
    const constants = [...operations.map(({ constant }) => constant), ...server.tools.map(({ constant }) => constant)];
    expect(constants.every((name) => /^[a-z][a-zA-Z0-9]*$/.test(name))).toBe(true);
    expect(new Set(constants.map((name) => name.toLowerCase())).size).toBe(constants.length);
    expect(constants).not.toContain("delete");
    const files = server.resources.map(({ file }) => file);
    expect(new Set(files).size).toBe(files.length);
    expect(files).not.toContain("con");
  });

  it.each([
    ["Example CRM API", "crm"],
    ["GitHub's REST API v3", "github"],
    ["API", "api"],
    ["Überweisung Service 2.0", "uberweisung"],
    ["Acme's official OpenAPI spec + Toolkit extension", "acme"],
    ["Acme API V2 Collection", "acme"],
    ["Specification (Orders)", "orders"],
  ])("%s is the server %s", (title, want) => {
    expect(plan([intent("x", [choice("list", list)])], { api: { title } }).server.name).toBe(want);
  });

  it.each([
    ["https://api.acme.co.uk/v1", "acme"],
    ["https://crm.acme.com", "acme"],
    ["http://127.0.0.1:8080", "api"],
    ["http://localhost:8080", "api"],
  ])("an API without a telling title is called after its host %s: %s", (url, want) => {
    const given = { api: { title: "OpenAPI definition", servers: [{ url }] } };
    expect(plan([intent("x", [choice("list", list)])], given).server.name).toBe(want);
  });
});

describe("the server", () => {
  const schemes: readonly SecurityScheme[] = [
    { kind: "apiKey", id: "key", in: "header", name: "X-Key" },
    { kind: "apiKey", id: "raw", in: "header", name: "Authorization" },
    { kind: "basic", id: "login" },
    { kind: "bearer", id: "token" },
    { kind: "mutualTLS", id: "tls" },
  ];

  it("names the variable of every credential, and leaves out what it cannot send", () => {
    const security = schemes.map(({ id }) => new Map([[id, []]]));
    const { server, codes } = plan([intent("x", [choice("list", { ...list, security })])], {
      api: { securitySchemes: schemes },
    });
    expect(server.securitySchemes).toEqual({
      key: { type: "apiKey", in: "header", name: "X-Key", env: "CRM_API_KEY" },
      raw: { type: "apiKey", in: "header", name: "Authorization", env: "CRM_AUTHORIZATION" },
      login: { type: "basic", envUser: "CRM_USERNAME", envPassword: "CRM_PASSWORD" },
      token: { type: "bearer", env: "CRM_API_TOKEN" },
    });
    expect(server.resources[0]?.operations[0]?.wire.security).toEqual([
      { key: [] },
      { raw: [] },
      { login: [] },
      { token: [] },
    ]);
    expect(codes).toContain("plan/unsupported-credential");
    expect(server.environment.map(({ name }) => name)).toContain("API_BASE_URL");
    // The user name is the key at some APIs.
    expect(server.environment.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
      "CRM_API_KEY",
      "CRM_AUTHORIZATION",
      "CRM_USERNAME",
      "CRM_PASSWORD",
      "CRM_API_TOKEN",
    ]);
  });

  it.each([
    [
      ["api-key", "api_key", "ApiKey"],
      ["CRM_API_KEY", "CRM_API_KEY_2", "CRM_API_KEY_3"],
    ],
    [
      ["b", "B"],
      ["CRM_B", "CRM_B_2"],
    ],
    [
      ["!", "?"],
      ["CRM_API_KEY", "CRM_API_KEY_2"],
    ],
  ])("gives the credentials %j variables of their own", (ids, names) => {
    const api = {
      securitySchemes: ids.map((id) => ({ kind: "apiKey" as const, id, in: "header" as const, name: id })),
    };
    const security = ids.map((id) => new Map([[id, []]]));
    const { server } = plan([intent("x", [choice("list", { ...list, security })])], { api });
    expect(Object.values(server.securitySchemes)).toMatchObject(names.map((env) => ({ env })));
    expect(server.environment.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it("asks for a base URL where the description has none", () => {
    const { server, codes } = plan([intent("x", [choice("list", list)])], { api: { servers: [{ url: "/v1" }] } });
    expect(server.baseUrl).toBeNull();
    expect(codes).toContain("plan/no-base-url");
    expect(server.environment).toContainEqual(expect.objectContaining({ name: "API_BASE_URL", required: true }));
  });

  it.each([
    ["/v2", "https://api.example.com/v1", "/v2"],
    ["v2/", "https://api.example.com/v1", "/v2"],
    ["//files.example.com/v2", "https://api.example.com", "https://files.example.com/v2"],
    ["https://files.example.com/", "https://api.example.com", "https://files.example.com"],
    ["/v1", "https://api.example.com/v1", undefined],
    ["https://{tenant}.example.com", "https://api.example.com", undefined],
  ])("sends operations with the server %s, of an API at %s, to %s", (url, root, want) => {
    const own = { ...list, servers: [{ url }] };
    const { server, codes } = plan([intent("x", [choice("list", own)])], { api: { servers: [{ url: root }] } });
    expect(server.resources[0]?.operations[0]?.wire.baseUrl).toBe(want);
    expect(codes).toEqual(url.includes("{") ? ["plan/no-base-url"] : []);
  });

  it("is one domain while small, and divided by tag when not", () => {
    const tags = ["sales", "people", "files", "mail", "admin"];
    const many = tags.flatMap((tag) =>
      Array.from({ length: 12 }, (_, i) =>
        intent(`get_${tag}_${i}`, [choice("get", operation(`GET /${tag}/${i}`, { tags: [tag] }))]),
      ),
    );
    expect(plan(many.slice(0, 20)).server.domains.map(({ name }) => name)).toEqual(["crm"]);
    const { server } = plan(many);
    expect(server.domains.map(({ name, tools }) => [name, tools.length])).toEqual(tags.map((tag) => [tag, 12]));
    expect(server.tools[0]?.domain).toBe("sales");
  });

  it("divides a single huge tag by path, and keeps every domain within the limits", () => {
    const many = Array.from({ length: 130 }, (_, i) =>
      intent(`get_${i}`, [choice("get", operation(`GET /v1/${["a", "b"][i % 2]}/x${i}`, { tags: ["all"] }))]),
    );
    const { domains } = plan(many).server;
    expect(domains.every(({ tools }) => tools.length <= 40)).toBe(true);
    expect(new Set(domains.flatMap(({ tools }) => tools)).size).toBe(130);
  });

  it("follows the domains of the annotation file, as far as its tools exist", () => {
    const annotations = { domains: new Map([["sales", ["list_contacts", "lst_contact"]]]) };
    const { server } = plan(
      [intent("list_contacts", [choice("list", list)]), intent("get_contact", [choice("get", get)])],
      { annotations },
    );
    expect(server.domains.map(({ name, tools }) => [name, tools])).toEqual([
      ["sales", ["list_contacts"]],
      ["crm", ["get_contact"]],
    ]);
  });

  it("says the same on every run", () => {
    const run = () =>
      JSON.stringify(plan([intent("manage_contact", [choice("create", create), choice("delete", remove)])]).server);
    expect(run()).toBe(run());
  });

  it("counts the tokens of what a client gets", () => {
    const { server } = plan([intent("list_contacts", [choice("list", list)])]);
    const [tool] = server.tools;
    if (!tool) throw new Error("no tool");
    const actions = Object.fromEntries(
      tool.actions.map((action) => [
        action.key,
        { operation: action.operation.wire, summary: action.summary, scopes: action.scopes },
      ]),
    );
    expect(JSON.stringify(listTool({ ...tool, actions })).length / tool.tokens).toBeGreaterThan(3);
    expect(server.tokens.grouped).toBe(tool.tokens);
  });
});
