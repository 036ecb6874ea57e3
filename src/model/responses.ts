import type { Located } from "../load/types.js";
import { buildContent, listProduced } from "./content.js";
import { expectType, type ModelContext } from "./context.js";
import { followObject, listChildren, type LocatedObject, readFilledText, stepInto } from "./raw.js";
import type { MediaType, Response } from "./types.js";

/** The responses of an operation, in document order. */
export function buildResponses(context: ModelContext, operation: Located): Response[] {
  const responses: Response[] = [];
  const stated = stepInto(operation, "responses");
  if (!expectType(context, stated, { name: "`responses`", wanted: "a map" })) return [];
  for (const { key, node } of listChildren(stated)) {
    if (key.startsWith("x-")) continue;
    const response = followObject(context.spec, node);
    if (!response) continue;
    const answer = context.isSwagger
      ? describeAnswer(response, buildSwaggerContent(context, operation, response))
      : buildAnswer(context, response);
    responses.push({ status: normaliseStatus(key), ...answer });
  }
  return responses;
}

function buildAnswer(context: ModelContext, response: LocatedObject): Omit<Response, "status"> {
  const answer =
    context.answers.get(response.value) ??
    describeAnswer(response, buildContent(context, stepInto(response, "content")));
  context.answers.set(response.value, answer);
  return answer;
}

function describeAnswer(response: LocatedObject, content: MediaType[]): Omit<Response, "status"> {
  const description = readFilledText(response.value, "description");
  return {
    ...(description !== undefined && { description }),
    content,
    headers: listChildren(stepInto(response, "headers")).map((header) => header.key.toLowerCase()),
  };
}

/** `4xx` and `4XX` mean the same (OpenAPI 3.x says the latter). */
function normaliseStatus(status: string): string {
  return /^[1-5]xx$/i.test(status) ? status.toUpperCase() : status;
}

/** One schema for every type that `produces` lists (Swagger 2.0). */
function buildSwaggerContent(context: ModelContext, operation: Located, response: LocatedObject): MediaType[] {
  const node = stepInto(response, "schema");
  if (!node) return [];
  const schema = context.schemas.build(node);
  return listProduced(context, operation).map((mediaType) => ({ mediaType, schema, encoding: new Map() }));
}
