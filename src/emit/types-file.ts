import type { ResourcePlan, ServerPlan, ToolPlan, ActionPlan } from "../plan/types.js";
import { printDeclarations } from "./declarations.js";
import { EDIT_ANNOTATIONS, headerOf } from "./header.js";
import { PRINT_WIDTH, printKey } from "./literal.js";
import { titleOf } from "./operations-file.js";
import { createSourceFile } from "./source-file.js";
import type { GeneratedFile } from "./types.js";

/** `src/generated/types/<resource>.ts`: what goes into each operation and what comes out of it. */
export function emitTypes(resource: ResourcePlan, plan: ServerPlan): GeneratedFile {
  const file = createSourceFile(headerOf(plan, EDIT_ANNOTATIONS));
  const taken = new Set(resource.operations.flatMap(({ inputType, outputType }) => [inputType, outputType]));
  for (const operation of resource.operations) {
    const title = titleOf(operation);
    const roots = [
      { name: operation.inputType, doc: `Arguments of ${title}`, schema: operation.input },
      { name: operation.outputType, doc: `Result of ${title}`, schema: operation.output },
    ];
    for (const declaration of roots.flatMap((root) => printDeclarations(root, taken))) file.code(declaration);
  }
  return { path: `src/generated/types/${resource.file}.ts`, content: file.toString(), owner: "generator" };
}

/** `src/generated/hooks.ts`: the hooks a server takes, by tool and action. */
export function emitHookTypes(plan: ServerPlan, fileOf: (action: ActionPlan) => string): GeneratedFile {
  const file = createSourceFile(headerOf(plan, "Write hooks in src/hooks.ts."));
  file.importType("ActionHooks", "../runtime/context.js");
  for (const action of plan.tools.flatMap((tool) => tool.actions)) {
    file.importType(action.operation.inputType, `./types/${fileOf(action)}.js`);
    file.importType(action.operation.outputType, `./types/${fileOf(action)}.js`);
  }
  file.doc("Hooks by tool, then by action. Each may change what goes into an operation or what comes out of it.");
  // A type, not an interface: only that is assignable to the runtime's index signature.
  file.code(`export type ServerHooks = {\n${plan.tools.map((tool) => printTool(tool)).join("\n")}\n};`);
  return { path: "src/generated/hooks.ts", content: file.toString(), owner: "generator" };
}

function printTool(tool: ToolPlan): string {
  const lines = tool.actions.map(({ key, operation }) => {
    const { inputType, outputType } = operation;
    const start = `    ${printKey(key)}?: ActionHooks<`;
    const line = `${start}${inputType}, ${outputType}>;`;
    return line.length <= PRINT_WIDTH ? line : `${start}\n      ${inputType},\n      ${outputType}\n    >;`;
  });
  return `  ${printKey(tool.name)}?: {\n${lines.join("\n")}\n  };`;
}
