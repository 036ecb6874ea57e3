import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCollector } from "../../src/diagnostics/collector.js";
import type { GeneratedFile } from "../../src/emit/types.js";
import { compareProject } from "../../src/write/compare.js";
import { MANIFEST, readManifest } from "../../src/write/manifest.js";
import type { WriteOptions } from "../../src/write/types.js";
import { writeProject } from "../../src/write/write.js";

let parent: string;
let dir: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "write-"));
  dir = path.join(parent, "project");
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const file = (name: string, content = name, owner: GeneratedFile["owner"] = "generator"): GeneratedFile => {
  return { path: name, content, owner };
};
const read = (name: string): Promise<string> => readFile(path.join(dir, name), "utf8").catch(() => "(none)");
const put = async (name: string, content: string): Promise<void> => {
  await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
  await writeFile(path.join(dir, name), content);
};

async function run(files: readonly GeneratedFile[], options: WriteOptions = {}) {
  const { report, diagnostics } = createCollector();
  const result = await writeProject(dir, files, options, report);
  return { result, codes: diagnostics.map(({ code }) => code), diagnostics };
}

async function compare(files: readonly GeneratedFile[]) {
  return compareProject(dir, files, createCollector().report);
}

const first = [
  file("a.ts"),
  file("b/c.ts"),
  file("main.ts", "once", "user"),
  file("mcp.annotations.yaml", "1", "shared"),
];

describe("writing", () => {
  test("writes everything, then touches nothing", async () => {
    expect((await run(first)).result?.written).toEqual(["a.ts", "b/c.ts", "main.ts", "mcp.annotations.yaml"]);
    const before = await stat(path.join(dir, "a.ts"), { bigint: true });
    const again = await run(first);
    expect(again.result).toMatchObject({ written: [], deleted: [] });
    expect((await stat(path.join(dir, "a.ts"), { bigint: true })).mtimeNs).toBe(before.mtimeNs);
    expect(await readdir(path.join(dir, ".openapi-to-mcp"))).toEqual(["manifest.json"]);
    expect(await compare(first)).toEqual({ missing: [], stale: [], edited: [], orphaned: [] });
  });

  test("holds off signals for no longer than it changes the project", async () => {
    const seen: string[][] = [];
    const uninterrupted = <Result>(work: () => Result): Result => {
      seen.push(readdirSync(dir));
      return work();
    };
    expect((await run(first, { uninterrupted })).codes).toEqual([]);
    expect((await run(first, { uninterrupted })).codes).toEqual([]);
    expect(seen).toEqual([[".openapi-to-mcp"]]);
  });

  test("the manifest says what the project was made from, in one order, and is read back", async () => {
    const origin = { spec: "s", annotations: "n", tools: { b: "2", a: "1" }, aliases: { z: "b", y: "a" } };
    await run(first, { version: "1.2.3", origin });
    const text = await read(MANIFEST);
    const { generator, spec, tools, aliases, files } = JSON.parse(text) as Record<string, object>;
    expect({ generator, spec }).toEqual({ generator: "1.2.3", spec: "s" });
    expect([tools, aliases, files].map((record) => Object.keys(record ?? {}))).toEqual([
      ["a", "b"],
      ["y", "z"],
      ["a.ts", "b/c.ts"],
    ]);
    expect(text).not.toContain(parent);
    expect((await readManifest(dir, createCollector().report))?.origin).toEqual(origin);
    expect((await run(first, { version: "1.2.3", origin })).result).toMatchObject({ written: [], deleted: [] });
    expect(await read(MANIFEST)).toBe(text);
  });

  test("leaves the user's files, also where they were deleted", async () => {
    await run([...first, file("Dockerfile", "x", "user")]);
    await put("main.ts", "mine");
    await rm(path.join(dir, "Dockerfile"));
    const { result } = await run([...first, file("Dockerfile", "y", "user")]);
    expect(result?.kept).toEqual(["Dockerfile", "main.ts"]);
    expect([await read("main.ts"), await read("Dockerfile")]).toEqual(["mine", "(none)"]);
  });

  test("stops at an edited file, names it, and overwrites it only when forced", async () => {
    await run(first);
    await put("a.ts", "edited");
    const next = [file("a.ts", "new"), file("b/c.ts", "new")];
    const stopped = await run(next);
    expect(stopped.result).toBeUndefined();
    expect(stopped.codes).toEqual(["write/edited-file"]);
    expect(stopped.diagnostics[0]?.message).toContain("a.ts");
    expect(await read("b/c.ts")).toBe("b/c.ts");
    expect(await compare(next)).toMatchObject({ stale: ["b/c.ts"], edited: ["a.ts"] });
    await run(next, { force: true });
    expect([await read("a.ts"), await read("b/c.ts")]).toEqual(["new", "new"]);
  });

  test("line ends of a checkout are no edit", async () => {
    await run([file("a.ts", "one\ntwo\n")]);
    await put("a.ts", "one\r\ntwo\r\n");
    expect((await run([file("a.ts", "one\ntwo\n")])).result?.unchanged).toEqual(["a.ts"]);
    expect((await run([file("a.ts", "three\n")])).result?.written).toEqual(["a.ts"]);
  });

  test("deletes what is listed, unmodified and no longer planned", async () => {
    await run([...first, file("old/gone.ts"), file("old/kept.ts")]);
    await put("old/kept.ts", "edited");
    await put("old/mine.ts", "mine");
    expect((await compare(first))?.orphaned).toEqual(["old/gone.ts", "old/kept.ts"]);
    const { result, codes } = await run(first);
    expect(result?.deleted).toEqual(["old/gone.ts"]);
    expect(codes).toEqual(["write/kept-edited"]);
    expect((await readdir(path.join(dir, "old"))).sort()).toEqual(["kept.ts", "mine.ts"]);
    await run([file("b/c.ts")]);
    expect(await read("a.ts")).toBe("(none)");
  });

  test("a folder with files of its own is written to only when adopted", async () => {
    await put("package.json", "{}");
    expect((await run(first)).codes).toEqual(["write/foreign-folder"]);
    expect(await readdir(dir)).toEqual(["package.json"]);
    expect((await run(first, { adopt: true })).codes).toEqual([]);
    expect(await read("package.json")).toBe("{}");
  });

  test("a file that nobody generated is not replaced", async () => {
    await run(first);
    await put("d.ts", "mine");
    expect((await run([...first, file("d.ts")])).codes).toEqual(["write/foreign-file"]);
    expect(await read("d.ts")).toBe("mine");
  });
});

