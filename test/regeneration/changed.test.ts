/** What a change of the description means for callers: told from the records of two runs, as `check` and `diff` do. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { findLostVariables } from "../../src/annotations/former-variables.js";
import { runCommandLine } from "../../src/cli/commands.js";
import { compareSurfaces, noSurface, readSurface } from "../../src/cli/surface.js";
import { annotationsFile, generate, type GenerateResult } from "../../src/index.js";

const folder = await mkdtemp(path.join(tmpdir(), "changed-"));
const surfaceFile = ".openapi-to-mcp/surface.json";

afterAll(async () => rm(folder, { recursive: true }));

const contentOf = ({ files }: GenerateResult, name: string) => files.find((each) => each.path === name)?.content ?? "";

interface Body {
  readonly [member: string]: object;
}

async function describe(name: string, properties: Body): Promise<string> {
  const schema = { type: "object", properties };
  const responses = { "200": { description: "ok" } };
  const operation = (operationId: string) => ({
    operationId,
    requestBody: { content: { "application/json": { schema } } },
    responses,
  });
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const paths = {
    "/mails": { post: operation("sendMail") },
    "/mails/{id}": { patch: { ...operation("changeMail"), parameters: [id] } },
  };
  const spec = path.join(folder, name);
  await writeFile(spec, JSON.stringify({ openapi: "3.1.0", info: { title: "Mail", version: "1" }, paths }));
  return spec;
}

async function compare(before: Body, after: Body) {
  const first = await generate({ spec: await describe("old.json", before) });
  const annotations = { file: path.join(folder, annotationsFile), text: contentOf(first, annotationsFile) };
  const existing = () => ({ former: contentOf(first, surfaceFile) });
  const second = await generate({ spec: await describe("new.json", after), annotations, options: { existing } });
  const [old, current] = [first, second].map(
    (result) => readSurface(contentOf(result, "tools.json"), contentOf(result, surfaceFile)) ?? noSurface,
  );
  return old && current && compareSurfaces(old, current).map((found) => `${found.class}: ${found.change}`);
}

const text = { type: "string" };
const nested = (required: string[]) => {
  const part = { type: "object", properties: { file: { type: "object", properties: { name: text }, required } } };
  return { type: "object", properties: { parts: { type: "array", items: part } } };
};
const values = Array.from({ length: 26 }, (_, i) => `v${i}`);

test.each<[string, object, object, string[]]>([
  [
    "a limit that is not listed",
    text,
    { ...text, pattern: "^a" },
    ['breaking: argument "it" has pattern "^a" and had no pattern'],
  ],
  ["below the listed depth", nested([]), nested(["name"]), ['breaking: argument "parts[].file.name" is now required']],
  [
    "a long list of values",
    { ...text, enum: values },
    { ...text, enum: values.slice(1) },
    ['breaking: argument "it" no longer takes "v0"', 'text: argument "it" has another description'],
  ],
  [
    "a union",
    { anyOf: [text, { type: "array", items: text }] },
    { type: "array", items: text },
    ['breaking: argument "it" no longer takes a string', 'text: argument "it" has another description'],
  ],
  ["a union that grew", text, { anyOf: [text, { type: "number" }] }, ['additive: argument "it" also takes a number']],
])("%s", async (_, before, after, expected) => {
  expect(await compare({ it: before }, { it: after })).toEqual(expect.arrayContaining(expected));
  expect(await compare({ it: before }, { it: before })).toEqual([]);
});

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(path.join(folder, file), "utf8");
  expect(before).toMatch(from);
  await writeFile(path.join(folder, file), before.replace(from, to));
}

/** Runs a command on a project; what it prints, with its exit code. */
async function command(project: string, ...words: string[]): Promise<string> {
  const printed: string[] = [];
  const writers = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((line) => printed.push(String(line)) > 0),
  );
  const code = await runCommandLine([...words, "-o", path.join(folder, project)], "1.0.0");
  for (const writer of writers) writer.mockRestore();
  return `${printed.join("")}exit code ${code}`;
}

test("the name of a server outlives the title of its description, recorded or not", async () => {
  const spec = await describe("titled.json", { it: text });
  expect(await command("titled", spec)).toContain("exit code 0");
  await edit("titled.json", '"Mail"', '"Letters"');
  const check = () => command("titled", "check", "--fail-on", "breaking");
  expect(await check()).toContain("The tools stay as they are.");
  await edit("titled/mcp.annotations.yaml", /^server: .*\n/m, "");
  expect(await check()).toContain("The tools stay as they are.");
  await edit("titled/mcp.annotations.yaml", "version: 1\n", "version: 1\nserver: { name: letters }\n");
  const renamed = await check();
  expect(renamed).toContain("the server: environment variable MAIL_API_TOKEN is no longer read; LETTERS_API_TOKEN is");
  expect(renamed).toContain("An environment variable is no longer read: MAIL_API_TOKEN (now LETTERS_API_TOKEN).");
  expect(renamed).toContain("exit code 1");
});

test("a variable that is read no more is told with the one in its place", () => {
  const variables = (...names: string[]) => new Map(names.map((name) => [name, true]));
  expect(
    findLostVariables(variables("A_USERNAME", "A_PASSWORD", "X"), variables("X", "B_C_PASSWORD", "B_C_USERNAME")),
  ).toEqual([
    { name: "A_USERNAME", now: "B_C_USERNAME" },
    { name: "A_PASSWORD", now: "B_C_PASSWORD" },
  ]);
  expect(findLostVariables(variables("A_TOKEN"), variables("A_KEY"))).toEqual([{ name: "A_TOKEN", now: undefined }]);
  expect(findLostVariables(undefined, variables("A_KEY"))).toEqual([]);
});

test("a deprecated operation stays a tool where the annotation file names it, and becomes none by itself", async () => {
  const spec = await describe("deprecated.json", { it: text });
  expect(await command("old", spec)).toContain("exit code 0");
  await edit("deprecated.json", '"operationId":"sendMail"', '"deprecated":true,"operationId":"sendMail"');
  const kept = await command("old", "check", "--fail-on", "breaking");
  expect(kept).toContain("POST /mails is deprecated; manage_mail.send goes on offering it");
  expect(kept).toContain("exit code 0");
  expect(await command("old", spec, "--format", "json")).toContain('"skipped": 0');
  const { plan } = await generate({ spec });
  expect(plan?.skipped).toMatchObject([{ path: "/mails", reason: "deprecated" }]);
  // Another operation has the path that the file records, so it is that one that is meant.
  await edit("old/mcp.annotations.yaml", "POST /mails (sendMail)", "PATCH /mails/{id} (sendMail)");
  await edit("old/mcp.annotations.yaml", /\n.*\(changeMail\)/, "");
  expect(await command("old", "inspect")).toMatch(/POST \/mails.*deprecated/);
});
