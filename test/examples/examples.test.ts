import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packageName, readVersion } from "../../src/cli/version.js";
import { generate } from "../../src/index.js";
import { repository } from "../e2e/project.js";
import { exampleArguments, examples, examplesFolder } from "./examples.js";

const run = promisify(execFile);

test.each(Object.keys(examples))("%s is what the generator writes today", async (name) => {
  const outcome = await run(process.execPath, [...exampleArguments(name, ["check"])], { cwd: examplesFolder }).catch(
    (error: { stdout: string; stderr: string }) => ({ failed: true, ...error }),
  );
  expect("failed" in outcome ? `${outcome.stdout}${outcome.stderr}` : "", "run `npm run examples:update`").toBe("");
});

test.each(Object.entries(examples))(
  "%s is a new project, also in the files that are written once",
  async (name, spec) => {
    const output = path.join(examplesFolder, name);
    const generator = `${packageName}@${readVersion()}`;
    const { files } = await generate({ spec: path.join(repository, spec), options: { output, generator } });
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = await readFile(path.join(output, file.path), "utf8").catch(() => undefined);
      expect(text, `${file.path}: run \`npm run examples:update\``).toBe(file.content);
    }
  },
);

test("no example is orphaned", async () => {
  expect((await readdir(examplesFolder)).sort()).toEqual(Object.keys(examples).sort());
});
