/** Hostile descriptions through the command line: bounded in time and memory, kept in the folder, harmless as code. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureNode } from "../../bench/measure/measure.js";
import { connect } from "../e2e/clients.js";
import { command, compile, credentialVariables, fastCompiler, linkDependencies } from "../e2e/project.js";
import type { ServerDefinition } from "../../templates/runtime/tool.js";
import { cyclicEverything, hostileEverywhere, longChains, megabytes } from "./documents.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "hostile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Generated {
  readonly code: number | null;
  readonly report: string;
  readonly cpu: number;
  readonly memory: number;
  readonly out: string;
  /** All that stands in the folder afterwards, besides the project and the description. */
  readonly strays: readonly string[];
}

async function generateFrom(name: string, text: string): Promise<Generated> {
  const dir = path.join(folder, name);
  await mkdir(dir);
  await writeFile(path.join(dir, "openapi.yaml"), text);
  const { code, stderr, cpu, memory } = await measureNode([command, "openapi.yaml", "-o", "out"], {
    cwd: dir,
    seconds: 60,
  });
  const strays = (await readdir(dir)).filter((entry) => entry !== "out" && entry !== "openapi.yaml");
  return { code, report: stderr, cpu, memory, out: path.join(dir, "out"), strays };
}

/** What no description may cost. */
function expectBounded({ cpu, memory, strays, report }: Generated): void {
  expect(strays).toEqual([]);
  expect(cpu, "CPU milliseconds").toBeLessThan(15_000);
  expect(memory, "MB").toBeLessThan(900);
  expect(report.length, "characters of the report").toBeLessThan(200_000);
}

describe("every hostile text in every place", { timeout: 180_000 }, () => {
  let generated: Generated;

  beforeAll(async () => {
    generated = await generateFrom("texts", JSON.stringify(hostileEverywhere()));
    if (generated.code === 0) await linkDependencies(generated.out);
  }, 120_000);

  test("gives a project, within bounds", () => {
    expectBounded(generated);
    expect(generated.code, generated.report.slice(0, 2000)).toBe(0);
  });

  test("whose files have plain names", async () => {
    for (const file of await readdir(generated.out, { recursive: true })) {
      if (file.startsWith("node_modules")) continue;
      expect(file).toMatch(/^[\w./-]{1,140}$/);
    }
  });

  test("that compiles, starts without running any of it, and lists legal tools", async () => {
    await compile(fastCompiler, ["-p", generated.out]);
    const module = (await import(path.join(generated.out, "dist/generated/server.js"))) as {
      definition: ServerDefinition;
    };
    const client = await connect("modern", {
      dir: generated.out,
      env: credentialVariables(module.definition, () => "secret"),
    });
    try {
      const tools = await client.listTools();
      expect(tools.length).toBeGreaterThan(20);
      for (const tool of tools) {
        expect(tool.name).toMatch(/^[a-z0-9_]{1,64}$/);
        expect(JSON.stringify(tool)).not.toMatch(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u);
        for (const name of Object.keys(tool.inputSchema.properties ?? {})) expect(name).toMatch(/^[\w.-]{1,64}$/);
      }
    } finally {
      await client.close();
    }
  });

  test("whose texts for people stay texts", async () => {
    const text = await readFile(path.join(generated.out, "TOOLS.md"), "utf8");
    // What stands in code spans is shown as it is.
    expect(text.replaceAll(/`[^`\n]*`/g, "")).not.toMatch(/<(?!!--)/);
    expect(text).not.toMatch(/[\u202A-\u202E]/u);
  });
});

test.each([
  ["circles of references", () => JSON.stringify(cyclicEverything())],
  ["chains of 10,000 schemas", () => JSON.stringify(longChains(10_000))],
  ["megabytes of examples, enums and texts", () => JSON.stringify(megabytes())],
])("%s give a project that compiles", { timeout: 120_000 }, async (name, text) => {
  const generated = await generateFrom(name.replaceAll(/\W+/g, "-"), text());
  expectBounded(generated);
  expect(generated.code, generated.report.slice(0, 2000)).toBe(0);
  await linkDependencies(generated.out);
  await compile(fastCompiler, ["-p", generated.out]);
});

test.each([
  [
    "JSON of 100,000 levels",
    () => `{"openapi":"3.1.0","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    "load/too-deep",
  ],
  [
    "YAML of 10,000 levels",
    () => `openapi: 3.1.0\nx: ${"{a: ".repeat(10_000)}1${"}".repeat(10_000)}\n`,
    "load/too-deep",
  ],
  ["YAML of 10,000 lines, each deeper", () => deepBlocks(10_000), "load/too-deep"],
  ["aliases that explode", () => explodingAliases(), "load/alias-bomb"],
  ["a million quotes", () => `openapi: "${'"'.repeat(1_000_000)}\n`, "load/invalid-yaml"],
  ["a million backslashes", () => `{"openapi": "${"\\".repeat(1_000_001)}"}`, "load/"],
  ["a million opening brackets", () => "[".repeat(1_000_000), "load/"],
])("%s end with an error", { timeout: 120_000 }, async (name, text, code) => {
  const generated = await generateFrom(name.replaceAll(/\W+/g, "-"), text());
  expectBounded(generated);
  expect(generated.code).toBe(1);
  expect(generated.report).toContain(code);
  expect(await readdir(path.dirname(generated.out))).not.toContain("out");
});

function deepBlocks(levels: number): string {
  return `openapi: 3.1.0\n${Array.from({ length: levels }, (_, i) => `${" ".repeat(i)}a:\n`).join("")}`;
}

function explodingAliases(): string {
  const levels = Array.from({ length: 40 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(20)}]`);
  return `openapi: 3.1.0\nl0: &l0 [a]\n${levels.join("\n")}\n`;
}
