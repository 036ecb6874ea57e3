import { expect, test } from "vitest";
import { followNames, parseFormerSurface } from "../../src/annotations/former.js";
import type { DiagnosticInput } from "../../src/diagnostics/types.js";
import { amendAnnotations } from "../../src/annotations/amend.js";
import type { ServerPlan } from "../../src/plan/types.js";

/** Tool to action to operation; the operationId of `POST /c` is `c`, whatever the version in its path. */
type Tools = Readonly<Record<string, Readonly<Record<string, string>>>>;

const idOf = (operation: string) => operation.replace(/\/v\d+/, "");

function formerOf(tools: Tools) {
  const entries = Object.entries(tools).map(([tool, actions]) => {
    const described = Object.entries(actions).map(([name, operation]) => [name, { operation, id: idOf(operation) }]);
    return [tool, { tokens: 1, actions: Object.fromEntries(described) as object }];
  });
  return parseFormerSurface(JSON.stringify({ version: 1, aliases: {}, tools: Object.fromEntries(entries) as object }));
}

function planOf(tools: Tools): ServerPlan {
  const planned = Object.entries(tools).map(([name, actions]) => ({
    name,
    actions: Object.entries(actions).map(([key, operation]) => ({
      key,
      operation: { key: operation, wire: { id: idOf(operation) } },
    })),
  }));
  // Only names, keys and ids of a plan are looked at.
  return { tools: planned } as unknown as ServerPlan;
}

const contact = { create: "POST /c", update: "PATCH /c" };

test.each<[string, Tools, Tools, { stated?: Record<string, string>; expected: Record<string, string> }]>([
  ["nothing changed", { contact }, { contact }, { expected: {} }],
  ["a tool is renamed", { contact }, { person: contact }, { expected: { contact: "person" } }],
  [
    "a tool and an action are renamed",
    { contact },
    { person: { add: "POST /c", update: "PATCH /c" } },
    { expected: { contact: "person", "contact.create": "person.add" } },
  ],
  [
    "an action is renamed, another leaves for a tool of its own",
    { contact: { ...contact, delete: "DELETE /c" } },
    { contact: { add: "POST /c", update: "PATCH /c" }, remove: { delete: "DELETE /c" } },
    { expected: { "contact.create": "contact.add", "contact.delete": "remove" } },
  ],
  [
    "one action is left",
    { contact },
    { contact: { create: "POST /c" } },
    { expected: { "contact.create": "contact" } },
  ],
  [
    "a flat tool joins another",
    { get: { get: "GET /c" } },
    { read: { one: "GET /c", all: "GET /cs" } },
    { expected: { get: "read.one" } },
  ],
  [
    "a path is versioned while its tool is renamed",
    { get: { get: "GET /c" } },
    { read: { get: "GET /v2/c" } },
    { expected: { get: "read" } },
  ],
  ["an operation is gone", { get: { get: "GET /c" } }, { read: { get: "GET /d" } }, { expected: {} }],
  [
    "what is stated wins",
    { contact },
    { person: contact, other: { x: "GET /x" } },
    { stated: { contact: "other" }, expected: { contact: "other" } },
  ],
  [
    "what is stated is led on",
    { b: contact },
    { c: contact },
    { stated: { a: "b", "a.x": "b.create" }, expected: { a: "c", "a.x": "c.create", b: "c" } },
  ],
])("%s", (_, before, after, { stated = {}, expected }) => {
  const followed = followNames(new Map(Object.entries(stated)), planOf(after), formerOf(before));
  expect(Object.fromEntries(followed)).toEqual(expected);
});

test.each(["", "{", "[]", '{"version":2}'])("%j is no record", (text) => {
  expect(parseFormerSurface(text)).toBeUndefined();
});

function render(text: string, aliases: Readonly<Record<string, string>>, tools: Parameters<typeof planOf>[0] = {}) {
  const problems: DiagnosticInput[] = [];
  const context = {
    file: "a.yaml",
    spec: "./a.yaml",
    overlays: [],
    annotations: { defaults: { split: "none", unassigned: "group" }, server: {} },
    operations: [],
    aliases: new Map(Object.entries(aliases)),
  } as const;
  return { text: amendAnnotations(text, planOf(tools), context, (problem) => problems.push(problem)), problems };
}

