import type { SchemaRegistry } from "./schema-registry.js";
import type { MediaType, Operation, SchemaModel } from "./types.js";

/** Types in which an object or a list can be written; a single value is text in every type. */
const structured = /json|yaml|x-www-form-urlencoded|^multipart\/|\*|^text\/plain/;

/** An operation with those media types of its body that can be written; undefined when it needs a body of others. */
export function keepWritable(operation: Operation, schemas: SchemaRegistry): Operation | undefined {
  const { body, ...rest } = operation;
  if (!body) return operation;
  const content = body.content.filter((media) => isWritable(media, schemas));
  if (content.length === body.content.length) return operation;
  if (content.length > 0) return { ...operation, body: { ...body, content } };
  return body.required ? undefined : rest;
}

type Written = Pick<MediaType, "mediaType" | "schema" | "encoding" | "isSequence">;

function isWritable({ mediaType, schema, encoding, isSequence }: Written, schemas: SchemaRegistry): boolean {
  // Parts have the names of properties here.
  if (mediaType.startsWith("multipart/"))
    return !isSequence && hasWritableParts(schemas.deref(schema), encoding, schemas);
  if (structured.test(mediaType)) return true;
  const { kind, ...facts } = schemas.deref(schema);
  // An object nothing is known of may as well be the bytes of a file.
  if (kind === "object") return "properties" in facts && facts.properties.size === 0;
  return kind !== "array";
}

/** Whether every part can be written in the type that its encoding states; each item of a list is a part. */
function hasWritableParts(schema: SchemaModel, encoding: MediaType["encoding"], schemas: SchemaRegistry): boolean {
  if (schema.kind !== "object") return schema.kind !== "array";
  return [...encoding].every(([name, { contentType }]) => {
    const property = schemas.deref(schema.properties.get(name) ?? { kind: "any" });
    const part = property.kind === "array" ? property.items : property;
    return (
      contentType === undefined || isWritable({ mediaType: contentType, schema: part, encoding: new Map() }, schemas)
    );
  });
}
