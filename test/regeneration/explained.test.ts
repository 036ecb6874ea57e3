/** Description and generator both changed: which tool changed through which. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { command, repository } from "../e2e/project.js";

const dir = mkdtempSync(path.join(tmpdir(), "explained-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (...words: string[]) => spawnSync(process.execPath, [command, ...words], { cwd: dir, encoding: "utf8" });

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path.join(dir, file), "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path.join(dir, file), edited);
}

test("changes are divided by what the description says of each operation", () => {
  cpSync(path.join(repository, "specs/crm.yaml"), path.join(dir, "crm.yaml"));
  expect(run("crm.yaml", "-o", ".", "--adopt").status).toBe(0);
  // As an older generator would have left it: it listed one tool otherwise.
  edit(".openapi-to-mcp/manifest.json", /"generator": "[^"]*"/, '"generator": "0.0.1"');
  edit("tools.json", '"title": "Get company"', '"title": "Read company"');
  const only = run("check", "--explain-generator").stdout;
  expect(only).toContain("every change comes from the generator");

  edit("crm.yaml", "required: [title, contact_id]", "required: [title, contact_id, amount]");
  const both = run("check", "--explain-generator").stdout;
  expect(both).toContain("Changed: the description since the last run; the generator is");
  expect(both).toContain("From the description, perhaps the generator too: manage_deal (POST /deals).");
  expect(both).toContain("From the generator, as the description says the same of their operations: get_company.");

  edit("mcp.annotations.yaml", "tools:", "# mine\ntools:");
  expect(run("check", "--explain-generator").stdout).toContain("From the annotation file or the generator, as");
}, 60_000);

test("package.json follows what the runtime needs, and a check says so", () => {
  rmSync(dir, { recursive: true });
  cpSync(path.join(repository, "specs/crm.yaml"), path.join(dir, "crm.yaml"));
  expect(run("crm.yaml", "-o", ".", "--adopt").status).toBe(0);
  const fresh = readFileSync(path.join(dir, "package.json"), "utf8");
  edit("package.json", /\n {4}"jose": "[^"]*",/, "");
  edit("package.json", /"undici": "\^7[^"]*"/, '"undici": "^6.0.0"');
  const checked = run("check");
  expect(checked.status).toBe(1);
  expect(checked.stdout).toContain("package.json (out of date)");
  expect(checked.stderr).toContain("package.json needs jose ^");
  const { status, stdout, stderr } = run();
  expect([status, stderr.match(/write\/raised-dependency/g)?.length]).toEqual([0, 2]);
  expect(stdout).toContain("1 file written");
  expect(readFileSync(path.join(dir, "package.json"), "utf8")).toBe(fresh);
  expect(run("check").status).toBe(0);
}, 60_000);
