import { describe, expect, test } from "vitest";
import { compareSchemas } from "../../src/cli/surface-schema.js";
import { compareSurfaces, readSurface, type Aliases, type SurfaceTool } from "../../src/cli/surface.js";

interface ActionText {
  readonly operation: string;
  readonly scopes?: readonly string[];
  readonly confirm?: boolean;
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

function tool(
  name: string,
  actions: Readonly<Record<string, ActionText>>,
  { tokens = 10, hints = {}, properties = {} }: { tokens?: number; hints?: object; properties?: object } = {},
): SurfaceTool {
  const list = { tools: [{ name, annotations: hints, inputSchema: { type: "object", properties } }] };
  const record = { version: 1, aliases: {}, tools: { [name]: { tokens, actions } } };
  const [read] = readSurface(JSON.stringify(list), JSON.stringify(record))?.tools ?? [];
  if (!read) throw new Error("no tool");
  return read;
}

const create = { operation: "POST /c", required: ["name"], optional: ["tags"], scopes: ["c:write"] };
const remove = { operation: "DELETE /c", required: ["id"] };
const base = tool("contact", { create, delete: remove });

const changesOf = (before: SurfaceTool, after: SurfaceTool, aliases: Aliases = {}) =>
  compareSurfaces({ tools: [before], aliases: {} }, { tools: [after], aliases });
const compare = (before: SurfaceTool, after: SurfaceTool, aliases?: Aliases) =>
  changesOf(before, after, aliases).map((found) => `${found.class}: ${found.tool}: ${found.change}`);

describe("actions", () => {
  test.each<[string, Readonly<Record<string, ActionText>>, string[]]>([
    ["the same", { create, delete: remove }, []],
    ["gone", { create }, ['breaking: contact: action "delete" is gone', 'breaking: contact: action "create" is gone']],
    ["new", { create, delete: remove, merge: remove }, ['additive: contact: action "merge" is new']],
    [
      "a required argument",
      { create: { ...create, required: ["name", "email"] }, delete: remove },
      ['breaking: contact: argument "email" is new and required (action "create")'],
    ],
    [
      "an argument made required",
      { create: { ...create, required: ["name", "tags"], optional: [] }, delete: remove },
      ['breaking: contact: argument "tags" is now required (action "create")'],
    ],
    [
      "arguments eased and gone",
      { create: { ...create, required: [], optional: ["name"] }, delete: remove },
      [
        'breaking: contact: argument "tags" is gone (action "create")',
        'additive: contact: argument "name" is now optional (action "create")',
      ],
    ],
    [
      "a stronger scope",
      { create: { ...create, scopes: ["c:admin"] }, delete: { ...remove, confirm: true } },
      [
        'breaking: contact: scope c:admin is now needed (action "create")',
        'additive: contact: scope c:write is no longer needed (action "create")',
        'breaking: contact: a confirmation is now asked for (action "delete")',
      ],
    ],
    [
      "another path",
      { create: { ...create, operation: "POST /v2/c" }, delete: remove },
      ['text: contact: the request is POST /v2/c, was POST /c (action "create")'],
    ],
  ])("%s", (_, actions, expected) => {
    expect(compare(base, tool("contact", actions)).sort()).toEqual(expected.sort());
  });

  test("names that still answer break nobody, but what they lead to may", () => {
    const renamed = tool("person", { add: create, delete: remove });
    const aliases = { contact: "person", "contact.create": "person.add" };
    const tell = (after: SurfaceTool) => changesOf(base, after, aliases).filter((found) => found.class === "breaking");
    expect(tell(renamed)).toEqual([]);
    expect(tell(tool("person", { add: { ...create, required: ["name", "email"] }, delete: remove }))).toMatchObject([
      { tool: "contact", change: 'argument "email" is new and required (action "create")' },
    ]);
    expect(compare(base, renamed, { contact: "person" })).toContain('breaking: contact: action "create" is gone');
    expect(compare(base, tool("contact", { create }), { "contact.create": "contact" })).not.toContain(
      'breaking: contact: action "create" is gone',
    );
    expect(compare(tool("contact", { create }), base)).toContain(
      'breaking: contact: argument "action" is new and required',
    );
    expect(compare(base, renamed)).toContain("breaking: contact: the tool is gone");
  });
});

test.each<[string, object, object, string[]]>([
  ["readOnlyHint", { readOnlyHint: true }, { readOnlyHint: false }, ["breaking"]],
  ["destructiveHint", { destructiveHint: true }, { destructiveHint: false }, ["additive"]],
])("a weakened %s breaks, a stronger one does not", (_, before, after, expected) => {
  const changes = changesOf(tool("c", { create }, { hints: before }), tool("c", { create }, { hints: after }));
  expect(changes.map((change) => change.class)).toEqual(expected);
});

test.each<[string, object, object, string[]]>([
  ["enum narrowed", { enum: ["a", "b"] }, { enum: ["a"] }, ["breaking"]],
  ["enum widened", { enum: ["a"] }, { enum: ["a", "b"] }, ["additive"]],
  ["type changed", { type: "string" }, { type: "integer" }, ["breaking"]],
  ["limit new", { type: "string" }, { type: "string", maxLength: 5 }, ["breaking"]],
  ["limit gone", { type: "string", maxLength: 5 }, { type: "string" }, ["additive"]],
  ["description", { description: "a" }, { description: "b" }, ["text"]],
  ["order of keys", { type: "string", maxLength: 5 }, { maxLength: 5, type: "string" }, []],
])("argument: %s", (_, before, after, expected) => {
  const [old, current] = [before, after].map((name) => tool("c", { create }, { properties: { name } }));
  if (!old || !current) throw new Error("unreachable");
  const changes = changesOf(old, current);
  expect(changes.map((change) => change.class)).toEqual(expected);
  for (const change of changes) expect(change.operations).toEqual(["POST /c"]);
});

const text = { type: "string" };
const limited = (limits: object) => ({ type: "string", ...limits });
const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const list = { type: "array", items: text };

test.each<[string, object, object, string[]]>([
  ["narrows: lower bound new", text, limited({ minLength: 3 }), ["breaking"]],
  ["a lower bound that says nothing", text, limited({ minLength: 0 }), ["text"]],
  ["narrows: pattern new", text, limited({ pattern: "^a" }), ["breaking"]],
  ["narrows: another pattern", limited({ pattern: "^a" }), limited({ pattern: "^b" }), ["breaking"]],
  ["widens: upper bound raised", limited({ maxLength: 3 }), limited({ maxLength: 5 }), ["additive"]],
  ["narrows: upper bound lowered", limited({ maxLength: 5 }), limited({ maxLength: 3 }), ["breaking"]],
  ["widens: lower bound lowered", { type: "number", minimum: 3 }, { type: "number", minimum: 1 }, ["additive"]],
  ["widens: integer to number", { type: "integer" }, { type: "number" }, ["additive"]],
  ["narrows: number to integer", { type: "number" }, { type: "integer" }, ["breaking"]],
  ["widens: a finer step", { type: "number", multipleOf: 10 }, { type: "number", multipleOf: 5 }, ["additive"]],
  ["widens: any value", text, {}, ["additive"]],
  ["narrows: any value no longer", {}, text, ["breaking"]],
  ["widens: null too", text, { type: ["string", "null"] }, ["additive"]],
  ["narrows: null no longer", { type: ["string", "null"] }, text, ["breaking"]],
  ["widens: an alternative new", text, { anyOf: [text, list] }, ["additive"]],
  ["narrows: an alternative gone", { anyOf: [text, list] }, list, ["breaking"]],
  [
    "narrows: inside an alternative",
    { anyOf: [text, list] },
    { anyOf: [limited({ maxLength: 5 }), list] },
    ["breaking"],
  ],
  ["an alternative that another takes over", { anyOf: [limited({ enum: ["a"] }), text] }, text, ["text"]],
  [
    "narrows: a member of an alternative needed",
    { anyOf: [object({ a: text }), list] },
    { anyOf: [object({ a: text }, { required: ["a"] }), list] },
    ["breaking"],
  ],
  ["narrows: nothing at all", text, { not: {} }, ["breaking"]],
  ["narrows: a list of values new", text, limited({ enum: ["a"] }), ["breaking"]],
  ["widens: a list of values gone", limited({ enum: ["a"] }), text, ["additive"]],
  ["narrows: closed", object({ a: text }), object({ a: text }, { additionalProperties: false }), ["breaking"]],
  ["widens: open", object({ a: text }, { additionalProperties: false }), object({ a: text }), ["additive"]],
  ["widens: members no longer looked at", object({ a: text }), { type: "object" }, ["additive"]],
  ["narrows: items", { type: "array" }, list, ["breaking"]],
  ["widens: more items", { ...list, maxItems: 2 }, { ...list, maxItems: 3 }, ["additive"]],
])("%s; of a result it is the reverse", (_, before, after, expected) => {
  const classesOf = (direction: "input" | "output") =>
    compareSchemas({ ...before }, { ...after }, direction, "a").map((change) => change.class);
  const reverse: Readonly<Record<string, string>> = { breaking: "additive", additive: "breaking", text: "text" };
  expect(classesOf("input")).toEqual(expected);
  expect(classesOf("output")).toEqual(expected.map((name) => reverse[name]));
});

describe("what the server checks, where both records know it", () => {
  const actions = { create: { ...create, schemas: { name: "a" } }, delete: { ...remove, schemas: { id: "b" } } };
  const read = (name: object, listed: object = text, known = true) => {
    const inputSchema = { type: "object", properties: { name: listed, id: text } };
    const record = {
      version: 1,
      schemas: { a: name, b: text },
      tools: {
        c: { schemas: known ? { name: "a", tags: "b" } : {}, actions: known ? actions : { create, delete: remove } },
      },
    };
    const surface = readSurface(JSON.stringify({ tools: [{ name: "c", inputSchema }] }), JSON.stringify(record));
    if (!surface) throw new Error("no surface");
    return surface;
  };
  const tell = (...[before, after]: ReturnType<typeof read>[]) =>
    before && after && compareSurfaces(before, after).map((found) => `${found.class}: ${found.change}`);

  test("is compared though the listing does not show it", () => {
    const [change] = compareSurfaces(read(text), read(limited({ minLength: 3 })));
    expect(change).toMatchObject({ class: "breaking", operations: ["POST /c"] });
    expect(change?.change).toBe('argument "name" has minLength 3 and had no minLength');
  });

  test("says what the listing only hints at", () => {
    const values = Array.from({ length: 26 }, (_, i) => `v${i}`);
    const [few, many] = [{ enum: values.slice(0, 25) }, { enum: values }].map(limited);
    if (!few || !many) throw new Error("unreachable");
    const described = limited({ description: "One of 26 values." });
    expect(tell(read(few, few), read(many, described))).toEqual([
      'additive: argument "name" also takes "v25"',
      'text: argument "name" has another description',
    ]);
    expect(tell(read(text, few), read(text, text))).toEqual(['text: argument "name" is listed otherwise']);
  });

  test("and the listing alone where one of them does not", () => {
    expect(tell(read(text, text, false), read(limited({ minLength: 3 })))).toEqual([]);
    expect(tell(read(text, text, false), read(text, { type: "integer" }))).toEqual([
      'breaking: argument "name" has type "integer" and had type "string"',
    ]);
  });
});

test.each<[string, Aliases, Aliases, string[]]>([
  ["kept", { old: "contact" }, { old: "contact" }, []],
  ["of a tool, gone", { old: "contact" }, {}, ["old: the former name answers no more; it led to contact"]],
  [
    "of an action, gone",
    { "x.add": "contact.create" },
    {},
    ["x.add: the former name answers no more; it led to contact.create"],
  ],
  ["led on", { old: "contact" }, { old: "contact.create" }, []],
  [
    "led elsewhere",
    { old: "contact.create" },
    { old: "contact.delete" },
    ["old: the former name leads to another operation; it led to contact.create"],
  ],
  ["the name of a tool again", { contact: "contact" }, {}, []],
  ["through the former name of its tool", { "old.create": "contact.create" }, { old: "contact" }, []],
])("a former name, %s", (_, before, after, expected) => {
  const changes = compareSurfaces({ tools: [base], aliases: before }, { tools: [base], aliases: after });
  expect(changes.map((change) => `${change.tool}: ${change.change}`)).toEqual(expected);
  expect(changes.every((change) => change.class === "breaking")).toBe(true);
});

test("each change names the operations it comes from and what its tool gains in tokens", () => {
  const after = tool("contact", { create, delete: { ...remove, optional: ["force"] } }, { tokens: 25 });
  expect(changesOf(base, after)).toEqual([
    {
      class: "additive",
      tool: "contact",
      change: 'argument "force" is new (action "delete")',
      operations: ["DELETE /c"],
      tokens: 15,
    },
  ]);
  expect(changesOf(base, tool("other", { create }))).toMatchObject([{ tokens: -10 }, { tokens: 10 }]);
});

test.each(["", "[]", "{}", '{"tools":5}', "null"])("%s is no tool list", (text) => {
  expect(readSurface(text)).toBeUndefined();
});
