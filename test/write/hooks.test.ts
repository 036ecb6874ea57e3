import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FormerSurface } from "../../src/annotations/types.js";
import { createCollector } from "../../src/diagnostics/collector.js";
import type { GeneratedFile } from "../../src/emit/types.js";
import { carryHooks } from "../../src/write/hooks.js";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "hooks-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A surface written as tool to action to operation. */
function surface(
  tools: Readonly<Record<string, Readonly<Record<string, string>>>>,
  aliases: Readonly<Record<string, string>> = {},
): FormerSurface {
  const described = Object.entries(tools).map(([tool, actions]) => {
    const inner = Object.entries(actions).map(([name, operation]) => {
      return [
        name,
        { operation, id: operation, scopes: [], confirm: false, required: [], optional: [], schemas: new Map() },
      ] as const;
    });
    return [tool, { tokens: 0, actions: new Map(inner) }] as const;
  });
  return { tools: new Map(described), aliases: new Map(Object.entries(aliases)) };
}

const generated: readonly GeneratedFile[] = [
  { path: "src/hooks.ts", content: "template", owner: "user" },
  { path: "src/generated/types/contacts.ts", content: "export interface AddInput {}\n", owner: "generator" },
];

const before = surface({ contact: { create: "POST /c", update: "PATCH /c" }, get_contact: { get: "GET /c" } });

async function carry(text: string, current: FormerSurface, former: FormerSurface | undefined = before) {
  await mkdir(path.join(dir, "src"), { recursive: true });
  await writeFile(path.join(dir, "src/hooks.ts"), text);
  const { report, diagnostics } = createCollector();
  const files = await carryHooks(dir, { files: generated, former, current }, report);
  const file = files.find((each) => each.path === "src/hooks.ts");
  const told = diagnostics.map(({ code, at, fix }) => {
    return [code, at && "line" in at ? `${at.line}:${at.column}` : "", fix ?? ""];
  });
  return { content: file?.owner === "user" ? text : file?.content, told };
}

test("hooks as the template has them are left alone", async () => {
  const text = "export const hooks: ServerHooks = {};\n";
  const current = surface({ contact: { create: "POST /c", merge: "POST /c/merge" } });
  expect(await carry(text, current)).toEqual({ content: text, told: [] });
});

test("new actions are offered once, at the end, and nothing else of the text changes", async () => {
  const text =
    "export const hooks = {\n\tcontact: { create: { before:(i)=>i } }, // }\n} satisfies ServerHooks;\nrun( hooks )\n";
  const current = surface({
    contact: { create: "POST /c", update: "PATCH /c", merge: "POST /c/merge" },
    get_contact: { get: "GET /c" },
    list_deals: { list: "GET /d" },
  });
  const { content = "", told } = await carry(text, current);
  expect(told).toEqual([]);
  const stubs =
    "  // contact: { merge: { before: (input) => input } },\n  // list_deals: { list: { before: (input) => input } },\n";
  expect(content).toBe(text.replace("} satisfies", `${stubs}} satisfies`));
  expect(await carry(content, current)).toEqual({ content, told: [] });
  expect(await carry(text, current, current)).toEqual({ content: text, told: [] });
  expect(await carry(text, current, undefined)).toMatchObject({ told: [] });
});

test("a hook whose tool or action is gone is told with its place and with who took the operation", async () => {
  const text = `import type { AddInput, GoneInput } from "./generated/types/contacts.js";
import type { Old } from "./generated/types/old.js";
const create: ServerHooks["contact"]["create"] = { before: (input) => input };
const contact = { create, "update": {} };
export const hooks: ServerHooks = {
  contact,
  get_contact: {
    get: { after: (output) => output },
  },
  never: {},
};
`;
  const current = surface({ contact: { update: "PATCH /c" }, people: { add: "POST /c", get: "GET /c" } });
  const { content, told } = await carry(text, current);
  expect(told).toEqual([
    ["write/gone-hook", "4:19", "Move it to people.add, which took the operation."],
    ["write/gone-hook", "8:5", "Move it to people.get, which took the operation."],
    ["write/gone-hook", "10:3", ""],
    ["write/gone-hook", "3:15", "Move it to people.add, which took the operation."],
    ["write/gone-import", "1:25", ""],
    ["write/gone-import", "2:15", ""],
  ]);
  expect(content).toContain("  never: {},\n  // people: { add: { before: (input) => input } },\n");
});

test("later runs know by the alias where a tool went", async () => {
  const text = "export const hooks: ServerHooks = {\n  contact: {},\n};\n";
  const current = surface({ people: { create: "POST /c" } }, { contact: "people" });
  expect((await carry(text, current, current)).told).toEqual([
    ["write/gone-hook", "2:3", "Move it to people, which took the operation."],
  ]);
});

test.each(["export const hooks: ServerHooks = {", "export default 5;\n", "", "export const hooks = make();\n"])(
  "%j has no hooks to find",
  async (text) => {
    const current = surface({ contact: { create: "POST /c", merge: "POST /c/merge" } });
    expect((await carry(text, current)).content).toBe(text);
  },
);
