import type { CatalogEntry } from "../types.js";

const shorter =
  "Rename the tool in the annotation file (its key under `tools`); the former name goes on answering as an alias.";

/** Diagnostics raised by `src/lint`. What is an error for one client may be a warning for another. */
export const lintCatalog = {
  "lint/name-length": {
    severity: "error",
    title: "The name of a tool is too long",
    cause: "Clients refuse, leave out or cut tools of longer names.",
    fix: shorter,
  },
  "lint/name-characters": {
    severity: "error",
    title: "The name of a tool has characters that are not taken",
    cause: "Providers take names of letters, digits and few other signs.",
    fix: shorter,
  },
  "lint/name-twice": {
    severity: "error",
    title: "Two tools have one name",
    cause: "A call would reach only one of them.",
    fix: "Rename one of them.",
  },
  "lint/full-name-length": {
    severity: "error",
    title: "The names of server and tool are too long together",
    cause: "Clients put the server's name before the tool's and leave out what gets too long.",
    fix: "Give the server or the tool a shorter name in the annotation file.",
  },
  "lint/tool-count": {
    severity: "error",
    title: "The list has too many tools",
    cause: "Clients refuse longer lists or leave tools out, and models choose worse among more.",
    fix: "Serve one domain at a time or the catalogue surface, or leave tools out in the annotation file.",
  },
  "lint/tokens": {
    severity: "warning",
    title: "The list takes many tokens",
    cause: "A client puts the whole list before the model, with every question.",
    fix: "Serve one domain at a time or the catalogue surface, or leave tools out in the annotation file.",
  },
  "lint/description-length": {
    severity: "warning",
    title: "The description of a tool is too long",
    cause: "Clients refuse or cut longer ones, and every word is paid for with every question.",
    fix: "State a shorter `description` in the annotation file.",
  },
  "lint/instructions-length": {
    severity: "warning",
    title: "The instructions of the server are too long",
    cause: "Clients cut their end.",
    fix: "State shorter `server.instructions` in the annotation file, the best first.",
  },
  "lint/root-type": {
    severity: "error",
    title: "The input schema is not of type object",
    cause: "Clients drop the tool, or every tool of the server.",
    fix: "Make the root an object whose properties are the arguments.",
  },
  "lint/root-properties": {
    severity: "error",
    title: "The input schema states no properties",
    cause: "Providers refuse objects without `properties`, even where there are no arguments.",
    fix: "State `properties: {}`.",
  },
  "lint/root-keyword": {
    severity: "error",
    title: "The root of the input schema chooses between schemas",
    cause: "Providers refuse the whole request, or clients drop the tool without a message.",
    fix: "State the arguments of all choices as properties, and say in words which go together.",
  },
  "lint/keyword": {
    severity: "error",
    title: "A schema uses a keyword that is not taken",
    cause: "Providers know a part of JSON Schema and refuse the rest.",
    fix: "Say it in the description instead.",
  },
  "lint/reference": {
    severity: "error",
    title: "A schema refers to another",
    cause: "Clients leave shared definitions out on the way to the model, so that the reference leads nowhere.",
    fix: "Put the schema where it is used.",
  },
  "lint/boolean-schema": {
    severity: "error",
    title: "A schema is only true or false",
    cause: "It is legal JSON Schema that providers do not read.",
    fix: "Write `{}` for true; leave a property out that is always false.",
  },
  "lint/array-items": {
    severity: "error",
    title: "An array does not say what it holds",
    cause: "Providers refuse arrays without `items`.",
    fix: "State `items`, even if they are `{}`.",
  },
  "lint/object-properties": {
    severity: "error",
    title: "An object does not say what it holds",
    cause: "Providers refuse objects without `properties`.",
    fix: "State `properties`, even if they are `{}`.",
  },
  "lint/depth": {
    severity: "error",
    title: "A schema is nested too deep",
    cause: "Providers refuse deeper ones, and models fill them in wrongly.",
    fix: "Describe the inner part in words and take it as an open object.",
  },
  "lint/argument-name": {
    severity: "error",
    title: "The name of an argument is not taken",
    cause: "Providers take names of letters, digits, `_`, `.` and `-`, up to a length.",
    fix: "Give the argument another name in the annotation file.",
  },
  "lint/statement": {
    severity: "error",
    title: "A tool leaves unsaid what it does",
    cause: "Without title and hints clients ask before every call, and directories refuse the server.",
    fix: "State `title` and every hint of `annotations`.",
  },
} as const satisfies Record<`lint/${string}`, CatalogEntry>;
