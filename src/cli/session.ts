/** What every command that runs the pipeline shares: places and progress. */
import path from "node:path";
import { createCollector } from "../diagnostics/collector.js";
import { generate } from "../pipeline.js";
import type { ExistingProject, GenerateResult, Stage } from "../pipeline-types.js";
import { settleProject } from "../write/claim.js";
import { exitCodes } from "./exit-codes.js";
import { readExisting } from "./existing.js";
import { locateProject } from "./project.js";
import type { Project } from "./project.js";
import { runner } from "./runner.js";
import { packageName, readVersion } from "./version.js";

export type Format = "text" | "json" | "markdown" | "github";

/** Options that all commands but `explain` take. */
export interface CommonArguments {
  readonly spec?: string | undefined;
  readonly output?: string | undefined;
  readonly annotations?: string | undefined;
  readonly overlay?: string[] | undefined;
  readonly allowRemoteRefs: boolean;
  readonly strict: boolean;
  readonly frozen: boolean;
  readonly format?: Format | undefined;
  readonly quiet: boolean;
}

export interface Session {
  readonly project: Project;
  /** An interrupted run was undone first, or could not be. */
  readonly settled: boolean;
  readonly result: GenerateResult;
}

export type Ci = NonNullable<ExistingProject["ci"]>;

interface RunOptions {
  readonly planOnly?: boolean;
  readonly ci?: Ci | undefined;
}

/** Runs the pipeline for a command; a number when the command line does not say on what. */
export async function runPipeline(
  args: CommonArguments,
  { planOnly = false, ci }: RunOptions = {},
): Promise<Session | number> {
  const project = locateProject(args);
  if (typeof project === "string") {
    process.stderr.write(`${project}\n\nSee openapi-to-mcp --help.\n`);
    return exitCodes.usage;
  }
  const showsProgress = process.stderr.isTTY && !args.quiet;
  const settling = createCollector({ strict: args.strict });
  const { annotations, output } = project;
  if (output !== undefined) settleProject(output, runner, settling.report);
  const result = await generate({
    spec: project.spec,
    annotations:
      typeof annotations === "string"
        ? annotations
        : (name) => {
            const file = annotations(name);
            settleProject(path.dirname(file), runner, settling.report);
            return file;
          },
    options: {
      strict: args.strict,
      frozen: args.frozen,
      allowRemoteRefs: args.allowRemoteRefs,
      overlays: args.overlay ?? [],
      output,
      planOnly,
      generator: `${packageName}@${readVersion()}`,
      existing: () => readExisting(output ?? project.chosen(), ci),
      onStage: showsProgress ? showStage : undefined,
    },
  });
  if (showsProgress) process.stderr.write(clearLine);
  const { diagnostics: settled } = settling;
  return {
    project,
    result: { ...result, diagnostics: [...settled, ...result.diagnostics] },
    settled: settled.length > 0,
  };
}

const clearLine = "\r\u001b[K";

const stageTexts: Readonly<Record<Stage, string>> = {
  load: "Reading the description",
  model: "Building the model",
  cluster: "Grouping operations",
  plan: "Planning tools",
  emit: "Printing files",
};

function showStage(stage: Stage): void {
  process.stderr.write(`${clearLine}${stageTexts[stage]} …`);
}

/** Collects what stages after the pipeline report. */
export function createWriteCollector({ strict }: CommonArguments) {
  return createCollector({ strict });
}
