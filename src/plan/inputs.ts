/** Every input of an operation with its place on the wire, before names and annotations. */
import type { OperationBody, WireLocation } from "../../templates/runtime/operation.js";
import type { Operation, Parameter, SchemaModel } from "../model/types.js";
import { collectBody } from "./body.js";
import { resolveSchema } from "./schemas.js";
import type { ResolvedSchema, Schemas } from "./schemas.js";

/** One input as the API has it. */
export interface Input {
  readonly location: WireLocation;
  /** Name the API gives it. */
  readonly name: string;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly schema: SchemaModel;
  readonly description?: string | undefined;
  readonly example?: unknown;
}

export interface Inputs {
  readonly inputs: readonly Input[];
  readonly body?: OperationBody;
}

/** Headers that the runtime or HTTP itself takes care of (OpenAPI Parameter Object, `in: header`). */
const OWN_HEADERS = new Set(
  `accept accept-encoding accept-charset authorization connection content-encoding content-length content-type cookie
  host if-modified-since if-none-match traceparent tracestate transfer-encoding user-agent x-request-id
  x-correlation-id`.split(/\s+/),
);

/** Many operations share a parameter. */
const known = new WeakMap<Parameter, Input>();

/** Parameters in the order path, query, header, cookie; then the parts of the body. */
export function collectInputs(operation: Operation, schemas: Schemas): Inputs {
  const order = ["path", "query", "header", "cookie"];
  const parameters = operation.parameters
    .filter((parameter) => parameter.in !== "header" || !OWN_HEADERS.has(parameter.name.toLowerCase()))
    .toSorted((a, b) => order.indexOf(a.in) - order.indexOf(b.in))
    .map((parameter) => {
      const input = known.get(parameter) ?? parameterInput(parameter, schemas);
      known.set(parameter, input);
      return input;
    });
  const [media] = operation.body?.content ?? [];
  if (!media || isBodiless(operation.method)) return { inputs: parameters };
  const { inputs, body } = collectBody(operation, media, schemas);
  return { inputs: [...parameters, ...inputs], ...(body && { body }) };
}

function parameterInput(parameter: Parameter, schemas: Schemas): Input {
  const { style, explode } = parameter;
  const defaultStyle = parameter.in === "path" || parameter.in === "header" ? "simple" : "form";
  const schema = resolveSchema(parameter.schema, schemas);
  return {
    location: {
      in: parameter.in,
      wire: parameter.name,
      ...(parameter.content === undefined && style !== defaultStyle && { style }),
      ...(parameter.content === undefined && explode !== (style === "form" || style === "cookie") && { explode }),
      ...(parameter.allowReserved && { allowReserved: true }),
      ...(parameter.content !== undefined && { content: parameter.content }),
      ...(holdsPath(parameter, schema) && { allowSlash: true }),
    },
    name: parameter.name,
    required: parameter.required || parameter.in === "path",
    deprecated: parameter.deprecated || schema.deprecated === true,
    schema: parameter.schema,
    description: parameter.description ?? schema.description,
    example: parameter.example ?? schema.examples?.[0],
  };
}

/** A path parameter whose text says that its value is a path of its own. */
function holdsPath(parameter: Parameter, schema: ResolvedSchema): boolean {
  if (parameter.in !== "path" || schema.kind !== "string") return false;
  if (/(^|_|-)(file_?)?path$/i.test(parameter.name) || parameter.name.startsWith("+")) return true;
  return /\b(may|can) contain (a )?slash|\bincluding slashes|\bpath (to|of) the\b/i.test(parameter.description ?? "");
}

/** The runtime sends no body with these (RFC 9110 sections 9.3.1, 9.3.2 and 9.3.8). */
export function isBodiless(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "TRACE";
}
