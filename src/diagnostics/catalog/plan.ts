import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/plan`. */
export const planCatalog = {
  "plan/unknown-argument": {
    severity: "error",
    title: "The annotation names an argument that the operation does not have",
    cause: "The key under `arguments` is neither the name of a parameter nor a JSON Pointer into the request body.",
    fix: "Use the name as the API description spells it, or a pointer such as `/address/city`.",
  },
  "plan/nested-argument": {
    severity: "error",
    title: "The annotation renames or describes what lies inside an argument",
    cause: "The model gives an argument as a whole: its members have no names, texts or defaults of their own.",
    fix: "Annotate the argument itself, or take the member from the model with `fixed`, `fromEnv`, `fromAuth` or `hide`.",
  },
  "plan/no-tools": {
    severity: "error",
    title: "The server would have no tool",
    cause: "Every operation is left out: by `skip`, by `unassigned: skip`, or by an `x-mcp` extension.",
    fix: "Narrow the patterns under `skip`, or assign operations to tools.",
  },
  "plan/argument-conflict": {
    severity: "error",
    title: "Two arguments of an operation would have one name",
    cause: "A `rename` gives an argument the name that another argument of the same operation already has.",
    fix: "Choose another name, or rename the other argument as well.",
  },
  "plan/hidden-required": {
    severity: "error",
    title: "A required argument is hidden",
    cause: "The argument has `hide: true`, the API requires it, and nothing says which value to send.",
    fix: "Add `fixed`, `default`, `fromEnv` or `fromAuth`, or do not hide it.",
  },
  "plan/required-body-on-read": {
    severity: "warning",
    title: "The request body of a GET operation cannot be sent",
    cause: "HTTP gives a body of GET no meaning (RFC 9110 section 9.3.1), and clients refuse to send one.",
    fix: "Use the operation's POST form if the API has one, or leave the operation out with `skip`.",
  },
  "plan/unsupported-credential": {
    severity: "warning",
    title: "A security scheme is not supported",
    cause: "The runtime sends API keys, HTTP credentials and OAuth tokens; this scheme is something else.",
    fix: "Put a proxy in front of the API that adds the credential, or ignore this if another scheme is enough.",
  },
  "plan/security-unmet": {
    severity: "warning",
    title: "No supported credential satisfies an operation",
    cause: "Every alternative of the operation's security needs a scheme that is not supported.",
    fix: "Leave the operation out with `skip`, or add the credential with a header argument that has `fromEnv`.",
  },
  "plan/security-assumed": {
    severity: "warning",
    title: "Security schemes are declared but no operation refers to one",
    cause: "The description has `securitySchemes` but no `security`, so nothing says what a call needs.",
    fix: "Add a root `security` to the description, or with an overlay.",
  },
  "plan/no-base-url": {
    severity: "warning",
    title: "The description names no absolute server address",
    cause: "`servers` is missing, relative or has variables without defaults, so calls have no destination.",
    fix: "Set `server.baseUrl` in the annotation file, or API_BASE_URL when the server starts.",
  },
  "plan/hint-contradiction": {
    severity: "error",
    title: "A hint says less than the tool does",
    cause: "`readOnlyHint: true` stands on a tool with an action that writes; hosts would run it without asking.",
    fix: "Remove the hint, or move the writing actions to a tool of their own.",
  },
  "plan/unknown-paging-parameter": {
    severity: "warning",
    title: "The pagination names a parameter that the operation does not describe",
    cause:
      "The annotation file names it; it is sent as it stands, and an API that does not know it sends the first page.",
    fix: "Correct the name; one that the API takes without saying so belongs into the description, by an overlay.",
  },
  "plan/unknown-field": {
    severity: "warning",
    title: "The annotation file names a field that the answer does not describe",
    cause: "The path is misspelt, or the description leaves the field out.",
    fix: "Correct the path; a field that is answered without being described belongs into the description, by an overlay.",
  },
  "plan/unfit-value": {
    severity: "warning",
    title: "A value of the annotation file is none that the argument takes",
    cause: "`default` or `fixed` is of another type than the description says, or not among the values it lists.",
    fix: "Correct the value; it is sent as it stands.",
  },
  "plan/mixed-tool": {
    severity: "info",
    title: "A tool both reads and writes",
    cause: "The annotation file puts reading and writing actions together; hosts approve a tool as a whole.",
    fix: "Give the reads a tool of their own, so that they can run without asking.",
  },
  "plan/tool-too-large": {
    severity: "warning",
    title: "A tool is larger than clients handle well",
    cause: "It has too many actions, arguments or tokens, even with its schemas cut short.",
    fix: "Divide it in the annotation file, or hide arguments that are not needed.",
  },
  "plan/tool-divided": {
    severity: "info",
    title: "Operations on one resource became several tools",
    cause: "Together they would be larger, or have arguments that disagree.",
    fix: "Name the grouping you want in the annotation file; it is kept.",
  },
  "plan/domain-too-large": {
    severity: "warning",
    title: "A domain has more tools or tokens than clients handle well",
    cause: "The operations under one tag and path cannot be divided further by rule.",
    fix: "List smaller domains under `domains` in the annotation file, or leave operations out with `skip`.",
  },
} as const satisfies Record<`plan/${string}`, CatalogEntry>;
