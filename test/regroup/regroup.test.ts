/** Every key of the annotation file, each against the committed change it makes. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { generate } from "../../src/index.js";
import { fileAfter, folder, goldenOf, listCases, printCase, runCase } from "./cases.js";

const update = process.env["UPDATE_GOLDENS"] === "1";
const names = await listCases();
const plain = await generate({ spec: "specs/crm.yaml" });

describe("regrouping", () => {
  test.each(names)("%s", async (name) => {
    const result = await runCase(name);
    const printed = await printCase(result, plain);
    if (update) await writeFile(goldenOf(name), printed);
    const golden = await readFile(goldenOf(name), "utf8").catch(() => "");
    expect(printed, "run `UPDATE_GOLDENS=1 npx vitest run test/regroup` and read the difference").toBe(golden);
  });

  test.each(names)("%s: the file that a run leaves gives the same server again", async (name) => {
    const result = await runCase(name);
    const after = fileAfter(result);
    if (after === undefined) return expect(result.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    const again = await runCase(name, after);
    expect(fileAfter(again)).toBe(after);
    expect(again.files.find(({ path }) => path === "tools.json")).toEqual(
      result.files.find(({ path }) => path === "tools.json"),
    );
  });

  test("no golden is orphaned", async () => {
    const goldens = (await readdir(folder)).filter((file) => file.endsWith(".golden.json"));
    expect(goldens.map((file) => file.replace(/\.golden\.json$/, "")).sort()).toEqual(names);
  });
});
