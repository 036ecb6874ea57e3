/** A generated project installs what its code imports, and nothing else. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { packageJson } from "../../src/emit/package-files.js";
import { repository } from "../e2e/project.js";
import { hostilePlan } from "./plan-fixture.js";

const runtime = path.join(repository, "templates/runtime");

/** Packages named by imports of any form; a path below a package counts as the package. */
async function readImports(): Promise<{ always: Set<string>; onDemand: Set<string> }> {
  const always = new Set<string>();
  const onDemand = new Set<string>();
  for (const file of (await readdir(runtime)).filter((name) => name.endsWith(".ts"))) {
    const text = await readFile(path.join(runtime, file), "utf8");
    for (const [, name = ""] of text.matchAll(/^(?:import|export|\}) .*?from "([^"]+)";$/gm)) addPackage(always, name);
    for (const [, name = ""] of text.matchAll(/\bimport\(\s*"([^"]+)"/g)) addPackage(onDemand, name);
  }
  return { always, onDemand };
}

function addPackage(packages: Set<string>, name: string): void {
  if (name.startsWith(".") || name.startsWith("node:")) return;
  packages.add(
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/"),
  );
}

test("dependencies are exactly what the runtime imports", async () => {
  const { always, onDemand } = await readImports();
  const manifest: unknown = packageJson(hostilePlan());
  expect(always.size).toBeGreaterThan(2);
  expect(manifest).toMatchObject({
    dependencies: Object.fromEntries([...always].map((name) => [name, expect.any(String)])),
  });
  const { dependencies } = manifest as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).toSorted()).toEqual([...always].toSorted());
  for (const name of onDemand) expect({ ...dependencies, ioredis: "", "prom-client": "" }).toHaveProperty([name]);
});

test("ranges are those this project is tested with", async () => {
  const own = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;
  const { dependencies } = packageJson(hostilePlan()) as { dependencies: Record<string, string> };
  const tested = { ...own.dependencies, ...own.devDependencies };
  const major = (range: string | undefined) => /\d+/.exec(range ?? "")?.[0];
  for (const [name, range] of Object.entries(dependencies))
    expect([name, major(range)]).toEqual([name, major(tested[name])]);
});
