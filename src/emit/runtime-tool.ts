import type { Tool } from "../../templates/runtime/tool.js";
import type { ActionPlan, ToolPlan } from "../plan/types.js";

/** The tool as the runtime will hold it: what the emitted file evaluates to. */
export function runtimeTool(tool: ToolPlan): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    domain: tool.domain,
    hints: tool.hints,
    actions: Object.fromEntries(tool.actions.map((action) => [action.key, runtimeAction(action)])),
    properties: tool.properties,
  };
}

function runtimeAction(action: ActionPlan): Tool["actions"][string] {
  return {
    operation: action.operation.wire,
    summary: action.summary,
    scopes: action.scopes,
    ...(action.confirm && { confirm: true as const }),
    ...(action.batch !== undefined && { batch: action.batch }),
    ...(action.result && { result: action.result }),
    ...(action.noun !== undefined && { noun: action.noun }),
  };
}
