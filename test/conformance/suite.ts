/** Runs the conformance suite and holds what failed against what is expected to fail. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { runSuite, suiteFolder, type Outcome } from "./tools.js";

export const revisions = ["2026-07-28", "2025-11-25"] as const;

/** Revision of the protocol whose requirements are checked, over its own wire. */
export type Revision = (typeof revisions)[number];

/** Ids of the failed checks of one scenario, each with what the suite says about it. */
export type Failures = ReadonlyMap<string, string>;

/** How one scenario ended. */
export interface ScenarioResult {
  /** How many checks passed; none where the suite skips the scenario. */
  readonly passed: number;
  readonly failures: Failures;
}

/** A run of everything that a revision requires, and what it is held against. */
export interface SuiteRun {
  readonly revision: Revision;
  /** How the suite itself judges the scenarios that count. */
  readonly verdict: Outcome;
  /** Scenarios the revision requires, then those it runs without counting them. */
  readonly required: readonly string[];
  readonly further: readonly string[];
  /** By scenario; absent where one did not run. */
  readonly results: ReadonlyMap<string, ScenarioResult>;
  /** Entries of our list: `scenario`, or `scenario:check`. */
  readonly expected: readonly string[];
}

interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly errorMessage?: string;
}

/** Checks a server against everything a revision requires. */
export async function checkRevision(url: URL, revision: Revision): Promise<SuiteRun> {
  const list = fileURLToPath(new URL(`expected-failures-${revision}.yaml`, import.meta.url));
  const requirements = path.join(suiteFolder, "requirements", `${revision}.yaml`);
  const { server: required, not_scored } = await readYaml<{ server: string[]; not_scored: NotScored[] }>(requirements);
  const { server: expected } = await readYaml<{ server: string[] }>(list);
  const output = await mkdtemp(path.join(tmpdir(), "conformance-"));
  try {
    const target = ["--url", url.href, "--requirements", revision];
    const verdict = await runSuite(["server", ...target, "--expected-failures", list, "-o", output]);
    const further = not_scored.filter(({ leg }) => leg === "server").map(({ scenario }) => scenario);
    return { revision, verdict, required, further, results: await readResults(output), expected };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

interface NotScored {
  readonly scenario: string;
  readonly leg: "client" | "server";
}

async function readYaml<T>(file: string): Promise<T> {
  return parse(await readFile(file, "utf8")) as T;
}

/** The suite writes one folder for each scenario, named after it and the time. */
async function readResults(folder: string): Promise<ReadonlyMap<string, ScenarioResult>> {
  const results = new Map<string, ScenarioResult>();
  for (const name of await readdir(folder)) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1];
    if (scenario === undefined) throw new Error(`The suite wrote ${name}, which is no result.`);
    const checks = JSON.parse(await readFile(path.join(folder, name, "checks.json"), "utf8")) as readonly Check[];
    const failed = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
    results.set(scenario, {
      passed: checks.filter(({ status }) => status === "SUCCESS").length,
      failures: new Map(failed.map(({ id, errorMessage = "" }) => [id, errorMessage])),
    });
  }
  return results;
}

/**
 * Where a scenario and our list disagree, in words. Stricter than the suite, which lets an entry stand whose check
 * was skipped or is gone, and does not look at scenarios that do not count.
 */
export function compareFailures(scenario: string, failures: Failures, expected: readonly string[]): readonly string[] {
  const entries = expected.filter((entry) => entry === scenario || entry.startsWith(`${scenario}:`));
  const isWhole = entries.includes(scenario);
  const unexpected = [...failures]
    .filter(([id]) => !isWhole && !entries.includes(`${scenario}:${id}`))
    .map(([id, message]) => `${scenario}:${id} fails: ${message}`);
  const stale = entries
    .filter((entry) => (entry === scenario ? failures.size === 0 : !failures.has(entry.slice(scenario.length + 1))))
    .map((entry) => `${entry} is expected to fail and does not: remove it from the list`);
  return [...unexpected, ...stale];
}
