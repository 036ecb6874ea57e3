import { readFileSync, statSync } from "node:fs";
import { listTool } from "../../templates/runtime/listing.js";
import { sliceTools } from "../../templates/runtime/listing-granular.js";
import type { LocatedDiagnostic } from "../diagnostics/locate.js";
import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import { countDiagnostics } from "../diagnostics/print-text.js";
import { suggestName } from "../diagnostics/suggest.js";
import { cleanText } from "../diagnostics/text.js";
import { runtimeTool } from "../emit/runtime-tool.js";
import { describeFindings } from "../lint/describe.js";
import { lintTools } from "../lint/lint.js";
import { profiles } from "../lint/profiles.js";
import { readTools, toLinted } from "../lint/read.js";
import type { LintInput, Profile } from "../lint/types.js";
import type { ServerPlan } from "../plan/types.js";
import { exitCodes } from "./exit-codes.js";
import { count } from "./inspect-text.js";
import { hasErrors, printReport } from "./report.js";
import { createWriteCollector, runPipeline } from "./session.js";
import type { CommonArguments } from "./session.js";

interface LintArguments extends CommonArguments {
  readonly profile?: string[] | undefined;
  /** Of a description or project: a list in a file is what it is. */
  readonly surface: "grouped" | "granular";
}

/** Holds a tool list against what clients take: a list in a file, or that of a project or description. */
export async function runLint(args: LintArguments): Promise<number> {
  const chosen = chooseProfiles(args.profile);
  if (typeof chosen === "string") {
    process.stderr.write(`${chosen}\n\nSee openapi-to-mcp lint --help.\n`);
    return exitCodes.usage;
  }
  const source = readList(args.spec) ?? (await planList(args));
  if (typeof source === "number") return source;
  const { input, diagnostics: known } = source;
  const diagnostics = [...known, ...(input ? lintInput(source, chosen, args) : [])];
  printReport(diagnostics, args);
  const isFailed = hasErrors(diagnostics) || !input;
  if (args.format === "json") process.stdout.write(printJson(chosen, input, diagnostics));
  else if (input && !isFailed && !args.quiet && args.format !== "github")
    process.stdout.write(`${summarise(input, chosen, diagnostics.length)}\n`);
  return isFailed ? exitCodes.failed : exitCodes.fine;
}

function summarise({ tools }: LintInput, chosen: readonly Profile[], findings: number): string {
  const held = [count(tools.length, "tool"), count(chosen.length, "profile")] as const;
  if (findings === 0) return `${held[0]} fit ${held[1]}.`;
  return `${held[0]} held against ${held[1]}: no error, ${count(findings, "finding")} to read.`;
}

interface Source {
  readonly input: LintInput | undefined;
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** File and place of the list in it, when it stands in one. */
  readonly list?: { readonly file: string; readonly pointer: string };
}

/** All profiles unless some are named; a text when there is none of that name. */
function chooseProfiles(names: readonly string[] | undefined): readonly Profile[] | string {
  if (!names || names.length === 0) return [...profiles.values()];
  const unknown = names.find((name) => !profiles.has(name));
  if (unknown === undefined) return [...profiles.values()].filter(({ name }) => names.includes(name));
  const meant = suggestName(unknown, profiles.keys());
  const hint = meant ? `Did you mean ${meant}?` : `There are: ${[...profiles.keys()].join(", ")}.`;
  return `There is no profile ${cleanText(unknown)}. ${hint}`;
}

/** The list a JSON file holds; undefined when the source is something else, such as a description. */
function readList(file: string | undefined): Source | undefined {
  if (!file?.endsWith(".json")) return undefined;
  const read = readTools(parseFile(file));
  if (!read) return undefined;
  const { tools, pointer } = read;
  const input = { tools, serverName: undefined, instructions: undefined, domains: [] };
  return { input, diagnostics: [], list: { file, pointer } };
}

/** What cannot be read here is reported by the pipeline, which reads it next. */
function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

async function planList(args: LintArguments): Promise<Source | number> {
  const isFolder = args.spec !== undefined && statSync(args.spec, { throwIfNoEntry: false })?.isDirectory();
  const places = isFolder ? { ...args, spec: undefined, output: args.spec } : args;
  const session = await runPipeline(places, { planOnly: true });
  if (typeof session === "number") return session;
  const { plan, diagnostics } = session.result;
  // What a run says of the description is not asked for here, unless there is nothing to look at.
  const told = diagnostics.filter(({ severity, code }) => severity === "error" || code === "write/recovered");
  return { input: plan && !hasErrors(diagnostics) ? toInput(plan, args.surface) : undefined, diagnostics: told };
}

function toInput({ name, instructions, domains, tools }: ServerPlan, surface: LintArguments["surface"]): LintInput {
  const grouped = tools.map(runtimeTool);
  const served = surface === "granular" ? sliceTools(name, grouped).map(({ slice }) => slice) : grouped;
  const linted = served.flatMap((tool) => toLinted(listTool(tool)) ?? []);
  const parts = domains.map((part) => ({
    name: part.name,
    tools: served.filter(({ domain }) => domain === part.name).map((tool) => tool.name),
  }));
  return { tools: linted, serverName: name, instructions, domains: parts };
}

function lintInput({ input, list }: Source, chosen: readonly Profile[], args: LintArguments): LocatedDiagnostic[] {
  if (!input) return [];
  const collector = createWriteCollector(args);
  for (const { pointer, ...finding } of describeFindings(lintTools(input, chosen), input)) {
    collector.report({ ...finding, at: list && { file: list.file, pointer: `${list.pointer}${pointer}` } });
  }
  return [...collector.diagnostics].map((diagnostic) => ({ ...diagnostic }));
}

function printJson(
  chosen: readonly Profile[],
  input: LintInput | undefined,
  diagnostics: readonly LocatedDiagnostic[],
): string {
  const value = {
    profiles: chosen.map(({ name, revision }) => ({ name, revision })),
    tools: input?.tools.length ?? 0,
    diagnostics: toJsonDiagnostics(diagnostics),
    summary: countDiagnostics(diagnostics),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
