/** The request body as inputs: its properties one by one, or the whole of it. */
import type { OperationBody, PropertyEncoding } from "../../templates/runtime/operation.js";
import type { MediaType, ObjectSchema, Operation, SchemaModel } from "../model/types.js";
import type { Input, Inputs } from "./inputs.js";
import { resolveSchema, visibleProperties } from "./schemas.js";
import type { ResolvedSchema, Schemas } from "./schemas.js";
import { escapeSegment } from "../naming/pointer.js";

/** Inputs of a body. Forms keep their properties together with how each is encoded. */
export function collectBody(operation: Operation, media: MediaType, schemas: Schemas): Inputs {
  const schema = resolveSchema(media.schema, schemas);
  const required = operation.body?.required === true;
  const body: OperationBody = { mediaType: media.mediaType, ...(required && { required: true }) };
  if (isBinary(schema) || (isOpen(schema) && !isStructured(media.mediaType))) {
    if (media.mediaType.startsWith("text/")) {
      return { inputs: [wholeBody("body", { kind: "string" }, operation)], body };
    }
    return {
      inputs: [wholeBody("file", FILE, operation)],
      body: { ...body, files: [""] },
    };
  }
  if (schema.kind !== "object") return { inputs: [wholeBody("body", media.schema, operation)], body };
  if (schema.properties.size === 0) {
    return schema.additional === false
      ? { inputs: [] }
      : { inputs: [wholeBody("body", media.schema, operation)], body };
  }
  const isForm = /^(multipart\/|application\/x-www-form-urlencoded)/.test(media.mediaType);
  const isNeeded = required || isWriting(operation.method);
  const base = { schemas, isForm, required: isNeeded, isStated: required, pointer: "", depth: 0 };
  const parts = media.mediaType.startsWith("multipart/") ? withFiles(schema, media, schemas) : schema;
  const inputs = [...flattenObject(parts, base), ...furtherInput(parts)];
  return { inputs, body: isForm ? { ...body, ...formOf(parts, media, schemas) } : body };
}

/** Parts of no type are bytes where their encoding says so (OpenAPI 3.1.1 section 4.8.14.6, "Multipart Content"). */
function withFiles(schema: ObjectSchema, media: MediaType, schemas: Schemas): ObjectSchema {
  const properties = [...schema.properties].map(([name, property]): [string, SchemaModel] => {
    const type = media.encoding.get(name)?.contentType;
    if (type === undefined || isTextual(type)) return [name, property];
    const resolved = resolveSchema(property, schemas);
    if (resolved.kind === "any") return [name, { ...resolved, ...FILE }];
    const isList = resolved.kind === "array" && resolveSchema(resolved.items, schemas).kind === "any";
    return [name, isList ? { ...resolved, items: FILE } : property];
  });
  return { ...schema, properties: new Map(properties) };
}

const FILE = { kind: "string", format: "binary" } as const satisfies SchemaModel;

function isTextual(contentType: string): boolean {
  return /json|xml|yaml|text\/|x-www-form-urlencoded|^\*/.test(contentType);
}

function formOf(schema: ObjectSchema, media: MediaType, schemas: Schemas): Pick<OperationBody, "encoding" | "files"> {
  const files = filesOf(schema, schemas);
  const stated = media.mediaType.startsWith("multipart/") ? statedTypes(schema, schemas) : {};
  const encoding = { ...stated, ...encodingOf(media) };
  return {
    ...(Object.keys(encoding).length > 0 && { encoding }),
    ...(files.length > 0 && { files }),
  };
}

interface Flattening {
  readonly schemas: Schemas;
  readonly isForm: boolean;
  /** What the schema requires is required of the caller. */
  readonly required: boolean;
  /** The body itself is required: then it is not without its only property, whatever the schema says. */
  readonly isStated: boolean;
  readonly pointer: string;
  readonly depth: number;
}

