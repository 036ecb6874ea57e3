import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/annotations`. */
export const annotationsCatalog = {
  "annotations/invalid-yaml": {
    severity: "error",
    title: "The annotation file is no valid YAML",
    cause: "The file's syntax is broken, so none of it could be read.",
    fix: "Correct the line shown; often an indentation or a quote is missing.",
  },
  "annotations/duplicate-key": {
    severity: "error",
    title: "A key stands twice",
    cause: "A map of the annotation file has the same key twice, such as two actions of one name; one would be lost.",
    fix: "Rename or remove one of the two.",
  },
  "annotations/unknown-key": {
    severity: "error",
    title: "Unknown key",
    cause: "The annotations hold a key that means nothing at this place, so what it asks for would not happen.",
    fix: "Correct its spelling, move it to where it belongs, or remove it.",
  },
  "annotations/missing-key": {
    severity: "error",
    title: "A key is missing",
    cause: "An entry of the annotations is incomplete: it needs another key to mean something.",
    fix: "Add the key that the message names.",
  },
  "annotations/wrong-type": {
    severity: "error",
    title: "Wrong type of value",
    cause: "A value of the annotations is a text, number, list or map where another type is needed.",
    fix: "Give a value of the type that the message names.",
  },
  "annotations/wrong-value": {
    severity: "error",
    title: "Value not allowed",
    cause: "A value of the annotations has the right type, but is not one of those possible here.",
    fix: "Give one of the values that the message names.",
  },
  "annotations/illegal-name": {
    severity: "error",
    title: "Illegal name",
    cause: "Clients and models' APIs refuse this name, and some of them the whole server with it.",
    fix: "Use lower-case letters, digits and underscores; 64 characters at most.",
  },
  "annotations/reserved-name": {
    severity: "error",
    title: "Reserved argument name",
    cause:
      "The server itself adds arguments such as `action`, `limit` and `cursor`; an API's argument cannot share a name.",
    fix: "Choose another name.",
  },
  "annotations/name-twice": {
    severity: "error",
    title: "A name is given twice",
    cause: "Two entries of the annotations claim the same name or place.",
    fix: "Keep one of the two.",
  },
  "annotations/bad-pointer": {
    severity: "error",
    title: "No JSON Pointer",
    cause: "The text is no JSON Pointer (RFC 6901), so it can point at nothing.",
    fix: 'Start it with "/" and separate names by "/".',
  },
  "annotations/bad-operation": {
    severity: "error",
    title: "No reference to an operation",
    cause: "The text is neither an operationId nor a method and path.",
    fix: "Write the operationId, or `METHOD /path` as the description has it.",
  },
  "annotations/bad-skip": {
    severity: "error",
    title: "No skip pattern",
    cause: "The text is no method and path pattern, so it would leave out nothing.",
    fix: "Write a pattern such as `DELETE /admin/**`.",
  },
  "annotations/bad-alias": {
    severity: "error",
    title: "Conflicting alias",
    cause: "An alias must be a former name that no tool has today, and must lead to a tool.",
    fix: "Remove the alias, or point it at a tool or at `tool.action`.",
  },
  "annotations/unknown-tool": {
    severity: "error",
    title: "Unknown tool",
    cause: "A domain or an alias names a tool that the server does not have.",
    fix: "Name a tool of the server; `openapi-to-mcp inspect` lists them.",
  },
  "annotations/unknown-action": {
    severity: "error",
    title: "Unknown action",
    cause: "An alias names an action that its tool does not have.",
    fix: "Name one of the tool's actions.",
  },
  "annotations/operation-twice": {
    severity: "error",
    title: "An operation is named twice",
    cause: "Two entries name the same operation, so it is not clear which tool it belongs to.",
    fix: "Remove one of the two entries.",
  },
  "annotations/exclusive-keys": {
    severity: "error",
    title: "Keys that exclude each other",
    cause: "An entry has two keys of which only one can be followed.",
    fix: "Keep the one that is meant.",
  },
  "annotations/extension-conflict": {
    severity: "error",
    title: "An x-mcp extension clashes",
    cause: "Two operations ask for the same action of one tool.",
    fix: "Give one of them another `action`, in the description or in the annotation file, which wins.",
  },
  "annotations/long-text": {
    severity: "warning",
    title: "Longer than some clients take",
    cause: "Clients cut or refuse names and descriptions beyond their limits.",
    fix: "Shorten it.",
  },
  "annotations/unknown-placeholder": {
    severity: "warning",
    title: "Unknown placeholder in a prompt",
    cause: "The text of a prompt has a placeholder that is none of its arguments, so nothing is filled in.",
    fix: "Add the argument, or correct the placeholder.",
  },
  "annotations/lost-variable": {
    severity: "warning",
    title: "An environment variable is no longer read",
    cause:
      "The server of the last run read it, and a deployment may set it. Credentials are named after the server (`server.name`) and after the security schemes of the description.",
    fix: "Rename it wherever the server runs, or give the server its former name: `server: { name: … }`.",
  },
  "annotations/unrecorded-alias": {
    severity: "warning",
    title: "A former name cannot be written down",
    cause:
      "A tool or an action has another name than before, and `aliases` of the annotation file has a form that nothing can be added to, such as a YAML alias.",
    fix: "Add the entry yourself; without it, the former name answers no more after the next run.",
  },
  "annotations/no-spec": {
    severity: "error",
    title: "No description is named",
    cause: "There is no description to read: none was given, and the annotation file names none.",
    fix: "Give its path or URL, or add `spec: …` to the annotation file.",
  },
  "annotations/unreadable": {
    severity: "error",
    title: "The annotation file cannot be read",
    cause: "The file exists, but reading it failed.",
    fix: "Check that it is a file and that its permissions allow reading it.",
  },
} as const satisfies Record<`annotations/${string}`, CatalogEntry>;
