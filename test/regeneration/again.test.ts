/** What a run wrote is what the next run on the same input writes: a new project is up to date. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { annotationsFile, generate } from "../../src/index.js";
import { repository } from "../e2e/project.js";

const specs = path.join(repository, "specs");
const descriptions = (await readdir(specs, { recursive: true }))
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => /^(?:[\w-]+|features\/[\w-]+|library\/openapi)\.(?:yaml|json)$/.test(file))
  .filter((file) => !file.endsWith(".golden.json"));

/** What another run on what the first one left says and writes. */
async function repeat(spec: string) {
  const output = path.join(repository, "unwritten");
  const first = await generate({ spec, options: { output } });
  const contentOf = (name: string) => first.files.find((each) => each.path === name)?.content ?? "";
  const existing = () => ({ former: contentOf(".openapi-to-mcp/surface.json"), ci: "github" as const });
  const annotations = { file: path.join(output, annotationsFile), text: contentOf(annotationsFile) };
  const second = await generate({ spec, annotations, options: { output, existing } });
  return { first, second };
}

test.each(descriptions)("%s", async (file) => {
  const { first, second } = await repeat(path.join(specs, file));
  expect(second.files).toEqual(first.files);
  const warn = ({ diagnostics }: typeof first) =>
    diagnostics.filter(({ severity }) => severity !== "info").map(({ code, message }) => `${code} ${message}`);
  expect(warn(second)).toEqual(warn(first));
});

// An operationId that is too long for a name in code is not used for one.
test.each([
  ["/things/{id}", "updateThing"],
  ["/things/{id}/terminal-settings", "changeTheSettingsOfTheTerminalThatBelongsToTheThing"],
])(
  "what a run tells once is in no file, and apart the arguments and types of PATCH %s have their own names",
  async (item, operationId) => {
    const body = (prefix: string, rank: object) => {
      const own = Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`${prefix}_${i}`, { type: "string", description: "Some words of it." }]),
      );
      return { content: { "application/json": { schema: { type: "object", properties: { ...own, rank } } } } };
    };
    const responses = { "200": { description: "ok" } };
    const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
    const paths = {
      "/things": {
        post: { operationId: "createThing", requestBody: body("first", { type: "string" }), responses },
      },
      [item]: {
        patch: {
          operationId,
          parameters: [id],
          requestBody: body("other", { type: "object", properties: { of: { type: "integer" } } }),
          responses,
        },
      },
    };
    const folder = await mkdtemp(path.join(tmpdir(), "again-"));
    const spec = path.join(folder, "api.json");
    await writeFile(spec, JSON.stringify({ openapi: "3.1.0", info: { title: "T", version: "1" }, paths }));
    const { first, second } = await repeat(spec);
    await rm(folder, { recursive: true });
    expect(first.diagnostics.map(({ code }) => code)).toContain("plan/tool-divided");
    expect(second.diagnostics.map(({ code }) => code)).not.toContain("plan/tool-divided");
    expect(second.files).toEqual(first.files);
  },
);

test("a method is found again, whatever it is called", async () => {
  const of = (summary: string) => ({ summary, responses: { "204": { description: "Done." } } });
  const additionalOperations = { test: of("Test products"), TEST: of("Test strictly"), "M-SEARCH": of("Search") };
  const document = {
    openapi: "3.2.0",
    info: { title: "T", version: "1" },
    paths: { "/products": { additionalOperations } },
  };
  const folder = await mkdtemp(path.join(tmpdir(), "again-"));
  const spec = path.join(folder, "api.json");
  await writeFile(spec, JSON.stringify(document));
  const { first, second } = await repeat(spec);
  await rm(folder, { recursive: true });
  expect(first.files.length).toBeGreaterThan(0);
  expect(second.files).toEqual(first.files);
});
