import { describe, expect, it } from "vitest";
import { CallError, type Metrics } from "../../templates/runtime/context.js";
import type { JsonSchema, Operation, OperationArgument } from "../../templates/runtime/operation.js";
import { defineTool, type Action, type Tool } from "../../templates/runtime/tool.js";
import { routeCall, validateArguments } from "../../templates/runtime/validate.js";

const counted: string[] = [];
const metrics: Metrics = { recordCall: () => undefined, count: (event) => void counted.push(event) };

function operation(id: string, args: readonly OperationArgument[]): Operation {
  return { id, method: "POST", path: "/contacts", class: "write", idempotent: false, arguments: args };
}

function argument(name: string, schema: JsonSchema, required?: true): OperationArgument {
  return { name, in: "body", wire: `/${name}`, schema, ...(required && { required }) };
}

const email = argument("email", { type: "string", format: "email" }, true);
const manage: Tool = defineTool({
  name: "manage_contact",
  title: "Manage contact",
  description: "",
  domain: "crm",
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  properties: {},
  actions: {
    create: {
      summary: "Create a contact.",
      scopes: [],
      operation: operation("create", [
        argument("name", { type: "string", minLength: 1 }, true),
        email,
        argument("age", { type: "integer", minimum: 0, maximum: 150 }),
        argument("status", { type: "string", enum: ["active", "archived"] }),
        argument("tags", { type: "array", items: { type: "string" }, maxItems: 2 }),
        argument("address", {
          type: "object",
          required: ["zip"],
          additionalProperties: false,
          properties: { zip: { type: "string", pattern: "^\\d{5}$" }, floor: { type: "integer" } },
        }),
        argument("born", { type: ["string", "null"], format: "date" }),
        argument("owner", {
          anyOf: [{ type: "integer" }, { type: "object", properties: { id: { type: "integer" } }, required: ["id"] }],
        }),
      ]),
    },
    note: {
      summary: "Add a note",
      scopes: [],
      operation: operation("note", [
        argument("contact_id", { type: "string" }, true),
        argument("text", { type: "string" }, true),
      ]),
    },
    empty: { summary: "Do it", scopes: [], operation: operation("empty", []) },
  },
});

function check(action: string, args: Record<string, unknown>): Record<string, unknown> {
  return validateArguments(routeCall(manage, { action, ...args }), metrics);
}

const at = (wire: string) => ({ in: "query", wire }) as const;

