import type { ActionPlan, ServerPlan } from "../plan/types.js";
import { printJson, sortKeys } from "./json-file.js";
import type { GeneratedFile } from "./types.js";

/** Where the published surface is recorded in a project. */
const SURFACE_FILE = ".openapi-to-mcp/surface.json";

/**
 * What `tools.json` does not say of the published tools: the operation, scopes and arguments behind every action. The
 * next run compares with it and follows names that moved.
 */
export function emitSurface({ tools, aliases }: Pick<ServerPlan, "tools" | "aliases">): GeneratedFile {
  const described = tools.map(({ name, tokens, actions }) => {
    return [name, { tokens, actions: Object.fromEntries(actions.map((action) => [action.key, describe(action)])) }];
  });
  const content = printJson(sortKeys({ version: 1, aliases, tools: Object.fromEntries(described) }));
  return { path: SURFACE_FILE, content, owner: "generator" };
}

function describe({ operation, scopes, confirm, arguments: taken }: ActionPlan) {
  const namesOf = (isRequired: boolean) => {
    const names = taken.filter(({ required }) => required === isRequired).map(({ name }) => name);
    return [...new Set(names)].toSorted();
  };
  return {
    operation: operation.key,
    id: operation.wire.id,
    scopes: [...scopes].toSorted(),
    confirm: confirm || undefined,
    required: namesOf(true),
    optional: namesOf(false),
  };
}
