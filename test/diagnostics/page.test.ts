import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { printDiagnosticsPage } from "./page.js";
import { catalog } from "../../src/diagnostics/catalog.js";

test("docs/diagnostics.md says what the catalog says", async () => {
  const page = await readFile(new URL("../../docs/diagnostics.md", import.meta.url), "utf8");
  expect(page, "run `npm run docs:diagnostics`").toBe(printDiagnosticsPage());
});

test("every entry says what happened and what to do, in whole sentences", () => {
  for (const [code, { title, cause, fix }] of Object.entries(catalog)) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(title, code).toMatch(/^[A-Z].*[^.]$/);
    expect(cause, code).toMatch(/[.`]$/);
    expect(fix, code).toMatch(/[.`]$/);
  }
});

test("no text leads to a package of another owner", () => {
  expect(JSON.stringify(catalog)).not.toMatch(/npx openapi-to-mcp/);
});
