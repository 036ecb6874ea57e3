/**
 * The package as its users get it: packed, held against publint and attw, installed in an empty folder, run by npx.
 *
 *   npm run check:package
 *
 * Ends with 1 at the first thing that is not as it should be.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const MAX_BYTES = 1_000_000;
const MAX_DEPENDENCIES = 12;
const repository = path.resolve(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")) as {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};
const work = mkdtempSync(path.join(tmpdir(), "openapi-to-mcp-package-"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

try {
  const tarball = pack();
  runTool("publint", ["run", tarball, "--strict"]);
  say("publint has nothing to say");
  // The package is ESM only; node16-cjs is not asked for.
  runTool("attw", [tarball, "--profile", "esm-only", "--no-emoji"]);
  say("attw has nothing to say (profile esm-only)");
  install(tarball);
} finally {
  rmSync(work, { recursive: true, force: true });
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs what is built; returns the tarball. */
function pack(): string {
  const words = ["pack", "--ignore-scripts", "--json", "--pack-destination", work];
  const [packed] = JSON.parse(run(npm, words, repository)) as readonly Packed[];
  if (!packed) throw new Error("npm packed nothing.");
  const files = packed.files.map((file) => file.path);
  expectNone("files without a source, left from an older build", files.filter(isStale));
  expectNone(
    "files that nobody needs",
    files.filter((file) => /\.tsbuildinfo$|^(?:test|specs|bench|src)\//.test(file)),
  );
  expectNone(
    "files that name this machine or a registry",
    files.filter((file) => {
      const text = readFileSync(path.join(repository, file), "utf8");
      return text.includes(repository) || /registry\.npmjs|\bnpmrc\b/.test(text);
    }),
  );
  if (packed.size > MAX_BYTES) throw new Error(`The package has ${packed.size} bytes, more than ${MAX_BYTES}.`);
  const count = Object.keys(manifest.dependencies).length;
  if (count > MAX_DEPENDENCIES) throw new Error(`${count} dependencies, more than ${MAX_DEPENDENCIES}.`);
  say(`${files.length} files, ${Math.round(packed.size / 1000)} kB packed, ${count} dependencies`);
  return path.join(work, packed.filename);
}

/** A declaration file whose source is gone. */
function isStale(file: string): boolean {
  const source = /^dist\/(.*)\.d\.ts$/.exec(file)?.[1];
  return source !== undefined && !existsSync(path.join(repository, `${source}.ts`));
}

function install(tarball: string): void {
  const folder = path.join(work, "empty folder");
  mkdirSync(folder);
  run(npm, ["init", "--yes"], folder);
  run(npm, ["install", "--no-audit", "--no-fund", "--prefer-offline", tarball], folder);
  const npx = (...words: string[]) => run(npm, ["exec", "--offline", "--", "openapi-to-mcp", ...words], folder);
  const version = npx("--version").trim();
  if (version !== manifest.version) throw new Error(`npx prints version ${version}, not ${manifest.version}.`);
  if (!npx("--help").startsWith("Generates an MCP server")) throw new Error("npx prints no help.");
  npx(path.join(repository, "specs/crm.yaml"), "--output", "crm");
  const names = readdirSync(path.join(folder, "crm"));
  if (!names.includes("tools.json")) throw new Error(`The project has no tools.json, only ${names.join(", ")}.`);
  npx("check", "--output", "crm");
  const script = path.join(folder, "program.mjs");
  const program = `import { generate } from "${manifest.name}"; console.log((await generate({ spec: process.argv[2] })).files.length);`;
  writeFileSync(script, program);
  const files = Number(run(process.execPath, [script, path.join(repository, "specs/crm.yaml")], folder));
  if (!(files > 10)) throw new Error("The programmatic API generates nothing.");
  say(`installed in an empty folder: npx runs it, a program imports it, ${files} files generated`);
}

function runTool(name: string, words: readonly string[]): void {
  run(npm, ["exec", "--offline", "--", name, ...words], repository);
}

function run(file: string, words: readonly string[], cwd: string): string {
  return execFileSync(file, [...words], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function expectNone(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`The package has ${what}: ${found.join(", ")}.`);
}

function say(text: string): void {
  console.log(`ok  ${text}`);
}