function refusal(run: () => unknown): CallError {
  try {
    run();
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("routeCall", () => {
  it("takes the action out of the arguments", () => {
    const call = routeCall(manage, { action: "note", text: "x" });
    expect([call.actionName, call.arguments]).toEqual(["note", { text: "x" }]);
  });

  it("needs no action in a tool of one", () => {
    const { create } = manage.actions;
    const flat: Tool = { ...manage, actions: create ? { create } : {} };
    expect(routeCall(flat, { name: "x" })).toMatchObject({ actionName: "create", arguments: { name: "x" } });
  });

  it.each([
    [undefined, "`action` is required"],
    ["craete", "Did you mean `create`?"],
    ["constructor", "must be one of: create, note, empty"],
    [["create"], "must be one of: create, note, empty"],
  ])("lists the actions for %j", (action, text) => {
    const { payload } = refusal(() => routeCall(manage, { action }));
    expect(payload.code).toBe("invalid_input");
    expect(payload.message).toContain(text);
    expect(payload.message).toContain("create (Create a contact); note (Add a note); empty (Do it)");
  });
});

describe("validateArguments", () => {
  const valid = { name: "Ada", email: "ada@example.com" };

  it("returns a copy and leaves the call alone", () => {
    const args = { ...valid, tags: ["a"] };
    const result = check("create", args);
    expect(result).toEqual(args);
    expect(result["tags"]).not.toBe(args.tags);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a missing argument", { email: "a@b.co" }, "`name` is required"],
    ["a misspelt name", { ...valid, emial: "x" }, "`emial` is not an argument of this action; did you mean `email`?"],
    ["another spelling", { ...valid, Born: "x" }, "did you mean `born`?"],
    ["an argument of another action", { ...valid, text: "x" }, "`text` is not an argument of this action but of: note"],
    ["a wrong type", { ...valid, age: "old" }, "`age` must be an integer, not a string"],
    ["a number out of range", { ...valid, age: 200 }, "`age` must be at most 150"],
    [
      "a value outside the enum",
      { ...valid, status: "Archved" },
      "`status` must be one of: active, archived; did you mean archived?",
    ],
    ["a bad format", { ...valid, email: "nobody" }, "`email` must be an e-mail address"],
    ["too many items", { ...valid, tags: ["a", "b", "c"] }, "`tags` must have at most 2 items"],
    ["a wrong item", { ...valid, tags: ["a", {}] }, "`tags[1]` must be a string, not an object"],
    ["a missing inner property", { ...valid, address: {} }, "`address` lacks `zip`"],
    [
      "an unknown inner property",
      { ...valid, address: { zip: "12345", street: "x" } },
      "`address.street` holds a property that is not known here",
    ],
    ["a pattern", { ...valid, address: { zip: "123" } }, "`address.zip` must match the pattern ^\\d{5}$"],
    ["the nearest branch of a union", { ...valid, owner: { id: "x" } }, "`owner.id` must be an integer, not a string"],
    [
      "no branch of a union",
      { ...valid, owner: "me" },
      "`owner` must be an integer; or an object with id, not a string",
    ],
    [
      "a name of a prototype member",
      JSON.parse('{"name":"a","email":"a@b.co","__proto__":1}'),
      "`__proto__` is not an argument",
    ],
  ])("explains %s", (_case, args, text) => {
    const { payload } = refusal(() => check("create", args));
    expect(payload).toMatchObject({ code: "invalid_input", retryable: false });
    expect(payload.message).toContain("Invalid arguments for manage_contact action=create");
    expect(payload.message).toContain(text);
    expect(payload.message).toContain(
      "It takes: required name, email; optional age, status, tags, address, born, owner.",
    );
  });

  it.each<[string, Record<string, unknown>, Partial<Action>, string]>([
    [
      "pageSize",
      {},
      {},
      "`pageSize` is not an argument of this action; did you mean `limit`? It takes: optional q, limit, cursor, fields.",
    ],
    ["page[size]", { limit: { in: "query", wire: "page[size]" } }, {}, "did you mean `limit`?"],
    ["size", { limit: { in: "body", wire: "/paging/size" } }, {}, "did you mean `limit`?"],
    ["offset", {}, {}, "did you mean `cursor`?"],
    ["field", {}, { batch: 5 }, "did you mean `fields`? It takes: optional q, limit, cursor, fields, items."],
  ])("names the runtime's own arguments: %s", (given, paging, extra, text) => {
    const pagination = { style: "offset", limit: at("pageSize"), position: at("offset"), ...paging } as const;
    const list = { ...operation("list", [argument("q", { type: "string" })]), class: "read", pagination } as const;
    const tool = { ...manage, actions: { list: { summary: "", scopes: [], operation: list, ...extra } } };
    const { payload } = refusal(() => validateArguments(routeCall(tool, { [given]: 5 }), metrics));
    expect(payload.message).toContain(text);
  });

  it("tells every error at once, with fields", () => {
    const { payload } = refusal(() => check("create", { age: -1, text: "x" }));
    expect(payload.fields).toEqual([
      { field: "name", message: "is required", code: "required" },
      { field: "email", message: "is required", code: "required" },
      { field: "age", message: "must be at least 0", code: "minimum" },
      { field: "text", message: "is not an argument of this action but of: note", code: "unknown" },
    ]);
  });

  it("bounds what it tells", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${"y".repeat(200)}${index}`, 1]));
    const { payload } = refusal(() => check("empty", many));
    expect(payload.message.length).toBeLessThan(3_000);
    expect(payload.message).toContain("and 490 more");
    expect(payload.message).toContain("It takes no arguments.");
  });

  it("reads null as not given unless the schema takes null", () => {
    expect(check("create", { ...valid, age: null, born: null })).toEqual({ ...valid, born: null });
    expect(refusal(() => check("create", { ...valid, name: null })).payload.message).toContain("`name` is required");
  });

  const inland = {
    required: ["line", "city", "zip"],
    properties: { country: { enum: ["US"] }, zip: { pattern: "^\\d{5}$" } },
  };
  const abroad = { required: ["line", "country"], properties: { country: { enum: ["BS", "CA"] } } };
  const typed = (schema: JsonSchema): JsonSchema => ({ type: "object", ...schema });
  it.each<[string, unknown, string]>([
    ["the branch that takes a chosen value", { line: "1", country: "US" }, "`to` lacks `city`, `zip`."],
    [
      "the values where no branch takes the one given",
      { line: "1", country: "XX" },
      "`to.country` must be one of: BS, CA",
    ],
    ["each way to complete what only lacks something", { line: "1" }, "`to` lacks `country`; or `city`, `zip`."],
    [
      "every form, those of a union inside as well",
      [],
      "`to` must be a string; or an object with line, city, zip; or an",
    ],
  ])("speaks of %s", (_case, to, text) => {
    const schema = { anyOf: [{ type: "string", pattern: "^adr_" }, { anyOf: [typed(inland), typed(abroad)] }] };
    const action = { summary: "", scopes: [], operation: operation("send", [argument("to", schema)]) };
    const call = routeCall({ ...manage, actions: { only: action } }, { to });
    expect(refusal(() => validateArguments(call, metrics)).payload.message).toContain(text);
  });

  it("counts coercion", () => {
    counted.length = 0;
    expect(check("create", { ...valid, age: "36", tags: '["a"]' })).toEqual({ ...valid, age: 36, tags: ["a"] });
    expect(counted).toEqual(["coerced"]);
    check("create", valid);
    expect(counted).toEqual(["coerced"]);
  });

  describe("integers longer than a number can hold", () => {
    const digits = "9007199254740993";
    const integer: JsonSchema = { type: "integer" };
    const bounded: JsonSchema = { type: "integer", minimum: 0, maximum: 9007199254740992 };
    const nested: JsonSchema = {
      type: "object",
      properties: { ids: { type: "array", items: integer, uniqueItems: true }, free: {} },
    };
    const either: JsonSchema = {
      anyOf: [
        { type: "object", properties: { by: { enum: ["id"] }, key: integer } },
        { type: "object", properties: { by: { enum: ["name"] }, key: { type: "string" } } },
      ],
    };
    const take = (schema: JsonSchema, value: unknown, place: "body" | "query" = "body"): unknown => {
      const args: OperationArgument[] = [{ name: "v", in: place, wire: "/v", schema }];
      const actions = { only: { summary: "", scopes: [], operation: operation("long", args) } };
      return validateArguments(routeCall({ ...manage, actions }, { v: value }), metrics)["v"];
    };

    it.each<[JsonSchema, unknown]>([
      [integer, digits],
      [integer, `-${digits}`],
      [{ type: "number" }, "12345678901234567890"],
      [{ type: ["integer", "null"] }, digits],
      [nested, { ids: [digits, "9007199254740992"], free: digits }],
      [either, { by: "id", key: digits }],
      [either, { by: "name", key: digits }],
      [{ type: "string" }, digits],
      [{ type: "number" }, 1e21],
    ])("are taken for %j as %j and stay as they are", (schema, value) => {
      expect(take(schema, value)).toEqual(value);
      expect(take(schema, value, "query")).toEqual(value);
    });

    it("are made a list where one is wanted", () => {
      expect(take({ type: "array", items: integer }, digits)).toEqual([digits]);
      expect(take({ type: "array", items: integer }, `${digits}, 7`)).toEqual([digits, 7]);
    });

    it.each<[JsonSchema, unknown, string, RegExp]>([
      [integer, 2 ** 53, "v", /lost digits; give it as text/],
      [{ type: "string" }, 2 ** 53, "v", /give it as text/],
      [{}, -(2 ** 60), "v", /give it as text/],
      [integer, 1e30, "v", /give it as text/],
      [nested, { ids: [1, 2 ** 53] }, "v.ids[1]", /give it as text/],
      [nested, { free: { id: 2 ** 60 } }, "v.free.id", /give it as text/],
      [nested, { free: { size: Number.POSITIVE_INFINITY } }, "v.free.size", /finite/],
      [bounded, digits, "v", /at most 9007199254740992/],
      [bounded, `-${digits}`, "v", /at least 0/],
      [{ type: ["integer", "null"], exclusiveMaximum: 5 }, digits, "v", /less than 5/],
      [integer, `${digits}x`, "v", /must be an integer, not a string/],
      [integer, `0${digits}`, "v", /must be an integer, not a string/],
    ])("are refused for %j as %j", (schema, value, field, message) => {
      for (const place of ["body", "query"] as const) {
        const { fields } = refusal(() => take(schema, value, place)).payload;
        expect(fields).toMatchObject([{ field, message: expect.stringMatching(message) as string }]);
      }
    });
  });

  it("checks what it can of a schema with a broken pattern", () => {
    const logged: string[] = [];
    const broken: Tool = {
      ...manage,
      actions: {
        only: {
          summary: "",
          scopes: [],
          operation: operation("broken", [argument("code", { type: "string", pattern: "([", maxLength: 3 })]),
        },
      },
    };
    const log = (_level: string, message: string): void => void logged.push(message);
    expect(validateArguments(routeCall(broken, { code: "abc" }), metrics, log)).toEqual({ code: "abc" });
    expect(logged).toEqual(["schema cannot be checked"]);
    const { payload } = refusal(() => validateArguments(routeCall(broken, { code: "abcd" }), metrics, log));
    expect(payload.message).toContain("at most 3 characters");
  });

  it("reads patterns with escapes that Unicode mode forbids", () => {
    const pattern = { type: "string", pattern: "^[\\w\\-]+\\-\\@\\_x$" };
    const tool: Tool = {
      ...manage,
      actions: { only: { summary: "", scopes: [], operation: operation("pattern", [argument("code", pattern)]) } },
    };
    expect(validateArguments(routeCall(tool, { code: "a-b-@_x" }), metrics)).toEqual({ code: "a-b-@_x" });
    expect(refusal(() => validateArguments(routeCall(tool, { code: "a b" }), metrics)).payload.code).toBe(
      "invalid_input",
    );
  });

  it("names the ids that go instead of each other, none of them as required", () => {
    const path = (name: string): OperationArgument => {
      return { name, in: "path", wire: name, required: true, schema: { type: "string" } };
    };
    const variants = [{ ...operation("site", [path("site_id")]), path: "/sites/{site_id}/forms" }];
    const list = {
      summary: "",
      scopes: [],
      operation: { ...operation("form", [path("form_id")]), path: "/forms/{form_id}", variants },
    };
    const { payload } = refusal(() => validateArguments(routeCall({ ...manage, actions: { list } }, {}), metrics));
    expect(payload.message).toContain("`form_id` or `site_id` is required. It takes: optional form_id, site_id.");
  });

  it("takes the variant whose path arguments are given", () => {
    const path = (name: string): OperationArgument => ({
      name,
      in: "path",
      wire: name,
      required: true,
      schema: { type: "string" },
    });
    const tool: Tool = {
      ...manage,
      actions: {
        list: {
          summary: "",
          scopes: [],
          operation: {
            ...operation("own", [argument("sort", { type: "string" })]),
            path: "/user/repos",
            variants: [
              { ...operation("org", [path("org"), argument("kind", { type: "string" })]), path: "/orgs/{org}/repos" },
            ],
          },
        },
      },
    };
    expect(validateArguments(routeCall(tool, { org: "a", kind: "b" }), metrics)).toEqual({ org: "a", kind: "b" });
    const { payload } = refusal(() => validateArguments(routeCall(tool, { org: "a", sort: "b" }), metrics));
    expect(payload.message).toContain("`sort` does not go together with the other arguments");
  });
});
