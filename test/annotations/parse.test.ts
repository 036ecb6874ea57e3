import { describe, expect, test } from "vitest";
import { parseAnnotations } from "../../src/annotations/read.js";
import { printAnnotationsSchema } from "../../src/annotations/schema.js";
import type { DiagnosticInput } from "../../src/diagnostics/types.js";

function parse(text: string) {
  const found: DiagnosticInput[] = [];
  const annotations = parseAnnotations(text, "a.yaml", (diagnostic) => found.push(diagnostic));
  const places = found.map(({ code, at }) => {
    if (!at || !("line" in at)) throw new Error(`${code} has no position`);
    return `${at.line}:${at.column} ${code.replace("annotations/", "")}`;
  });
  return { annotations, found, places };
}

/** A tool with these lines in its entry, which starts at line 4. */
const tool = (...lines: readonly string[]) =>
  ["version: 1", "tools:", "  manage_contact:", ...lines.map((line) => `    ${line}`), ""].join("\n");

const errors: readonly [string, string, readonly string[]][] = [
  ["nothing", "", ["1:1 missing-key"]],
  ["no version", "spec: a\n", ["1:1 missing-key"]],
  ["another version", "version: 2\n", ["1:10 wrong-value"]],
  ["broken syntax", "version: 1\ntools: [\n", ["3:1 invalid-yaml"]],
  ["a second document", "version: 1\n---\nversion: 1\n", ["2:1 invalid-yaml"]],
  [
    "alias of nothing",
    "version: 1\nspec: &a b\nskip: [*a, *b]\noverlays: [*c]\n",
    ["3:12 invalid-yaml", "4:12 invalid-yaml"],
  ],
  ["a number as a text", 'version: "1"\n', ["1:10 wrong-value"]],
  ["key twice", "version: 1\nspec: a\nspec: b\n", ["3:1 duplicate-key"]],
  ["action twice", tool("actions:", "  create: a", "  create: b"), ["6:7 duplicate-key"]],
  ["unknown key at the root", "version: 1\ntoools: {}\n", ["2:1 unknown-key"]],
  ["unknown key in server", "version: 1\nserver: { nam: x }\n", ["2:11 unknown-key"]],
  ["unknown key in defaults", "version: 1\ndefaults:\n  splt: none\n", ["3:3 unknown-key"]],
  ["unknown key in a tool", tool("titel: x"), ["4:5 unknown-key"]],
  ["unknown key in an action", tool("actions:", "  create: { operation: a, scope: [x] }"), ["5:31 unknown-key"]],
  ["unknown key in an argument", tool("operation: a", "arguments: { id: { renam: x } }"), ["5:24 unknown-key"]],
  ["unknown key in pagination", tool("operation: a", "pagination: { style: auto, itms: /a }"), ["5:32 unknown-key"]],
  ["wrong type", tool("operation: a", "scopes: contacts:write"), ["5:13 wrong-type"]],
  ["wrong type of a map", "version: 1\ntools: [a]\n", ["2:8 wrong-type"]],
  ["wrong value", "version: 1\ndefaults: { unassigned: grup }\n", ["2:25 wrong-value"]],
  ["too small", tool("operation: a", "batch: 1"), ["5:12 wrong-value"]],
  ["tool name", "version: 1\ntools:\n  Manage-Contact: { operation: a }\n", ["3:3 illegal-name"]],
  ["action name", tool("actions: { Create: a }"), ["4:16 illegal-name"]],
  ["argument name", tool("operation: a", "arguments: { id: { rename: a b } }"), ["5:32 illegal-name"]],
  ["reserved name", tool("operation: a", "arguments: { id: { rename: action } }"), ["5:32 reserved-name"]],
  [
    "renamed to one name",
    tool("operation: a", "arguments: { a: { rename: x }, b: { rename: x } }"),
    ["5:49 name-twice"],
  ],
  ["server name", "version: 1\nserver: { name: My CRM }\n", ["2:17 illegal-name"]],
  ["operation twice", tool("actions:", "  a: createContact", "  b: createContact"), ["6:10 operation-twice"]],
  [
    "operation twice by other parameter names",
    tool("actions:", "  a: PATCH /contacts/{id}", "  b: patch /contacts/{contact_id}"),
    ["6:10 operation-twice"],
  ],
  [
    "operation twice by its recorded id",
    tool("actions:", "  a: POST /contacts (createContact)", "  b: createContact"),
    ["6:10 operation-twice"],
  ],
  ["no reference", tool("operation: create contact"), ["4:16 bad-operation"]],
  ["operation beside actions", tool("operation: a", "actions: { b: c }"), ["4:5 exclusive-keys"]],
  ["action key beside actions", tool("actions: { b: c }", "scopes: [x]"), ["5:5 exclusive-keys"]],
  ["action key without operation", tool("confirm: true"), ["4:5 missing-key"]],
  [
    "two sources of an argument",
    tool("operation: a", "arguments: { x: { fixed: 1, fromEnv: X } }"),
    ["5:33 exclusive-keys"],
  ],
  [
    "optional of a model's argument",
    tool("operation: a", "arguments: { x: { optional: true } }"),
    ["5:23 exclusive-keys"],
  ],
  ["bad argument pointer", tool("operation: a", "arguments: { /a~2: { hide: true } }"), ["5:18 bad-pointer"]],
  ["bad items pointer", tool("operation: a", "pagination: { style: auto, items: data }"), ["5:39 bad-pointer"]],
  ["style without its parameter", tool("operation: a", "pagination: { style: page }"), ["5:5 missing-key"]],
  ["idempotency in two places", tool("operation: a", "idempotency: { header: A, query: b }"), ["5:5 exclusive-keys"]],
  ["skip pattern", 'version: 1\nskip: ["DELETE admin"]\n', ["2:8 bad-skip"]],
  ["alias of a tool", `${tool("operation: a")}aliases: { manage_contact: manage_contact }\n`, ["5:12 bad-alias"]],
  [
    "alias of a missing action",
    `${tool("actions: { create: a, update: b }")}aliases: { old: manage_contact.creat }\n`,
    ["5:17 unknown-action"],
  ],
  [
    "alias and domain of a missing tool",
    `${tool("operation: a")}defaults: { unassigned: skip }\naliases: { old: gone }\ndomains: { sales: [manage_contct] }\n`,
    ["6:17 unknown-tool", "7:20 unknown-tool"],
  ],
  [
    "tool in two domains",
    `${tool("operation: a")}domains: { x: [manage_contact], y: [manage_contact] }\n`,
    ["5:37 name-twice"],
  ],
  ["prompt without text", "version: 1\nprompts:\n  p: { description: d }\n", ["3:3 missing-key"]],
];

