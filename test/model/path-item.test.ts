import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCollector } from "../../src/diagnostics/collector.js";
import { loadSpec } from "../../src/load/load.js";
import { buildApi } from "../../src/model/build.js";

const root = `openapi: 3.1.0
info: { title: T, version: "1" }
paths:
  /things/{id}:
    $ref: "things.yaml#/Thing"
    summary: Things
    servers: [{ url: "https://things.example.com" }]
    parameters: [{ $ref: "#/components/parameters/Tenant" }]
    delete:
      parameters: [{ $ref: "#/components/parameters/Force" }]
      responses: { "204": { description: gone } }
components:
  parameters:
    Tenant: { name: X-Tenant, in: header, required: true, schema: { type: string } }
    Force: { name: force, in: query, schema: { type: boolean } }
`;
const things = `Thing:
  parameters: [{ $ref: "#/Id" }]
  get: { responses: { "200": { description: ok } } }
Id: { name: id, in: path, required: true, schema: { type: integer } }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "path-item-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(description: string) {
  await writeFile(path.join(folder, "openapi.yaml"), description);
  await writeFile(path.join(folder, "things.yaml"), things);
  const { report, diagnostics } = createCollector();
  const spec = await loadSpec(path.join(folder, "openapi.yaml"), {}, report);
  if (!spec) throw new Error("not loaded");
  return { spec, api: buildApi(spec, report), diagnostics };
}

test("what stands beside the $ref of a path item holds with what it leads to, each in its own file", async () => {
  const { spec, api, diagnostics } = await read(root);
  expect(diagnostics).toEqual([]);
  const servers = [{ url: "https://things.example.com" }];
  expect(api.operations).toMatchObject([
    { key: "DELETE /things/{id}", summary: "Things", servers, parameters: [{ name: "id" }, {}, { name: "force" }] },
    { key: "GET /things/{id}", summary: "Things", servers, parameters: [{ name: "id" }, { name: "X-Tenant" }] },
  ]);
  const lines = api.operations.map(({ at }) => spec.locate(at));
  expect(lines).toMatchObject([
    { file: expect.stringMatching(/openapi.yaml$/) as unknown, line: 9 },
    { file: expect.stringMatching(/things.yaml$/) as unknown, line: 3 },
  ]);
});

test("and counts for the hash of its operations", async () => {
  const hashes = async (text: string) => {
    const { spec } = await read(text);
    return ["DELETE /things/{id}", "GET /things/{id}"].map((key) => spec.hashOperation(key));
  };
  const before = await hashes(root);
  expect(before).toEqual([expect.any(String), expect.any(String)]);
  const [gone, got] = await hashes(root.replace("X-Tenant", "X-Owner"));
  expect(gone).not.toBe(before[0]);
  expect(got).not.toBe(before[1]);
});
