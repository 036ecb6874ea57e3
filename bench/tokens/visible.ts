/** How much of what an API takes a model still sees. */
import type { ServerPlan } from "../../src/plan/types.js";
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";

export interface Share {
  readonly required: readonly [number, number];
  readonly optional: readonly [number, number];
}

/** Fields of all operations, at any depth: shown in the schema of their tool, and in all. */
export function measureVisible(plan: ServerPlan): Share {
  const counts = { required: [0, 0] as [number, number], optional: [0, 0] as [number, number] };
  for (const tool of plan.tools) {
    for (const action of tool.actions) {
      compare(action.operation.input, { type: "object", properties: tool.properties }, counts, true);
    }
  }
  return counts;
}

function compare(
  full: JsonSchema,
  shown: JsonSchema | undefined,
  counts: { readonly required: [number, number]; readonly optional: [number, number] },
  isNeeded: boolean,
): void {
  const item = full["items"];
  const shownItem = shown?.["items"];
  if (isSchema(item)) compare(item, isSchema(shownItem) ? shownItem : undefined, counts, isNeeded);
  for (const branch of Array.isArray(full["anyOf"]) ? full["anyOf"] : []) {
    if (isSchema(branch)) compare(branch, shown, counts, false);
  }
  compareProperties(full, shown, counts, isNeeded);
}

function compareProperties(...[full, shown, counts, isNeeded]: Parameters<typeof compare>): void {
  const properties = full["properties"];
  if (!isSchema(properties)) return;
  const required = Array.isArray(full["required"]) ? full["required"] : [];
  const shownProperties = shown?.["properties"];
  for (const [name, property] of Object.entries(properties)) {
    if (!isSchema(property)) continue;
    const needed = isNeeded && required.includes(name);
    const found = isSchema(shownProperties) && Object.hasOwn(shownProperties, name) ? shownProperties[name] : undefined;
    const count = needed ? counts.required : counts.optional;
    count[1] += 1;
    if (found !== undefined) count[0] += 1;
    compare(property, isSchema(found) ? found : undefined, counts, needed);
  }
}

function isSchema(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
