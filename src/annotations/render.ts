import type { Report } from "../diagnostics/types.js";
import type { ServerPlan } from "../plan/types.js";
import { printFirst } from "./print.js";
import type { RenderContext } from "./print.js";

/**
 * The annotation file with every assignment of the plan in it. What a person wrote stays byte for byte: missing
 * entries are inserted as text, and a recorded path is replaced only where the operation moved.
 */
export async function renderAnnotations(
  existing: string | undefined,
  plan: ServerPlan,
  context: RenderContext,
  report: Report,
): Promise<string> {
  if (existing === undefined || existing.trim() === "") return printFirst(plan, context);
  const { amendAnnotations } = await import("./amend.js");
  return amendAnnotations(existing, plan, context, report);
}
