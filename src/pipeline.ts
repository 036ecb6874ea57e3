/** The stages on one screen: load the spec, build the model, cluster it into intents, plan the server, emit files. */
import path from "node:path";
import { reportLostVariables } from "./annotations/former-variables.js";
import { followNames, listOperations, parseFormerSurface } from "./annotations/former.js";
import { namesOperation } from "./annotations/named.js";
import { narrowReport } from "./annotations/narrow.js";
import { checkTools } from "./annotations/names.js";
import { choosePaths, openAnnotations, placeNamed, recordPaths } from "./annotations/open.js";
import type { OpenAnnotations } from "./annotations/open.js";
import { renderAnnotations } from "./annotations/render.js";
import type { Annotations } from "./annotations/types.js";
import { clusterOperations } from "./cluster/cluster.js";
import { createCollector } from "./diagnostics/collector.js";
import { locateDiagnostic } from "./diagnostics/locate.js";
import type { Sources } from "./diagnostics/locate.js";
import type { Report } from "./diagnostics/types.js";
import { emitProject } from "./emit/emit.js";
import { emitReport } from "./emit/report-file.js";
import { emitSurface } from "./emit/surface-file.js";
import type { GeneratedFile } from "./emit/types.js";
import { loadSpec } from "./load/load.js";
import { loadTemplates } from "./load/templates.js";
import { buildApi } from "./model/build.js";
import type { Api } from "./model/types.js";
import type {
  AnnotationSource,
  ExistingProject,
  GenerateInput,
  GenerateOptions,
  GenerateResult,
} from "./pipeline-types.js";
import { maxToolName, planName, planServer } from "./plan/plan.js";
import type { ServerPlan } from "./plan/types.js";
import { reportAdded } from "./plan/report-added.js";

/** Name of the annotation file in a generated project. */
export const annotationsFile = "mcp.annotations.yaml";

/** Plans a server for a description and prints its project. Reads files, writes none; reports instead of throwing. */
export async function generate(input: GenerateInput): Promise<GenerateResult> {
  const run = startRun(input);
  const { annotations: given } = input;
  const stated = await run.open(typeof given === "function" ? undefined : given);
  const described = stated.isBroken ? undefined : await describeApi(input, stated, run);
  if (!described) return run.finish();
  if (typeof given !== "function") return buildServer(input, { ...described, stated }, run);
  const file = given(planName(described.api, stated.annotations));
  const found = await run.open(file);
  // Overlays change what was read, and so does a deprecated operation that the file asks for; all else is asked later.
  if (found.overlays.length > 0 || asksForMore(found, described.api)) return generate({ ...input, annotations: file });
  return found.isBroken ? run.finish() : buildServer(input, { ...described, stated: found }, run);
}

function asksForMore({ annotations }: OpenAnnotations, { skipped }: Api): boolean {
  const isNamed = namesOperation(annotations);
  return skipped.some(({ method, path: at, operationId, reason }) => {
    return reason === "deprecated" && isNamed(`${method} /${at.slice(1)}`, operationId);
  });
}

type Run = ReturnType<typeof startRun>;

function startRun({ options = {} }: GenerateInput) {
  const { report, diagnostics, hasErrors } = createCollector({ strict: options.strict ?? false });
  const sources: Sources[] = [];
  let isNarrow = false;
  const narrow = narrowReport(report);
  return {
    report: ((problem) => (isNarrow ? narrow : report)(problem)) satisfies Report,
    hasErrors,
    /** The annotation file has mistakes: the run goes on to tell those that only the description shows. */
    isNarrow: () => isNarrow,
    diagnostics,
    sources,
    async open(annotations: AnnotationSource | undefined): Promise<OpenAnnotations> {
      const stated = await openAnnotations(annotations, report);
      sources.push(...stated.sources);
      isNarrow = hasErrors();
      return stated;
    },
    finish: (outcome: Partial<GenerateResult> = {}): GenerateResult => ({
      files: [],
      plan: undefined,
      api: undefined,
      specHash: undefined,
      texts: undefined,
      hashOperation: () => undefined,
      ...outcome,
      diagnostics: diagnostics.map((diagnostic) => locateDiagnostic(diagnostic, sources)),
    }),
  };
}

