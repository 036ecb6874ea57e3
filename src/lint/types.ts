/** What clients take, as data, and the tool list that is held against it. */
import type { lintCatalog } from "../diagnostics/catalog/lint.js";
import type { Severity } from "../diagnostics/types.js";

/** A limit, how bad it is to miss it, and where that is known from. */
export interface Limit<Value> {
  readonly value: Value;
  /** `error`: refused, dropped or cut short. `warning`: taken, but worse off. */
  readonly severity: Exclude<Severity, "info">;
  /** In plain words: whose statement or behaviour this is. */
  readonly source: string;
  /** Day on which it was last looked up. */
  readonly seen: string;
}

export interface Limits {
  readonly nameLength: Limit<number>;
  /** Regular expression that the whole name matches. */
  readonly namePattern: Limit<string>;
  /** Length of server and tool name together. */
  readonly fullNameLength: Limit<number>;
  readonly toolCount: Limit<number>;
  /** Tokens of all tools of the list together. */
  readonly tokens: Limit<number>;
  readonly descriptionLength: Limit<number>;
  readonly instructionsLength: Limit<number>;
  readonly objectRoot: Limit<true>;
  /** The root states `properties`, even if there are none. */
  readonly rootProperties: Limit<true>;
  /** Keywords that may not stand at the root. */
  readonly rootKeywords: Limit<readonly string[]>;
  /** Keywords that may not stand anywhere. */
  readonly keywords: Limit<readonly string[]>;
  readonly references: Limit<true>;
  readonly booleanSchemas: Limit<true>;
  readonly arrayItems: Limit<true>;
  /** Objects state what is in them. */
  readonly objectProperties: Limit<true>;
  /** Schemas within schemas; the root counts as one. */
  readonly depth: Limit<number>;
  readonly argumentPattern: Limit<string>;
  /** Hints and titles every tool states. */
  readonly statements: Limit<readonly string[]>;
}

/** What one client, provider or rule book takes; a rule it does not name is not checked. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  /** Day of the last change of this data. */
  readonly revision: string;
  readonly limits: Partial<Limits>;
}

/** One tool as a server lists it; nothing of it is taken for granted. */
export interface LintedTool {
  readonly name: string;
  readonly description: string;
  readonly title: string | undefined;
  readonly hints: Readonly<Record<string, unknown>>;
  readonly inputSchema: unknown;
  readonly outputSchema: unknown;
  /** The entry itself, for its size. */
  readonly entry: unknown;
}

export interface LintInput {
  readonly tools: readonly LintedTool[];
  readonly serverName: string | undefined;
  readonly instructions: string | undefined;
  /** Parts that can be served on their own; limits of the whole list hold for each. */
  readonly domains: readonly { readonly name: string; readonly tools: readonly string[] }[];
}

/** One limit that one profile has and the list misses. */
export interface Finding {
  readonly code: keyof typeof lintCatalog;
  readonly severity: Severity;
  readonly profile: string;
  /** Place in the list as a JSON Pointer below the list itself; "" is the list. */
  readonly pointer: string;
  /** What is found: "the name has 70 characters". */
  readonly fault: string;
  /** What the profile takes: "at most 64"; empty when the fault says it all. */
  readonly limit: string;
}
