/** `kill -9` before every single step of a run, and of undoing it: the project is the old one or the new one. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createCollector } from "../../src/diagnostics/collector.js";
import type { GeneratedFile } from "../../src/emit/types.js";
import { settleProject } from "../../src/write/claim.js";
import { writeProject } from "../../src/write/write.js";
import { repository } from "../e2e/project.js";

const parent = mkdtempSync(path.join(tmpdir(), "killed-"));
const dir = path.join(parent, "project");
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const made = (name: string, content: string, owner: GeneratedFile["owner"] = "generator"): GeneratedFile => {
  return { path: name, content, owner };
};
const before = [
  made("a.ts", "old a"),
  made("gone/deep/b.ts", "old b"),
  made("notes.yaml", "old notes", "shared"),
  made("same.ts", "same"),
];
const after = [
  made("a.ts", "new a"),
  made("notes.yaml", "new notes", "shared"),
  made("same.ts", "same"),
  made("fresh/deep/d.ts", "new d"),
];

beforeEach(() => {
  rmSync(dir, { recursive: true, force: true });
  const { report, diagnostics } = createCollector();
  writeProject(dir, before, {}, report);
  writeFileSync(path.join(dir, "mine.txt"), "mine");
  expect(diagnostics).toEqual([]);
});

/** Every file with its content and time, and every folder. */
function snapshot(withTimes: boolean): Record<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const time = withTimes ? ` ${statSync(file, { bigint: true }).mtimeNs}` : "";
    return [path.relative(dir, file), entry.isFile() ? `${readFileSync(file, "utf8")}${time}` : "folder"] as const;
  });
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Runs a call of the built generator that is killed before its n-th step; false when it ended before. */
function runKilled(call: string, n: number, calls?: string): boolean {
  const program = `
    const { writeProject } = await import(${JSON.stringify(path.join(repository, "dist/src/write/write.js"))});
    const { settleProject } = await import(${JSON.stringify(path.join(repository, "dist/src/write/claim.js"))});
    ${call}`;
  const words = ["--import", path.join(import.meta.dirname, "kill-at.mjs"), "--input-type=module", "-e", program];
  const env = { ...process.env, KILL_AT: String(n), ...(calls !== undefined && { KILL_CALLS: calls }) };
  const { status, signal, stderr } = spawnSync(process.execPath, words, { env, encoding: "utf8" });
  expect([status, signal], stderr).toEqual(status === 0 ? [0, null] : [null, "SIGKILL"]);
  return signal === "SIGKILL";
}

const write = `writeProject(${JSON.stringify(dir)}, ${JSON.stringify(after)}, {}, () => {});`;
const settle = `settleProject(${JSON.stringify(dir)}, undefined, () => {});`;

function recover(): readonly string[] {
  const { report, diagnostics } = createCollector();
  settleProject(dir, undefined, report);
  return diagnostics.map(({ code }) => code);
}

test("killed before any step of a run, the project is put back whole; after the last, it is the new one", () => {
  const old = snapshot(true);
  const outcomes: string[] = [];
  let mixed = 0;
  for (let n = 1; ; n++) {
    const wasKilled = runKilled(write, n);
    const { "a.ts": first, "fresh/deep/d.ts": last } = snapshot(false);
    if (existsSync(path.join(dir, ".openapi-to-mcp/pending/journal.json")) && first === "new a" && last === undefined)
      mixed += 1;
    recover();
    const isOld = JSON.stringify(snapshot(true)) === JSON.stringify(old);
    outcomes.push(isOld ? "old" : "new");
    if (!isOld) {
      const state = snapshot(false);
      expect(Object.keys(state).filter((name) => !name.startsWith(".openapi"))).toEqual([
        "a.ts",
        "fresh",
        "fresh/deep",
        "fresh/deep/d.ts",
        "mine.txt",
        "notes.yaml",
        "same.ts",
      ]);
      expect(state).toMatchObject({ "a.ts": "new a", "notes.yaml": "new notes", "fresh/deep/d.ts": "new d" });
      expect(Object.keys(state)).not.toContain(".openapi-to-mcp/pending");
    }
    if (!wasKilled) break;
    if (!isOld) {
      rmSync(dir, { recursive: true });
      break;
    }
  }
  // Some kills came in the midst of the files, and nothing but the very last steps makes the run happen.
  expect(mixed).toBeGreaterThan(1);
  expect(outcomes.length).toBeGreaterThan(20);
  expect(outcomes.indexOf("new")).toBe(outcomes.length - 1);
}, 120_000);

test("undoing may be killed too, as often as it takes", () => {
  const old = snapshot(true);
  // The journal is what is removed second: every file is in place, and the run has not happened yet.
  expect(runKilled(write, 2, "rmSync")).toBe(true);
  expect(snapshot(false)).toMatchObject({ "a.ts": "new a", "fresh/deep/d.ts": "new d" });
  expect(existsSync(path.join(dir, "gone"))).toBe(false);
  for (let n = 1; runKilled(settle, n); n++);
  expect(recover()).toEqual([]);
  expect(snapshot(true)).toEqual(old);
}, 120_000);

test("what was edited after the kill stays", () => {
  // The journal is what is renamed first.
  expect(runKilled(write, 4, "renameSync")).toBe(true);
  writeFileSync(path.join(dir, "a.ts"), "edited");
  mkdirSync(path.join(dir, "fresh"), { recursive: true });
  writeFileSync(path.join(dir, "fresh/mine.txt"), "mine");
  expect(recover()).toEqual(["write/recovered"]);
  expect(snapshot(false)).toMatchObject({ "a.ts": "edited", "fresh/mine.txt": "mine", "notes.yaml": "old notes" });
}, 60_000);
