import { buildContent } from "./content.js";
import type { ModelContext } from "./context.js";
import { type LocatedObject, readFlag, readText, stepInto } from "./raw.js";
import type { Encoding, Parameter, SchemaModel } from "./types.js";

/**
 * The query parameters that a parameter for the whole query string describes (OpenAPI 3.2, Parameter Object,
 * `in: querystring`): the properties of its form. Undefined (reported) when it is no form of an object.
 */
export function buildQueryString(context: ModelContext, node: LocatedObject): Parameter[] | undefined {
  const [media] = buildContent(context, stepInto(node, "content"));
  const schema = media && context.schemas.deref(media.schema);
  if (!media?.mediaType.startsWith("application/x-www-form-urlencoded") || schema?.kind !== "object") {
    const name = readText(node.value, "name") ?? "";
    const message = `The parameter "${name}" is the whole query string, and no form of an object describes it; it is ignored.`;
    context.report({ code: "model/unusable-parameter", message, at: node.at });
    return undefined;
  }
  const required = readFlag(node.value, "required");
  return [...schema.properties].map(([name, property]) => ({
    name,
    in: "query",
    required: required && schema.required.has(name),
    deprecated: readFlag(node.value, "deprecated"),
    schema: property,
    allowEmptyValue: false,
    at: node.at,
    ...encode(media.encoding.get(name), context.schemas.deref(property)),
  }));
}

/** In a form, lists repeat the name and objects are JSON where nothing else is said (OpenAPI 3.2, Encoding Object). */
function encode({ contentType, style, explode, allowReserved }: Encoding = {}, schema: SchemaModel) {
  const content = contentType ?? (schema.kind === "object" && style === undefined ? "application/json" : undefined);
  return {
    style: style ?? ("form" as const),
    explode: explode ?? (style === undefined || style === "form"),
    allowReserved: allowReserved === true,
    ...(content !== undefined && { content }),
  };
}
