/** Runs an annotation file over the sample description and says what it changed. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { toInspection } from "../../src/cli/inspect-json.js";
import { generate } from "../../src/index.js";
import type { GenerateResult } from "../../src/index.js";

export const folder = path.join(import.meta.dirname, "cases");
const annotationsFile = "mcp.annotations.yaml";

export async function listCases(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(".yaml") && !file.endsWith(".overlay.yaml"))
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
}

export const goldenOf = (name: string) => path.join(folder, `${name}.golden.json`);

type Wire = NonNullable<GenerateResult["plan"]>["resources"][number]["operations"][number]["wire"];
type Entries = Readonly<Record<string, unknown>>;

/** What an API client and a model see, entry by entry. */
function describeResult(result: GenerateResult): Record<string, Entries> {
  const { tools, ...inspection } = toInspection(result) as { tools: { name: string }[] } & Entries;
  const listed = result.files.find((file) => file.path === "tools.json")?.content;
  const { tools: listing = [] } = (listed ? JSON.parse(String(listed)) : {}) as { tools?: { name: string }[] };
  const byName = (entries: { name: string }[]) => Object.fromEntries(entries.map((entry) => [entry.name, entry]));
  const operations = (result.plan?.resources ?? []).flatMap((resource) => resource.operations);
  const { title, instructions, prompts, environment, pageSize } = result.plan ?? {};
  return {
    server: { ...inspection, plan: { title, instructions, prompts, environment, pageSize } },
    tools: byName(tools),
    listing: byName(listing),
    operations: Object.fromEntries(operations.map(({ key, wire }) => [key, sentBy(wire)])),
  };
}

/** What annotations change of a request; schemas are pinned elsewhere. */
function sentBy({ class: effect, fixed, pagination, idempotency, errorWhen, arguments: given }: Wire): Entries {
  const args = given.map((argument) => ({ ...argument, schema: undefined }));
  return { class: effect, fixed, pagination, idempotency, errorWhen, arguments: args };
}

/** Entries that are not as they were; null where one is gone. */
function difference(before: Entries = {}, after: Entries = {}): Entries {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const isSame = (key: string) => JSON.stringify(before[key]) === JSON.stringify(after[key]);
  return Object.fromEntries(keys.filter((key) => !isSame(key)).map((key) => [key, after[key] ?? null]));
}

const relative = (file: string) => path.relative(process.cwd(), file).split(path.sep).join("/");

export async function runCase(name: string, text?: string): Promise<GenerateResult> {
  const file = relative(path.join(folder, `${name}.yaml`));
  return generate({ annotations: { file, text: text ?? (await readFile(file, "utf8")) } });
}

/** The case's golden: what differs from a run without annotations, and the file as the run leaves it. */
export async function printCase(result: GenerateResult, plain: GenerateResult): Promise<string> {
  const [before, after] = [describeResult(plain), describeResult(result)];
  const changes = Object.keys(after).map((key) => [key, difference(before[key], after[key])] as const);
  const file = fileAfter(result)?.split("\n") ?? null;
  const changed = Object.fromEntries(changes.filter(([, entries]) => Object.keys(entries).length > 0));
  return format(JSON.stringify({ ...changed, file }), { parser: "json", printWidth: 120 });
}

export function fileAfter(result: GenerateResult): string | undefined {
  const content = result.files.find((file) => file.path === annotationsFile)?.content;
  return content === undefined ? undefined : String(content);
}
