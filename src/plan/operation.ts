import type { JsonSchema, Operation as WireOperation, SecurityRequirement } from "../../templates/runtime/operation.js";
import type { Annotations } from "../annotations/types.js";
import type { Choice } from "../cluster/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api, Operation, PaginationModel, Response, SchemaModel } from "../model/types.js";
import { planArguments } from "./arguments.js";
import type { PlannedArgument } from "./arguments.js";
import { checkAnnotation } from "./check-annotation.js";
import { allowNulls, completeSchema } from "./complete.js";
import { isBodiless } from "./inputs.js";
import { OUTPUT } from "./limits.js";
import { resolveSchema, toJson } from "./schemas.js";
import type { Schemas } from "./schemas.js";
import type { SecurityPlan } from "./security.js";

/** An operation ready to be sent, with what its arguments are advertised from. */
export interface PlannedOperation {
  readonly choice: Choice;
  readonly wire: WireOperation;
  readonly arguments: readonly PlannedArgument[];
  readonly output?: JsonSchema;
}

export interface OperationContext {
  readonly api: Api;
  readonly annotations: Annotations;
  readonly security: SecurityPlan;
  readonly baseUrl: string | null;
  /** Prefix of environment variables: `CRM_`. */
  readonly prefix: string;
  readonly report: Report;
}

/** Plans the wire shape of a choice; twins in other scopes become variants of it. */
export function planOperation(choice: Choice, id: string, context: OperationContext): PlannedOperation {
  const { operation, annotation } = choice;
  const { api, report } = context;
  if (annotation)
    checkAnnotation(operation, annotation, { schemas: api.schemas, answer: successOf(operation), report });
  const main = planWire(operation, choice, id, context);
  if (choice.twins.length === 0) return { choice, ...main };
  const twins = choice.twins.map((twin) => planWire(twin, choice, id, context));
  const known = new Set(main.arguments.map((planned) => planned.argument.name));
  const added = twins
    .flatMap((twin) => twin.arguments)
    .filter(({ argument }) => !known.has(argument.name) && known.add(argument.name));
  return {
    ...main,
    choice,
    wire: { ...main.wire, variants: twins.map((twin) => twin.wire) },
    arguments: [...main.arguments, ...added],
  };
}