test.each<[string, string, Record<string, string>, string]>([
  [
    "no aliases yet",
    "version: 1\nspec: a # x\ntools: {}\n# end\n",
    { b: "c" },
    "tools: {}\n\n# Former names that still answer and are not listed.\naliases:\n  b: c\n# end\n",
  ],
  [
    "some aliases",
    "version: 1\nspec: a\naliases:\n    a: x # mine\ntools: {}\n",
    { b: "c" },
    "aliases:\n    a: x # mine\n    b: c\ntools: {}\n",
  ],
  [
    "an alias that leads on",
    "version: 1\nspec: a\naliases:\n  a: x # mine\ntools: {}\n",
    { a: "y" },
    "aliases:\n  a: y # mine\ntools: {}\n",
  ],
  [
    "aliases in one line",
    "version: 1\nspec: a\naliases: { a: x }\ntools: {}\n",
    { a: "y", b: "c.d" },
    "aliases: { a: y, b: c.d }\ntools: {}\n",
  ],
  ["an empty entry", "version: 1\nspec: a\naliases:\ntools: {}\n", { b: "c" }, "aliases:\n  b: c\ntools: {}\n"],
])("%s in the file", (_, text, aliases, expected) => {
  const { text: rendered, problems } = render(text, aliases);
  expect(problems).toEqual([]);
  expect(rendered.slice(rendered.indexOf("\n", rendered.indexOf("spec:")) + 1)).toBe(expected);
});

test.each<[string, string, string]>([
  [
    "one line",
    "{ version: 1, spec: a, tools: { c: { operation: getC } } } # mine\n",
    "{ version: 1, spec: a, tools: { c: { operation: getC } }, aliases: { b: c } } # mine\n",
  ],
  [
    "lines",
    "{\n  version: 1,\n  spec: a,\n  tools: { c: { operation: getC } }, # mine\n}\n",
    "{\n  version: 1,\n  spec: a,\n  tools: { c: { operation: getC } },\n  aliases: { b: c }, # mine\n}\n",
  ],
  [
    "nothing behind the key",
    "{ version: 1, spec: a, aliases: , tools: { c: { operation: getC } } }",
    "{ version: 1, spec: a, aliases: { b: c }, tools: { c: { operation: getC } } }",
  ],
  [
    "some aliases",
    "{ version: 1, spec: a, aliases: { x: y }, tools: { c: getC } }",
    "{ version: 1, spec: a, aliases: { x: y, b: c }, tools: { c: getC } }",
  ],
  [
    "JSON",
    '{\n  "version": 1,\n  "spec": "a",\n  "tools": { "c": { "operation": "getC" } }\n}\n',
    '{\n  "version": 1,\n  "spec": "a",\n  "tools": { "c": { "operation": "getC" } },\n  "aliases": { "b": "c" }\n}\n',
  ],
  [
    "JSON without spaces",
    '{"version":1,"spec":"a","aliases":null,"tools":{}}',
    '{"version":1,"spec":"a","aliases":{ "b": "c" },"tools":{}}',
  ],
])("in braces: %s", (_, text, expected) => {
  expect(render(text, { b: "c" })).toEqual({ text: expected, problems: [] });
});

test("what a file in JSON gets is JSON", () => {
  const tools = { c: { get: "GET /c/{id}" }, d: { get: "GET /d", put: "PUT /d" } };
  const { text } = render(
    '{\n  "version": 1,\n  "tools": {\n    "c": { "operation": "GET /b/{id}" }\n  }\n}',
    {},
    tools,
  );
  expect(JSON.parse(text)).toEqual({
    version: 1,
    tools: { c: { operation: "GET /c/{id}" }, d: { actions: { get: "GET /d", put: "PUT /d" } } },
    spec: "./a.yaml",
  });
  expect(text).toContain('{ "operation": "GET /c/{id}" },\n    "d": { "actions"');
});

test("a former name that cannot be written down is told", () => {
  const text = "version: 1\nspec: a\ndomains: &none {}\naliases: *none\ntools: {}\n";
  const { text: after, problems } = render(text, { b: "c" });
  expect(after).toBe(text);
  expect(problems).toMatchObject([
    {
      code: "annotations/unrecorded-alias",
      at: { file: "a.yaml", line: 4, column: 1 },
      fix: expect.stringContaining("b: c"),
    },
  ]);
});