describe("refusing", () => {
  test.each(["../x", "/etc/x", "a/../../x", "a\\b", "C:/x", "a//b", "", "con.ts", "a.", ".git/config", "a\0b"])(
    "path %j",
    async (name) => {
      expect((await run([file("fine.ts"), file(name)])).codes).toEqual(["write/unsafe-path"]);
      expect(await readdir(parent)).toEqual([]);
    },
  );

  test("paths that are one file elsewhere", async () => {
    expect((await run([file("A.ts"), file("a.ts")])).codes).toEqual(["write/path-collision"]);
    expect((await run([file("\u00e9.ts"), file("e\u0301.ts")])).codes).toEqual(["write/path-collision"]);
  });

  test("links out of the folder", async () => {
    await mkdir(path.join(parent, "outside"));
    await mkdir(dir);
    await symlink(path.join(parent, "outside"), path.join(dir, "b"));
    expect((await run(first)).codes).toEqual(["write/symlink"]);
    expect(await readdir(path.join(parent, "outside"))).toEqual([]);
  });

  test.each(["{", '{"version":9,"files":{}}', '{"version":1,"files":{"../../x":"y"}}'])("manifest %s", async (text) => {
    await put(".openapi-to-mcp/manifest.json", text);
    expect((await run(first)).codes).toEqual(["write/bad-manifest"]);
  });
});

describe("interruption", () => {
  const next = [file("a.ts", "new a"), file("d/e.ts", "new e")];
  const snapshot = async (): Promise<readonly string[]> => Promise.all(["a.ts", "b/c.ts", "d/e.ts"].map(read));

  test("a failure midway puts everything back", async () => {
    await run(first);
    // A folder stands where a file goes: renaming fails after the first file was replaced.
    await put("d/e.ts/inside", "mine");
    const before = await snapshot();
    const { result, codes } = await run(next, { adopt: true });
    expect(result).toBeUndefined();
    expect(codes).toEqual(["write/failed"]);
    expect(await snapshot()).toEqual(before);
    expect(await readdir(path.join(dir, ".openapi-to-mcp"))).toEqual(["manifest.json"]);
  });

  test("a run that is going on elsewhere is waited for, and what it left is undone when it is gone", async () => {
    await run(first);
    const runner = (isRunning: boolean) => ({ id: 1, isRunning: () => isRunning });
    await put(".openapi-to-mcp/pending/owner", "2");
    vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
    expect((await run(next, { runner: runner(true) })).codes).toEqual(["write/busy"]);
    expect(await read("a.ts")).toBe("a.ts");
    expect((await run(next, { runner: runner(false) })).codes).toEqual([]);
    vi.restoreAllMocks();
    expect(await read("a.ts")).toBe("new a");
  });
});
