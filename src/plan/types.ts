/** Every decision taken, every name final: what the emitter prints without asking anything of the API. */
import type { JsonSchema, Operation as WireOperation } from "../../templates/runtime/operation.js";
import type { Prompt, ResultShape, SecurityScheme, ToolHints } from "../../templates/runtime/tool.js";
import type { ArgumentLocation } from "../../templates/runtime/operation.js";
import type { OperationKey, SkippedOperation } from "../model/types.js";
import type { OperationClass, OperationRole } from "../cluster/types.js";

export interface ServerPlan {
  /** Kebab-case name: `crm`. Names the project folder `<name>-mcp` and the package. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
  readonly baseUrl: string | null;
  /** Items per page where neither the caller nor PAGE_SIZE names a number. */
  readonly pageSize?: number;
  /** Spec as named in headers of generated files: the base name only. */
  readonly specName: string;
  readonly tools: readonly ToolPlan[];
  readonly resources: readonly ResourcePlan[];
  readonly domains: readonly DomainPlan[];
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  readonly environment: readonly EnvironmentVariable[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly prompts: readonly Prompt[];
  readonly skipped: readonly SkippedOperation[];
  readonly tokens: { readonly grouped: number; readonly granular: number };
}

export interface DomainPlan {
  readonly name: string;
  readonly description: string;
  readonly tools: readonly string[];
  readonly tokens: number;
}

/** Operations that share files under `generated/operations` and `generated/types`. */
export interface ResourcePlan {
  /** Kebab-case file name without ending. */
  readonly file: string;
  readonly operations: readonly OperationPlan[];
}

export interface OperationPlan {
  readonly key: OperationKey;
  /** Twins in other scopes, in the order of the variants. */
  readonly twins?: readonly OperationKey[];
  /** Legal, unique TypeScript identifier: `createContact`. */
  readonly constant: string;
  readonly description?: string;
  readonly wire: WireOperation;
  /** TypeScript type names of input and output, PascalCase, unique in the project: `CreateContactInput`. */
  readonly inputType: string;
  readonly outputType: string;
  /** Schema the input type is printed from (an object schema over the argument names), and that of the result. */
  readonly input: JsonSchema;
  readonly output?: JsonSchema;
}

export interface ToolPlan {
  readonly name: string;
  /** Kebab-case file name without ending, and camelCase constant. */
  readonly file: string;
  readonly constant: string;
  readonly title: string;
  readonly description: string;
  readonly domain: string;
  readonly hints: ToolHints;
  readonly actions: readonly ActionPlan[];
  /** Advertised schema of every argument, in the advertised order. */
  readonly properties: Readonly<Record<string, JsonSchema>>;
  /** o200k_base tokens of this tool's entry in tools/list. */
  readonly tokens: number;
  readonly why: string;
}

export interface ActionPlan {
  /** Null in a tool of one operation. */
  readonly action: string | null;
  /** Key under which the action stands in the emitted tool and in the annotation file: never null. */
  readonly key: string;
  readonly operation: OperationPlan;
  readonly role: OperationRole;
  readonly class: OperationClass;
  readonly summary: string;
  readonly scopes: readonly string[];
  readonly confirm: boolean;
  readonly batch?: number;
  readonly result?: ResultShape;
  /** What the last parameter of its path names. */
  readonly noun?: string;
  readonly arguments: readonly ArgumentPlan[];
  readonly why: string;
}

export interface ArgumentPlan {
  readonly name: string;
  readonly in: ArgumentLocation;
  readonly wire: string;
  readonly required: boolean;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** One of several that are enough; together with the others marked as first, the one to begin with. */
  readonly oneOf?: "first" | "other";
  readonly secret: boolean;
  readonly example?: string;
}
