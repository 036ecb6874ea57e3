import { toJsonDiagnostics } from "../diagnostics/print-json.js";
import type { GenerateResult } from "../pipeline-types.js";
import type { ActionPlan, ServerPlan, ToolPlan } from "../plan/types.js";

/** The plan as data. This shape is a contract: keys may be added, none renamed or removed. */
export function toInspection({ plan, api, diagnostics }: GenerateResult) {
  const ids = new Map((api?.operations ?? []).map(({ key, operationId }) => [key, operationId]));
  return {
    server: plan ? { name: plan.name, title: plan.title, version: plan.version, baseUrl: plan.baseUrl } : null,
    tools: (plan?.tools ?? []).map((tool) => toTool(tool, ids)),
    skipped: (plan?.skipped ?? []).map(({ method, path, reason }) => ({ method, path, reason })),
    tokens: plan?.tokens ?? { grouped: 0, granular: 0 },
    domains: (plan?.domains ?? []).map(({ name, tools, tokens }) => ({ name, tools, tokens })),
    aliases: plan?.aliases ?? {},
    diagnostics: toJsonDiagnostics(diagnostics),
  };
}

type Ids = ReadonlyMap<string, string | undefined>;

function toTool({ name, title, description, domain, tokens, hints, why, actions }: ToolPlan, ids: Ids) {
  return {
    name,
    title,
    description,
    domain,
    tokens,
    hints,
    why,
    actions: actions.map((action) => toAction(action, ids)),
  };
}

function toAction(action: ActionPlan, ids: Ids): object {
  const { key, wire } = action.operation;
  return {
    action: action.action,
    operationId: ids.get(key) ?? "",
    ...splitKey(key),
    class: action.class,
    summary: action.summary,
    scopes: action.scopes,
    pagination: wire.pagination ?? null,
    idempotency: wire.idempotency ?? null,
    confirm: action.confirm,
    why: action.why,
    arguments: action.arguments.map(({ name, in: location, wire: place, required }) => ({
      name,
      in: location,
      wire: place,
      required,
    })),
  };
}

/** Method and path of an operation, as the description has them. */
export function splitKey(key: ServerPlan["resources"][number]["operations"][number]["key"]): {
  method: string;
  path: string;
} {
  const space = key.indexOf(" ");
  return { method: key.slice(0, space), path: key.slice(space + 1) };
}