/** One input per property; an object that only wraps another (`{data: {…}}`) is opened. */
function flattenObject(schema: ObjectSchema, context: Flattening): readonly Input[] {
  const visible = visibleProperties(schema, context.schemas, "input");
  const [only] = visible;
  if (visible.length === 1 && only && !context.isForm && context.depth < 2 && furtherInput(schema).length === 0) {
    const [name, property] = only;
    const inner = resolveSchema(property, context.schemas);
    const isWrapper =
      inner.kind === "object" &&
      !inner.nullable &&
      !inner.additional &&
      visibleProperties(inner, context.schemas, "input").length > 0;
    if (isWrapper && (schema.required.has(name) || context.required)) {
      return flattenObject(inner, {
        ...context,
        required: context.required && (context.isStated || schema.required.has(name)),
        pointer: `${context.pointer}/${escapeSegment(name)}`,
        depth: context.depth + 1,
      });
    }
  }
  return visible.map(([name, property]) => {
    const resolved = resolveSchema(property, context.schemas);
    return {
      location: { in: "body" as const, wire: `${context.pointer}/${escapeSegment(name)}` },
      name,
      required: context.required && schema.required.has(name),
      deprecated: resolved.deprecated === true,
      schema: property,
      description: resolved.description,
      example: resolved.examples?.[0],
    };
  });
}

/** Properties that a body takes beside those it names, where it says what they hold; the named ones go over them. */
function furtherInput({ properties, additional }: ObjectSchema): readonly Input[] {
  if (!additional || additional.kind === "any" || properties.size === 0) return [];
  return [
    {
      location: { in: "body", wire: "" },
      name: "additional_properties",
      required: false,
      deprecated: false,
      schema: { kind: "object", properties: new Map(), required: new Set(), additional },
      description: "Further properties of the body, by name.",
    },
  ];
}

function wholeBody(name: string, schema: SchemaModel, operation: Operation): Input {
  return {
    location: { in: "body", wire: "" },
    name,
    required: operation.body?.required === true,
    deprecated: false,
    schema,
    description: operation.body?.description,
  };
}

function filesOf(schema: ObjectSchema, schemas: Schemas): readonly string[] {
  return [...schema.properties].flatMap(([name, property]) => {
    const resolved = resolveSchema(property, schemas);
    const value = resolved.kind === "array" ? resolveSchema(resolved.items, schemas) : resolved;
    return isBinary(value) ? [name] : [];
  });
}

function encodingOf(media: MediaType): Record<string, PropertyEncoding> {
  const entries = [...media.encoding].map(([name, encoding]) => {
    const { allowReserved, contentType, style, explode } = encoding;
    return [
      name,
      {
        ...(contentType !== undefined && { contentType }),
        ...(style !== undefined && { style }),
        ...(explode !== undefined && { explode }),
        ...(allowReserved && { allowReserved: true as const }),
      },
    ] as const;
  });
  return Object.fromEntries(entries.filter(([, encoding]) => Object.keys(encoding).length > 0));
}

/** Types that the schema of a part states; what its encoding says comes first (OpenAPI 3.1.1 section 4.8.15.1.1). */
function statedTypes(schema: ObjectSchema, schemas: Schemas): Record<string, PropertyEncoding> {
  const entries = [...schema.properties].flatMap(([name, property]) => {
    const type = contentTypeOf(property, schemas);
    return type === undefined ? [] : [[name, { contentType: type }] as const];
  });
  return Object.fromEntries(entries);
}

function contentTypeOf(schema: SchemaModel, schemas: Schemas): string | undefined {
  const resolved = resolveSchema(schema, schemas);
  if (resolved.kind === "array") return contentTypeOf(resolved.items, schemas);
  // Base64 is sent as the text it is.
  return resolved.kind === "string" && resolved.format !== "byte" ? resolved.contentMediaType : undefined;
}

function isBinary(schema: ResolvedSchema): boolean {
  return schema.kind === "string" && (schema.format === "binary" || schema.format === "file");
}

function isOpen(schema: ResolvedSchema): boolean {
  return schema.kind === "any" || (schema.kind === "object" && schema.properties.size === 0);
}

function isStructured(mediaType: string): boolean {
  return /json|x-www-form-urlencoded|multipart\/|\*\/\*|yaml/.test(mediaType);
}

/** A body of these methods is what the call is about: what it requires is required. */
function isWriting(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}
