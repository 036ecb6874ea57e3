/** What goes into the pipeline and what comes out of it. */
import type { LocatedDiagnostic } from "./diagnostics/locate.js";
import type { GeneratedFile } from "./emit/types.js";
import type { Api } from "./model/types.js";
import type { ServerPlan } from "./plan/types.js";

export type Stage = "load" | "model" | "cluster" | "plan" | "emit";

export interface GenerateInput {
  /** Path or URL of the description; the annotations name it when absent. */
  readonly spec?: string | undefined;
  /**
   * The annotation file: its path, its text with the path it stands for, or a function that gives the path once the
   * server's name is known. Where there is no such file, everything is inferred.
   */
  readonly annotations?: AnnotationSource | ((serverName: string) => string) | undefined;
  readonly options?: GenerateOptions;
}

export type AnnotationSource = string | { readonly file: string; readonly text: string };

export interface GenerateOptions {
  /** Warnings are errors. */
  readonly strict?: boolean;
  /** Operations that the annotations do not name are errors. */
  readonly frozen?: boolean;
  readonly allowRemoteRefs?: boolean;
  /** OpenAPI Overlay documents, applied after those the annotations name. */
  readonly overlays?: readonly string[];
  /** Project folder, `<name>-mcp` unless given; paths in a new annotation file are relative to it. */
  readonly output?: string | undefined;
  /** What stands in the project's folder, asked for once the folder is known. */
  readonly existing?: (() => ExistingProject) | undefined;
  /** Exact npm specification of the generator for the project's CI: a version, tarball or git tag. */
  readonly generator?: string;
  /** Stop after planning: no files. */
  readonly planOnly?: boolean;
  readonly onStage?: ((stage: Stage) => void) | undefined;
}

/** What a run takes over from the last one. */
export interface ExistingProject {
  /** `.openapi-to-mcp/surface.json`: names it published that are gone today go on answering. */
  readonly former?: string | undefined;
  /** The server's name, which stays where the annotations give none: variables and scopes are named after it. */
  readonly name?: string | undefined;
  /** Whose workflow files the project carries; GitHub's unless stated. */
  readonly ci?: "github" | "gitlab" | "none";
}

export interface GenerateResult {
  /** Everything the project consists of; empty when there are errors. */
  readonly files: readonly GeneratedFile[];
  /** What was decided; undefined when the description or the annotations could not be used. */
  readonly plan: ServerPlan | undefined;
  /** The model of the description; undefined when it could not be read. */
  readonly api: Api | undefined;
  /** SHA-256 over the description's content; undefined when it could not be read. */
  readonly specHash: string | undefined;
  /** Hash over what the description says of an operation (`METHOD /path`); undefined when it has none such. */
  readonly hashOperation: (key: string) => string | undefined;
  /** Every file the description was read from; undefined when one came from the network or could not be read. */
  readonly texts: ReadonlyMap<string, string> | undefined;
  readonly diagnostics: readonly LocatedDiagnostic[];
}
