/**
 * The model of an API: what every later stage reads instead of the document.
 * Types only. Swagger 2.0 has the 3.x shape here; path-item parameters, servers and security are already
 * those of each operation; `allOf` is merged; `nullable` and type arrays are one flag.
 */
import type { ParameterStyle } from "../../templates/runtime/operation.js";
import type { SourcePointer } from "../diagnostics/types.js";

export type { ParameterStyle };

export interface Api {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly specVersion: "2.0" | "3.0" | "3.1" | "3.2";
  /** Absolute where it could be made so: variables hold their defaults, relative URLs are resolved against the source URL. */
  readonly servers: readonly Server[];
  /** Where the servers stand, when there are any. */
  readonly serversAt?: SourcePointer;
  readonly tags: readonly Tag[];
  /** In document order. */
  readonly operations: readonly Operation[];
  /** Schemas that have an identity (components, or any `$ref` target); the values may refer to each other in cycles. */
  readonly schemas: ReadonlyMap<SchemaId, SchemaModel>;
  readonly securitySchemes: readonly SecurityScheme[];
  /** Operations left out before clustering, each with its reason. */
  readonly skipped: readonly SkippedOperation[];
  /** Root `x-mcp` extension, as found. */
  readonly extension?: unknown;
}

export interface Server {
  readonly url: string;
  readonly description?: string;
}

export interface Tag {
  readonly name: string;
  readonly description?: string;
}

export interface SkippedOperation {
  readonly method: HttpMethod | string;
  readonly path: string;
  readonly operationId?: string;
  readonly reason: string;
}

/** `METHOD /path`: the identity of an operation. */
export type OperationKey = `${string} /${string}`;

export type HttpMethod = "GET" | "PUT" | "POST" | "DELETE" | "PATCH" | "QUERY" | (string & {});

export interface Operation {
  readonly key: OperationKey;
  readonly method: HttpMethod;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body?: RequestBody;
  readonly responses: readonly Response[];
  /** Alternatives (OR) of requirement sets (AND). Empty: none is declared or it is explicitly open. */
  readonly security: readonly SecurityRequirement[];
  /** Set only when the operation or its path item has servers of its own. */
  readonly servers?: readonly Server[];
  readonly pagination?: PaginationModel;
  /** Numbers with the bounds each would have as a page size: which of them is one may be said later. */
  readonly sizes?: readonly PageSize[];
  readonly idempotency?: IdempotencyModel;
  /** `x-mcp` of the operation, or of its path item, as found. */
  readonly extension?: unknown;
  readonly at: SourcePointer;
}

export type ParameterLocation = "path" | "query" | "header" | "cookie";

export interface Parameter {
  readonly name: string;
  readonly in: ParameterLocation;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly description?: string;
  readonly schema: SchemaModel;
  /** Effective value, defaults filled in. */
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  readonly allowEmptyValue: boolean;
  /** Media type, where the parameter is described by `content`. */
  readonly content?: string;
  readonly example?: unknown;
  readonly at: SourcePointer;
}

export interface RequestBody {
  /** Declared required, or required by a schema with required properties on POST and PUT. */
  readonly required: boolean;
  readonly description?: string;
  /** In the order the runtime prefers them: JSON, +json, any, form, multipart, text, binary. */
  readonly content: readonly MediaType[];
  readonly at: SourcePointer;
}

export interface MediaType {
  /** Lower case, parameters kept: `application/json`. */
  readonly mediaType: string;
  readonly schema: SchemaModel;
  /** The body is a sequence; where it is one of `itemSchema`, `schema` describes each item (OpenAPI 3.2). */
  readonly isSequence?: true;
  readonly encoding: ReadonlyMap<string, Encoding>;
  readonly example?: unknown;
}

export interface Encoding {
  readonly contentType?: string;
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
}

export interface Response {
  /** `200`, `2XX`, `default`. */
  readonly status: string;
  readonly description?: string;
  readonly content: readonly MediaType[];
  /** Lower-case names of declared headers. */
  readonly headers: readonly string[];
}

/** Scheme name to required scopes; `{}` allows anonymous calls. */
export type SecurityRequirement = ReadonlyMap<string, readonly string[]>;

