/** Models written by hand: what a stage sees, without a document behind it. */
import type { ActionAnnotation, Annotations } from "../../src/annotations/types.js";
import type { Choice, Clustering, Intent, OperationClass, OperationRole } from "../../src/cluster/types.js";
import { createCollector } from "../../src/diagnostics/collector.js";
import type {
  Api,
  NumberSchema,
  ObjectSchema,
  Operation,
  OperationKey,
  Parameter,
  RequestBody,
  SchemaModel,
  StringSchema,
} from "../../src/model/types.js";
import { planServer } from "../../src/plan/plan.js";

export const at = { file: "api.yaml", pointer: "" };
export const text: StringSchema = { kind: "string" };
export const integer: NumberSchema = { kind: "number", integer: true };

export function object(properties: Record<string, SchemaModel>, required: readonly string[] = []): ObjectSchema {
  return { kind: "object", properties: new Map(Object.entries(properties)), required: new Set(required) };
}

export function parameter(given: Partial<Parameter> & Pick<Parameter, "name" | "in">): Parameter {
  const isForm = given.in === "query" || given.in === "cookie";
  return {
    required: given.in === "path",
    deprecated: false,
    schema: text,
    style: isForm ? "form" : "simple",
    explode: isForm,
    allowReserved: false,
    allowEmptyValue: false,
    at,
    ...given,
  };
}

export function body(schema: SchemaModel, mediaType = "application/json"): RequestBody {
  return { required: true, content: [{ mediaType, schema, encoding: new Map() }], at };
}

export function operation(key: string, given: Partial<Operation> = {}): Operation {
  const [method = "GET", path = "/"] = key.split(" ");
  return {
    key: key as OperationKey, // written out by each test
    method,
    path,
    tags: [],
    deprecated: false,
    parameters: [],
    responses: [],
    security: [],
    at,
    ...given,
  };
}

export function choice(action: string, of: Operation, given: Partial<Choice> = {}): Choice {
  const roles: Record<string, OperationRole> = {
    list: "list",
    get: "get",
    create: "create",
    update: "update",
    delete: "delete",
  };
  const kind: OperationClass = of.method === "GET" ? "read" : of.method === "DELETE" ? "delete" : "write";
  return { operation: of, role: roles[action] ?? "action", class: kind, action, twins: [], why: "By path.", ...given };
}

export function intent(name: string, choices: readonly Choice[], given: Partial<Intent> = {}): Intent {
  return { name, noun: "contact", resource: "/contacts", choices, why: "One resource.", ...given };
}

export function api(operations: readonly Operation[], given: Partial<Api> = {}): Api {
  return {
    title: "Example CRM API",
    version: "1.0.0",
    specVersion: "3.1",
    servers: [{ url: "https://api.example.com/v1/" }],
    tags: [],
    operations,
    schemas: new Map(),
    securitySchemes: [],
    skipped: [],
    ...given,
  };
}

export const noAnnotations: Annotations = {
  overlays: [],
  server: {},
  defaults: { split: "list-read-write", unassigned: "group" },
  tools: new Map(),
  domains: new Map(),
  skip: [],
  aliases: new Map(),
  prompts: new Map(),
};

export function annotate(given: Partial<ActionAnnotation>): ActionAnnotation {
  return { operation: { kind: "id", operationId: "x" }, arguments: new Map(), ...given };
}

/** Plans a server of these intents; returns what was reported as well. */
export function plan(
  intents: readonly Intent[],
  given: { api?: Partial<Api>; annotations?: Partial<Annotations> } = {},
) {
  const { report, diagnostics } = createCollector();
  const operations = intents.flatMap((each) => each.choices.map((one) => one.operation));
  const clustering: Clustering = { intents, skipped: [], added: [] };
  const annotations = { ...noAnnotations, ...given.annotations };
  const server = planServer({ api: api(operations, given.api), clustering, annotations, specName: "crm.yaml" }, report);
  return { server, diagnostics, codes: diagnostics.map(({ code }) => code) };
}

/** Plans one operation alone and returns its wire shape. */
export function planOne(of: Operation, given: Partial<Choice> = {}, extra: { api?: Partial<Api> } = {}) {
  const action = of.method === "GET" ? "get" : "create";
  const planned = plan([intent("the_tool", [choice(action, of, given)])], extra);
  const wire = planned.server.resources[0]?.operations[0]?.wire;
  if (!wire) throw new Error("nothing was planned");
  return { ...planned, wire, names: wire.arguments.map(({ name }) => name) };
}
