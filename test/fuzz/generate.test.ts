/**
 * Damaged descriptions and annotations: every run ends with files or with an error that says why, soon, and what is
 * written is TypeScript that compiles. `FUZZ_RUNS` and `FUZZ_SEED` widen the search.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { load } from "js-yaml";
import { format } from "prettier";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { printDiagnosticsText } from "../../src/diagnostics/print-text.js";
import type { GeneratedFile } from "../../src/emit/types.js";
import { generate } from "../../src/index.js";
import type { AnnotationSource, GenerateResult } from "../../src/pipeline-types.js";
import { compile, fastCompiler, repository } from "../e2e/project.js";
import { mutateTree, mutations, type Mutation } from "./mutate.js";

const runs = Number(process.env["FUZZ_RUNS"] ?? 120);
const seed = Number(process.env["FUZZ_SEED"] ?? 20260728);
const options = { seed, numRuns: runs, endOnFailure: false } as const;
/** Far beyond what any of these takes; a run that needs it hangs. */
const mostMilliseconds = 5000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fuzz-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const specs = path.join(repository, "specs");
const names = (await readdir(specs, { recursive: true }))
  .filter((name) => /^(?:\w+|features.\w+)\.yaml$/.test(name))
  .sort();
const trees = await Promise.all(
  names.map(async (name) => load(await readFile(path.join(specs, name), "utf8")) as { [key: string]: unknown }),
);

const damaged = fc
  .record({ tree: fc.constantFrom(...trees.keys()), changes: mutations })
  .map(({ tree, changes }) => mutateTree(trees[tree] ?? {}, changes));

async function run(document: unknown, annotations?: AnnotationSource): Promise<GenerateResult> {
  const spec = path.join(folder, "openapi.json");
  await writeFile(spec, typeof document === "string" ? document : JSON.stringify(document));
  const start = Date.now();
  const result = await generate({ spec, ...(annotations !== undefined && { annotations }) });
  expect(Date.now() - start, "takes too long").toBeLessThan(mostMilliseconds);
  return result;
}

/** Files or errors, never both nor neither; no path leads out; the report can be printed. */
function expectOutcome({ files, diagnostics }: GenerateResult): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(files.length > 0, `${errors.length} errors, ${files.length} files`).toBe(errors.length === 0);
  for (const { path: file } of files) expect(file).toMatch(/^(?!.*(?:^|\/)\.\.(?:\/|$))[\w.][\w./-]*$/);
  expect(printDiagnosticsText(diagnostics, { color: false })).not.toMatch(/(?!\n)[\p{Cc}\u202A-\u202E\u2028\u2029]/u);
}

function isOurs({ path: file }: GeneratedFile): boolean {
  return !file.startsWith("src/runtime/");
}

/** What the parser says of a TypeScript file. */
function findSyntaxErrors({ path: file, content }: GeneratedFile): string[] {
  if (!file.endsWith(".ts")) return [];
  const { diagnostics = [] } = ts.transpileModule(content, { reportDiagnostics: true, fileName: file });
  return diagnostics.map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

describe("damaged descriptions", { timeout: 600_000 }, () => {
  test("give files or an error", () =>
    fc.assert(
      fc.asyncProperty(damaged, async (document) => expectOutcome(await run(document))),
      options,
    ));

  test("are regenerated as they were, from what was recorded", () =>
    fc.assert(
      fc.asyncProperty(damaged, async (document) => {
        const first = await run(document);
        const record = contentOf(first, "mcp.annotations.yaml");
        if (record === undefined) return;
        const second = await run(document, { file: path.join(folder, "mcp.annotations.yaml"), text: record });
        expect(second.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(contentOf(second, "mcp.annotations.yaml")).toBe(record);
        expect(contentOf(second, "tools.json")).toBe(contentOf(first, "tools.json"));
      }),
      { ...options, numRuns: Math.ceil(runs / 3) },
    ));

  test("as text: cut, doubled or with a foreign character", async () => {
    const texts = await Promise.all(names.map((name) => readFile(path.join(specs, name), "utf8")));
    const edits = fc.record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(200),
      insert: fc.oneof(
        fc.string({ unit: "binary", maxLength: 3 }),
        fc.constantFrom("\t", "{", "*a", "&a ", "- ", ": "),
      ),
    });
    await fc.assert(
      fc.asyncProperty(edits, async ({ text, at, cut, insert }) => {
        const place = Math.floor(text.length * at);
        expectOutcome(await run(text.slice(0, place) + insert + text.slice(place + cut)));
      }),
      { ...options, numRuns: Math.ceil(runs / 3) },
    );
  });
});

test("damaged annotations give files or an error", { timeout: 600_000 }, async () => {
  const [document] = trees;
  const record = contentOf(await run(document), "mcp.annotations.yaml") ?? "";
  const tree = parse(record) as { [key: string]: unknown };
  const change = (changes: readonly Mutation[]) => JSON.stringify(mutateTree(tree, changes));
  await fc.assert(
    fc.asyncProperty(mutations.map(change), async (text) => {
      expectOutcome(await run(document, { file: path.join(folder, "mcp.annotations.yaml"), text }));
    }),
    { ...options, numRuns: Math.ceil(runs / 2) },
  );
});

test("what is printed for damaged descriptions is formatted and compiles", { timeout: 600_000 }, async () => {
  const project = path.join(folder, "compiled");
  const count = Math.max(10, Math.ceil(runs / 10));
  const sample = fc.sample(damaged, { seed, numRuns: count });
  let printed = 0;
  for (const [i, document] of sample.entries()) {
    const { files } = await run(document);
    if (files.length > 0) printed++;
    expect(files.filter(isOurs).flatMap(findSyntaxErrors)).toEqual([]);
    for (const file of files) await writeApart(project, i, file);
    await expectFormatted(files.filter(isOurs));
  }
  expect(printed, "most of them still give a server").toBeGreaterThan(count / 2);
  await expectCompiles(project);
});

/** Many projects in one folder: each with its own `src/generated…`, all over one runtime. */
async function writeApart(dir: string, i: number, { path: file, content }: GeneratedFile): Promise<void> {
  if (!/^src\/(?:generated|runtime)\/|^tsconfig\.json$/.test(file)) return;
  const place = path.join(dir, file.replace("src/generated/", `src/generated${i}/`));
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, content);
}

async function expectFormatted(files: readonly GeneratedFile[]): Promise<void> {
  for (const { path: file, content } of files) {
    if (!/\.(?:ts|json)$/.test(file) || file.startsWith(".openapi-to-mcp/")) continue;
    expect(await format(content, { filepath: file, printWidth: 120 }), file).toBe(content);
  }
}

async function expectCompiles(dir: string): Promise<void> {
  await writeFile(path.join(dir, "package.json"), '{ "type": "module" }');
  await symlink(path.join(repository, "node_modules"), path.join(dir, "node_modules"), "dir");
  await compile(fastCompiler, ["-p", dir, "--noEmit"]);
}

function contentOf({ files }: GenerateResult, name: string): string | undefined {
  return files.find(({ path: file }) => file === name)?.content;
}
