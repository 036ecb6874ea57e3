/**
 * The same descriptions through this generator and through a peer from npm: does the result compile and start, how many
 * tools and tokens does a client get, and how many of the request fields that the description names can the client see
 * (as property names anywhere in the list: an opaque body is no saving).
 *
 *   npm run bench:compare [-- SPEC …]
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { generate } from "../../src/index.js";
import type { ServerPlan } from "../../src/plan/types.js";
import { createProject, repository, serverEnvironment } from "../../test/e2e/project.js";

const run = promisify(execFile);

const peer = { name: "openapi-mcp-generator", version: "4.0.1" };
/** What the peer's projects depend on, installed once beside them. */
const peerDependencies = [
  "@modelcontextprotocol/sdk@1.32.2",
  "axios@1",
  "dotenv@16",
  "zod@3",
  "json-schema-to-zod@2",
  "@types/node@22",
  "typescript@5.9.3",
];

interface Result {
  readonly compiles: boolean;
  readonly tools: number | null;
  readonly tokens: number | null;
  /** Of the fields asked for, how many the list names. */
  readonly visible: number | null;
}

const given = process.argv.slice(2);
const specs =
  given.length > 0
    ? given
    : ["specs/crm.yaml", "specs/billing.yaml", "specs/inventory.yaml", "specs/library/openapi.yaml"];
const work = await mkdtemp(path.join(tmpdir(), "compare-"));
await writeFile(path.join(work, "package.json"), '{ "private": true }');
await run("npm", ["install", "--no-audit", "--no-fund", `${peer.name}@${peer.version}`, ...peerDependencies], {
  cwd: work,
});

console.log(
  `| description | | compiles | starts, tools | tokens | request fields a client sees |\n|---|---|---|---|---|---|`,
);
for (const spec of specs) {
  const file = path.resolve(repository, spec);
  const { plan } = await generate({ spec: file, options: { planOnly: true } });
  if (!plan) throw new Error(`${spec} cannot be planned.`);
  const fields = fieldsOf(plan);
  report({ spec, tool: "openapi-to-mcp", fields: fields.length }, await tryOurs(file, plan, fields));
  const out = path.join(work, spec.replace(/\W+/g, "-"));
  report({ spec: "", tool: `${peer.name} ${peer.version}`, fields: fields.length }, await tryPeer(file, out, fields));
}
await rm(work, { recursive: true, force: true });

function report(row: { spec: string; tool: string; fields: number }, result: Result): void {
  const { compiles, tools, tokens, visible } = result;
  const seen = visible === null ? "–" : `${visible} of ${row.fields}`;
  console.log(
    `| ${row.spec} | ${row.tool} | ${compiles ? "yes" : "no"} | ${tools ?? "no"} | ${tokens?.toLocaleString("en") ?? "–"} | ${seen} |`,
  );
}

/** Distinct names of parameters and top-level body fields, as the description spells them. */
function fieldsOf(plan: ServerPlan): readonly string[] {
  const names = plan.tools
    .flatMap(({ actions }) => actions.flatMap((action) => action.arguments))
    .map(({ in: place, wire }) => (place === "body" ? wire.slice(wire.lastIndexOf("/") + 1) : wire));
  return [...new Set(names)].filter((name) => name !== "");
}

async function tryOurs(file: string, plan: ServerPlan, fields: readonly string[]): Promise<Result> {
  const project = await createProject(file);
  try {
    const credentials = Object.fromEntries(plan.environment.map(({ name }) => [name, "made-up"]));
    return { compiles: true, ...(await list({ cwd: project.dir, script: "dist/main.js", credentials }, fields)) };
  } finally {
    await project.remove();
  }
}

async function tryPeer(file: string, out: string, fields: readonly string[]): Promise<Result> {
  await mkdir(out, { recursive: true });
  await run(
    process.execPath,
    [
      path.join(work, `node_modules/${peer.name}/bin/openapi-mcp-generator.js`),
      "--input",
      file,
      "--output",
      out,
      "--force",
      "--base-url",
      "http://127.0.0.1:9",
    ],
    { cwd: work },
  );
  const compiles = await run(process.execPath, [path.join(work, "node_modules/typescript/bin/tsc"), "-p", out], {
    maxBuffer: 1e8,
  }).then(
    () => true,
    () => false,
  );
  return { compiles, ...(await list({ cwd: out, script: "build/index.js" }, fields)) };
}

interface Start {
  readonly cwd: string;
  readonly script: string;
  readonly credentials?: Readonly<Record<string, string>>;
}

/** Starts a server with made-up credentials; what tools/list costs a client, and what it shows. */
async function list({ cwd, script, credentials }: Start, fields: readonly string[]): Promise<Omit<Result, "compiles">> {
  const env = serverEnvironment({ ...credentials, API_BASE_URL: "http://127.0.0.1:9" });
  const client = new Client({ name: "compare", version: "1.0.0" });
  try {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [script],
      cwd,
      env,
      stderr: "ignore",
    });
    // The 1.x transports declare optional members in a way exactOptionalPropertyTypes refuses.
    await client.connect(transport as Parameters<typeof client.connect>[0], { timeout: 20_000 });
    const { tools } = await client.listTools();
    const text = JSON.stringify({ tools });
    const keys = new Set([...text.matchAll(/"([^"]+)":/g)].map(([, key]) => plainName(key ?? "")));
    const visible = fields.filter((name) => keys.has(plainName(name)));
    return { tools: tools.length, tokens: countTokens(text), visible: visible.length };
  } catch {
    return { tools: null, tokens: null, visible: null };
  } finally {
    await client.close();
  }
}

/** Names are compared without case and punctuation, which generators adapt to what clients take. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
