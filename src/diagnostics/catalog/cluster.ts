import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/cluster`. */
export const clusterCatalog = {
  "cluster/unknown-operation": {
    severity: "error",
    title: "The annotation file names an operation that the API does not have",
    cause:
      "A reference is misspelt, or the API has lost the operation and none of the same path or operationId is left.",
    fix: "Correct the reference, or remove the entry.",
  },
  "cluster/vanished-operation": {
    severity: "warning",
    title: "An operation is gone from the API",
    cause:
      "The annotation file holds an operation that a past run recorded and that the description no longer has, or not as a call; its action is left out.",
    fix: "Remove the entry, or point it at the operation that replaces it.",
  },
  "cluster/deprecated-operation": {
    severity: "info",
    title: "An operation that the annotation file names is deprecated",
    cause: "The description marks it as deprecated. It stays a tool because the file assigns it; its text says so.",
    fix: "Point the entry at the operation that replaces it, or leave it out with `skip`.",
  },
  "cluster/assigned-twice": {
    severity: "error",
    title: "An operation stands in two places of the annotation file",
    cause: "Two entries name one operation, so one call would be offered to the model twice. The first one is used.",
    fix: "Remove one of the two entries.",
  },
  "cluster/hidden-twin": {
    severity: "error",
    title: "An operation that no call would reach",
    cause:
      "An action of several operations calls the first one whose path parameters are all given; an operation that needs more than one before it is never the first.",
    fix: "Put the operation that needs more path parameters first, or give it an action of its own.",
  },
  "cluster/unassigned-operation": {
    severity: "error",
    title: "An operation has no place in the annotation file",
    cause: "The file says `defaults.unassigned: error`, and it neither assigns nor skips this operation.",
    fix: "Assign the operation to a tool, add it to `skip`, or set `defaults.unassigned: group`.",
  },
  "cluster/idle-skip": {
    severity: "info",
    title: "A skip rule leaves out nothing",
    cause: "No operation of the API matches its method and path, or an earlier rule has left all of them out.",
    fix: "Correct the pattern (`DELETE /admin/**`), or remove it where the API has lost what it was for.",
  },
  "cluster/added-operations": {
    severity: "info",
    title: "Operations are new in the API",
    cause: "The annotation file named none of them; they were placed by rule, and the file now says where.",
    fix: "Move them in the annotation file where they should be elsewhere, or add them to `skip`.",
  },
  "cluster/new-operation": {
    severity: "error",
    title: "A new operation was found in a frozen run",
    cause: "With `--frozen` only operations that the annotation file knows may become actions.",
    fix: "Run once without `--frozen` and review what was added, or add the operation to `skip`.",
  },
} as const satisfies Record<`cluster/${string}`, CatalogEntry>;
