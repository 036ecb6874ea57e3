import type { Report } from "../diagnostics/types.js";
import type { ServerPlan } from "./types.js";

/** New operations that are told one by one. */
const MAX_TOLD = 20;

/** Says where the rules placed operations that the annotation file did not name. */
export function reportAdded(keys: readonly string[], { tools }: Pick<ServerPlan, "tools">, report: Report): void {
  const added = new Set(keys);
  const places = tools.flatMap((tool) =>
    tool.actions.flatMap(({ action, operation }) => {
      const place = action === null ? tool.name : `${tool.name}.${action}`;
      return added.has(operation.key) ? [`${operation.key} (${place})`] : [];
    }),
  );
  if (places.length === 0) return;
  const more = places.length > MAX_TOLD ? ` and ${places.length - MAX_TOLD} more` : "";
  const isOne = places.length === 1;
  const told = places.slice(0, MAX_TOLD).join(", ");
  const message = `${isOne ? "One operation is" : `${places.length} operations are`} new: ${told}${more}.`;
  report({ code: "cluster/added-operations", message });
}
