/** The annotation file, read and checked: what later stages see of `mcp.annotations.yaml` and of `x-mcp` extensions. */
import type { JsonSchema } from "../../templates/runtime/operation.js";
import type { SourcePosition } from "../diagnostics/types.js";
import type { OperationKey, PaginationModel } from "../model/types.js";

export type Split = "list-read-write" | "read-write" | "none" | "delete-apart";

export interface Annotations {
  /** File the annotations came from; undefined when there is none yet. */
  readonly file?: string | undefined;
  readonly spec?: string;
  readonly overlays: readonly string[];
  readonly server: ServerAnnotations;
  readonly defaults: Defaults;
  /** By tool name, in file order. */
  readonly tools: ReadonlyMap<string, ToolAnnotation>;
  /** Domain name to tool names. */
  readonly domains: ReadonlyMap<string, readonly string[]>;
  /** `METHOD /path/glob` patterns. */
  readonly skip: readonly SkipRule[];
  /** Old tool name to `tool` or `tool.action`. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly prompts: ReadonlyMap<string, PromptAnnotation>;
  /** Settings of operations that no tool of the file names (from `x-mcp`): used wherever the operation is placed. */
  readonly operations?: ReadonlyMap<OperationKey, ActionAnnotation>;
  /** Where entries stand in the file, by JSON Pointer: `/aliases/contact_write`. */
  readonly positions?: ReadonlyMap<string, SourcePosition>;
}

export interface ServerAnnotations {
  readonly name?: string;
  readonly title?: string;
  readonly instructions?: string;
  readonly baseUrl?: string;
}

export interface Defaults {
  readonly split: Split;
  readonly unassigned: "group" | "skip" | "error";
  readonly pageSize?: number;
  readonly idempotency?: { readonly header: string; readonly methods: readonly string[] };
}

export interface SkipRule {
  /** Upper case, or `*`. */
  readonly method: string;
  /** Path glob: `*` within a segment, `**` across segments. */
  readonly path: string;
  readonly at?: SourcePosition | undefined;
}

export interface ToolAnnotation {
  readonly title?: string;
  readonly description?: string;
  readonly split?: Split;
  readonly hints?: Partial<Record<"readOnlyHint" | "destructiveHint" | "idempotentHint" | "openWorldHint", boolean>>;
  /** By action name; a tool of one operation has the single key "". */
  readonly actions: ReadonlyMap<string, ActionAnnotation>;
  readonly at?: SourcePosition | undefined;
}

/**
 * How the file names an operation: `METHOD /path (operationId)`, where the id is what it is found by when the path
 * has changed, or an operationId alone. Match order: key, key with parameter names ignored, operationId.
 */
export type OperationReference = SingleReference & {
  /** Twins in other scopes that the same action reaches: `GET /orgs/{org}/repos + GET /user/repos`. */
  readonly twins?: readonly SingleReference[];
};

export type SingleReference =
  | { readonly kind: "key"; readonly key: OperationKey; readonly operationId?: string }
  | { readonly kind: "id"; readonly operationId: string };

export interface ActionAnnotation {
  readonly operation: OperationReference;
  readonly summary?: string;
  readonly class?: "read" | "write" | "delete";
  readonly scopes?: readonly string[];
  readonly confirm?: boolean;
  readonly batch?: number;
  readonly pagination?: PaginationModel | false;
  readonly result?: { readonly fields?: readonly string[]; readonly maxTokens?: number; readonly schema?: boolean };
  readonly idempotency?: { readonly in: "header" | "query" | "body"; readonly wire: string } | false;
  readonly errorWhen?: false | { readonly pointer: string; readonly equals: unknown };
  /** By wire name, or JSON Pointer in the body. */
  readonly arguments: ReadonlyMap<string, ArgumentAnnotation>;
  readonly at?: SourcePosition | undefined;
}

export interface ArgumentAnnotation {
  readonly rename?: string;
  readonly description?: string;
  readonly hide?: boolean;
  readonly default?: unknown;
  readonly fixed?: unknown;
  readonly fromEnv?: string;
  readonly fromAuth?: string;
  /** The request goes out where `fromEnv` or `fromAuth` has no value. */
  readonly optional?: boolean;
  readonly at?: SourcePosition | undefined;
}

export interface PromptAnnotation {
  readonly title?: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description?: string; readonly required: boolean }[];
  readonly text: string;
}

/** The tools a project published before this run, as `.openapi-to-mcp/surface.json` records them. */
export interface FormerSurface {
  readonly aliases: ReadonlyMap<string, string>;
  readonly tools: ReadonlyMap<string, FormerTool>;
  /** Environment variables and whether each was needed; undefined in the record of a version that did not hold them. */
  readonly environment?: ReadonlyMap<string, boolean>;
}

export interface FormerTool {
  readonly tokens: number;
  /** By action name; a tool of one action takes no `action` argument. */
  readonly actions: ReadonlyMap<string, FormerAction>;
}

export interface FormerAction {
  /** `METHOD /path`. */
  readonly operation: string;
  readonly id: string;
  readonly scopes: readonly string[];
  readonly confirm: boolean;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** What each argument is checked against; none in the record of a version that did not write it down. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
}
