import type { ActionPlan, OperationPlan, ServerPlan } from "../plan/types.js";
import { emitOperations } from "./operations-file.js";
import { emitProjectFiles } from "./project-files.js";
import { emitServer } from "./server-file.js";
import { emitTestCalls } from "./test-cases.js";
import { emitTool } from "./tool-file.js";
import { emitToolsJson } from "./tools-json.js";
import { emitHookTypes, emitTypes } from "./types-file.js";
import type { GeneratedFile, Templates } from "./types.js";

export interface EmitOptions {
  /** npm specification of the generator that the project's CI runs: `@openapi-to-mcp/cli@1`. */
  readonly generator?: string;
  /** Whose workflow files the project carries; GitHub's unless stated. */
  readonly ci?: "github" | "gitlab" | "none";
}

/** Every file of the project, printed: nothing is decided here. Sorted by path. */
export function emitProject(plan: ServerPlan, templates: Templates, options: EmitOptions = {}): GeneratedFile[] {
  const files = new Map<string, string>();
  for (const resource of plan.resources) {
    for (const operation of resource.operations) files.set(operation.constant, resource.file);
  }
  const fileOf = (operation: OperationPlan): string => files.get(operation.constant) ?? "operations";
  const emitted: GeneratedFile[] = [
    emitServer(plan),
    ...plan.resources.flatMap((resource) => [emitOperations(resource, plan), emitTypes(resource, plan)]),
    ...plan.tools.map((tool) => emitTool(tool, plan, fileOf)),
    emitHookTypes(plan, (action: ActionPlan) => fileOf(action.operation)),
    emitTestCalls(plan),
    emitToolsJson(plan),
    ...emitRuntime(templates),
    ...emitProjectFiles(plan, templates, {
      generator: options.generator ?? "@openapi-to-mcp/cli",
      ci: options.ci ?? "github",
    }),
  ];
  return emitted.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** The runtime is the same in every project: real files, copied as they are. */
function emitRuntime(templates: Templates): GeneratedFile[] {
  return [...templates]
    .filter(([name]) => /^runtime\/[\w-]+\.ts$/.test(name) && !name.endsWith(".test.ts"))
    .map(([name, content]) => ({ path: `src/${name}`, content, owner: "generator" as const }));
}
