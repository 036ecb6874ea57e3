/** A run is not done again where nothing can have changed; wherever something can, it is. */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { command, repository } from "../e2e/project.js";

const folder = mkdtempSync(path.join(tmpdir(), "remembered-"));
const kept = path.join(folder, "kept");
const place = path.join(folder, "place");
const project = path.join(place, "server");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in the project; tells whether the pipeline was loaded, by the coverage that Node writes. */
function run(...words: string[]) {
  const coverage = mkdtempSync(path.join(folder, "coverage-"));
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], {
    cwd: project,
    encoding: "utf8",
    env,
  });
  const [file = ""] = readdirSync(coverage);
  const isFull = /\/dist\/bin\/(?:generate|check)-run-/.test(readFileSync(path.join(coverage, file), "utf8"));
  rmSync(coverage, { recursive: true });
  return { status, stdout, stderr, isFull };
}

const overlay = "overlay: 1.0.0\ninfo: { title: O, version: '1' }\nactions: [{ target: $.info, update: { x-a: 1 } }]\n";

beforeAll(() => {
  cpSync(path.join(repository, "specs/library"), path.join(place, "library"), { recursive: true });
  writeFileSync(path.join(place, "overlay.yaml"), overlay);
  mkdirSync(project);
  writeFileSync(
    path.join(project, "mcp.annotations.yaml"),
    "version: 1\nspec: ../library/openapi.yaml\noverlays: [../overlay.yaml]\n",
  );
  // The first run writes, the second finds that nothing is left to be written.
  for (let i = 0; i < 2; i++) expect(run("-o", ".")).toMatchObject({ status: 0, isFull: true });
  expect(run()).toMatchObject({ status: 0, isFull: true });
  cpSync(place, kept, { recursive: true, preserveTimestamps: true });
}, 60_000);

beforeEach(() => {
  rmSync(place, { recursive: true });
  cpSync(kept, place, { recursive: true, preserveTimestamps: true });
});

test("a run that changed nothing is remembered, for runs and checks alike, with all it says", () => {
  const again = run("--format", "json");
  rmSync(path.join(project, ".openapi-to-mcp/cache"), { recursive: true });
  const full = run("--format", "json");
  expect([again.isFull, full.isFull]).toEqual([false, true]);
  expect({ ...again, isFull: true }).toEqual(full);
  for (const format of ["text", "json", "markdown", "github"]) {
    const quick = run("check", "--format", format);
    rmSync(path.join(project, ".openapi-to-mcp/cache"), { recursive: true });
    const checked = run("check", "--format", format);
    expect([quick.isFull, checked.isFull]).toEqual([false, true]);
    expect({ ...quick, isFull: true }).toEqual(checked);
    cpSync(path.join(kept, "server/.openapi-to-mcp/cache"), path.join(project, ".openapi-to-mcp/cache"), {
      recursive: true,
    });
  }
}, 60_000);

const inProject = (file: string) => path.join(project, file);
const spec = path.join(place, "library/openapi.yaml");
const replace = (file: string, from: string | RegExp, to: string) =>
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
const parts = readdirSync(path.join(repository, "specs/library"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml") && entry.name !== "openapi.yaml")
  .map((entry) => path.join(entry.parentPath, entry.name));

const changes: Readonly<Record<string, () => void>> = {
  "the description": () => appendFileSync(spec, "# more\n"),
  "a file it refers to": () => {
    const file = path.join(place, path.relative(path.join(repository, "specs"), parts[0] ?? ""));
    appendFileSync(file, "# more\n");
  },
  "an overlay": () => appendFileSync(path.join(place, "overlay.yaml"), "# more\n"),
  "the annotation file": () => appendFileSync(inProject("mcp.annotations.yaml"), "# more\n"),
  "a generated file": () => appendFileSync(inProject("src/generated/server.ts"), "// more\n"),
  "a file of the runtime that is gone": () => rmSync(inProject("src/runtime/server.ts")),
  "the hooks": () => appendFileSync(inProject("src/hooks.ts"), "// more\n"),
  "package.json": () => replace(inProject("package.json"), "{", "{ "),
  "the manifest": () => appendFileSync(inProject(".openapi-to-mcp/manifest.json"), " "),
  "the published names": () => appendFileSync(inProject(".openapi-to-mcp/surface.json"), " "),
  "a link in place of a file": () => {
    renameSync(inProject("tools.json"), path.join(place, "tools.json"));
    symlinkSync(path.join(place, "tools.json"), inProject("tools.json"));
  },
  "a link in place of a folder": () => {
    renameSync(inProject("src/generated"), path.join(place, "generated"));
    symlinkSync(path.join(place, "generated"), inProject("src/generated"));
  },
  "what an interrupted run left": () => mkdirSync(inProject(".openapi-to-mcp/pending")),
  "another generator": () =>
    replace(inProject(".openapi-to-mcp/cache/last-run.json"), /"generator":"\w/, '"generator":"z'),
  "a damaged record": () => replace(inProject(".openapi-to-mcp/cache/last-run.json"), "{", ""),
};

test.each(Object.keys(changes))(
  "%s changed: the run is done",
  (name) => {
    changes[name]?.();
    expect(run("check").isFull).toBe(true);
  },
  30_000,
);

test.each([["--strict"], ["--frozen"], ["--allow-remote-refs"], ["--overlay", "../overlay.yaml"], ["-o", "../server"]])(
  "%s: another run",
  (...words) => {
    expect(run(...words).isFull).toBe(true);
  },
  30_000,
);

test.each([["--force"], ["--adopt"], ["--ci", "github"], ["check", "--explain-generator"]])(
  "%s is always done",
  (...words) => {
    expect(run(...words).isFull).toBe(true);
  },
  30_000,
);

test("an edit that was undone is no change, and a description that is unreadable is told", () => {
  appendFileSync(inProject("tools.json"), " ");
  expect(run("check")).toMatchObject({ status: 1, isFull: true });
  cpSync(path.join(kept, "server/tools.json"), inProject("tools.json"));
  expect(run("check")).toMatchObject({ status: 0, isFull: false });
  rmSync(spec);
  expect(run()).toMatchObject({ status: 1, isFull: true });
}, 30_000);
