/** Texts of a fixed form in the annotation file, each with the diagnostic that explains a wrong one. */
import type { DiagnosticCode } from "../diagnostics/catalog.js";
import { TOKEN } from "../naming/http.js";

export interface TextFormat {
  readonly pattern: RegExp;
  readonly code: DiagnosticCode;
  /** What the text is, for "X is no …". */
  readonly noun: string;
  readonly rule: string;
}

/** Tool and action names: what every client takes, and no name that every object has a member of. */
export const toolNameFormat: TextFormat = {
  pattern: /^(?!(?:constructor|__proto__)$)[a-z0-9_]{1,64}$/,
  code: "annotations/illegal-name",
  noun: "legal name",
  rule: "Use 1 to 64 characters of a-z, 0-9 and _ (40 at most is better: some clients put the server's name in front), but not constructor or __proto__.",
};

/** A name that once was published may be freer than the ones given today. */
export const formerNameFormat: TextFormat = {
  pattern: /^[a-zA-Z0-9_.-]{1,128}$/,
  code: "annotations/illegal-name",
  noun: "tool name a client could have used",
  rule: "Use 1 to 128 characters of a-z, A-Z, 0-9, _, . and -.",
};

/** Property names of a tool's input schema. */
export const argumentNameFormat: TextFormat = {
  pattern: /^[a-zA-Z0-9_.-]{1,64}$/,
  code: "annotations/illegal-name",
  noun: "legal argument name",
  rule: "Use 1 to 64 characters of a-z, A-Z, 0-9, _, . and -: models' APIs refuse a whole request over any other.",
};

/** The server's name: folder, package and registry names are made from it. */
export const serverNameFormat: TextFormat = {
  pattern: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  code: "annotations/illegal-name",
  noun: "legal server name",
  rule: "Use kebab-case: lower-case letters and digits, joined by single hyphens.",
};

/** RFC 6901. */
export const pointerFormat: TextFormat = {
  pattern: /^(?:\/(?:[^/~]|~[01])*)*$/,
  code: "annotations/bad-pointer",
  noun: "JSON Pointer",
  rule: 'Start it with "/" and write "~0" for "~" and "~1" for "/" in a name, as in "/data/items"; "" is the whole document.',
};

/** A parameter's wire name, or a JSON Pointer into the body. */
export const wireFormat: TextFormat = {
  pattern: /^(?:[^/].*|(?:\/(?:[^/~]|~[01])*)+)$/s,
  code: "annotations/bad-pointer",
  noun: "parameter name or JSON Pointer into the body",
  rule: 'Write the parameter\'s own name, or a pointer such as "/address/city" ("~1" stands for "/" in a name).',
};

/** `METHOD /path`, `METHOD /path (operationId)` or an operationId; twins follow behind ` + `. A method is a token (RFC 9110 section 9.1). */
export const referenceFormat: TextFormat = {
  pattern: new RegExp(`^(?:${TOKEN} /.*|[^/\\s]\\S*(?: \\+ \\S.*)?)$`),
  code: "annotations/bad-operation",
  noun: "reference to an operation",
  rule: "Write its operationId, or its method and path as in `PATCH /contacts/{contact_id}`.",
};

/** `METHOD /path/glob` or `/path/glob`. */
export const skipFormat: TextFormat = {
  pattern: new RegExp(`^(?:${TOKEN} )?/\\S*$`),
  code: "annotations/bad-skip",
  noun: "skip pattern",
  rule: "Write a method (or *) and a path, such as `DELETE /admin/**`: * stays within one segment, ** crosses them.",
};

/** `tool` or `tool.action`. */
export const aliasTargetFormat: TextFormat = {
  pattern: /^[a-z0-9_]{1,64}(?:\.[a-z0-9_]{1,64})?$/,
  code: "annotations/bad-alias",
  noun: "target of an alias",
  rule: "Name a tool, or a tool and its action as in `manage_contact.delete`.",
};

/** RFC 9110 section 5.1: a field name is a token. */
export const headerFormat: TextFormat = {
  pattern: new RegExp(`^${TOKEN}$`),
  code: "annotations/wrong-value",
  noun: "header name",
  rule: "Write the header's name alone, such as Idempotency-Key.",
};

/** RFC 6749 section 3.3. */
export const scopeFormat: TextFormat = {
  pattern: /^[\x21\x23-\x5b\x5d-\x7e]+$/,
  code: "annotations/wrong-value",
  noun: "scope",
  rule: "A scope has no spaces, quotes or backslashes; give several as a list.",
};

export const environmentFormat: TextFormat = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  code: "annotations/wrong-value",
  noun: "name of an environment variable",
  rule: "Use letters, digits and _, such as TENANT_ID; write the name, not the value.",
};

export const urlFormat: TextFormat = {
  pattern: /^https?:\/\/[^\s/?#]+[^\s]*$/,
  code: "annotations/wrong-value",
  noun: "absolute http(s) URL",
  rule: "Write it in full, such as https://api.example.com/v1.",
};

const formats: readonly TextFormat[] = [
  toolNameFormat,
  formerNameFormat,
  argumentNameFormat,
  serverNameFormat,
  pointerFormat,
  wireFormat,
  referenceFormat,
  skipFormat,
  aliasTargetFormat,
  headerFormat,
  scopeFormat,
  environmentFormat,
  urlFormat,
];

/** The format that a schema's pattern belongs to; zod hands the pattern back as text. */
export function findFormat(pattern: string): TextFormat | undefined {
  return formats.find((format) => String(format.pattern) === pattern);
}
