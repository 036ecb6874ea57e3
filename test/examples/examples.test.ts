import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { exampleArguments, examples, examplesFolder } from "./examples.js";

const run = promisify(execFile);

test.each(Object.keys(examples))("%s is what the generator writes today", async (name) => {
  const outcome = await run(process.execPath, [...exampleArguments(name, ["check"])], { cwd: examplesFolder }).catch(
    (error: { stdout: string; stderr: string }) => ({ failed: true, ...error }),
  );
  expect("failed" in outcome ? `${outcome.stdout}${outcome.stderr}` : "", "run `npm run examples:update`").toBe("");
});

test("no example is orphaned", async () => {
  expect((await readdir(examplesFolder)).sort()).toEqual(Object.keys(examples).sort());
});
