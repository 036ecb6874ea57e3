import type { ModelContext } from "./context.js";
import { flattenName } from "./pagination-inputs.js";
import type { Api, IdempotencyModel, Operation, SchemaModel } from "./types.js";
import { joinPointer } from "../naming/pointer.js";

/** Adds to each write operation where it takes an idempotency key. */
export function detectIdempotency(api: Api, context: ModelContext): Api {
  const operations = api.operations.map((operation) => {
    const idempotency = findKey(context, operation);
    return idempotency ? { ...operation, idempotency } : operation;
  });
  return { ...api, operations };
}

const reads = new Set(["GET", "HEAD", "QUERY"]);
const certain = new Set([
  "idempotencykey",
  "xidempotencykey",
  "idempotencytoken",
  "idempotencyid",
  "clientrequesttoken",
]);
/** Names that mean a key in some APIs and mere tracing in others: the text decides. */
const doubtful =
  /^(?:(?:[a-z]+)?requestid|clienttoken|callerreference|uniqueid|transactionkey|xrequestid|creationtoken|requesttoken)$/;
const saysIdempotent = /idempoten|retr(?:y|ied|ies)|duplicate|exactly once|same request/i;

function findKey(context: ModelContext, operation: Operation): IdempotencyModel | undefined {
  if (reads.has(operation.method)) return undefined;
  for (const parameter of operation.parameters) {
    if (parameter.in !== "header" && parameter.in !== "query") continue;
    const schema = context.schemas.deref(parameter.schema);
    const text = `${parameter.description ?? ""} ${schema.description ?? ""}`;
    if (!isKey(parameter.name, text)) continue;
    return { in: parameter.in, wire: parameter.name, required: parameter.required, ...readShape(schema) };
  }
  return findBodyKey(context, operation);
}

function findBodyKey(context: ModelContext, operation: Operation): IdempotencyModel | undefined {
  const content = operation.body?.content[0];
  const body = content && context.schemas.deref(content.schema);
  if (body?.kind !== "object") return undefined;
  for (const [name, property] of body.properties) {
    const schema = context.schemas.deref(property);
    if (schema.kind !== "string" || !isKey(name, schema.description ?? "")) continue;
    const wire = joinPointer([name]);
    return { in: "body", wire, required: body.required.has(name), ...readShape(schema) };
  }
  return undefined;
}

function isKey(name: string, text: string): boolean {
  const flat = flattenName(name);
  return certain.has(flat) || (doubtful.test(flat) && saysIdempotent.test(text));
}

function readShape(schema: SchemaModel): { maxLength?: number; format?: "uuid" } {
  if (schema.kind !== "string") return {};
  return {
    ...(schema.maxLength !== undefined && { maxLength: schema.maxLength }),
    ...(schema.format === "uuid" && { format: "uuid" as const }),
  };
}
