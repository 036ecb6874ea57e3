import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/model`. */
export const modelCatalog = {
  "model/no-operations": {
    severity: "error",
    title: "There is nothing to make tools of",
    cause: "The description has no path with an operation, or every operation was left out.",
    fix: "Give the description that holds the paths; one with webhooks or components alone describes no calls.",
  },
  "model/unusable-operation": {
    severity: "warning",
    title: "An operation cannot be read",
    cause:
      "The path item or operation is no object, its `$ref` leads nowhere, its path has an empty or open placeholder, or its key is no method.",
    fix: "Correct the node shown; the operation is left out until then.",
  },
  "model/incoming-calls": {
    severity: "info",
    title: "Calls that the API makes become no tools",
    cause:
      "Webhooks and callbacks describe requests from the API to its user; a tool can only send requests to the API.",
    fix: "Nothing, unless the description has an operation that was meant to stand under `paths`.",
  },
  "model/no-title": {
    severity: "warning",
    title: "The description has no title",
    cause: "`info.title` is missing; the server and its folder are named after it.",
    fix: "Add `info.title`, or `server.name` and `server.title` in the annotation file.",
  },
  "model/wrong-type": {
    severity: "warning",
    title: "A part of the description has the wrong type",
    cause: "A list stands where a map belongs, text where a list belongs, or the like.",
    fix: "Correct the node shown; it is treated as absent until then.",
  },
  "model/assumed-meaning": {
    severity: "warning",
    title: "A slip of the description was put right",
    cause: "A node does not have the shape that OpenAPI gives it, and what it means is plain.",
    fix: "Write the node shown as the message says.",
  },
  "model/duplicate-operation-id": {
    severity: "warning",
    title: "Two operations have the same operationId",
    cause: "An operationId must be unique in a description; the later one was given a number.",
    fix: "Give one of the operations another operationId.",
  },
  "model/undeclared-path-parameter": {
    severity: "warning",
    title: "A path parameter is not declared",
    cause:
      "The path has a placeholder in braces and the operation no parameter of that name; it was added as required text.",
    fix: "Declare the parameter with `in: path` and its schema.",
  },
  "model/assumed-path": {
    severity: "warning",
    title: "A path was put right",
    cause: "The path writes a placeholder as routers do (`:id`, `{id:[0-9]+}`) and declares a parameter of that name.",
    fix: "Write the placeholder as `{id}`; a pattern belongs into the schema of the parameter.",
  },
  "model/ambiguous-path": {
    severity: "warning",
    title: "Two paths differ only in the names of their parameters",
    cause: "Such paths are the same (OpenAPI, Paths Object): an address cannot tell which of them is meant.",
    fix: "Make them one path, or give one of them a segment of its own.",
  },
  "model/unused-path-parameter": {
    severity: "warning",
    title: "A path parameter has no place in the path",
    cause:
      "The operation declares a path parameter and the path has no placeholder of that name; the parameter is ignored.",
    fix: "Correct the name in the path or in the parameter.",
  },
  "model/unusable-parameter": {
    severity: "warning",
    title: "A parameter cannot be used",
    cause: "The parameter has no name or one that cannot be sent, an unknown `in`, or a `$ref` that leads nowhere.",
    fix: "Correct the parameter shown; it is left out until then.",
  },
  "model/unusable-media-type": {
    severity: "warning",
    title: "A media type cannot be used as it stands",
    cause:
      "The keys of `content` are media types such as `application/json`, and each holds an object with a `schema`.",
    fix: "Correct the node shown.",
  },
  "model/assumed-media-type": {
    severity: "warning",
    title: "The media type of a body was assumed",
    cause: "The operation takes a body and its list of media types is empty.",
    fix: "List what the API takes under `consumes`.",
  },
  "model/unknown-security-scheme": {
    severity: "warning",
    title: "A security scheme is not known",
    cause: "A requirement names a scheme that is not defined, or a scheme has no usable type or name.",
    fix: "Define the scheme under components.securitySchemes (securityDefinitions in Swagger 2.0), or correct the name.",
  },
  "model/assumed-security": {
    severity: "warning",
    title: "Which security applies was assumed",
    cause:
      "The description defines security schemes, and neither its root nor any operation says that one is required.",
    fix: "Add `security` to the root of the description, or `security: []` when calls need no credential.",
  },
  "model/unusable-schema": {
    severity: "warning",
    title: "A schema cannot be read",
    cause:
      "A schema must be an object or a boolean, of a known type, with keywords that fit each other, and must not consist of itself.",
    fix: "Correct the schema shown; what cannot be read does not limit the values until then.",
  },
  "model/pagination-unclear": {
    severity: "info",
    title: "How a list goes on was not found",
    cause:
      "The operation takes a paging parameter, and its response schema does not show where the next position stands; it is searched at run time.",
    fix: "State `pagination` for the action in the annotation file.",
  },
} as const satisfies Record<`model/${string}`, CatalogEntry>;
