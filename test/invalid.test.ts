/**
 * What the command line says of wrong input. Each folder under `specs/invalid` holds one mistake and `report.txt`: the
 * command, all it prints for people, its exit code. `UPDATE_GOLDENS=1` rewrites all but the command.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runCommandLine } from "../src/cli/commands.js";
import { repository } from "./e2e/project.js";

const update = process.env["UPDATE_GOLDENS"] === "1";
const home = path.join(repository, "specs/invalid");
const cases = (await readdir(home)).sort();
const start = process.cwd();

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "invalid-"));
});
afterEach(() => {
  process.chdir(start);
  vi.restoreAllMocks();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs one command as the command line would, in a copy of the case's folder. */
async function runCase(name: string, words: readonly string[]) {
  const dir = path.join(folder, name);
  await cp(path.join(home, name), dir, { recursive: true });
  const before = await readFiles(dir);
  process.chdir(dir);
  const stderr = capture(process.stderr);
  const stdout = capture(process.stdout);
  const exitCode = await runCommandLine(words, "1.0.0");
  return { exitCode, stderr: stderr(), stdout: stdout(), before, after: await readFiles(dir) };
}

function capture(stream: NodeJS.WriteStream): () => string {
  const written: string[] = [];
  vi.spyOn(stream, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  return () => written.join("");
}

async function readFiles(dir: string): Promise<Record<string, string>> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])));
}

describe("invalid input", () => {
  test.each(cases)("%s", async (name) => {
    const golden = path.join(home, name, "report.txt");
    const wanted = await readFile(golden, "utf8").catch(() => "");
    const [first = ""] = wanted.split("\n", 1);
    expect(first, "report.txt begins with the command").toMatch(/^\$ openapi-to-mcp\b/);
    const { exitCode, stderr, before, after } = await runCase(name, first.split(" ").slice(2));
    const report = `${first}\n${stderr.replace(/\n*$/, "\n\n")}exit code ${exitCode}\n`;
    if (update) await writeFile(golden, report);
    expect(report, "run `npm run golden:update` and read the difference").toBe(update ? report : wanted);
    expect(after, "nothing is written").toEqual(before);
    expect(stderr, "paths are as the user gave them").not.toContain(folder);
    expect(exitCode === 0 || /^error |openapi-to-mcp --help/m.test(stderr), "a failure says why").toBe(true);
  });

  test("every case has something wrong in it", async () => {
    for (const name of cases) {
      const files = (await readdir(path.join(home, name))).filter((file) => file !== "report.txt");
      expect(files, `${name} is a report without its case`).not.toEqual([]);
    }
  });
});
