/** The stages on one screen: load the spec, build the model, cluster it into intents, plan the server, emit files. */
import path from "node:path";
import { mergeExtensions } from "./annotations/extensions.js";
import { checkTools } from "./annotations/names.js";
import { openAnnotations, recordPaths } from "./annotations/open.js";
import { renderAnnotations } from "./annotations/render.js";
import { printAnnotationsSchema } from "./annotations/schema.js";
import { clusterOperations } from "./cluster/cluster.js";
import { createCollector } from "./diagnostics/collector.js";
import { locateDiagnostic } from "./diagnostics/locate.js";
import type { Sources } from "./diagnostics/locate.js";
import { emitProject } from "./emit/emit.js";
import type { GeneratedFile } from "./emit/types.js";
import { loadSpec } from "./load/load.js";
import { loadTemplates } from "./load/templates.js";
import { buildApi } from "./model/build.js";
import type { Api } from "./model/types.js";
import type { GenerateInput, GenerateResult } from "./pipeline-types.js";
import { planName, planServer } from "./plan/plan.js";
import type { ServerPlan } from "./plan/types.js";

/** Name of the annotation file in a generated project. */
export const annotationsFile = "mcp.annotations.yaml";

/** Plans a server for a description and prints its project. Reads files, writes none; reports instead of throwing. */
export async function generate({ spec, annotations: given, options = {} }: GenerateInput): Promise<GenerateResult> {
  const { report, diagnostics, hasErrors } = createCollector({ strict: options.strict ?? false });
  const sources: Sources[] = [];
  let api: Api | undefined;
  const finish = (plan?: ServerPlan, files: readonly GeneratedFile[] = []): GenerateResult => ({
    files: hasErrors() ? [] : files,
    plan,
    api,
    diagnostics: diagnostics.map((diagnostic) => locateDiagnostic(diagnostic, sources)),
  });

  let stated = await openAnnotations(typeof given === "function" ? undefined : given, report);
  sources.push(...stated.sources);
  const source = spec ?? stated.spec;
  if (hasErrors()) return finish();
  if (source === undefined) {
    report({ code: "annotations/no-spec", message: "Neither the call nor the annotation file names a description." });
    return finish();
  }

  options.onStage?.("load");
  const overlays = [...stated.overlays, ...(options.overlays ?? [])];
  const loaded = await loadSpec(source, { allowRemoteRefs: options.allowRemoteRefs ?? false, overlays }, report);
  if (!loaded) return finish();
  sources.push(loaded);

  options.onStage?.("model");
  api = buildApi(loaded, report);
  if (typeof given === "function") {
    const file = given(planName(api, stated.annotations));
    stated = await openAnnotations(file, report);
    if (stated.overlays.length > 0) return generate({ spec, annotations: file, options });
    sources.push(...stated.sources);
    if (hasErrors()) return finish();
  }
  const annotations = mergeExtensions({ annotations: stated.annotations, api, root: loaded.root.at }, report);

  options.onStage?.("cluster");
  const clustering = clusterOperations(api, annotations, report, { frozen: options.frozen ?? false });

  options.onStage?.("plan");
  const plan = planServer({ api, clustering, annotations, specName: path.basename(source) }, report);
  checkTools(annotations, plan, report);
  if (options.planOnly || hasErrors()) return finish(plan);

  options.onStage?.("emit");
  const paths = recordPaths(stated, { spec: source, overlays, folder: options.output ?? `${plan.name}-mcp` });
  const record = renderAnnotations(stated.text, plan, { ...paths, annotations, operations: api.operations });
  return finish(plan, [
    ...emitProject(plan, await loadTemplates(), {}),
    { path: annotationsFile, content: record, owner: "shared" },
    { path: ".openapi-to-mcp/annotations.schema.json", content: printAnnotationsSchema(), owner: "generator" },
  ]);
}
