import type { CatalogEntry } from "../types.js";

/** Diagnostics raised by `src/write`. */
export const writeCatalog = {
  "write/edited-file": {
    severity: "error",
    title: "A generated file was edited",
    cause: "Its content is neither what the last run wrote nor what this run would write.",
    fix: "Move the change to where it belongs and restore the file, or run again with --force to overwrite it.",
  },
  "write/foreign-file": {
    severity: "error",
    title: "A file stands where a generated one goes",
    cause: "The manifest does not list it, so it is somebody's own.",
    fix: "Move it away, or run again with --adopt to replace it.",
  },
  "write/foreign-folder": {
    severity: "error",
    title: "The output folder is not a generated project",
    cause: "It holds files and no manifest (.openapi-to-mcp/manifest.json).",
    fix: "Choose another folder with -o, or run again with --adopt to write into this one.",
  },
  "write/unsafe-path": {
    severity: "error",
    title: "A path leads out of the project or is not legal everywhere",
    cause: "A name in the description or the annotations became a path that some system refuses or misreads.",
    fix: "Rename the tool or resource in the annotation file.",
  },
  "write/path-collision": {
    severity: "error",
    title: "Two files have one name",
    cause: "Their paths differ only in case or Unicode form.",
    fix: "Rename one of the tools in the annotation file.",
  },
  "write/symlink": {
    severity: "error",
    title: "A symbolic link is in the way",
    cause: "Writing through it could change files outside the project.",
    fix: "Replace the link by a real file or folder.",
  },
  "write/bad-manifest": {
    severity: "error",
    title: "The manifest cannot be read",
    cause: ".openapi-to-mcp/manifest.json is damaged or comes from a newer version.",
    fix: "Restore it from version control, or delete it and run again with --adopt.",
  },
  "write/kept-edited": {
    severity: "warning",
    title: "A file that is no longer generated was kept",
    cause: "It was edited since it was written, so it is not deleted.",
    fix: "Delete it, or keep it as your own.",
  },
  "write/recovered": {
    severity: "info",
    title: "An interrupted run was undone",
    cause: "The last run was stopped between its first and its last file; every file it had replaced was put back.",
    fix: "Nothing needs to be done.",
  },
  "write/busy": {
    severity: "error",
    title: "Another run is writing the project",
    cause: "Two runs at once would mix their files.",
    fix: "Wait for it. When no run is going on, delete .openapi-to-mcp/pending/owner and run again.",
  },
  "write/raised-dependency": {
    severity: "info",
    title: "The generated code needs another dependency",
    cause: "A run adds to package.json what is missing and raises what begins too low; nothing else of it changes.",
    fix: "Run npm install after it, so that package-lock.json follows.",
  },
  "write/gone-hook": {
    severity: "warning",
    title: "A hook belongs to a tool or action that is gone",
    cause:
      "src/hooks.ts has code for a name that the server no longer publishes, so it never runs and does not compile.",
    fix: "Move the hook to the tool that took the operation, or delete it.",
  },
  "write/gone-import": {
    severity: "warning",
    title: "A hook imports what is no longer generated",
    cause: "src/hooks.ts names a type of an operation that the API renamed or lost, so it does not compile.",
    fix: "Import the type that took its place, or let the hook's argument be inferred.",
  },
  "write/failed": {
    severity: "error",
    title: "The files could not be written",
    cause: "The file system refused; everything was put back as it was.",
    fix: "Look at permissions and free space, then run again.",
  },
} as const satisfies Record<`write/${string}`, CatalogEntry>;
