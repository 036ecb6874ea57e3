import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/load`. */
export const loadCatalog = {
  "load/file-not-found": {
    severity: "error",
    title: "The file does not exist",
    cause: "The path given for a description or an overlay names no file.",
    fix: "Check the path; it is relative to the folder the command runs in.",
  },
  "load/is-directory": {
    severity: "error",
    title: "A folder was given instead of a file",
    cause: "The path given for a description names a folder.",
    fix: "Give the path of the description's root file, such as openapi.yaml, within that folder.",
  },
  "load/unreadable-file": {
    severity: "error",
    title: "The file cannot be read",
    cause: "The system refused to open the file, mostly for want of permission.",
    fix: "Make the file readable for the user who runs the command.",
  },
  "load/too-big": {
    severity: "error",
    title: "The file is too big",
    cause: "The file or answer is larger than any description is known to be, so it was not read to the end.",
    fix: "Give the description itself; if it really is that big, split it into several files.",
  },
  "load/unreachable": {
    severity: "error",
    title: "The address cannot be reached",
    cause: "The name does not resolve, nothing answers there, or the answer took longer than 30 seconds.",
    fix: "Check the address and the network, or download the description and give the file.",
  },
  "load/http-status": {
    severity: "error",
    title: "The address answered with an error",
    cause: "The server answered with a status other than 2xx.",
    fix: "Check the address in a browser; if it needs a login, download the description and give the file.",
  },
  "load/html-document": {
    severity: "error",
    title: "The document is a web page",
    cause: "The address leads to HTML or XML: mostly the page that shows the documentation, or a login page.",
    fix: "Give the address of the description itself; documentation pages often link it as openapi.json or swagger.json.",
  },
  "load/not-text": {
    severity: "error",
    title: "The file holds no text",
    cause: "A description is YAML or JSON; the file is compressed, an image or something else that is no text.",
    fix: "Give the description itself: decompress it first (`gunzip openapi.yaml.gz`), or save it as UTF-8.",
  },
  "load/empty-document": {
    severity: "error",
    title: "The document is empty",
    cause: "The file holds nothing but white space.",
    fix: "Write or export the description again.",
  },
  "load/invalid-yaml": {
    severity: "error",
    title: "The YAML cannot be parsed",
    cause: "The text breaks YAML's rules at the place shown; the true mistake may lie a line earlier.",
    fix: "Check indentation, missing colons and unclosed quotes near the place shown.",
  },
  "load/invalid-json": {
    severity: "error",
    title: "The JSON cannot be parsed",
    cause: "The text breaks JSON's rules at the place shown; the true mistake may lie a little earlier.",
    fix: "Check for a missing comma, bracket or quote near the place shown.",
  },
  "load/lenient-json": {
    severity: "warning",
    title: "The JSON is not strict",
    cause:
      "The text has a trailing comma, a comment or unquoted text, which JSON does not allow; YAML's rules could read it.",
    fix: "Remove trailing commas and comments, so that other tools can read the file too.",
  },
  "load/tab-indentation": {
    severity: "warning",
    title: "Tabs in YAML indentation",
    cause: "YAML allows only spaces in indentation; the tabs were replaced before parsing.",
    fix: "Replace the tabs by spaces.",
  },
  "load/duplicate-key": {
    severity: "warning",
    title: "A key is repeated",
    cause: "An object has the same key twice; only the last value can count.",
    fix: "Remove or rename one of the two.",
  },
  "load/several-documents": {
    severity: "warning",
    title: "The file holds several YAML documents",
    cause: "A line `---` ends one document and starts another; a description is one document.",
    fix: "Put what follows into a file of its own, or remove it.",
  },
  "load/not-utf8": {
    severity: "warning",
    title: "The file is not UTF-8",
    cause: "Some bytes are no UTF-8; they were read as Windows-1252, so that letters with accents may be wrong.",
    fix: "Save the file as UTF-8.",
  },
  "load/alias-bomb": {
    severity: "error",
    title: "YAML aliases grow without bounds",
    cause:
      "Aliases refer to nodes that hold aliases themselves, so that the document is far larger than its text, or endless.",
    fix: "Replace YAML anchors and aliases by `$ref`s to components.",
  },
  "load/too-deep": {
    severity: "error",
    title: "The document is nested too deeply",
    cause: "No real description needs this many levels; a program has probably written it wrongly.",
    fix: "Move inner parts to components and refer to them with `$ref`.",
  },
  "load/not-openapi": {
    severity: "error",
    title: "The document is no OpenAPI description",
    cause: 'A description starts with `openapi: "3.x.y"` or `swagger: "2.0"` at its root.',
    fix: "Give the root file of a description; when it is split over several files, that is the one with `openapi` and `paths`.",
  },
  "load/unsupported-version": {
    severity: "error",
    title: "The version of the description is not supported",
    cause: "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 can be read.",
    fix: "Convert the description to OpenAPI 3.1.",
  },
  "load/numeric-version": {
    severity: "warning",
    title: "The version is a number",
    cause: "Without quotes YAML reads the version as a number; the specification wants text.",
    fix: 'Put it in quotes and write it in full, such as `openapi: "3.1.0"`.',
  },
  "load/assumed-version": {
    severity: "warning",
    title: "The version was assumed",
    cause: "The key and the number do not go together, or the version is newer than those that are known.",
    fix: 'Write `openapi: "3.1.0"` or the version the description really has.',
  },
  "load/ref-not-found": {
    severity: "warning",
    title: "A reference points to nothing",
    cause:
      "The file of a `$ref` does not exist or cannot be read, or it has no node at that pointer. The part is treated as unconstrained.",
    fix: "Correct the `$ref`, or add what it names.",
  },
  "load/remote-ref-refused": {
    severity: "warning",
    title: "A reference to another host was not followed",
    cause:
      "A description can make the generator fetch any address; this is done only when it is asked for. The part is treated as unconstrained.",
    fix: "Run again with --allow-remote-refs if you trust the description, or download the file and refer to the copy.",
  },
  "load/local-ref-refused": {
    severity: "warning",
    title: "A reference to a local file was not followed",
    cause:
      "Outside the description's own folder only YAML and JSON files are read, and a description from the network may not name local files.",
    fix: "Move the file beside the description, or give it the extension .yaml or .json.",
  },
  "load/invalid-overlay": {
    severity: "error",
    title: "The overlay cannot be applied",
    cause:
      "The document is no OpenAPI Overlay 1.x, or one of its actions has no valid `target` (an RFC 9535 JSONPath).",
    fix: "Start it with `overlay: 1.0.0`, and give each entry of `actions` a `target` and one of `update`, `remove` or `copy`. In a JSONPath, names with hyphens or slashes stand in brackets: `$.info['x-logo']`.",
  },
  "load/overlay-without-match": {
    severity: "warning",
    title: "An overlay action changes nothing",
    cause: "The target of the action matches no node of the description, or is to be removed and is all of it.",
    fix: "Correct the JSONPath, or remove the action if the description no longer needs it.",
  },
} as const satisfies Record<`load/${string}`, CatalogEntry>;
