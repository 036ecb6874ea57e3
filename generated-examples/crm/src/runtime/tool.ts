import type { JsonSchema, Operation, SecurityRequirement } from "./operation.js";

/** MCP tool annotations; all four are always stated (MCP 2026-07-28, ToolAnnotations). */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** How a result is shaped before a client sees it. */
export interface ResultShape {
  /** Top-level fields (or dotted paths) kept of each item when the caller names none. */
  readonly fields?: readonly string[];
  /** Ceiling of the result's text in tokens (estimated as characters / 4); the runtime's default applies when absent. */
  readonly maxTokens?: number;
  /** Advertise the operation's output schema in tools/list. */
  readonly advertise?: true;
}

/** One choice of a tool's `action` argument. */
export interface Action {
  readonly operation: Operation;
  readonly summary: string;
  /** Scopes a caller needs for this action. */
  readonly scopes: readonly string[];
  /** Asks the person before it runs (elicitation, or a `confirm: true` argument where the client cannot ask). */
  readonly confirm?: true;
  /** Accept up to this many argument sets in `items`. */
  readonly batch?: number;
  readonly result?: ResultShape;
  /** What the last parameter of the operation's path names, for error hints: "contact". */
  readonly noun?: string;
}

/** One intent. A tool of exactly one action is flat: it has no `action` argument. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly domain: string;
  readonly hints: ToolHints;
  readonly actions: { readonly [action: string]: Action };
  /** Compact schema of every argument of the actions, as advertised; the order is the advertised one. */
  readonly properties: { readonly [argument: string]: JsonSchema };
}

/** Identity function that gives a tool literal its type. */
export function defineTool(tool: Tool): Tool {
  return tool;
}

/** A credential the API takes (OpenAPI Security Scheme Object), and the environment variables it is read from. */
export type SecurityScheme =
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string; readonly env: string }
  | { readonly type: "basic"; readonly envUser: string; readonly envPassword: string }
  | { readonly type: "bearer"; readonly env: string }
  | {
      readonly type: "oauth2";
      /** Static access token. */
      readonly env: string;
      readonly tokenUrl?: string;
      /** Client credentials (RFC 6749 section 4.4); used when both are set. */
      readonly envClientId?: string;
      readonly envClientSecret?: string;
    };

export interface Prompt {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description?: string; readonly required?: boolean }[];
  /** Text with `{argument}` placeholders. */
  readonly text: string;
}

/** Everything a server needs to know about its API. */
export interface ServerDefinition {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
  /** Absolute base URL of the API; null when the description names none: API_BASE_URL is required then. */
  readonly baseUrl: string | null;
  /** Items per page where the caller names no limit; PAGE_SIZE comes before it. */
  readonly pageSize?: number;
  readonly tools: readonly Tool[];
  /** Domain name to what it covers. One domain named after the server when the API is small. */
  readonly domains: { readonly [domain: string]: { readonly description: string } };
  readonly securitySchemes: { readonly [scheme: string]: SecurityScheme };
  /** Former tool names that still answer: old name to `tool` or `tool.action`. Never listed. */
  readonly aliases: { readonly [name: string]: string };
  readonly prompts: readonly Prompt[];
}

export type { JsonSchema, Operation, SecurityRequirement };
