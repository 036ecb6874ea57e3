/** What the schemas of an operation tell: what it takes, what it answers, and whether two operations are alike. */
import type { Api, MediaType, Operation, SchemaId, SchemaModel } from "../model/types.js";

/** What a successful answer holds. */
export interface Answer {
  readonly kind: "one" | "many" | "none" | "unknown";
  /** Named schema of the thing, or of the items. */
  readonly item?: SchemaId | undefined;
}

type Schemas = Api["schemas"];

const LIST_FIELDS = new Set(
  "data items results value values entries records list rows content resources nodes".split(" "),
);

export function readAnswer(operation: Operation, schemas: Schemas): Answer {
  const success = operation.responses.find(({ status }) => status.startsWith("2"));
  if (success === undefined) return { kind: "unknown" };
  const json = success.content.find(isJson);
  if (json === undefined) return { kind: success.content.length === 0 ? "none" : "unknown" };
  return describeAnswer(json.schema, schemas);
}

function describeAnswer(schema: SchemaModel, schemas: Schemas): Answer {
  const { target, model } = follow(schema, schemas);
  if (model.kind === "array") return { kind: "many", item: follow(model.items, schemas).target };
  if (model.kind !== "object") return { kind: "unknown", item: target };
  const lists = [...model.properties].filter(([, property]) => follow(property, schemas).model.kind === "array");
  const list = lists.find(([name]) => LIST_FIELDS.has(name)) ?? (model.properties.size <= 6 ? lists[0] : undefined);
  if (lists.length === 1 || LIST_FIELDS.has(list?.[0] ?? "")) {
    const inner = list && follow(list[1], schemas).model;
    if (inner?.kind === "array") return { kind: "many", item: follow(inner.items, schemas).target };
  }
  const data = model.properties.get("data");
  const wrapped = model.properties.size <= 3 && data !== undefined ? follow(data, schemas).target : undefined;
  return { kind: "one", item: wrapped ?? target };
}

interface Followed {
  readonly model: SchemaModel;
  readonly target?: SchemaId | undefined;
}

function follow(schema: SchemaModel, schemas: Schemas): Followed {
  let model = schema;
  let target: SchemaId | undefined;
  for (let hops = 0; model.kind === "ref" && hops < 8; hops++) {
    target ??= model.target;
    const next = schemas.get(model.target);
    if (next === undefined) break;
    model = next;
  }
  return { model, target };
}

type Inputs = ReadonlyMap<string, string>;

/** Inputs of operations that were compared before; an operation never changes. */
const knownInputs = new WeakMap<Operation, Inputs>();

function readInputs(operation: Operation, schemas: Schemas): Inputs {
  const known = knownInputs.get(operation);
  if (known) return known;
  const inputs = collectInputs(operation, schemas);
  knownInputs.set(operation, inputs);
  return inputs;
}

/** Names of what an operation takes beside path parameters, with the kind of each. */
function collectInputs(operation: Operation, schemas: Schemas): Inputs {
  const inputs = new Map<string, string>();
  for (const parameter of operation.parameters) {
    if (parameter.in === "path" || parameter.in === "header") continue;
    inputs.set(parameter.name, follow(parameter.schema, schemas).model.kind);
  }
  const [media] = operation.body?.content ?? [];
  if (media === undefined) return inputs;
  const body = follow(media.schema, schemas).model;
  if (body.kind !== "object") return inputs.set("", body.kind);
  for (const [name, property] of body.properties) inputs.set(name, follow(property, schemas).model.kind);
  return inputs;
}

/** Whether two operations take the same things, but for the path: none disagrees and at least half are in common. */
export function hasSameInputs(left: Operation, right: Operation, schemas: Schemas): boolean {
  if ((left.body === undefined) !== (right.body === undefined)) return false;
  if (left.body?.content[0]?.mediaType !== right.body?.content[0]?.mediaType) return false;
  const mine = readInputs(left, schemas);
  const theirs = readInputs(right, schemas);
  let common = 0;
  for (const [name, kind] of mine) {
    const other = theirs.get(name);
    if (other !== undefined && other !== kind) return false;
    if (other !== undefined) common++;
  }
  return common * 2 >= mine.size + theirs.size - common;
}

/** Whether an operation takes an input of this name beside its path. */
export function takesInput(operation: Operation, name: string, schemas: Schemas): boolean {
  return readInputs(operation, schemas).has(name);
}

/** False only where both answers are known and differ. */
export function mayAnswerAlike(left: Answer, right: Answer): boolean {
  if (left.item !== undefined && right.item !== undefined) return left.item === right.item;
  return left.kind === right.kind || left.kind === "unknown" || right.kind === "unknown";
}

function isJson({ mediaType }: MediaType): boolean {
  return /^(?:application|text)\/(?:[^;]*\+)?json\b|^\*\/\*|^application\/\*/.test(mediaType);
}

/** A body that can only be sent as a file. */
export function isUpload(operation: Operation): boolean {
  const content = operation.body?.content ?? [];
  if (content.length === 0) return false;
  return content.every(
    (media) =>
      /^(?:application\/octet-stream|image\/|audio\/|video\/|application\/(?:zip|x-tar|pdf|gzip))/.test(
        media.mediaType,
      ) ||
      (media.mediaType.startsWith("multipart/") && hasBinary(media.schema)),
  );
}

function hasBinary(schema: SchemaModel): boolean {
  if (schema.kind === "string") return schema.format === "binary";
  if (schema.kind === "array") return hasBinary(schema.items);
  if (schema.kind === "ref") return false;
  return schema.kind === "object" && [...schema.properties.values()].some(hasBinary);
}

/** An answer that is a file and never JSON. */
export function isDownload(operation: Operation): boolean {
  const success = operation.responses.filter(({ status }) => status.startsWith("2")).flatMap(({ content }) => content);
  return (
    success.length > 0 &&
    success.every(
      (media) =>
        !isJson(media) &&
        /^(?:application\/(?:octet-stream|zip|x-tar|pdf|gzip|x-gzip|vnd\.openxml)|image\/|audio\/|video\/)/.test(
          media.mediaType,
        ),
    )
  );
}