describe("errors", () => {
  test.each(errors)("%s", (_, text, wanted) => {
    const { places } = parse(text);
    expect(places).toEqual(wanted);
  });

  test("all in one run, top to bottom", () => {
    const text = tool("titel: x", "actions:", "  Create: createContact", "  b: createContact") + "skip: [x]\nspce: y\n";
    expect(parse(text).places).toEqual([
      "4:5 unknown-key",
      "6:7 illegal-name",
      "7:10 operation-twice",
      "8:8 bad-skip",
      "9:1 unknown-key",
    ]);
  });

  test.each([
    ['version: "1"\n', "Write it without quotes."],
    [
      "version: 1\n---\na: b\n",
      "Remove the line `---` and what is not meant, or put the rest into the first document.",
    ],
    [tool("titel: x"), 'Did you mean "title"?'],
    ["version: 1\ndefaults: { unassigned: grup }\n", 'Did you mean "group"?'],
    [`${tool("operation: a", "hints: { read_only_hint: true }")}`, 'Did you mean "readOnlyHint"?'],
  ])("what was probably meant: %j", (text, fix) => {
    expect(parse(text).found[0]?.fix).toBe(fix);
  });

  test("a file of aliases of aliases does not fill the memory", () => {
    const lines = ["version: 1", "spec: &a0 [x, x]"];
    const bomb = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`);
    expect(parse([...lines, ...bomb].join("\n")).annotations).toBeUndefined();
  });

  test("names of Object.prototype name operations, former tools and arguments, but no tool or action", () => {
    const { annotations } = parse(
      "version: 1\ntools:\n  build: { operation: toString, arguments: { constructor: { rename: hasOwnProperty } } }\naliases: { valueOf: build }\n",
    );
    const action = annotations?.tools.get("build")?.actions.get("");
    expect(action?.operation).toEqual({ kind: "id", operationId: "toString" });
    expect(action?.arguments.get("constructor")?.rename).toBe("hasOwnProperty");
    expect(annotations?.aliases.get("valueOf")).toBe("build");
    for (const name of ["constructor", "__proto__", "toString"]) {
      const once = parse(`version: 1\ntools:\n  build: { actions: { ${name}: a } }\n`);
      const alone = parse(`version: 1\ntools:\n  ${name}: { operation: a }\n`);
      for (const { found } of [once, alone])
        expect(found.map(({ message }) => message)).toEqual([`"${name}" is no legal name.`]);
    }
  });
});

test("warnings do not stop a run", () => {
  const long = `version: 1\ntools: { ${"a".repeat(41)}: { operation: x, description: "${"d".repeat(901)}" } }\n`;
  const { annotations, places } = parse(long);
  expect(places).toEqual(["2:82 long-text"]);
  expect(annotations).toBeDefined();
});

test("every form of an operation and of its settings", () => {
  const { annotations, found } = parse(`version: 1
spec: ./crm.yaml
defaults: { idempotency: { header: Idempotency-Key } }
tools:
  manage_contact:
    actions:
      create: createContact
      update: patch /contacts/{contact_id}
      delete:
        operation: DELETE /contacts/{contact_id} (deleteContact)
        scopes: [contacts:delete]
        confirm: true
        idempotency: { body: /key }
        errorWhen: false
        arguments:
          contact_id: { rename: id }
          /address/city: { fixed: null }
  list_contacts:
    operation: listContacts
    pagination: { style: cursor, cursor: { in: header, name: X-Cursor }, limit: size, items: "" }
  only_texts: { title: T }
skip: ["DELETE /admin/**", /internal/*]
aliases:
prompts: { p: { description: d, arguments: [a, { name: b, required: false }], text: "{a} {b}" } }
`);
  expect(found).toEqual([]);
  expect(annotations).toMatchObject({
    spec: "./crm.yaml",
    defaults: { split: "list-read-write", unassigned: "group", idempotency: { methods: ["POST"] } },
    skip: [
      { method: "DELETE", path: "/admin/**" },
      { method: "*", path: "/internal/*" },
    ],
  });
  if (!annotations) throw new Error("The file is right.");
  const { tools, prompts } = annotations;
  const actionOf = (tool: string, action: string) => tools.get(tool)?.actions.get(action);
  expect([...(tools.get("manage_contact")?.actions.keys() ?? [])]).toEqual(["create", "update", "delete"]);
  const update = actionOf("manage_contact", "update");
  expect(update).toMatchObject({ operation: { kind: "key", key: "PATCH /contacts/{contact_id}" } });
  const remove = actionOf("manage_contact", "delete");
  expect(remove).toMatchObject({
    operation: { kind: "key", key: "DELETE /contacts/{contact_id}", operationId: "deleteContact" },
    idempotency: { in: "body", wire: "/key" },
    errorWhen: false,
  });
  expect(remove?.arguments.get("/address/city")).toMatchObject({ fixed: null });
  expect(actionOf("list_contacts", "")?.pagination).toEqual({
    style: "cursor",
    items: "",
    limit: { in: "query", wire: "size" },
    position: { in: "header", wire: "X-Cursor" },
  });
  expect(tools.get("only_texts")?.actions.size).toBe(0);
  expect(prompts.get("p")?.arguments).toEqual([
    { name: "a", required: true },
    { name: "b", required: false },
  ]);
});

test("the schema for editors is the one that projects get, knows every key and describes it", async () => {
  const text = printAnnotationsSchema();
  await expect(text).toMatchFileSnapshot("../../templates/project/annotations.schema.json");
  const schema: unknown = JSON.parse(text);
  expect(schema).toMatchObject({
    $schema: "http://json-schema.org/draft-07/schema#",
    additionalProperties: false,
    required: ["version"],
    properties: {
      tools: { description: "Tools by name." },
      skip: { description: expect.stringContaining("left out") },
    },
  });
});
