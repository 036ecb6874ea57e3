/** The parts a call runs with: who calls, with which settings, credentials, stores and observers. Types only. */
import type { Dispatcher } from "undici";
import type { JsonValue, Operation } from "./operation.js";
import type { Action, ServerDefinition, Tool } from "./tool.js";
import type { Clock } from "./validate-guard.js";

/** The closed taxonomy of failures a client sees. */
export type ErrorCode =
  | "invalid_input"
  | "unauthenticated"
  | "forbidden"
  | "insufficient_scope"
  | "not_found"
  | "conflict"
  | "payload_too_large"
  | "unsupported"
  | "rate_limited"
  | "upstream_error"
  | "timeout"
  | "network"
  | "outcome_unknown"
  | "cancelled"
  | "invalid_cursor"
  | "idempotency_key_reused"
  | "request_in_progress"
  | "confirmation_required"
  | "internal";

export interface FieldError {
  readonly field: string;
  readonly message: string;
  readonly code?: string;
}

/** What a failed call answers in `structuredContent.error`; `retry_after` is in seconds. */
export interface ErrorPayload {
  readonly code: ErrorCode;
  readonly message: string;
  readonly status?: number;
  readonly retryable: boolean;
  readonly retry_after?: number;
  readonly fields?: readonly FieldError[];
  readonly hint?: string;
  readonly request_id?: string;
  readonly upstream_code?: string;
  /** What the API said, where that is marked; else the message holds it. */
  readonly upstream_message?: string;
}

/** A failure that is meant for the client. Everything else that is thrown is a bug and becomes `internal`. */
export class CallError extends Error {
  readonly payload: ErrorPayload;

  constructor(payload: ErrorPayload, options?: ErrorOptions) {
    super(payload.message, options);
    this.name = "CallError";
    this.payload = payload;
  }
}

/** A verified caller; absent on stdio and where the HTTP server runs without authorization. */
export interface Caller {
  readonly subject: string;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
  /** The caller's token: only ever sent to the authorization server in a token exchange (RFC 8693). */
  readonly token: string;
}

export interface CallContext {
  readonly transport: "stdio" | "http";
  readonly caller?: Caller;
  readonly signal: AbortSignal;
  /** What the checks of this call may still take. */
  readonly clock: Clock;
  /** W3C trace context of the client's request, passed on to the API. */
  readonly traceparent?: string;
  readonly notifyProgress?: (progress: number, total: number | undefined, message: string) => Promise<void>;
  /** Names calls the way this client's surface does; passed on to the routed call. */
  readonly nameCall?: NameCall;
}

/** What a credential adds to a request. Secrets are redacted from everything that leaves the process. */
export interface AppliedCredentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
}

export interface Credentials {
  /** Credentials of an operation for one origin; empty for origins that are not the API's. */
  apply(request: {
    readonly operation: Operation;
    readonly origin: string;
    readonly caller?: Caller | undefined;
    /** The API refused the last token: take a new one. */
    readonly refresh?: boolean;
    readonly signal: AbortSignal;
  }): Promise<AppliedCredentials>;
  /** True when a refresh can yield another token, so that one retry after 401 makes sense. */
  canRefresh(operation: Operation): boolean;
  /** Replaces every known secret in a text. */
  redact(text: string): string;
}

/** Outcome record of one call, for metrics and the audit log; never holds argument values. */
export interface CallRecord {
  readonly tool: string;
  readonly action: string | null;
  readonly operation: string;
  readonly outcome: "ok" | ErrorCode;
  readonly status?: number;
  readonly durationMs: number;
  readonly bytesUpstream: number;
  readonly bytesResult: number;
  readonly subject?: string;
  readonly clientId?: string;
  readonly requestId?: string;
  readonly replayed?: true;
}

export interface Metrics {
  recordCall(record: CallRecord): void;
  /** Counts an event, such as `output_drift`, `retry`, `truncated`, `coerced`, `token_refresh`. */
  count(event: string, labels?: Readonly<Record<string, string>>): void;
}

/** One JSON line per event on stderr. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Limits and addresses, read from the environment at start. Times in milliseconds. */
export interface Settings {
  /** Absolute base URL of the API, without a trailing slash. */
  readonly apiBaseUrl: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxResultTokens: number;
  /** Largest upstream response read, in bytes. */
  readonly maxResponseBytes: number;
  /** Items per page where the caller names no limit, as the operator or else the project sets it. */
  readonly pageSize?: number;
  /** HMAC key of cursors and confirmations; shared by replicas. */
  readonly signingKey: Uint8Array;
  readonly cursorTtlMs: number;
  readonly idempotencyTtlMs: number;
  /** Mark the API's data in the text of results. */
  readonly spotlight?: boolean;
  /** Folder whose files may be uploaded by path; stdio only. */
  readonly fileRoot?: string;
}

/** A stored state of one `request_id`. */
export type IdempotencyRecord =
  | { readonly state: "running"; readonly fingerprint: string }
  | { readonly state: "done"; readonly fingerprint: string; readonly result: JsonValue }
  | { readonly state: "unknown"; readonly fingerprint: string };

/** Keeps outcomes by key. All operations are atomic per key. */
export interface IdempotencyStore {
  /** Stores `running` unless the key exists; returns what was there, or undefined when the caller now owns the key. */
  claim(key: string, fingerprint: string, lockMs: number): Promise<IdempotencyRecord | undefined>;
  settle(key: string, record: Exclude<IdempotencyRecord, { state: "running" }>, ttlMs: number): Promise<void>;
  release(key: string): Promise<void>;
  close(): Promise<void>;
}

export interface HookContext {
  readonly tool: string;
  readonly action: string;
  readonly caller?: Caller | undefined;
  readonly signal: AbortSignal;
}

/** A user's code around one action. Each hook may return a replacement; undefined keeps what was. */
export interface ActionHooks<Input, Output> {
  before?(input: Input, context: HookContext): Input | undefined | void | Promise<Input | undefined | void>;
  after?(output: Output, context: HookContext): Output | undefined | void | Promise<Output | undefined | void>;
  onError?(
    error: ErrorPayload,
    context: HookContext,
  ): ErrorPayload | undefined | void | Promise<ErrorPayload | undefined | void>;
}

/** Hooks of any action: what every `ActionHooks<Input, Output>` is assignable to. */
export interface AnyActionHooks {
  before?(input: never, context: HookContext): unknown;
  after?(output: never, context: HookContext): unknown;
  onError?(error: ErrorPayload, context: HookContext): unknown;
}

/** Hooks by tool name, then action name, as the runtime calls them. */
export type Hooks = Readonly<Record<string, Readonly<Record<string, AnyActionHooks>>>>;

/** Everything a running server holds. No module of the runtime keeps state of its own. */
export interface Runtime {
  readonly definition: ServerDefinition;
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly idempotency: IdempotencyStore;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly hooks: Hooks;
  /** Value of an argument that the server's operator sets, by the name of its variable. */
  readonly resolveEnv?: (name: string) => string | undefined;
  /** Connections to the API, opened when first asked for; shared ones are used when absent. */
  readonly dispatcher?: () => Promise<Dispatcher>;
}

/** A call that was routed: the tool, the chosen action and its arguments without `action`. */
export interface RoutedCall {
  readonly tool: Tool;
  readonly actionName: string;
  readonly action: Action;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** How a client names an action on the surface it sees; undefined when it cannot reach it. Absent: tool and action. */
  readonly nameCall?: NameCall;
}

export type NameCall = (tool: Tool, action: string) => string | undefined;
