/** The steps of the generated workflow as they stand, with the generator as a packed tarball and a registry's packages. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { command, repository } from "../e2e/project.js";

interface Step {
  readonly name?: string;
  readonly run?: string;
}

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: { readonly "": Package };
}

function readPackage(file: string): Package {
  return JSON.parse(readFileSync(file, "utf8")) as Package;
}

const folder = mkdtempSync(path.join(tmpdir(), "openapi-to-mcp-ci-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const project = path.join(folder, "crm-mcp");
const spec = path.join(project, "crm.yaml");
const bin = path.join(folder, "bin");

const environment = {
  ...process.env,
  PATH: `${bin}:${process.env["PATH"] ?? ""}`,
  RUNNER_TEMP: folder,
  npm_config_prefer_offline: "true",
  GIT_AUTHOR_NAME: "t",
  GIT_AUTHOR_EMAIL: "t@example.com",
  GIT_COMMITTER_NAME: "t",
  GIT_COMMITTER_EMAIL: "t@example.com",
};

function sh(script: string, env: Readonly<Record<string, string>> = {}) {
  const words = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
  return spawnSync("bash", words, { cwd: project, encoding: "utf8", env: { ...environment, ...env } });
}

let workflow: Workflow;
let tarball: string;

beforeAll(() => {
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const packed = spawnSync("npm", packing, { cwd: repository, encoding: "utf8", env: environment });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  tarball = path.join(folder, filename);
  mkdirSync(project);
  copyFileSync(path.join(repository, "specs/crm.yaml"), spec);
  const made = spawnSync(process.execPath, [command, "crm.yaml", "-o", ".", "--adopt"], {
    cwd: project,
    encoding: "utf8",
  });
  expect(made.status, made.stderr).toBe(0);
  // The command line of GitHub keeps what it is told and answers that the request is open.
  mkdirSync(bin);
  writeFileSync(path.join(bin, "gh"), `#!/bin/sh\nprintf '%s\\n' "$@" > "${folder}/gh.txt"\n`);
  chmodSync(path.join(bin, "gh"), 0o755);
  expect(sh(`git init -q --bare ../remote && git init -q -b main && git remote add origin ../remote`).status).toBe(0);
  expect(sh("git add -A && git commit -qm first && git push -q origin main").stderr).toBe("");
  workflow = parse(readFileSync(path.join(project, ".github/workflows/ci.yml"), "utf8")) as Workflow;
});

/** Runs the steps of a job one by one; gives the name of the one that failed, and what all of them printed. */
function runJob(name: string): { failed: string | undefined; output: string } {
  let output = "";
  for (const step of workflow.jobs[name]?.steps ?? []) {
    if (step.run === undefined) continue;
    const { status, stdout, stderr } = sh(step.run, { ...workflow.env, GENERATOR: tarball });
    output += stdout + stderr;
    if (status !== 0) return { failed: step.name, output };
  }
  return { failed: undefined, output };
}

describe("the generated workflow", () => {
  test("names the generator once, exactly, and never by its command alone", () => {
    const text = readFileSync(path.join(project, ".github/workflows/ci.yml"), "utf8");
    const { version } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")) as { version: string };
    expect(workflow.env["GENERATOR"]).toBe(`@openapi-to-mcp/cli@${version}`);
    expect(text.split("@openapi-to-mcp/cli")).toHaveLength(2);
    expect(text).not.toMatch(/npx/);
  });

  test("passes as generated, fails when the description moves on, and opens a request with the difference", () => {
    const fresh = runJob("test");
    expect(fresh.failed, fresh.output).toBeUndefined();

    const text = readFileSync(spec, "utf8");
    writeFileSync(spec, text.replace("required: [title, contact_id]", "required: [title, contact_id, amount]"));
    expect(sh("git commit -qam changed && git push -q origin main").status).toBe(0);
    const stale = sh(workflow.jobs["test"]?.steps.at(-1)?.run ?? "", { GENERATOR: tarball });
    expect(stale.status).toBe(1);
    expect(stale.stdout).toMatch(/::error title=.*breaking: manage_deal: argument "amount" is now required/);

    // As a project of an older generator would ask for it.
    const manifest = path.join(project, "package.json");
    const wanted = readPackage(manifest).dependencies;
    const [[name = "", range = ""] = []] = Object.entries(wanted);
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(`"${name}": "${range}"`, `"${name}": "^0.0.1"`));
    expect(sh("git add -A && git commit -qm older && git push -q origin main").status).toBe(0);
    const regenerated = runJob("regenerate");
    expect(regenerated.failed, regenerated.output).toBeUndefined();
    expect(readFileSync(path.join(folder, "gh.txt"), "utf8")).toMatch(
      /^pr\ncreate\n--head\nopenapi-to-mcp\/regenerate\n/,
    );
    expect(readFileSync(path.join(folder, "surface.md"), "utf8")).toContain('argument "amount" is now required');
    const pushed = sh(
      "git log --format=%s -1 origin/openapi-to-mcp/regenerate && git diff --stat main HEAD -- tools.json",
    );
    expect(pushed.stdout).toMatch(/^Follow the API description\n.*tools\.json/);
    const lock = JSON.parse(readFileSync(path.join(project, "package-lock.json"), "utf8")) as Lock;
    expect(readPackage(manifest).dependencies).toEqual(wanted);
    expect(lock.packages[""].dependencies).toEqual(wanted);
    expect(sh(workflow.jobs["test"]?.steps.at(-1)?.run ?? "", { GENERATOR: tarball }).stdout).toBe("");
  }, 300_000);
});

test("the workflow of GitLab runs the same steps, and none can be asked for", () => {
  for (const [ci, file] of [
    ["gitlab", ".gitlab-ci.yml"],
    ["none", undefined],
  ] as const) {
    const dir = path.join(folder, ci);
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [command, spec, "-o", dir, ...words], { encoding: "utf8" });
    expect(run("--ci", ci).status).toBe(0);
    // The choice is kept.
    expect(run().stdout).toContain("nothing changed");
    const found = sh(`cd "${dir}" && ls -A | grep -E '^\\.git(hub|lab)' || true`).stdout.trim();
    expect(found).toBe(file ?? "");
  }
  const gitlab = parse(readFileSync(path.join(folder, "gitlab/.gitlab-ci.yml"), "utf8")) as Record<
    string,
    { script: string[] }
  >;
  expect(gitlab["test"]?.script.at(-1)).toBe('npm exec --yes --package="$GENERATOR" -- openapi-to-mcp check');
  for (const script of Object.values(gitlab).flatMap(({ script = [] }) => script)) {
    expect(sh(`bash -n <<'SCRIPT'\n${script}\nSCRIPT`).stderr).toBe("");
  }
});
