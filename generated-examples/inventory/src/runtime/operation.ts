/**
 * The wire shape of one API operation, as data.
 * Generated files hold these objects; all behaviour around them lives in this folder.
 */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON Schema 2020-12 object without `$ref`. */
export type JsonSchema = { readonly [keyword: string]: JsonValue };

/** What a call may do to the API's state: drives hints, scopes and retries. */
export type OperationClass = "read" | "write" | "delete";

export type ArgumentLocation = "path" | "query" | "header" | "cookie" | "body";

/** OpenAPI 3.x `style` values (https://spec.openapis.org/oas/v3.2.0.html#style-values). */
export type ParameterStyle =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "tabDelimited"
  | "deepObject"
  | "cookie";

/** Where a value travels: `wire` is the parameter's name, or a JSON Pointer into the body ("" is the whole body). */
export interface WireLocation {
  readonly in: ArgumentLocation;
  readonly wire: string;
  /** Absent: the default of the location (path and header `simple`, query and cookie `form`). */
  readonly style?: ParameterStyle;
  /** Absent: true for `form` and `cookie`, false for the others (OpenAPI's default). */
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** Media type of a parameter described by `content`; its value is serialised by it before it is placed. */
  readonly content?: string;
  /** A path parameter whose value is itself a path: `/` is kept, each segment is encoded and checked. */
  readonly allowSlash?: true;
}

/** One argument of an operation as a model sees it, with the place where its value goes. */
export interface OperationArgument extends WireLocation {
  readonly name: string;
  readonly required?: true;
  /** Complete schema the value is checked against before anything is sent. */
  readonly schema: JsonSchema;
  /** Sent where the caller gives no value. */
  readonly default?: JsonValue;
}

/** A value the model neither sees nor chooses. Exactly one source is set. */
export interface FixedArgument extends WireLocation {
  readonly value?: JsonValue;
  /** Name of an environment variable. */
  readonly fromEnv?: string;
  /** Name of a claim of the caller's verified token, such as `sub`. */
  readonly fromAuth?: string;
  readonly required?: true;
}

/** OpenAPI `encoding` of one property of a form or multipart body (https://spec.openapis.org/oas/v3.1.1#encoding-object). */
export interface PropertyEncoding {
  readonly contentType?: string;
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: true;
}

export interface OperationBody {
  readonly mediaType: string;
  readonly required?: true;
  /** Keyed by top-level property name. */
  readonly encoding?: { readonly [property: string]: PropertyEncoding };
  /** Top-level properties holding file content (base64 text, or a path under the allowed root); "" when the whole body is binary. */
  readonly files?: readonly string[];
}

export type PaginationStyle =
  "page" | "offset" | "cursor" | "last-item" | "link-header" | "next-url" | "odata" | "limit-only" | "auto";

/** How an operation pages. Pointers are JSON Pointers (RFC 6901) into the response body. */
export interface Pagination {
  readonly style: PaginationStyle;
  /** Page size parameter. */
  readonly limit?: {
    readonly in: ArgumentLocation;
    readonly wire: string;
    readonly max?: number;
    readonly default?: number;
  };
  /** Page number, offset, cursor or last-item parameter. */
  readonly position?: { readonly in: ArgumentLocation; readonly wire: string };
  /** The list of items; "" is a root array. Absent: found at run time. */
  readonly items?: string;
  /** Next cursor token or next URL in the body. */
  readonly next?: string;
  /** Response header that carries the next token. */
  readonly nextHeader?: string;
  readonly hasMore?: string;
  readonly total?: string;
  readonly totalPages?: string;
  /** Pointer within an item to the id used as the next position (`last-item`). */
  readonly itemId?: string;
  /** First page number; 1 when absent. */
  readonly firstPage?: number;
}

/** Where the API takes an idempotency key. */
export interface IdempotencyKey {
  readonly in: "header" | "query" | "body";
  /** Header or query name, or JSON Pointer into the body. */
  readonly wire: string;
  readonly required?: true;
  readonly maxLength?: number;
  readonly format?: "uuid";
}

/** One alternative: every scheme of it must be satisfied. Keys name `ServerDefinition.securitySchemes`. `{}` is anonymous. */
export type SecurityRequirement = { readonly [scheme: string]: readonly string[] };

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Path template below the base URL, such as `/contacts/{contact_id}`. A constant query may follow `?`. */
  readonly path: string;
  readonly class: OperationClass;
  /** A repetition with the same arguments leaves the same state (RFC 9110 section 9.2.2, or as annotated). */
  readonly idempotent: boolean;
  /** Base URL of an operation that has servers of its own; a path is one on the server of the API. */
  readonly baseUrl?: string;
  /** Two entries of one name: one value goes to both places. */
  readonly arguments: readonly OperationArgument[];
  readonly fixed?: readonly FixedArgument[];
  readonly body?: OperationBody;
  /** Value of the Accept header. */
  readonly accept?: string;
  /** Alternatives in order of preference. Absent or empty: no credential is sent. */
  readonly security?: readonly SecurityRequirement[];
  readonly pagination?: Pagination;
  readonly idempotency?: IdempotencyKey;
  /** Lenient schema of a successful JSON response: drift from it is logged and counted, never a failure. */
  readonly output?: JsonSchema;
  /**
   * JSON Pointer and value that mark an error inside a 2xx answer; `named`: only where the body names an error as well.
   * Absent: `ok` is false and an error is named. False: a 2xx answer is never an error.
   */
  readonly errorWhen?: false | { readonly pointer: string; readonly equals: JsonValue; readonly named?: true };
  /** The operation answers 202 and goes on; `poll` names the tool and action to ask next. */
  readonly longRunning?: {
    readonly poll?: {
      readonly tool: string;
      readonly action: string | null;
      readonly argument: string;
      readonly from: string;
      /** Its other arguments, each by the argument of this operation that holds the same value. */
      readonly known?: { readonly [argument: string]: string };
    };
  };
  /**
   * The same operation in other scopes (`/orgs/{org}/repos` beside `/user/repos`). The call goes to the first of
   * this operation and its variants whose required path arguments are all given; arguments of one name mean the same.
   */
  readonly variants?: readonly Operation[];
}
