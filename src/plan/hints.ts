import type { ToolHints } from "../../templates/runtime/tool.js";
import type { Intent } from "../cluster/types.js";
import type { Report } from "../diagnostics/types.js";
import { splitWords } from "../naming/words.js";
import type { PlannedOperation } from "./operation.js";

/** Custom actions that add something and change nothing that is there. */
const ADDITIVE = new Set(
  "add append attach clone comment copy create duplicate import insert invite post register send submit upload".split(
    " ",
  ),
);

/** All four hints of MCP, for the worst of a tool's actions; the annotation file has the last word. */
export function planHints(operations: readonly PlannedOperation[], intent: Intent, report: Report): ToolHints {
  const readOnlyHint = operations.every(({ wire }) => wire.class === "read");
  const hints: ToolHints = {
    readOnlyHint,
    destructiveHint: !readOnlyHint && operations.some(isDestructive),
    idempotentHint: operations.every(({ wire }) => wire.idempotent),
    openWorldHint: true,
    ...intent.annotation?.hints,
  };
  if (hints.readOnlyHint && !readOnlyHint) {
    report({
      code: "plan/hint-contradiction",
      message: `The tool "${intent.name}" has readOnlyHint: true, but one of its actions writes.`,
      at: intent.annotation?.at,
    });
  }
  return hints;
}

/** MCP: a tool is destructive unless it only adds. Overwriting and deleting are not adding. */
function isDestructive({ choice, wire }: PlannedOperation): boolean {
  if (wire.class === "read" || choice.role === "create") return false;
  if (wire.class === "delete" || choice.role !== "action") return true;
  return wire.method !== "POST" || !splitWords(choice.action).some((word) => ADDITIVE.has(word));
}
