/** Parameters and bodies of Swagger 2.0, in the shape of 3.x. */
import type { Located } from "../load/types.js";
import { impliesBody } from "./bodies.js";
import { listConsumed, sortByPreference } from "./content.js";
import type { ModelContext } from "./context.js";
import { mergeParameterNodes, readOnce, type ParameterSource, readFacts, readLocation } from "./parameters.js";
import { completePathParameters } from "./path-parameters.js";
import { type LocatedObject, readFilledText, readFlag, readMember, readText, stepInto } from "./raw.js";
import { translateCollectionFormat } from "./style.js";
import type { Encoding, MediaType, ObjectSchema, Parameter, RequestBody, SchemaModel } from "./types.js";

/** Parameters and body of a Swagger 2.0 operation. */
export function buildSwaggerInputs(
  context: ModelContext,
  source: ParameterSource,
): { readonly parameters: readonly Parameter[]; readonly body: RequestBody | undefined } {
  const parameters: Parameter[] = [];
  const fields: LocatedObject[] = [];
  let bodyNode: LocatedObject | undefined;
  for (const node of mergeParameterNodes(context, source)) {
    const place = readText(node.value, "in");
    if (place === "body") bodyNode ??= node;
    else if (place === "formData") fields.push(node);
    else {
      const parameter = readOnce(context, node, buildSwaggerParameter);
      if (parameter) parameters.push(parameter);
    }
  }
  const body = bodyNode ? buildJsonBody(context, source, bodyNode) : buildFormBody(context, source.node, fields);
  return { parameters: completePathParameters(context, source, parameters), body };
}

function buildSwaggerParameter(context: ModelContext, node: LocatedObject): Parameter | undefined {
  const location = readLocation(context, node);
  if (!location) return undefined;
  const schema = buildParameterSchema(context, node);
  const isArray = schema.kind === "array";
  const format = isArray ? readText(node.value, "collectionFormat") : "multi";
  const example = readMember(node.value, "x-example");
  return {
    ...readFacts(node, location),
    schema,
    ...translateCollectionFormat(format, location),
    allowReserved: false,
    allowEmptyValue: readFlag(node.value, "allowEmptyValue"),
    ...(example !== undefined && { example }),
  };
}

/** A Swagger parameter is its own schema; its `required` is a flag and its description belongs to the parameter. */
function buildParameterSchema(context: ModelContext, node: LocatedObject): SchemaModel {
  const nested = stepInto(node, "schema");
  if (nested) return context.schemas.build(nested);
  const { required: _required, description: _description, name: _name, in: _in, ...schema } = node.value;
  return context.schemas.build({ value: schema, at: node.at });
}

function buildJsonBody(context: ModelContext, source: ParameterSource, node: LocatedObject): RequestBody {
  const schemaNode = stepInto(node, "schema");
  const schema: SchemaModel = schemaNode ? context.schemas.build(schemaNode) : { kind: "any" };
  const consumed = listConsumed(context, source.node);
  const types = consumed.length > 0 ? consumed : ["application/json"];
  const declared = stepInto(source.node, "consumes") ?? stepInto(context.spec.root, "consumes");
  if (declared && consumed.length === 0) {
    const message = `${source.method} ${source.path} takes a body and names no media type; it is sent as JSON.`;
    context.report({ code: "model/assumed-media-type", message, at: declared.at });
  }
  const content = sortByPreference(types.map((mediaType) => ({ mediaType, schema, encoding: new Map() })));
  return finishBody(node, content, readFlag(node.value, "required") || impliesBody(context, source.method, content));
}

function buildFormBody(
  context: ModelContext,
  operation: Located,
  fields: readonly LocatedObject[],
): RequestBody | undefined {
  const [first] = fields;
  if (!first) return undefined;
  const properties = new Map<string, SchemaModel>();
  const required = new Set<string>();
  const encoding = new Map<string, Encoding>();
  for (const field of fields) {
    const name = readText(field.value, "name") ?? "";
    const schema = buildParameterSchema(context, field);
    const description = readFilledText(field.value, "description");
    properties.set(name, description === undefined ? schema : { ...schema, description });
    if (readFlag(field.value, "required")) required.add(name);
    if (schema.kind === "array") {
      encoding.set(name, translateCollectionFormat(readText(field.value, "collectionFormat"), "query"));
    }
  }
  const schema: ObjectSchema = { kind: "object", properties, required };
  const hasFile = fields.some((field) => readText(field.value, "type") === "file");
  const content = listFormTypes(context, operation, hasFile).map((mediaType) => ({ mediaType, schema, encoding }));
  const whole: Located = { value: {}, at: first.at };
  return finishBody(whole, sortByPreference(content), required.size > 0);
}

/** Only form types can carry form fields, and only multipart can carry a file. */
function listFormTypes(context: ModelContext, operation: Located, hasFile: boolean): string[] {
  const forms = listConsumed(context, operation).filter(
    (type) => type.startsWith("multipart/") || (!hasFile && type.startsWith("application/x-www-form-urlencoded")),
  );
  if (forms.length > 0) return forms;
  return [hasFile ? "multipart/form-data" : "application/x-www-form-urlencoded"];
}

function finishBody(node: Located, content: readonly MediaType[], required: boolean): RequestBody {
  const description = readFilledText(node.value, "description");
  return { required, ...(description !== undefined && { description }), content, at: node.at };
}
