/**
 * Every description below a folder, through everything a user does: generate, typecheck, start, list.
 *
 *   npm run bench:corpus -- FOLDER [--only TEXT] [--typescript 5.9|7] [--keep DIR]
 *
 * Prints a table and, at the end, how many of those with operations passed each step.
 */
import { mkdtemp, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../../test/e2e/clients.js";
import { command, repository } from "../../test/e2e/project.js";
import { measureNode } from "../measure/measure.js";
import { findDescriptions, type Description } from "./descriptions.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, typescript: { type: "string", default: "7" }, keep: { type: "string" } },
});
const folder = positionals[0];
if (folder === undefined)
  throw new Error("Usage: npm run bench:corpus -- FOLDER [--only TEXT] [--typescript 5.9|7] [--keep DIR]");

const compiler = path.join(
  repository,
  values.typescript === "7" ? "node_modules/typescript-7/bin/tsc" : "node_modules/typescript/bin/tsc",
);
const work = values.keep ? path.resolve(values.keep) : await mkdtemp(path.join(tmpdir(), "corpus-"));
await mkdir(work, { recursive: true });

interface Row {
  readonly name: string;
  readonly operations: number;
  readonly tools: number;
  readonly skipped: number;
  readonly granular: number;
  readonly grouped: number;
  readonly cpu: number;
  readonly memory: number;
  readonly verdict: string;
}

const descriptions = (await findDescriptions(path.resolve(folder))).filter(({ name }) =>
  name.includes(values.only ?? ""),
);
const rows: Row[] = [];
console.log(["description", "ops", "tools", "skip", "granular", "grouped", "cpu ms", "MB", "verdict"].join("\t"));
for (const description of descriptions) {
  const row = await tryDescription(description);
  rows.push(row);
  console.log(
    [
      row.name,
      row.operations,
      row.tools,
      row.skipped,
      row.granular,
      row.grouped,
      row.cpu,
      row.memory,
      row.verdict,
    ].join("\t"),
  );
}
const withOperations = rows.filter(({ operations, verdict }) => operations > 0 || verdict.startsWith("crash"));
const fine = withOperations.filter(({ verdict }) => verdict === "ok");
console.log(
  `\n${fine.length} of ${withOperations.length} descriptions with operations generate, typecheck, start and list; ${rows.length} in all`,
);
if (!values.keep) await rm(work, { recursive: true, force: true });

async function tryDescription({ name, file }: Description): Promise<Row> {
  const out = path.join(work, name.replace(/[^\w.-]+/g, "_"));
  const generated = await measureNode([command, file, "-o", out, "--format", "json", "--force", "--adopt"], {
    cwd: work,
    seconds: 120,
  });
  const base = {
    name,
    operations: 0,
    tools: 0,
    skipped: 0,
    granular: 0,
    grouped: 0,
    cpu: generated.cpu,
    memory: generated.memory,
  };
  if (generated.code === 1) return { ...base, verdict: `refused: ${firstError(generated.stdout)}` };
  if (generated.code !== 0)
    return { ...base, verdict: `crash: ${generated.stderr.trim().split("\n").slice(-3).join(" ").slice(0, 300)}` };
  const report = JSON.parse(await readFile(path.join(out, ".openapi-to-mcp/report.json"), "utf8")) as {
    tools: number;
    operations: number;
    skipped: readonly unknown[];
    tokens: { grouped: number; granular: number };
  };
  const row = {
    ...base,
    operations: report.operations,
    tools: report.tools,
    skipped: report.skipped.length,
    ...report.tokens,
  };
  await symlink(path.join(repository, "node_modules"), path.join(out, "node_modules"), "dir").catch(() => undefined);
  const compiled = await measureNode([compiler, "-p", out], { cwd: out, seconds: 300 });
  if (compiled.code !== 0)
    return { ...row, verdict: `typecheck: ${compiled.stdout.split("\n").slice(0, 2).join(" | ").slice(0, 300)}` };
  const listed = await listTools(out).catch((error: unknown) => String(error).slice(0, 300));
  const verdict =
    typeof listed === "string" ? `start: ${listed}` : listed === report.tools ? "ok" : `list: ${listed} tools`;
  if (!values.keep) await rm(out, { recursive: true, force: true });
  return { ...row, verdict };
}

function firstError(text: string): string {
  try {
    const { diagnostics } = JSON.parse(text) as {
      diagnostics: readonly { code: string; severity: string; message: string }[];
    };
    const error = diagnostics.find(({ severity }) => severity === "error");
    return `${error?.code ?? ""} ${error?.message ?? ""}`.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}

/** Starts the built server over stdio with made-up credentials and counts what it lists. */
async function listTools(dir: string): Promise<number> {
  const example = await readFile(path.join(dir, ".env.example"), "utf8");
  const names = [...example.matchAll(/^#?\s?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? "");
  const credentials = names.filter(
    (name) =>
      /(TOKEN|KEY|USER|PASSWORD|AUTHORIZATION|SECRET|CLIENT_ID)$/.test(name) &&
      !/^(MCP|REDIS|OAUTH_|AUTH_|CURSOR|SIGNING)/.test(name),
  );
  const env = {
    ...Object.fromEntries(credentials.map((name) => [name, "made-up-value"])),
    API_BASE_URL: "http://127.0.0.1:9/api",
  };
  const client = await connect("modern", { dir, env });
  try {
    return (await client.listTools()).length;
  } finally {
    await client.close();
  }
}
