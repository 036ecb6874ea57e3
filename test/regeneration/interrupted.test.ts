/** A regeneration is stopped in the midst of its files; what any command then does about it. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, repository } from "../e2e/project.js";

const folder = mkdtempSync(path.join(tmpdir(), "interrupted-"));
const original = path.join(folder, "original");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(project: string, words: readonly string[], env: Record<string, string> = {}) {
  const preload = env["KILL_AT"] === undefined ? [] : ["--import", path.join(repository, "test/write/kill-at.mjs")];
  return spawnSync(process.execPath, [...preload, command, ...words], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, KILL_CALLS: "renameSync", ...env },
  });
}

function readFiles(dir: string): Record<string, string> {
  const found = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = found.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(files.map((file) => [path.relative(dir, file), readFileSync(file, "utf8")]));
}

const journal = ".openapi-to-mcp/pending/journal.json";
const changeSpec = (dir: string) => {
  const file = path.join(dir, "crm.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("birthday", "born").replaceAll("Contact", "Person"));
};

beforeAll(() => {
  cpSync(path.join(repository, "specs/crm.yaml"), path.join(original, "crm.yaml"));
  expect(run(original, ["crm.yaml", "-o", ".", "--adopt"]).status).toBe(0);
});

/** A copy of the project whose regeneration for another description got a signal at its fifth file. */
function interrupt(name: string, signal: string) {
  const dir = path.join(folder, name);
  cpSync(original, dir, { recursive: true });
  changeSpec(dir);
  const before = readFiles(dir);
  const stopped = run(dir, [], { KILL_AT: "6", KILL_WITH: signal });
  expect(stopped.signal).toBe(signal);
  return { dir, before };
}

test.each([["check"], ["inspect"], ["lint"], ["diff", ".", "."]])(
  "%s puts the old project back",
  (...words) => {
    const { dir, before } = interrupt(words.join("-"), "SIGKILL");
    expect(existsSync(path.join(dir, journal))).toBe(true);
    expect(readFiles(dir)).not.toMatchObject(before);
    const { stdout, stderr } = run(dir, words);
    expect(`${stdout}${stderr}`).toContain("write/recovered");
    expect(readFiles(dir)).toEqual(before);
  },
  60_000,
);

test("another run undoes it and writes the project", () => {
  const { dir } = interrupt("again", "SIGKILL");
  const { status, stderr } = run(dir, []);
  expect(stderr).toContain("write/recovered");
  expect(status).toBe(0);
  expect(existsSync(path.join(dir, journal))).toBe(false);
  expect(run(dir, ["check"]).status).toBe(0);
}, 60_000);

test("a signal that can be caught waits until the project is written", () => {
  const { dir } = interrupt("caught", "SIGTERM");
  expect(existsSync(path.join(dir, ".openapi-to-mcp/pending"))).toBe(false);
  expect(run(dir, ["check"]).status).toBe(0);
}, 60_000);
