import { describe, expect, test } from "vitest";
import { compareSurfaces, readSurface, type SurfaceTool } from "../../src/cli/surface.js";

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

const compare = (before: SurfaceTool, after: SurfaceTool, aliases: Readonly<Record<string, string>> = {}) =>
  compareSurfaces([before], [after], aliases).map((found) => `${found.class}: ${found.tool}: ${found.change}`);

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
    const tell = (after: SurfaceTool) =>
      compareSurfaces([base], [after], aliases).filter((found) => found.class === "breaking");
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
  const changes = compareSurfaces(
    [tool("c", { create }, { hints: before })],
    [tool("c", { create }, { hints: after })],
  );
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
  const changes = compareSurfaces([old], [current]);
  expect(changes.map((change) => change.class)).toEqual(expected);
  for (const change of changes) expect(change.operations).toEqual(["POST /c"]);
});

test("each change names the operations it comes from and what its tool gains in tokens", () => {
  const after = tool("contact", { create, delete: { ...remove, optional: ["force"] } }, { tokens: 25 });
  expect(compareSurfaces([base], [after])).toEqual([
    {
      class: "additive",
      tool: "contact",
      change: 'argument "force" is new (action "delete")',
      operations: ["DELETE /c"],
      tokens: 15,
    },
  ]);
  expect(compareSurfaces([base], [tool("other", { create })])).toMatchObject([{ tokens: -10 }, { tokens: 10 }]);
});

test.each(["", "[]", "{}", '{"tools":5}', "null"])("%s is no tool list", (text) => {
  expect(readSurface(text)).toBeUndefined();
});