export type SecurityScheme =
  | {
      readonly kind: "apiKey";
      readonly id: string;
      readonly in: "header" | "query" | "cookie";
      readonly name: string;
      readonly description?: string;
    }
  | { readonly kind: "basic"; readonly id: string; readonly description?: string }
  | { readonly kind: "bearer"; readonly id: string; readonly format?: string; readonly description?: string }
  | {
      readonly kind: "oauth2";
      readonly id: string;
      readonly flows: readonly OAuthFlow[];
      readonly description?: string;
    }
  | { readonly kind: "openIdConnect"; readonly id: string; readonly url: string; readonly description?: string }
  | { readonly kind: "mutualTLS"; readonly id: string; readonly description?: string }
  | { readonly kind: "http"; readonly id: string; readonly scheme: string; readonly description?: string };

export interface OAuthFlow {
  readonly flow: "authorizationCode" | "clientCredentials" | "implicit" | "password" | "deviceAuthorization";
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly scopes: ReadonlyMap<string, string>;
}

/** Identity of a named schema: unique, stable, made from its component name, else from file and pointer. */
export type SchemaId = string;

/** What every kind of schema may carry. */
export interface SchemaFacts {
  readonly title?: string;
  readonly description?: string;
  readonly nullable?: true;
  readonly readOnly?: true;
  readonly writeOnly?: true;
  readonly deprecated?: true;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

export type SchemaModel =
  | AnySchema
  | NeverSchema
  | NullSchema
  | BooleanSchema
  | NumberSchema
  | StringSchema
  | EnumSchema
  | ArraySchema
  | ObjectSchema
  | UnionSchema
  | RefSchema;

/** No constraint that could be kept. */
export interface AnySchema extends SchemaFacts {
  readonly kind: "any";
}

export interface NeverSchema extends SchemaFacts {
  readonly kind: "never";
}

export interface NullSchema extends SchemaFacts {
  readonly kind: "null";
}

export interface BooleanSchema extends SchemaFacts {
  readonly kind: "boolean";
}

export interface NumberSchema extends SchemaFacts {
  readonly kind: "number";
  readonly integer: boolean;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

export interface StringSchema extends SchemaFacts {
  readonly kind: "string";
  /** `binary` also for Swagger's `file` and 3.1's contentMediaType without encoding. */
  readonly format?: string;
  readonly contentMediaType?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** `enum` and `const`; null is expressed by `nullable`. */
export interface EnumSchema extends SchemaFacts {
  readonly kind: "enum";
  readonly values: readonly (string | number | boolean)[];
}

export interface ArraySchema extends SchemaFacts {
  readonly kind: "array";
  readonly items: SchemaModel;
  /** 3.1 tuple; `items` describes the rest. */
  readonly prefixItems?: readonly SchemaModel[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
}

export interface ObjectSchema extends SchemaFacts {
  readonly kind: "object";
  /** In document order. */
  readonly properties: ReadonlyMap<string, SchemaModel>;
  readonly required: ReadonlySet<string>;
  /** Values of undeclared properties; absent: unspecified; false: closed. */
  readonly additional?: SchemaModel | false;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** `oneOf` / `anyOf` (never of one branch). */
export interface UnionSchema extends SchemaFacts {
  readonly kind: "union";
  readonly exclusive: boolean;
  readonly branches: readonly SchemaModel[];
  readonly discriminator?: {
    readonly property: string;
    /** Discriminator value of each branch, by index. */
    readonly values: readonly EnumSchema["values"][number][];
  };
}

/** A use of a named schema; facts beside it override those of the target. */
export interface RefSchema extends SchemaFacts {
  readonly kind: "ref";
  readonly target: SchemaId;
}

/** How an operation pages; pointers are JSON Pointers into the response body. */
export interface PaginationModel {
  readonly style:
    "page" | "offset" | "cursor" | "last-item" | "link-header" | "next-url" | "odata" | "limit-only" | "auto";
  readonly limit?: PageSize;
  readonly position?: PagingParameter;
  readonly items?: string;
  readonly next?: string;
  readonly nextHeader?: string;
  readonly hasMore?: string;
  readonly total?: string;
  readonly totalPages?: string;
  readonly itemId?: string;
  readonly firstPage?: number;
}

/** A query or header parameter's name, or (in the body) a JSON Pointer. */
export interface PagingParameter {
  readonly in: "query" | "header" | "path" | "body";
  readonly wire: string;
}

export type PageSize = PagingParameter & { readonly max?: number; readonly default?: number };

export interface IdempotencyModel {
  readonly in: "header" | "query" | "body";
  readonly wire: string;
  readonly required: boolean;
  readonly maxLength?: number;
  readonly format?: "uuid";
}
