import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { cruise } from "dependency-cruiser";
import type { IConfiguration, ICruiseResult } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { expect, test } from "vitest";

const repository = path.resolve(import.meta.dirname, "..");
const rules = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as IConfiguration;

async function cruiseSources(): Promise<ICruiseResult> {
  const { options = {}, ...ruleSet } = rules;
  const { output } = await cruise(
    ["src", "templates/runtime"],
    { ...options, baseDir: repository, validate: true, ruleSet },
    {},
    { tsConfig: extractTSConfig(path.join(repository, "tsconfig.json")) },
  );
  if (typeof output === "string") throw new Error(output);
  return output;
}

test("imports go in the directions the layout allows", async () => {
  const { summary, modules } = await cruiseSources();
  expect(modules.length).toBeGreaterThan(100);
  expect(modules.some(({ dependencies }) => dependencies.some(({ coreModule }) => coreModule))).toBe(true);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
}, 120_000);

test("only the command line touches the process and the console", async () => {
  const files = (await readdir(path.join(repository, "src"), { recursive: true }))
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !file.startsWith("cli/"));
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(path.join(repository, "src", file), "utf8")] as const),
  );
  const touching = texts.filter(([, text]) => /(?<![\w."'`/-])(?:process|console)\.[a-z]+/.test(text));
  expect(touching.map(([file]) => file)).toEqual([]);
});
