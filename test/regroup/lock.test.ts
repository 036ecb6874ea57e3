/** The recorded file against the next version of the description: what is still there stays where it was. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { generate } from "../../src/index.js";
import type { GenerateResult } from "../../src/index.js";
import { fileAfter } from "./cases.js";

const folder = await mkdtemp(path.join(tmpdir(), "openapi-to-mcp-lock-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const description = await readFile("specs/crm.yaml", "utf8");
const file = "mcp.annotations.yaml";

async function write(name: string, text: string): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, text);
  return place;
}

const spec = await write("first.yaml", description);
const first = await generate({ spec });
const recorded = fileAfter(first) ?? "";

/** `METHOD path` without version and parameter names → `tool.action`. */
function placesOf({ plan }: GenerateResult): ReadonlyMap<string, string> {
  const actions = (plan?.tools ?? []).flatMap((tool) =>
    tool.actions.map(({ key, operation }) => [shapeOf(operation.key), `${tool.name}.${key}`] as const),
  );
  return new Map(actions);
}

const shapeOf = (key: string) => key.replaceAll(/\{[^}]*\}/g, "{}").replace(" /v2/", " /");

function edit(...edits: readonly (readonly [string | RegExp, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toMatch(from);
    return text.replaceAll(new RegExp(from, "g"), to);
  }, description);
}

const note = `    delete:
      operationId: deleteContactNote
      responses: { "204": { description: Removed. } }
`;

/** The paths of the description, each with what stands under it, in another order. */
function shuffle(): string {
  const [head = "", rest = ""] = description.split(/^paths:\n/m);
  const [paths = "", ...tail] = rest.split(/^(?=components:)/m);
  const items = paths.split(/^(?= {2}\/)/m).filter((item) => item.trim() !== "");
  return `${head}paths:\n${items.toReversed().join("")}\n${tail.join("")}`;
}

const versions: readonly (readonly [string, string])[] = [
  ["paths have a version", edit([/\n {2}\/(?=[a-z])/, "\n  /v2/"])],
  ["a path parameter is renamed", edit([/contact_id\}/, "id}"], ["name: contact_id\n", "name: id\n"])],
  ["operationIds are renamed", edit([/operationId: (\w+)/, "operationId: crm_$1"])],
  ["the order is another", shuffle()],
  [
    "a sub-resource grows until it would stand alone",
    edit([/\n {2}\/companies:\n/, `\n  /contacts/{contact_id}/notes/{note_id}:\n${sub()}\n  /companies:\n`]),
  ],
  ["a resource that was only read is written", edit([/\n {2}\/deals:\n/, `\n  /stages:\n${stages()}\n  /deals:\n`])],
];

function sub(): string {
  const parameters = ["contact_id", "note_id"]
    .map((name) => `      - { name: ${name}, in: path, required: true, schema: { type: integer } }\n`)
    .join("");
  const change = note.replace("delete:", "patch:").replace("deleteContactNote", "updateContactNote");
  return `    parameters:\n${parameters}${note}${change}`;
}

function stages(): string {
  return `    post:
      operationId: createStage
      responses: { "201": { description: Created. } }
`;
}

describe.each(versions)("%s", (name, text) => {
  test("no operation moves, what is new is added, and a frozen run refuses it", async () => {
    const next = await write(`${name.replaceAll(" ", "-")}.yaml`, text);
    const before = placesOf(first);
    const result = await generate({ spec: next, annotations: { file, text: recorded } });
    expect(result.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
    const after = placesOf(result);
    expect(Object.fromEntries([...before].map(([key]) => [key, after.get(key)]))).toEqual(Object.fromEntries(before));

    const added = [...after.keys()].filter((key) => !before.has(key));
    const frozen = await generate({ spec: next, annotations: { file, text: recorded }, options: { frozen: true } });
    const refused = frozen.diagnostics.filter(({ code }) => code === "cluster/new-operation");
    expect(refused).toHaveLength(added.length);
    expect(frozen.files.length === 0).toBe(added.length > 0);

    const kept = fileAfter(result) ?? "";
    const again = await generate({ spec: next, annotations: { file, text: kept }, options: { frozen: true } });
    expect(fileAfter(again)).toBe(kept);
    expect(placesOf(again)).toEqual(after);
  });
});

test("a run says where it placed what is new, once", async () => {
  const next = await write("new.yaml", edit([/\n {2}\/deals:\n/, `\n  /stages:\n${stages()}\n  /deals:\n`]));
  const surfaceOf = ({ files }: typeof first) => files.find(({ path }) => path.endsWith("surface.json"))?.content;
  const run = (text: string, from: typeof first) => {
    const existing = () => ({ former: surfaceOf(from) });
    return generate({ spec: next, annotations: { file, text }, options: { existing } });
  };
  const result = await run(recorded, first);
  expect(result.diagnostics).toMatchObject([
    {
      code: "cluster/added-operations",
      severity: "info",
      message: "One operation is new: POST /stages (create_stage).",
    },
  ]);
  const again = await run(fileAfter(result) ?? "", result);
  expect(again.diagnostics).toEqual([]);
  expect(again.files).toEqual(result.files);
});

test("a reference that no run recorded and that is nearly another is misspelt", async () => {
  const surface = first.files.find(({ path }) => path.endsWith("surface.json"))?.content;
  const typo = recorded.replace("GET /deals/{deal_id} (getDeal)", "GET /deal/{deal_id} (getDel)");
  expect(typo).not.toBe(recorded);
  const run = (text: string, former: string | undefined) =>
    generate({ spec, annotations: { file, text }, options: { existing: () => ({ former }) } });
  expect((await run(typo, surface)).diagnostics).toMatchObject([
    { code: "cluster/unknown-operation", severity: "error", fix: expect.stringContaining("GET /deals/{deal_id}") },
  ]);
});

test("entries of operations that are gone are named once, and come back with them", async () => {
  const next = await write("gone.yaml", edit([/ {4}delete:\n {6}operationId: deleteContact\n(?: {6}.*\n)+/, ""]));
  const result = await generate({ spec: next, annotations: { file, text: recorded } });
  expect(result.diagnostics).toMatchObject([{ code: "cluster/vanished-operation", severity: "warning" }]);
  expect(fileAfter(result)).toBe(recorded);
});
