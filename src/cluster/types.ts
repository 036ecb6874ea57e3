import type { ActionAnnotation, ToolAnnotation } from "../annotations/types.js";
import type { Operation, SkippedOperation } from "../model/types.js";

/** Standard methods (AIP-131 to AIP-135) and what lies beside them. */
export type OperationRole = "list" | "search" | "get" | "create" | "update" | "replace" | "delete" | "action";

/** What a call may do to the API's state. */
export type OperationClass = "read" | "write" | "delete";

/** One operation with what it does and the action name it would have. */
export interface Choice {
  readonly operation: Operation;
  readonly role: OperationRole;
  readonly class: OperationClass;
  /** Action name within its intent, snake_case; unique there. */
  readonly action: string;
  /** Twins of `operation` in other scopes, folded into this choice: their scope parameters are alternatives. */
  readonly twins: readonly Operation[];
  /** What it would be called in a tool of its own: tool names, best first, and its action there. */
  readonly alone?: () => { readonly names: readonly string[]; readonly action: string };
  /** One sentence: why it is here. */
  readonly why: string;
  readonly annotation?: ActionAnnotation;
}

/** One goal on one resource: a group of operations that becomes one tool. */
export interface Intent {
  /** Final tool name: legal, unique, stable. */
  readonly name: string;
  /** Singular noun in words, such as "contact" or "pull request". */
  readonly noun: string;
  /** Collection path that the noun comes from, such as `/contacts`; groups operations into files. */
  readonly resource: string;
  readonly choices: readonly Choice[];
  /** One sentence: why these operations are together. */
  readonly why: string;
  readonly annotation?: ToolAnnotation;
}

export interface Clustering {
  readonly intents: readonly Intent[];
  /** Left out here, beside what the model left out. */
  readonly skipped: readonly SkippedOperation[];
  /** Keys of operations placed by rule although an annotation file exists. */
  readonly added: readonly string[];
}
