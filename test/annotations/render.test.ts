import { describe, expect, test } from "vitest";
import { parseAnnotations } from "../../src/annotations/read.js";
import { renderAnnotations } from "../../src/annotations/render.js";
import type { ServerPlan } from "../../src/plan/types.js";

type Key = ServerPlan["resources"][number]["operations"][number]["key"];

/** Tool to action to `METHOD /path (id)`; an action named "" is the only one of its tool. */
type Tools = Readonly<Record<string, Readonly<Record<string, string>>>>;

const all: Tools = {
  manage_contact: {
    create: "POST /contacts (createContact)",
    update: "PATCH /contacts/{contact_id} (updateContact)",
  },
  list_contacts: { "": "GET /contacts (listContacts)" },
};

async function render(existing: string | undefined, tools: Tools = all): Promise<string> {
  const operations: { key: Key; operationId: string }[] = [];
  const planned = Object.entries(tools).map(([name, actions]) => ({
    name,
    actions: Object.entries(actions).map(([action, reference]) => {
      const keys = reference.split(" + ").map((each) => {
        const [, key = "", operationId = ""] = /^(.*) \((.*)\)$/.exec(each) ?? [];
        operations.push({ key: key as Key, operationId });
        return key;
      });
      const [key, ...twins] = keys;
      return { action: action === "" ? null : action, key: action || "call", operation: { key, twins } };
    }),
  }));
  // Only the names and keys of a plan are recorded.
  const plan = { name: "crm", tools: planned } as unknown as ServerPlan;
  const annotations = { defaults: { split: "list-read-write", unassigned: "group" }, server: {} } as const;
  const context = { spec: "./crm.yaml", overlays: [], annotations, operations };
  const text = await renderAnnotations(existing, plan, context, fail);
  expect(parsed(text)).toBeDefined();
  expect(await renderAnnotations(text, plan, context, fail)).toBe(text);
  return text;
}

function fail({ message }: { readonly message: string }): never {
  throw new Error(message);
}

function parsed(text: string) {
  const problems: string[] = [];
  const annotations = parseAnnotations(text, "a.yaml", ({ message }) => problems.push(message));
  expect(problems).toEqual([]);
  return annotations;
}

test("the first run records everything and says how to go on", async () => {
  const text = await render(undefined);
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/\.openapi-to-mcp\/annotations\.schema\.json\n/);
  expect(text).toContain("\nserver: { name: crm } #");
  expect(text).toContain(`
tools:
  manage_contact:
    actions:
      create: POST /contacts (createContact)
      update: PATCH /contacts/{contact_id} (updateContact)
  list_contacts:
    operation: GET /contacts (listContacts)
`);
  expect(parsed(text)).toMatchObject({ spec: "./crm.yaml" });
  expect(await render("\n")).toBe(text);
});

test("names and paths that YAML would read otherwise are quoted", async () => {
  const text = await render(undefined, {
    null: { "": "GET /a: b (x)" },
    "123": { true: "GET /#x (a)", "1e3": "GET /b #c (y)" },
  });
  expect([...(parsed(text)?.tools.keys() ?? [])].sort()).toEqual(["123", "null"]);
});

const recorded = `# mine
version: 1   # the format

spec: './crm.yaml'
tools:

    # contacts come first
    manage_contact:
        title:   "Manage contact"
        actions:
            update: PATCH /contacts/{contact_id}   # no id here
            create: 'createContact'


    list_contacts: { operation: listContacts,   batch: 5 }  # flow
# the end`;

