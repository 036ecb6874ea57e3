/** The same description gives the same bytes, wherever and however it stands. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { command, repository } from "./e2e/project.js";

const folder = await mkdtemp(path.join(tmpdir(), "openapi-to-mcp-same-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const original = path.join(repository, "specs/crm.yaml");

/** Generates beside a description of its own, and reads everything back. */
async function generateIn(place: string, { text, env }: { text?: string; env?: Record<string, string> } = {}) {
  const dir = path.join(folder, place);
  await mkdir(dir, { recursive: true });
  const spec = path.join(dir, "crm.yaml");
  if (text === undefined) await cp(original, spec);
  else await writeFile(spec, text);
  run(dir, env);
  return readAll(path.join(dir, "project"));
}

function run(cwd: string, env: Record<string, string> = {}): void {
  const words = [command, "crm.yaml", "-o", "project"];
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  expect(status, stderr).toBe(0);
}

async function readAll(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    // What a machine remembers of its runs is not part of the project.
    if (file.includes(path.join(".openapi-to-mcp", "cache"))) continue;
    found[path.relative(dir, file)] = await readFile(file, "utf8");
  }
  return found;
}

/** Paths of files that differ or that only one side has. */
function differing(left: Record<string, string>, right: Record<string, string>): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((file) => left[file] !== right[file])
    .sort();
}

/** Objects whose order says nothing: everything but the order of paths, schemas and properties as a reader meets them. */
const unordered = new Set(["info", "components", "responses", "headers", "securitySchemes"]);

/** The document with the keys reversed wherever order has no meaning: of the root, of operations, of schemas. */
function reverseKeys(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => reverseKeys(item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, reverseKeys(part, name)] as const);
  const isFixed =
    Object.hasOwn(value, "type") || Object.hasOwn(value, "operationId") || Object.hasOwn(value, "openapi");
  return Object.fromEntries(isFixed || unordered.has(key) ? entries.toReversed() : entries);
}

const expected = await generateIn("plain");

test("there is something to compare", () => {
  expect(Object.keys(expected).length).toBeGreaterThan(100);
});

test.each([
  ["another folder", "deep/er/one", {}],
  ["a folder with spaces and other letters", "mein Übungs-ordner 日本 (1)/x", {}],
  ["another locale", "locale", { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", LANGUAGE: "tr" }],
  ["another time zone", "zone", { TZ: "Pacific/Chatham" }],
])("%s gives the same bytes", async (_, place, env) => {
  expect(differing(await generateIn(place, { env }), expected)).toEqual([]);
});

test("line ends of the description do not matter", async () => {
  const text = await readFile(original, "utf8");
  const crlf = text.replaceAll(/\r?\n/g, "\r\n");
  expect(crlf).not.toBe(text);
  expect(differing(await generateIn("crlf", { text: crlf }), expected)).toEqual([]);
});

test("the order of keys does not matter where it has no meaning", async () => {
  const document: unknown = parse(await readFile(original, "utf8"));
  const text = stringify(reverseKeys(document), { aliasDuplicateObjects: false });
  expect(text.indexOf("paths:")).toBeLessThan(text.indexOf("openapi:"));
  expect(differing(await generateIn("shuffled", { text }), expected)).toEqual([]);
});

test("a second run writes nothing", async () => {
  const dir = path.join(folder, "plain");
  const timesOf = async () => {
    const times = Object.keys(expected).map(async (file) => [
      file,
      (await stat(path.join(dir, "project", file))).mtimeMs,
    ]);
    return Promise.all(times);
  };
  const before = await timesOf();
  run(dir);
  expect(await timesOf()).toEqual(before);
  expect(differing(await readAll(path.join(dir, "project")), expected)).toEqual([]);
});
