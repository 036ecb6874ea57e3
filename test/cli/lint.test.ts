import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { runCommandLine } from "../../src/cli/commands.js";
import { repository } from "../e2e/project.js";

afterEach(() => {
  vi.restoreAllMocks();
});

async function lint(...words: readonly string[]): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  expect(await runCommandLine(["lint", path.join(repository, "specs/crm.yaml"), ...words], "1.0.0")).toBe(0);
  return printed;
}

test.each([
  ["as they are grouped", [], "11 tools fit 12 profiles.\n"],
  ["one per operation", ["--surface", "granular"], "17 tools fit 12 profiles.\n"],
])("looks at the tools %s", async (_case, words, expected) => {
  expect(await lint(...words)).toBe(expected);
});
