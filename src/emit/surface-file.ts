import type { JsonSchema } from "../../templates/runtime/operation.js";
import { claimName, hashName } from "../naming/legal.js";
import type { ActionPlan, ServerPlan, ToolPlan } from "../plan/types.js";
import { printJson, sortKeys } from "./json-file.js";
import type { GeneratedFile } from "./types.js";

/** Where the published surface is recorded in a project. */
const SURFACE_FILE = ".openapi-to-mcp/surface.json";

/**
 * What `tools.json` does not say of the published tools: the operation, scopes and arguments behind every action, what
 * each argument is checked against, and the environment variables of a deployment. The next run compares with it and
 * follows names that moved.
 */
export function emitSurface({ tools, aliases, environment }: ServerPlan): GeneratedFile {
  const schemas = createSchemaTable();
  const described = tools.map((tool) => [tool.name, describeTool(tool, schemas.nameOf)]);
  const variables = Object.fromEntries(environment.map(({ name, required }) => [name, required]));
  const record = printJson(
    sortKeys({ version: 1, aliases, environment: variables, tools: Object.fromEntries(described) }),
  );
  const content = `{\n  "schemas": {${schemas.print()}},${record.slice(1)}`;
  return { path: SURFACE_FILE, content, owner: "generator" };
}

type NameSchema = (schema: JsonSchema) => string;

/** Schemas by their hash, each once: most arguments are checked against one of a few. */
function createSchemaTable() {
  const names = new Map<JsonSchema, string>();
  const byText = new Map<string, string>();
  const taken = new Set<string>();
  const nameText = (text: string): string => {
    const name = byText.get(text) ?? claimName(hashName(text), taken);
    byText.set(text, name);
    return name;
  };
  return {
    nameOf(schema: JsonSchema): string {
      const name = names.get(schema) ?? nameText(JSON.stringify(schema));
      names.set(schema, name);
      return name;
    },
    print(): string {
      const lines = [...byText].map(([text, name]) => `\n    "${name}": ${text}`).toSorted();
      return lines.length === 0 ? "" : `${lines.join(",")}\n  `;
    },
  };
}

/** Most arguments are the same for all actions: the tool says so once, an action only what differs. */
function describeTool({ tokens, actions }: ToolPlan, nameOf: NameSchema) {
  const named = actions.map((action) => ({ action, names: nameSchemas(action, nameOf) }));
  const shared = new Map(named.flatMap(({ names }) => [...names]).toReversed());
  const described = named.map(({ action, names }) => {
    const own = [...names].filter(([name, schema]) => shared.get(name) !== schema);
    return [action.key, { ...describe(action), schemas: own.length > 0 ? Object.fromEntries(own) : undefined }];
  });
  return { tokens, schemas: Object.fromEntries(shared), actions: Object.fromEntries(described) };
}

/** An argument that several variants take may be what any of them takes. */
function nameSchemas({ operation: { wire } }: ActionPlan, nameOf: NameSchema): ReadonlyMap<string, string> {
  const found = new Map<string, JsonSchema[]>();
  for (const { name, schema } of [wire, ...(wire.variants ?? [])].flatMap((each) => each.arguments)) {
    found.set(name, [...(found.get(name) ?? []), schema]);
  }
  return new Map(
    [...found].map(([name, schemas]) => {
      const [first = {}, ...others] = schemas;
      const isOne = others.every((schema) => nameOf(schema) === nameOf(first));
      return [name, nameOf(isOne ? first : { anyOf: schemas })];
    }),
  );
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
