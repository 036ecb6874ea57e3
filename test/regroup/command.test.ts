/** Regrouping as a user does it: with the command, in a generated project. Needs `npm run build`, as `npm test` does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { command, repository } from "../e2e/project.js";

const folder = mkdtempSync(path.join(tmpdir(), "openapi-to-mcp-regroup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = path.join(repository, "specs/crm.yaml");
const annotations = path.join(folder, "crm/mcp.annotations.yaml");
const overlay = path.join(folder, "public.overlay.yaml");

function run(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const generate = (...words: readonly string[]) => run(spec, "-o", "crm", ...words);

/** Lines that are in `after` alone; every line of `before` must be there, in its order and as it was. */
function listAdded(before: string, after: string): string[] {
  const kept = before.split("\n");
  const added: string[] = [];
  for (const line of after.split("\n")) {
    if (line === kept[0]) kept.shift();
    else added.push(line.replace(/\r$/, ""));
  }
  expect(kept).toEqual([]);
  return added;
}

describe("a regrouped project", () => {
  test("keeps what its user wrote, byte for byte", () => {
    expect(generate().status).toBe(0);
    const first = readFileSync(annotations, "utf8");
    const regrouped = first
      .replace("tools:\n", "tools:   # ours\n\n\n")
      .replace(/ {2}add_contact_note:\n.*\n/, "")
      .replace("      set_status:", "      'add_note': addContactNote   # was a tool\n\n      set_status:")
      .replace(/ {2}get_deal:\n.*\n/, "");
    for (const text of [regrouped, regrouped.replaceAll("\n", "\r\n")]) {
      writeFileSync(annotations, text);
      const { status, stderr } = generate();
      expect(status, stderr).toBe(0);
      const after = readFileSync(annotations, "utf8");
      const added = listAdded(text, after);
      expect(added.slice(0, 2)).toEqual(["  get_deal:", "    operation: GET /deals/{deal_id} (getDeal)"]);
      expect(added.slice(2).every((line) => /alias|^#|^$|add_contact_note/.test(line))).toBe(true);
      expect(generate().stdout).toContain("nothing changed");
      expect(readFileSync(annotations, "utf8")).toBe(after);
    }
  });

  test("applies overlays of the command line, and places what is wrong in them", () => {
    writeFileSync(
      overlay,
      "overlay: 1.1.0\ninfo: { title: Public, version: 1.0.0 }\nactions:\n  - target: $.paths['/deals']\n    remove: true\n",
    );
    const { status, stdout, stderr } = run("inspect", spec, "--overlay", overlay, "--format", "json");
    expect(status, stderr).toBe(0);
    const { tools } = JSON.parse(stdout) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).not.toContain("list_deals");

    writeFileSync(overlay, readFileSync(overlay, "utf8").replace("remove: true", "remove: 5"));
    const wrong = run("inspect", spec, "--overlay", overlay);
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/public\.overlay\.yaml:4:5/);
  });
});
