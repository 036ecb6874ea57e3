/** One file of the project that is to be written; `path` is relative with forward slashes. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
  /**
   * `generator`: rewritten on every run. `user`: written once, never touched again.
   * `shared`: the user's own text with what a run added to it (the annotation file).
   */
  readonly owner: "generator" | "user" | "shared";
}

/** Template path (relative to `templates/`, forward slashes) to its text. */
export type Templates = ReadonlyMap<string, string>;
