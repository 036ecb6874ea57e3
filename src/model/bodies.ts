import type { Located } from "../load/types.js";
import { buildContent } from "./content.js";
import { expectType, type ModelContext } from "./context.js";
import { followObject, type LocatedObject, readFilledText, readFlag, stepInto } from "./raw.js";
import { isSchemaLike } from "./schema-kinds.js";
import type { MediaType, RequestBody } from "./types.js";

/** The request body of an OpenAPI 3.x operation. */
export function buildBody(context: ModelContext, method: string, operation: Located): RequestBody | undefined {
  const start = stepInto(operation, "requestBody");
  const node = followObject(context.spec, start);
  if (!node || !start) {
    expectType(context, start, { name: "`requestBody`", wanted: "a map" });
    return undefined;
  }
  const stated = stepInto(node, "content");
  const content = stated ? buildContent(context, stated).map(asList) : assumeContent(context, node, start);
  if (content.length === 0) return undefined;
  const description = readFilledText(node.value, "description");
  return {
    required: readFlag(node.value, "required") || impliesBody(context, method, content),
    ...(description !== undefined && { description }),
    content,
    at: node.at,
  };
}

/** What is sent one after the other is given as a list. */
function asList(media: MediaType): MediaType {
  return media.isSequence && !media.mediaType.startsWith("multipart/")
    ? { ...media, schema: { kind: "array", items: media.schema } }
    : media;
}

/** A body without `content` whose schema stands in it, or in its place, is meant as JSON. */
function assumeContent(context: ModelContext, node: LocatedObject, start: Located): MediaType[] {
  const schema = stepInto(node, "schema") ?? (isSchemaLike(node.value) ? start : undefined);
  const code = schema ? "model/assumed-meaning" : "model/unusable-media-type";
  const then = schema ? "its schema is taken as that of `application/json`" : "none is sent";
  context.report({ code, message: `The request body has no \`content\`; ${then}.`, at: start.at });
  if (!schema) return [];
  return [{ mediaType: "application/json", schema: context.schemas.build(schema), encoding: new Map() }];
}

/** Many descriptions forget `required` on a body; a POST or PUT whose schema requires a property cannot go without. */
export function impliesBody(context: ModelContext, method: string, content: readonly MediaType[]): boolean {
  if (method !== "POST" && method !== "PUT") return false;
  const schema = content[0] && context.schemas.deref(content[0].schema);
  return (
    schema?.kind === "object" && [...schema.required].some((name) => !isReadOnly(context, schema.properties.get(name)))
  );
}

function isReadOnly(context: ModelContext, schema: MediaType["schema"] | undefined): boolean {
  return schema !== undefined && (schema.readOnly === true || context.schemas.deref(schema).readOnly === true);
}
