/** What a user does first in a new project passes, whatever the description holds: types, format, tests. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { fastCompiler, repository, serverEnvironment, sharedProject, type Project } from "./project.js";

const features = readdirSync(path.join(repository, "specs/features"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => `specs/features/${file}`);
const samples = ["specs/crm.yaml", "specs/billing.yaml", "specs/inventory.yaml", "specs/library/openapi.yaml"];

/** Runs a program of the project's dependencies in it; answers what it printed when it failed. */
async function failureOf(project: Project, program: string, ...args: readonly string[]): Promise<string> {
  const options = { cwd: project.dir, env: serverEnvironment({ NO_COLOR: "1" }), maxBuffer: 10_000_000 };
  return promisify(execFile)(process.execPath, [program, ...args], options).then(
    () => "",
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ""}${error.stderr ?? ""}` || String(error),
  );
}

/** Declarations of dependencies, parsed once for all projects. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/** What TypeScript 5.9 finds; the runtime, the same everywhere, is checked where asked for. */
function typeErrorsOf(dir: string, withRuntime: boolean): readonly string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(dir, "test/tsconfig.json"),
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => expect.fail(JSON.stringify(messageText)),
    },
  );
  if (!config) return ["The configuration cannot be read."];
  const host = ts.createCompilerHost(config.options);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (file, options, ...more) => {
    if (!file.includes("/node_modules/")) return parse(file, options, ...more);
    if (!declarations.has(file)) declarations.set(file, parse(file, options, ...more));
    return declarations.get(file);
  };
  const program = ts.createProgram({ rootNames: config.fileNames, options: config.options, host });
  const files = program.getSourceFiles().filter(({ fileName }) => {
    return !fileName.includes("/node_modules/") && (withRuntime || !fileName.includes("/src/runtime/"));
  });
  expect(files.length).toBeGreaterThan(5);
  const found = [
    ...config.errors,
    ...program.getOptionsDiagnostics(),
    ...files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
  return found.map(
    ({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}

const binary = (file: string) => path.join(repository, "node_modules", file);

describe.each([...samples, ...features])("%s", { timeout: 120_000 }, (spec) => {
  test("typechecks under both compilers, tests included", async () => {
    // The sources alone were compiled by the faster one when the project was made.
    const project = await sharedProject(spec);
    expect(await failureOf(project, fastCompiler, "-p", "test")).toBe("");
    expect(typeErrorsOf(project.dir, spec === samples[0])).toEqual([]);
  });

  test("is formatted", async () => {
    const project = await sharedProject(spec);
    // The runtime is the same in every project: once is enough.
    const all = spec === samples[0] ? ["."] : [".", "!src/runtime"];
    expect(await failureOf(project, binary("prettier/bin/prettier.cjs"), "--check", ...all)).toBe("");
  });

  test("passes its own tests, which call its actions", async () => {
    const project = await sharedProject(spec);
    expect(await failureOf(project, binary("vitest/vitest.mjs"), "run")).toBe("");
  });
});

test("the generated tests call most actions of the samples", async () => {
  for (const spec of samples) {
    const project = await sharedProject(spec);
    const calls = (await readFile(path.join(project.dir, "test/calls.ts"), "utf8")).match(/\btool: "/g) ?? [];
    const actions = (await project.definition()).tools.flatMap((tool) => Object.keys(tool.actions));
    expect([spec, calls.length / actions.length > 0.6]).toEqual([spec, true]);
  }
});
