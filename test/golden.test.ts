/** Every description under `specs/` against its committed result: the tool list, what was left out, what was said. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { format } from "prettier";
import { generate } from "../src/index.js";
import { repository } from "./e2e/project.js";

const update = process.env["UPDATE_GOLDENS"] === "1";
const specs = path.join(repository, "specs");

const rootFile = /^(?:[\w-]+|features\/[\w-]+|library\/openapi)\.(?:yaml|json)$/;
const descriptions = (await readdir(specs, { recursive: true }))
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => rootFile.test(file) && !file.endsWith(".golden.json"))
  .sort();

const goldenOf = (file: string) => path.join(specs, file.replace(/\.(yaml|json)$/, ".golden.json"));

async function resultOf(file: string): Promise<string> {
  const { plan, files, diagnostics } = await generate({ spec: path.relative(process.cwd(), path.join(specs, file)) });
  const toolsJson = files.find(({ path: name }) => name === "tools.json")?.content;
  const result = {
    diagnostics: diagnostics.map(({ code, severity, message, at, fix }) => ({ code, severity, message, at, fix })),
    skipped: plan?.skipped ?? [],
    tools: toolsJson === undefined ? null : JSON.parse(toolsJson),
  };
  return format(JSON.stringify(result), { parser: "json", printWidth: 120 });
}

describe("golden", () => {
  test.each(descriptions)("%s", async (file) => {
    const result = await resultOf(file);
    if (update) await writeFile(goldenOf(file), result);
    const golden = await readFile(goldenOf(file), "utf8").catch(() => "");
    expect(result, "run `npm run golden:update` and read the difference").toBe(golden);
  });

  test("no golden is orphaned", async () => {
    const goldens = (await readdir(specs, { recursive: true }))
      .filter((file) => file.endsWith(".golden.json"))
      .map((file) => path.join(specs, file));
    expect(goldens.sort()).toEqual(descriptions.map(goldenOf).sort());
  });
});