/** The model of the description, and where it came from. */
async function describeApi({ spec, options = {} }: GenerateInput, stated: OpenAnnotations, run: Run) {
  const source = choosePaths(stated, { spec, overlays: options.overlays ?? [] }, run.report);
  if (!source) return undefined;
  options.onStage?.("load");
  const { allowRemoteRefs = false } = options;
  const report = spec === undefined ? placeNamed(stated, run.report) : run.report;
  const loaded = await loadSpec(source.spec, { allowRemoteRefs, overlays: source.overlays }, report);
  if (!loaded) return undefined;
  run.sources.push(loaded);
  options.onStage?.("model");
  return { source, loaded, api: buildApi(loaded, run.report, namesOperation(stated.annotations)) };
}

type Described = NonNullable<Awaited<ReturnType<typeof describeApi>>> & { readonly stated: OpenAnnotations };

/** The annotations with what `x-mcp` extensions of the description add to them. */
async function extendAnnotations({ api, stated: { annotations }, loaded }: Described, { report }: Run) {
  const isExtended = api.extension !== undefined || api.operations.some(({ extension }) => extension !== undefined);
  if (!isExtended) return annotations;
  const { mergeExtensions } = await import("./annotations/extensions.js");
  return mergeExtensions({ annotations, api, root: loaded.root.at }, report);
}

async function buildServer({ options = {} }: GenerateInput, described: Described, run: Run): Promise<GenerateResult> {
  const { api, stated, loaded, source } = described;
  const annotations = await extendAnnotations(described, run);
  options.onStage?.("cluster");
  const existing = options.existing?.() ?? {};
  const plan = decidePlan({ described, annotations, existing, options }, run);
  if (run.isNarrow()) return run.finish();
  if (options.planOnly || run.hasErrors()) return run.finish({ plan, api, specHash: loaded.hash });
  options.onStage?.("emit");
  const paths = recordPaths(stated, { ...source, folder: options.output ?? `${plan.name}-mcp` });
  // Names that only extensions of the description state stay there.
  const recorded = new Map(
    Object.entries(plan.aliases).filter(([name, target]) => annotations.aliases.get(name) !== target),
  );
  const context = { ...paths, file: stated.file, annotations, operations: api.operations, aliases: recorded };
  const record = await renderAnnotations(stated.text, plan, context, run.report);
  const files: readonly GeneratedFile[] = [
    ...emitProject(plan, await loadTemplates(), { ...options, ...existing }),
    emitSurface(plan),
    emitReport(plan, run.diagnostics),
    { path: annotationsFile, content: record, owner: "shared" },
  ];
  return run.finish({
    plan,
    api,
    specHash: loaded.hash,
    texts: loaded.texts,
    hashOperation: loaded.hashOperation,
    files: run.hasErrors() ? [] : files,
  });
}

interface Deciding {
  readonly described: Described;
  readonly annotations: Annotations;
  readonly existing: ExistingProject;
  readonly options: GenerateOptions;
}

/** The plan, with the names that the project published before. */
function decidePlan({ described, annotations: stated, existing, options }: Deciding, run: Run): ServerPlan {
  const { api, source } = described;
  const { name, former: record } = existing;
  const annotations = name === undefined ? stated : { ...stated, server: { name, ...stated.server } };
  const maxName = maxToolName(planName(api, annotations));
  const former = record === undefined ? undefined : parseFormerSurface(record);
  const published = former && listOperations(former);
  const clustering = clusterOperations(api, annotations, run.report, {
    frozen: options.frozen ?? false,
    maxName,
    published,
  });
  options.onStage?.("plan");
  const planned = planServer({ api, clustering, annotations, specName: path.basename(source.spec) }, run.report);
  if (published) {
    const added = clustering.added.filter((key) => !published.has(key));
    reportAdded(added, planned, run.report);
  }
  reportLostVariables(former?.environment, planned.environment, run.report);
  const aliases = followNames(annotations.aliases, planned, former);
  // A tool whose operations are not found is none that others misspell.
  const named = run.hasErrors() ? [...annotations.tools.keys()] : [];
  checkTools({ ...annotations, aliases }, { tools: planned.tools, stated: named, maxName }, run.report);
  return { ...planned, aliases: Object.fromEntries(aliases) };
}
