/** What makes no tool is told wherever a project or a run is read: never dropped in silence. */
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { printInspection } from "../src/cli/inspect-text.js";
import { generate } from "../src/index.js";
import type { GenerateResult } from "../src/index.js";
import { repository } from "./e2e/project.js";

const leftOut = [
  ["HEAD /leaves", "HEAD gives a model nothing to read"],
  ["POST /leaves", "its body is only taken as application/xml, which cannot be written here"],
  ["GET /old", "deprecated"],
  ["GET /events", "it answers only with an endless stream of events"],
] as const;

let result: GenerateResult;

beforeAll(async () => {
  result = await generate({ spec: path.join(repository, "specs/invalid/left-out/openapi.yaml") });
});

function fileOf(name: string): string {
  return result.files.find(({ path: file }) => file === name)?.content ?? "";
}

describe("an operation without a tool is told with its reason", () => {
  test("in the report", () => {
    const report: unknown = JSON.parse(fileOf(".openapi-to-mcp/report.json"));
    const skipped = leftOut.map(([operation, reason]) => {
      const [method, place] = operation.split(" ");
      return { method, path: place, reason };
    });
    expect(report).toMatchObject({ skipped });
  });

  test.each(leftOut)("in TOOLS.md: %s", (operation, reason) => {
    expect(fileOf("TOOLS.md")).toContain(`| \`${operation}\` | ${reason} |`);
  });

  test.each(leftOut)("in what `inspect` prints: %s", (operation, reason) => {
    expect(result.plan && printInspection(result.plan)).toContain(`  ${operation}: ${reason}\n`);
  });
});
