/** A generated server against the official conformance suite, scenario by scenario. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createProject, repository } from "../e2e/project.js";
import { startApi } from "./api.js";
import { SKIP } from "./setup.js";
import { checkRevision, compareFailures, revisions, type SuiteRun } from "./suite.js";

const folder = path.join(repository, "test/conformance");
const runs = process.env[SKIP] ? [] : await checkServer();

async function checkServer(): Promise<readonly SuiteRun[]> {
  const api = await startApi();
  const annotations = path.join(folder, "mcp.annotations.yaml");
  const project = await createProject(path.join(folder, "openapi.yaml"), "--annotations", annotations);
  try {
    const server = await project.startHttp({ API_BASE_URL: api.url });
    const results: SuiteRun[] = [];
    for (const revision of revisions) results.push(await checkRevision(server.url, revision));
    await server.stop();
    return results;
  } finally {
    await api.close();
    await project.remove();
  }
}

describe.each(runs)("$revision", ({ revision, verdict, required, further, results, expected }) => {
  const isListed = (scenario: string) => expected.some((entry) => entry.split(":")[0] === scenario);
  const wayOf = (scenario: string) => {
    if (isListed(scenario)) return "fails as listed";
    return required.includes(scenario) || results.get(scenario)?.passed !== 0 ? "passes" : "is skipped by the suite";
  };
  const scenarios = [...required, ...further].map((scenario) => [scenario, wayOf(scenario)] as const);

  test.each(scenarios)("%s %s", (scenario, way) => {
    const result = results.get(scenario);
    if (result === undefined) throw new Error(`${scenario} did not run:\n${verdict.stdout}${verdict.stderr}`);
    expect(compareFailures(scenario, result.failures, expected)).toEqual([]);
    if (way === "passes") expect(result.passed).toBeGreaterThan(0);
  });

  test("the suite comes to the same verdict", () => {
    expect(verdict.code, verdict.stdout + verdict.stderr).toBe(0);
  });

  test("every entry of the list belongs to a scenario", () => {
    expect(expected.filter((entry) => !results.has(entry.replace(/:.*/, "")))).toEqual([]);
  });

  test("the documentation states what passes", async () => {
    const page = await readFile(path.join(repository, "docs/conformance.md"), "utf8");
    const listed = required.filter(isListed).length;
    const row = [revision, required.length, required.length - listed, listed].map(String);
    const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    expect(rows).toContainEqual(["", ...row, ""]);
  });
});

describe("compareFailures", () => {
  const failed = new Map([["second", "No answer"]]);

  test.each([
    ["nothing fails and nothing is expected to", new Map<string, string>(), ["other:first"], []],
    ["the expected check fails", failed, ["scenario:second"], []],
    ["the scenario is expected to fail as a whole", failed, ["scenario"], []],
    ["a check fails that was not expected to", failed, [], ["scenario:second fails: No answer"]],
    [
      "another check fails than the expected one",
      failed,
      ["scenario:first"],
      ["scenario:second fails: No answer", "scenario:first is expected to fail and does not: remove it from the list"],
    ],
    [
      "what was expected to fail passes",
      new Map<string, string>(),
      ["scenario"],
      ["scenario is expected to fail and does not: remove it from the list"],
    ],
  ])("%s", (_case, failures, expected, wanted) => {
    expect(compareFailures("scenario", failures, expected)).toEqual(wanted);
  });
});