function planWire(
  operation: Operation,
  choice: Choice,
  id: string,
  context: OperationContext,
): Omit<PlannedOperation, "choice"> {
  const { api, report } = context;
  if (operation.body?.required && isBodiless(operation.method)) {
    report({
      code: "plan/required-body-on-read",
      message: `${operation.key} requires a body, which is left out.`,
      at: operation.at,
    });
  }
  const pagination = paginationOf(operation, choice);
  const idempotency = idempotencyOf(operation, choice, context.annotations);
  const security = securityOf(operation, context);
  const planned = planArguments(operation, {
    schemas: api.schemas,
    annotation: choice.annotation,
    pagination,
    keys: [idempotency, operation.idempotency?.required ? undefined : operation.idempotency],
    securitySchemes: api.securitySchemes,
    isSecured: security.some((requirement) => Object.keys(requirement).length > 0) && api.securitySchemes.length > 0,
    prefix: context.prefix,
    report,
  });
  const success = planSuccess(operation, choice, context);
  const baseUrl = ownBaseUrl(operation, context);
  const wire: WireOperation = {
    id,
    method: operation.method,
    path: operation.path.replace(/#.*$/, ""),
    class: choice.class,
    idempotent: choice.class === "read" || operation.method === "PUT" || operation.method === "DELETE",
    ...(baseUrl !== undefined && { baseUrl }),
    arguments: planned.arguments.map(({ argument }) => argument),
    ...(planned.fixed.length > 0 && { fixed: planned.fixed }),
    ...(planned.body && { body: planned.body }),
    ...(security.length > 0 && { security }),
    ...(pagination && { pagination }),
    ...(idempotency && { idempotency }),
    ...success.answer,
  };
  return { wire, arguments: planned.arguments, ...success.typed };
}

/** What is known of a successful answer. */
function planSuccess(
  operation: Operation,
  choice: Choice,
  context: OperationContext,
): {
  readonly answer: Pick<WireOperation, "accept" | "output" | "errorWhen" | "longRunning">;
  readonly typed: Pick<PlannedOperation, "output">;
} {
  const schema = successOf(operation);
  const accept = acceptOf(operation);
  const output = schema && planOutput(schema, context.api.schemas);
  const errorWhen = errorWhenOf(choice, schema, context);
  const isKnown = output !== undefined && Object.keys(output.typed).length > 0;
  const answer = {
    ...(accept !== undefined && { accept }),
    ...(isKnown && { output: output.checked }),
    ...(errorWhen !== undefined && { errorWhen }),
    ...(isAccepted(operation) && { longRunning: {} }),
  };
  // Types are read by people: there null stands only where the description says so.
  return { answer, typed: isKnown ? { output: output.typed } : {} };
}

interface Output {
  readonly typed: JsonSchema;
  readonly checked: JsonSchema;
}

/** By the schemas they are of: many operations answer the same thing, or a list of it. */
const outputs = new WeakMap<Schemas, Map<string, Output>>();

function planOutput(schema: SchemaModel, schemas: Schemas): Output {
  const known = outputs.get(schemas) ?? new Map<string, Output>();
  outputs.set(schemas, known);
  const key = nameOutput(schema);
  const found = key === undefined ? undefined : known.get(key);
  if (found) return found;
  const typed = completeSchema(schema, { schemas, direction: "output", lenient: true, ...OUTPUT });
  const output = { typed, checked: allowNulls(typed) };
  if (key !== undefined) known.set(key, output);
  return output;
}

/** Of a list only the items matter: an answer is never refused for their number. */
function nameOutput(schema: SchemaModel): string | undefined {
  if (schema.kind === "ref") return schema.target;
  const isNamed = schema.kind === "array" && schema.items.kind === "ref" && !schema.nullable;
  return isNamed ? `${nameOutput(schema.items)}[]` : undefined;
}

function paginationOf(operation: Operation, choice: Choice): PaginationModel | undefined {
  if (choice.annotation?.pagination === false) return undefined;
  const stated = choice.annotation?.pagination;
  if (!stated?.limit) return stated ?? operation.pagination;
  const { limit } = stated;
  // The bounds that the API describes hold wherever its parameter is named.
  const size = operation.sizes?.find((each) => each.in === limit.in && each.wire === limit.wire);
  return { ...stated, limit: { ...size, ...limit } };
}

function idempotencyOf(operation: Operation, choice: Choice, annotations: Annotations): WireOperation["idempotency"] {
  if (choice.class === "read" || choice.annotation?.idempotency === false) return undefined;
  if (choice.annotation?.idempotency) return choice.annotation.idempotency;
  if (operation.idempotency) {
    const { required, ...key } = operation.idempotency;
    return { ...key, ...(required && { required: true }) };
  }
  const spread = annotations.defaults.idempotency;
  const applies = spread?.methods.some((method) => method.toUpperCase() === operation.method);
  return spread && applies ? { in: "header", wire: spread.header } : undefined;
}

function securityOf(operation: Operation, context: OperationContext): readonly SecurityRequirement[] {
  const requirements = context.security.requirementsOf(operation);
  if (requirements.length === 0 && operation.security.length > 0) {
    context.report({
      code: "plan/security-unmet",
      message: `No supported credential satisfies ${operation.key}; it is called without one.`,
      at: operation.at,
    });
  }
  return requirements;
}

/** The JSON answer of the first success status. */
function successOf(operation: Operation): SchemaModel | undefined {
  for (const response of successes(operation)) {
    const media = response.content.find(({ mediaType }) => isJson(mediaType));
    if (media) return media.schema;
  }
  return undefined;
}

function successes(operation: Operation): readonly Response[] {
  const declared = operation.responses.filter((response) => response.status.startsWith("2"));
  return declared.length > 0 ? declared : operation.responses.filter((response) => response.status === "default");
}

/** JSON first; at most the few types an answer can have (RFC 9110 section 12.5.1). */
function acceptOf(operation: Operation): string | undefined {
  const types = [
    ...new Set(successes(operation).flatMap((response) => response.content.map(({ mediaType }) => mediaType))),
  ];
  const ordered = [...types.filter(isJson), ...types.filter((type) => !isJson(type))].slice(0, 4);
  return ordered.length === 0 ? undefined : ordered.map((type) => type.replace(/[^\x20-\x7e]/g, "")).join(", ");
}

function isJson(mediaType: string): boolean {
  return /^[^;]*[/+]json\b/.test(mediaType) || mediaType === "*/*";
}

/** Where an operation with servers of its own is served, when that is not where the rest of the API is. */
function ownBaseUrl(operation: Operation, { baseUrl, report }: OperationContext): string | undefined {
  const { servers = [] } = operation;
  const own = servers.map(({ url }) => absoluteUrl(url) ?? relativeUrl(url)).find((url) => url !== undefined);
  if (own === undefined && servers.length > 0) {
    const message = `${operation.key} names servers of its own and no usable address; it is sent to that of the API.`;
    report({ code: "plan/no-base-url", message, at: operation.at });
  }
  const isSame =
    own === baseUrl || (own?.startsWith("/") && baseUrl !== null && new URL(own, baseUrl).href === baseUrl);
  return isSame ? undefined : own;
}

/** A relative address as a path: it follows the API to wherever that is served (OpenAPI 3.x, Server Object). */
function relativeUrl(url: string): string | undefined {
  const base = "https://api.invalid";
  if (/[{}]|^[a-z][a-z0-9+.-]*:/i.test(url) || !URL.canParse(url, base)) return undefined;
  const { origin, href, pathname } = new URL(url, base);
  return origin === base ? pathname.replace(/(?<=.)\/+$/, "") : absoluteUrl(href);
}

/** A usable http(s) address without a trailing slash; undefined for relative ones and open variables. */
export function absoluteUrl(url: string): string | undefined {
  if (/[{}]/.test(url) || !URL.canParse(url)) return undefined;
  const { protocol } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? url.replace(/\/+$/, "") : undefined;
}

/** APIs that answer 200 with `success: false` say so in their response schema; the runtime knows `ok: false`. */
function errorWhenOf(
  choice: Choice,
  schema: SchemaModel | undefined,
  { api }: OperationContext,
): WireOperation["errorWhen"] {
  const annotated = choice.annotation?.errorWhen;
  if (annotated === false) return false;
  const equals = toJson(annotated?.equals);
  if (annotated && equals !== undefined) return { pointer: annotated.pointer, equals };
  const resolved = schema && resolveSchema(schema, api.schemas);
  const isFlag = (name: string): boolean => {
    const property = resolved?.kind === "object" ? resolved.properties.get(name) : undefined;
    return property !== undefined && isBoolean(resolveSchema(property, api.schemas));
  };
  return isFlag("success") && !isFlag("ok") ? { pointer: "/success", equals: false, named: true } : undefined;
}

function isBoolean(schema: SchemaModel): boolean {
  return (
    schema.kind === "boolean" || (schema.kind === "enum" && schema.values.every((value) => typeof value === "boolean"))
  );
}

/** Accepted now, done later (RFC 9110 section 15.3.3). */
function isAccepted(operation: Operation): boolean {
  return operation.responses.some((response) => response.status === "202");
}
