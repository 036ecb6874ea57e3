import type { Located } from "../load/types.js";
import { buildContent } from "./content.js";
import { expectType, type ModelContext } from "./context.js";
import { followObject, readFilledText, readFlag, stepInto } from "./raw.js";
import type { MediaType, RequestBody } from "./types.js";

/** The request body of an OpenAPI 3.x operation. */
export function buildBody(context: ModelContext, method: string, operation: Located): RequestBody | undefined {
  const stated = stepInto(operation, "requestBody");
  const node = followObject(context.spec, stated);
  if (!node) {
    expectType(context, stated, { name: "`requestBody`", wanted: "a map" });
    return undefined;
  }
  const content = buildContent(context, stepInto(node, "content")).map(asList);
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
