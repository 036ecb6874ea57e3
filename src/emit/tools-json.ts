import { listTool } from "../../templates/runtime/listing.js";
import type { ServerPlan } from "../plan/types.js";
import { printJson, sortKeys } from "./json-file.js";
import { runtimeTool } from "./runtime-tool.js";
import type { GeneratedFile } from "./types.js";

/** `tools.json`: the surface in one file, as `tools/list` answers it, with what each tool costs in tokens. */
export function emitToolsJson(plan: ServerPlan): GeneratedFile {
  const content = printJson({
    tokens: {
      total: plan.tokens.grouped,
      onePerOperation: plan.tokens.granular,
      byTool: Object.fromEntries(plan.tools.map(({ name, tokens }) => [name, tokens])),
    },
    tools: plan.tools.map((tool) => sortKeys(listTool(runtimeTool(tool)))),
  });
  return { path: "tools.json", content, owner: "generator" };
}
