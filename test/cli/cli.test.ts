/** The command line as a process: exit codes, streams and formats. Needs `npm run build`, as `npm test` does. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { renderHelp } from "../../src/cli/commands.js";
import { findHelp, helpTopics } from "../../src/cli/help.js";
import { command, repository } from "../e2e/project.js";

const folder = mkdtempSync(path.join(tmpdir(), "openapi-to-mcp-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = path.join(repository, "specs/crm.yaml");

function run(words: readonly string[], cwd = folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** A generated project of its own for one test. */
function createProject(name: string): string {
  const dir = path.join(folder, name);
  const { status, stderr } = run([spec, "-o", dir]);
  expect(status, stderr).toBe(0);
  return dir;
}

function readManifest(): { readonly version: string } {
  return JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")) as { version: string };
}

/** The texts that the build wrote down. */
const builtHelp = pathToFileURL(path.join(repository, "dist/bin/help.json"));

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
}

describe("help and version", () => {
  test("--version prints the version alone", () => {
    const { version } = readManifest();
    expect(run(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each(helpTopics)("--help %s", async (name) => {
    const topic = name === "" ? [] : [name];
    const { status, stdout, stderr } = run([...topic, "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).not.toContain("npx openapi-to-mcp");
    await expect(stdout).toMatchFileSnapshot(`help/${name || "generate"}.txt`);
    // What the build wrote down is what the parser says.
    expect(`${await renderHelp(name, readManifest().version)}\n`).toBe(stdout);
    for (const words of [
      [...topic, "-h"],
      ["help", ...topic],
    ])
      expect(`${findHelp(words, builtHelp)}\n`).toBe(stdout);
  });

  test("help among other words comes from the parser", () => {
    expect(findHelp(["lint", "--quiet", "--help"], builtHelp)).toBeUndefined();
    expect(findHelp(["help", "nothing"], builtHelp)).toBeUndefined();
    const stdout = readFileSync(path.join(import.meta.dirname, "help/lint.txt"), "utf8");
    expect(run(["lint", "--quiet", "--help"])).toEqual({ status: 0, stdout, stderr: "" });
  });

  test("--version and --help load nothing at all", () => {
    const hook = path.join(folder, "loaded.mjs");
    writeFileSync(
      hook,
      `import { register } from "node:module";
register("data:text/javascript," + encodeURIComponent("export async function load(url, context, next) { if (url.includes('/dist/') || url.includes('/node_modules/')) process._rawDebug(url); return next(url, context); }"));`,
    );
    for (const word of ["--version", "--help"]) {
      const { stderr } = spawnSync(process.execPath, ["--import", hook, command, word], { encoding: "utf8" });
      const loaded = stderr.split("\n").filter((line) => line.startsWith("file:"));
      expect(loaded.length, word).toBeGreaterThan(0);
      expect(loaded.filter((url) => !/\/dist\/bin\/(?:main|chunk-\w+)\.js$/.test(url))).toEqual([]);
      const bytes = loaded.reduce((sum, url) => sum + statSync(new URL(url)).size, 0);
      expect(bytes, word).toBeLessThan(10_000);
    }
  });
});

describe("usage errors exit with 2 and print nothing on stdout", () => {
  test.each([
    [["--bogus"], "Unknown argument: bogus"],
    [["a.yaml", "b.yaml"], "Unknown argument: b.yaml"],
    [[spec, "--format", "xml"], "Invalid values"],
    [[spec, "-o"], "Not enough arguments"],
    [[], "Name a description"],
    [["generate"], "Name a description"],
    [["check"], "Name a description"],
    [["inspect", "--annotations", "none.yaml"], "There is no annotation file none.yaml"],
    [["explain"], "Not enough non-option arguments"],
    [["explain", "load/ref-not-fond"], "Did you mean load/ref-not-found?"],
  ])("%j", (words, message) => {
    const { status, stdout, stderr } = run(words);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

test("explain prints the entry of a code", () => {
  expect(run(["explain", "annotations/bad-skip"])).toEqual({
    status: 0,
    stdout: `annotations/bad-skip (error): No skip pattern

  why: The text is no method and path pattern, so it would leave out nothing.
  fix: Write a pattern such as \`DELETE /admin/**\`.
`,
    stderr: "",
  });
});

describe("inspect", () => {
  test("--json has the shape that scripts rely on and writes nothing", () => {
    const before = readdirSync(folder);
    const { status, stdout } = run(["inspect", spec, "--json"]);
    const plan = JSON.parse(stdout) as { tools: { name: string; actions: { action: string | null }[] }[] };
    expect(status).toBe(0);
    expect(plan).toMatchObject({
      server: { name: "crm", version: "1.0.0", baseUrl: "https://crm.example.com/v1" },
      skipped: [],
      tokens: { grouped: expect.any(Number), granular: expect.any(Number) },
      diagnostics: [],
    });
    const manage = plan.tools.find(({ name }) => name === "manage_contact");
    expect(manage).toMatchObject({
      title: "Manage contact",
      description: expect.any(String),
      domain: expect.any(String),
      tokens: expect.any(Number),
      hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    });
    expect(manage?.actions.find(({ action }) => action === "update")).toEqual({
      action: "update",
      operationId: "updateContact",
      method: "PATCH",
      path: "/contacts/{contact_id}",
      class: "write",
      summary: expect.any(String),
      scopes: ["contacts:write"],
      pagination: null,
      idempotency: null,
      confirm: false,
      why: expect.any(String),
      arguments: expect.arrayContaining([{ name: "contact_id", in: "path", wire: "contact_id", required: true }]),
    });
    const list = plan.tools.find(({ name }) => name === "list_contacts");
    expect(list?.actions).toMatchObject([{ action: null, pagination: { style: "cursor" }, class: "read" }]);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("text shows tools, tokens, scopes and reasons", () => {
    const { status, stdout } = run(["inspect", spec]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^manage_contact {2}\(\d+ tokens, destructive\)$/m);
    expect(stdout).toContain(
      "  - delete: DELETE /contacts/{contact_id}\n      contact_id*\n      delete; scopes contacts:delete\n",
    );
    expect(stdout).toMatch(/Domains \(clients take 40 tools and 25,000 tokens\):\n {2}\S+ +11 tools, [\d,]+ tokens\n/);
  });

  test.runIf(existsSync("/dev/stdin"))("- is the standard input", () => {
    const read = (input: string) => spawnSync(process.execPath, [command, "inspect", "-"], { encoding: "utf8", input });
    expect(read(readFileSync(spec, "utf8"))).toMatchObject({ status: 0, stdout: run(["inspect", spec]).stdout });
    expect(read("openapi: [").stderr).toContain("/dev/stdin");
  });

  test("a description that is none: text on stderr, data inside the JSON, exit code 1", () => {
    const file = path.join(folder, "broken.yaml");
    writeFileSync(file, "openapi: 3.1.0\npaths: [\n");
    const text = run(["inspect", file]);
    expect(text).toMatchObject({ status: 1, stdout: "" });
    expect(text.stderr).toContain(`${file}:`);
    const json = run(["inspect", file, "--json"]);
    expect(json).toMatchObject({ status: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ server: null, tools: [], diagnostics: [{ severity: "error" }] });
    expect(run(["inspect", file, "--format", "github"]).stdout).toMatch(/^::error file=/);
  });
});

describe("a project", () => {
  test("goes to ./<server-name>-mcp, and is regenerated in place from within", () => {
    const first = run([spec]);
    expect(first).toMatchObject({ status: 0, stdout: expect.stringMatching(/^crm-mcp: 11 tools for 17 operations/) });
    const dir = path.join(folder, "crm-mcp");
    expect(run([], dir)).toEqual({ status: 0, stdout: expect.stringContaining("nothing changed"), stderr: "" });
    expect(run([spec])).toMatchObject({ status: 0, stdout: expect.stringContaining("nothing changed") });
    expect(run(["check"], dir)).toEqual({ status: 0, stdout: ". is up to date.\n", stderr: "" });
  });

  test.runIf(existsSync("/proc/self"))("a folder that cannot be made ends the run instead of holding it up", () => {
    const words = [command, spec, "-o", "/proc/none/project"];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", timeout: 30_000 });
    expect(stderr).toContain("The project was not written: ENOENT");
    expect(status).toBe(1);
  });

  test("check tells breaking, additive and text changes, in every format, and writes nothing", () => {
    const dir = createProject("checked");
    const file = path.join(dir, "mcp.annotations.yaml");
    edit(file, "  get_deal:\n", "  read_deal:\n    title: Read one deal\n");
    edit(file, "  list_deals:\n", "  list_deals:\n    title: All deals\n");
    edit(file, / {2}get_company:\n.*\n/, "");
    edit(file, '# skip: ["DELETE /admin/**"]', 'skip: ["GET /companies/{company_id}"]');
    const before = readFileSync(path.join(dir, "tools.json"), "utf8");
    const text = run(["check"], dir);
    expect(text.status).toBe(1);
    expect(text.stdout).toMatch(
      /Breaking changes of the tools:\n {2}get_company: the tool is gone \[GET \/companies\/\{company_id\}, -\d+ tokens\]\n/,
    );
    expect(text.stdout).toContain(
      "  get_deal: the tool is listed as read_deal; the old name still answers [GET /deals/",
    );
    expect(text.stdout).toContain("  read_deal: the tool is new [GET /deals/{deal_id}, +");
    expect(text.stdout).toContain("Texts that read anew:\n  list_deals: the title reads anew [GET /deals");
    expect(text.stdout).toContain("\nIn all: 1 breaking, 2 additive, 1 text; ");
    const json = JSON.parse(run(["check", "--format", "json"], dir).stdout) as object;
    const gone = { class: "breaking", tool: "get_company", operations: ["GET /companies/{company_id}"] };
    expect(json).toMatchObject({ fresh: false, surface: [gone, {}, {}, {}] });
    expect(run(["check", "--format", "markdown"], dir).stdout).toContain("| `get_company` | the tool is gone | `GET ");
    expect(run(["check", "--format", "github"], dir).stdout).toContain("::error file=tools.json,line=1,col=1,title=");
    expect(run(["check", "--fail-on", "breaking"], dir).status).toBe(1);
    expect(readFileSync(path.join(dir, "tools.json"), "utf8")).toBe(before);
  }, 120_000);

  test("a renamed tool keeps its former name, and a check says whether the generator is the cause", () => {
    const dir = createProject("renamed");
    const file = path.join(dir, "mcp.annotations.yaml");
    edit(file, "  get_deal:\n", "  read_deal:\n    title: Read one deal\n");
    expect(run([], dir).status).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("aliases:\n  get_deal: read_deal\n");
    edit(file, "title: Read one deal", "title: Read a deal");
    expect(run(["check", "--fail-on", "additive"], dir).status).toBe(0);
    expect(run(["check", "--fail-on", "any"], dir).status).toBe(1);
    const { stdout } = run(["check", "--explain-generator"], dir);
    expect(stdout).toMatch(/\nChanged: the annotation file since the last run; the generator is the same/);
    edit(path.join(dir, ".openapi-to-mcp/manifest.json"), /"generator": "[^"]+"/, '"generator": "0.0.1"');
    expect(run(["check", "--explain-generator"], dir).stdout).toMatch(
      /and was 0\.0\.1\.\nFrom the annotation file or the generator, as .*: read_deal\.\n/,
    );
    edit(file, "title: Read a deal", "title: Read one deal");
    expect(run(["check", "--explain-generator"], dir).stdout).toContain("every change comes from the generator");
  }, 120_000);

  test("diff compares descriptions, tool lists and git revisions", () => {
    const dir = createProject("compared");
    const newer = path.join(folder, "newer.yaml");
    writeFileSync(
      newer,
      readFileSync(spec, "utf8").replace("required: [title, contact_id]", "required: [title, contact_id, amount]"),
    );
    const change = 'manage_deal: argument "amount" is now required (action "create") [POST /deals';
    const ofSpecs = run(["diff", spec, newer, "--fail-on", "breaking"]);
    expect(ofSpecs).toMatchObject({ status: 1, stdout: expect.stringContaining(change), stderr: "" });

    const git = (...words: string[]) => {
      const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
      return spawnSync("git", [...identity, ...words], { cwd: dir, encoding: "utf8" });
    };
    git("init", "-q", "-b", "main");
    git("add", "-A");
    expect(git("commit", "-qm", "first").status).toBe(0);
    const old = path.join(folder, "old.json");
    writeFileSync(old, readFileSync(path.join(dir, "tools.json")));
    expect(run([newer, "-o", dir]).status).toBe(0);
    expect(run(["diff", "--base", "main", "--fail-on", "breaking"], dir)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(change),
    });
    expect(run(["diff", "--base", "main", "--head", "main"], dir).stdout).toBe("The tools are the same.\n");
    const ofLists = run(["diff", old, path.join(dir, "tools.json"), "--format", "json"]);
    expect(JSON.parse(ofLists.stdout)).toMatchObject({ surface: [{ class: "text", tool: "manage_deal" }, {}] });
    expect(run(["diff", "--base", "nowhere"], dir).status).toBe(2);
    expect(run(["diff", old]).status).toBe(2);
    expect(run(["diff", old, spec]).status).toBe(2);
  }, 120_000);

  test("a wrong annotation file is shown with its lines, and nothing is written", () => {
    const dir = createProject("wrong");
    const file = path.join(dir, "mcp.annotations.yaml");
    edit(file, "  get_deal:\n", "  get_deal:\n    titel: x\n    confirm: 5\n");
    const before = readFileSync(file, "utf8");
    const { status, stdout, stderr } = run([], dir);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    const line = before.split("\n").indexOf("    titel: x") + 1;
    expect(stderr).toContain(`  at mcp.annotations.yaml:${line}:5\n    ${line} |     titel: x\n`);
    expect(stderr).toContain('fix: Did you mean "title"?');
    expect(stderr).toMatch(/\n2 errors\n$/);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("--frozen refuses operations that the annotation file does not name", () => {
    const dir = createProject("frozen");
    edit(path.join(dir, "mcp.annotations.yaml"), / {2}get_deal:\n.*\n/, "");
    const { status, stderr } = run(["--frozen"], dir);
    expect(status).toBe(1);
    expect(stderr).toContain("GET /deals/{deal_id}");
  });

  test("--annotations elsewhere: read there, recorded there, and the project has none", () => {
    const file = path.join(folder, "elsewhere.yaml");
    writeFileSync(file, "version: 1 # mine\ntools:\n  find_contacts: { operation: listContacts }\n");
    const words = [spec, "-o", "apart", "--annotations", "elsewhere.yaml"];
    expect(run(words)).toMatchObject({ status: 0 });
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(
      /^version: 1 # mine\nspec: .*crm\.yaml\ntools:\n {2}find_contacts: \{ operation: listContacts \}\n/,
    );
    expect(text).toContain("      create: POST /contacts (createContact)\n");
    expect(readdirSync(path.join(folder, "apart"))).not.toContain("mcp.annotations.yaml");
    expect(run(["check", ...words])).toMatchObject({ status: 0 });
  });

  test("--format json is one document on stdout", () => {
    const { status, stdout, stderr } = run([spec, "-o", "json", "--format", "json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ server: { name: "crm" }, output: "json", tools: 11, diagnostics: [] });
  });
});
