import type { GeneratedFile } from "../emit/types.js";

export interface WriteOptions {
  /** Overwrite generated files that someone edited. */
  readonly force?: boolean;
  /** Write into a folder that has files of its own, and take over files that stand where generated ones go. */
  readonly adopt?: boolean;
  /** Version of the generator, recorded in the manifest only. */
  readonly version?: string;
  /** What the files were made from and what they publish, recorded in the manifest only. */
  readonly origin?: Origin;
  /** Who writes: runs at the same time wait for each other. */
  readonly runner?: Runner | undefined;
  /** Does the work that nothing may come into; by default it is just done. */
  readonly uninterrupted?: (<Result>(work: () => Result) => Result) | undefined;
}

/** The process of a run. */
export interface Runner {
  readonly id: number;
  /** Whether there is a process of that id. */
  isRunning(id: number): boolean;
}

/** What a run was made from, and the tools it publishes. */
export interface Origin {
  /** SHA-256 of the description's content, and of the annotation file. */
  readonly spec?: string;
  readonly annotations?: string;
  /** What the description says of each operation that is offered, hashed, by `METHOD /path`. */
  readonly operations?: Readonly<Record<string, string>>;
  /** SHA-256 of every listed tool by its name. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly aliases?: Readonly<Record<string, string>>;
}

/** Paths relative to the project, sorted. */
export interface WriteResult {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly deleted: readonly string[];
  /** The user's own files, which were there. */
  readonly kept: readonly string[];
}

export interface CompareResult {
  /** In the plan, not on disk. */
  readonly missing: readonly string[];
  /** As we wrote them, but the plan now says something else. */
  readonly stale: readonly string[];
  /** Generated files that someone changed. */
  readonly edited: readonly string[];
  /** Written by an earlier run, no longer in the plan. */
  readonly orphaned: readonly string[];
}

/** What we own: `.openapi-to-mcp/manifest.json`. */
export interface Manifest {
  readonly version: 1;
  readonly generator?: string;
  readonly origin?: Origin;
  /** SHA-256 of every generated file. */
  readonly files: ReadonlyMap<string, string>;
  /** Files written once; the user's since then. */
  readonly once: ReadonlySet<string>;
}

/** A planned file beside what stands on disk. */
export interface FileState {
  readonly file: GeneratedFile;
  readonly state: "new" | "same" | "stale" | "edited" | "foreign" | "kept" | "declined";
  /** Hash of what is to be there. */
  readonly planned: string;
  /** Hash of what is there now. */
  readonly hash?: string;
}