describe("later runs", () => {
  test("what is complete stays byte for byte", async () => {
    expect(await render(recorded)).toBe(recorded);
    const windows = recorded.replaceAll("\n", "\r\n");
    expect(await render(windows)).toBe(windows);
  });

  test("missing actions and tools are inserted, nothing else changes", async () => {
    const tools = {
      ...all,
      manage_contact: { ...all["manage_contact"], delete: "DELETE /contacts/{contact_id} (deleteContact)" },
      get_contact: { "": "GET /contacts/{contact_id} (getContact)" },
      manage_deal: { open: "POST /deals (openDeal)", close: "DELETE /deals/{id} (closeDeal)" },
    };
    const wanted = recorded
      .replace(
        "create: 'createContact'\n",
        "create: 'createContact'\n            delete: DELETE /contacts/{contact_id} (deleteContact)\n",
      )
      .replace(
        "# flow\n",
        `# flow
    get_contact:
        operation: GET /contacts/{contact_id} (getContact)
    manage_deal:
        actions:
            open: POST /deals (openDeal)
            close: DELETE /deals/{id} (closeDeal)
`,
      );
    expect(await render(recorded, tools)).toBe(wanted);
    expect(await render(recorded.replaceAll("\n", "\r\n"), tools)).toBe(wanted.replaceAll("\n", "\r\n"));
  });

  test("entries of operations that are gone stay", async () => {
    expect(await render(recorded, { list_contacts: { "": "GET /contacts (listContacts)" } })).toBe(recorded);
  });

  test("a recorded path follows the operation; a reference by id alone stays", async () => {
    const text = "version: 1\nspec: a\ntools:\n  t:\n    actions:\n      a: GET /v1/a (getA) # x\n      b: getB\n";
    const moved = { t: { a: "GET /v2/a (getA)", b: "GET /v2/b (getB)" } };
    expect(await render(text, moved)).toBe(text.replace("/v1/a", "/v2/a"));
  });

  test.each([
    [
      "an empty map",
      "version: 1\nspec: a\ntools: {}\n",
      "version: 1\nspec: a\ntools: { list: { operation: GET /a (a) } }\n",
    ],
    ["nothing", "version: 1\nspec: a\n", "version: 1\nspec: a\n\ntools:\n  list:\n    operation: GET /a (a)\n"],
    [
      "an empty entry",
      "version: 1\nspec: a\ntools:\n",
      "version: 1\nspec: a\ntools:\n  list:\n    operation: GET /a (a)\n",
    ],
    [
      "no newline at the end",
      "version: 1\nspec: a",
      "version: 1\nspec: a\n\ntools:\n  list:\n    operation: GET /a (a)",
    ],
    [
      "a tool with texts only",
      "version: 1\nspec: a\ntools:\n  list:\n    title: L # t\n\n# end\n",
      "version: 1\nspec: a\ntools:\n  list:\n    title: L # t\n    operation: GET /a (a)\n\n# end\n",
    ],
    [
      "a flow tool with texts only",
      "version: 1\nspec: a\ntools: { list: { title: L } }\n",
      "version: 1\nspec: a\ntools: { list: { title: L, operation: GET /a (a) } }\n",
    ],
    [
      "no spec",
      "version: 1 # v\ntools: { list: { operation: a } }\n",
      "version: 1 # v\nspec: ./crm.yaml\ntools: { list: { operation: a } }\n",
    ],
    [
      "a block scalar before the insertion",
      "version: 1\nspec: a\ntools:\n  list:\n    description: |\n      Line one.\n\n      Line two.\n\nskip: []\n",
      "version: 1\nspec: a\ntools:\n  list:\n    description: |\n      Line one.\n\n      Line two.\n    operation: GET /a (a)\n\nskip: []\n",
    ],
  ])("assignments are added where the file has %s", async (_, existing, wanted) => {
    expect(await render(existing, { list: { "": "GET /a (a)" } })).toBe(wanted);
  });

  const grown = { list: { all: "GET /a (a)", search: "GET /a/{q} (s)" } };

  test("a tool of one operation that gets a second one keeps its settings with the first", async () => {
    const existing = `version: 1
spec: a
tools:
  list:
    title: L
    operation: GET /a (a) # the list
    arguments:
      # sizes
      size: { rename: limit_size }

    description: D
`;
    expect(await render(existing, grown)).toBe(`version: 1
spec: a
tools:
  list:
    title: L
    actions:
      all:
        operation: GET /a (a) # the list
        arguments:
          # sizes
          size: { rename: limit_size }
      search: GET /a/{q} (s)

    description: D
`);
  });

  test("the same in flow style", async () => {
    expect(await render("version: 1\nspec: a\ntools: { list: { title: L, operation: a, batch: 5 } }\n", grown)).toBe(
      'version: 1\nspec: a\ntools: { list: { title: L, actions: { all: { operation: a, batch: 5 }, search: "GET /a/{q} (s)" } } }\n',
    );
  });
});

describe("twins stand behind the operation they are reached with", async () => {
  const file = (entry: string) => `version: 1\nspec: a\ntools:\n  list: # all\n    operation: ${entry} # mine\n`;
  const both = "GET /orgs/{org}/repos (listOf) + GET /repos (list)";

  test.each([
    ["a first run records them", both, both],
    ["a new one is added", "GET /orgs/{org}/repos (listOf)", both],
    ["a new one is added to an id", "listOf", "listOf + GET /repos (list)"],
    [
      "one that moved is followed",
      "GET /v1/orgs/{org}/repos (listOf) + GET /repos (list)",
      "GET /orgs/{org}/repos (listOf) + GET /repos (list)",
    ],
    ["one that is gone stays", `${both} + GET /user/repos (mine)`, `${both} + GET /user/repos (mine)`],
    ["their order stays", "GET /repos + listOf", "GET /repos + listOf"],
  ])("%s", async (_, before, after) => {
    expect(await render(file(before), { list: { "": both } })).toBe(file(after));
  });
});
