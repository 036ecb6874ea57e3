import { listTool } from "../../templates/runtime/listing.js";
import { runtimeTool } from "../emit/runtime-tool.js";
import { loadTemplates } from "../load/templates.js";
import type { GenerateResult } from "../pipeline-types.js";
import { toInspection } from "./inspect-json.js";
import { limits } from "./inspect-text.js";

/** The plan as one self-contained page: operations flow into tools; a click shows schema and reason. */
export async function printInspectionPage(result: GenerateResult): Promise<string> {
  const template = (await loadTemplates()).get("inspect/page.html") ?? "";
  const schemas = (result.plan?.tools ?? []).map((tool) => listTool(runtimeTool(tool))?.inputSchema);
  const inspection = toInspection(result);
  const tools = inspection.tools.map((tool, index) => ({ ...tool, inputSchema: schemas[index] }));
  // `<` never ends the script element, whatever the description says; a function, so that `$` stays what it is.
  const data = JSON.stringify({ ...inspection, tools, limits }).replaceAll("<", "\\u003c");
  return template.replace("__PLAN__", () => data);
}
