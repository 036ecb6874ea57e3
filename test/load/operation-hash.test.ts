import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSpec } from "../../src/load/load.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "operation-hash-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const keys = ["GET /things", "POST /things", "GET /nodes"];

const text = (list: string, thing: string, node: string, rest = "") => `openapi: 3.1.0
info: { title: T, version: "1" }
${rest}
paths:
  /things:
    get: { summary: ${list}, responses: { "200": { description: ok } } }
    post:
      requestBody: { content: { application/json: { schema: { $ref: "parts.yaml#/Thing" } } } }
      responses: { "200": { description: ok } }
  /nodes:
    get:
      responses:
        "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Node" } } } }
components:
  schemas:
    Node: { type: object, properties: { next: { $ref: "#/components/schemas/Node" }, name: { $ref: "#/components/schemas/Name" } } }
    Name: { type: string, description: ${node} }
# ${thing}
`;

/** The operations whose hash differs from that of the first description. */
async function changed(list: string, thing: string, node: string, rest?: string): Promise<readonly string[]> {
  const hashes = await Promise.all([hash("List", "A thing", "A name"), hash(list, thing, node, rest)]);
  return keys.filter((key) => hashes[0]?.get(key) !== hashes[1]?.get(key));
}

let count = 0;

async function hash(list: string, thing: string, node: string, rest?: string) {
  const dir = path.join(folder, String((count += 1)));
  await mkdir(dir);
  await writeFile(path.join(dir, "api.yaml"), text(list, thing, node, rest));
  await writeFile(
    path.join(dir, "parts.yaml"),
    `Thing: { $ref: "#/Inner" }\nInner: { type: object, description: ${thing} }\n`,
  );
  const loaded = await loadSpec(path.join(dir, "api.yaml"), {}, () => {});
  expect(loaded?.hashOperation("PUT /things")).toBeUndefined();
  return new Map(keys.map((key) => [key, loaded?.hashOperation(key)]));
}

test("every operation has a hash of its own", async () => {
  const hashes = await hash("List", "A thing", "A name");
  expect(new Set(hashes.values()).size).toBe(keys.length);
  expect([...hashes.values()].every((value) => /^[0-9a-f]{16}$/.test(value ?? ""))).toBe(true);
});

test.each([
  ["nothing", ["List", "A thing", "A name"], []],
  ["the operation itself", ["List all", "A thing", "A name"], ["GET /things"]],
  ["a schema in another file, behind another", ["List", "Another thing", "A name"], ["POST /things"]],
  ["a schema behind one that refers to itself", ["List", "A thing", "Another name"], ["GET /nodes"]],
  ["what holds for all", ["List", "A thing", "A name", "servers: [{ url: https://x.example }]"], keys],
  ["what holds for none", ["List", "A thing", "A name", "tags: [{ name: a }]"], []],
] as const)("%s changed", async (_, [list, thing, node, rest], expected) => {
  expect(await changed(list, thing, node, rest)).toEqual(expected);
});
