/** Every environment variable the runtime reads, as data: `.env.example` and the README are printed from it. */

/** Variables of these names hold secrets, whatever argument of the API they fill. */
export const SECRET_NAME = /key|token|secret|password/i;

export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** Text of the default value; absent when there is none. */
  readonly default?: string;
  /** When the server refuses to start without it. */
  readonly required?: string;
  /** Never printed or logged; may be given as a file through `<NAME>_FILE`. */
  readonly secret?: true;
  readonly group: "api" | "transport" | "surface" | "authorization" | "limits" | "operations";
}

export const VARIABLES: readonly Variable[] = [
  {
    name: "API_BASE_URL",
    meaning: "Base URL of the API; replaces the server URL of its description whole.",
    required: "when the description names no absolute server URL",
    group: "api",
  },
  {
    name: "API_ALLOW_HTTP",
    meaning: "Accept plain http:// for the API and its token endpoints beyond loopback.",
    default: "false",
    group: "api",
  },
  { name: "API_TIMEOUT_MS", meaning: "Longest wait for one answer of the API.", default: "30000", group: "api" },
  {
    name: "API_MAX_RETRIES",
    meaning: "How often a request that may safely be repeated is tried again.",
    default: "2",
    group: "api",
  },
  {
    name: "API_MAX_RESPONSE_BYTES",
    meaning: "Largest answer read from the API; one that holds millions of values is refused below that, too.",
    default: "10485760",
    group: "api",
  },
  {
    name: "API_TOKEN_AUTH",
    meaning: "How the client authenticates to the API's token endpoint: basic (Authorization header) or post (body).",
    default: "basic",
    group: "api",
  },
  {
    name: "API_TOKEN_AUDIENCE",
    meaning: "Value of `audience` in client credentials requests, where the authorization server wants one.",
    group: "api",
  },
  {
    name: "TOKEN_EXCHANGE_URL",
    meaning: "Token endpoint that exchanges the caller's token for one of the API (RFC 8693).",
    group: "api",
  },
  {
    name: "TOKEN_EXCHANGE_CLIENT_ID",
    meaning: "Client id of this server at the token exchange endpoint.",
    required: "when TOKEN_EXCHANGE_URL is set",
    group: "api",
  },
  {
    name: "TOKEN_EXCHANGE_CLIENT_SECRET",
    meaning: "Client secret of this server at the token exchange endpoint.",
    required: "when TOKEN_EXCHANGE_URL is set",
    secret: true,
    group: "api",
  },
  { name: "TOKEN_EXCHANGE_AUDIENCE", meaning: "Audience of the exchanged token.", group: "api" },
  { name: "TOKEN_EXCHANGE_RESOURCE", meaning: "Resource (URL) of the exchanged token.", group: "api" },
  {
    name: "MCP_TRANSPORT",
    meaning: "stdio or http; the flags --stdio and --http do the same.",
    default: "stdio",
    group: "transport",
  },
  { name: "PORT", meaning: "Port of the HTTP server; 0 takes a free one.", default: "3000", group: "transport" },
  {
    name: "HOST",
    meaning: "Address the HTTP server binds to. Beyond loopback it needs OAUTH_ISSUER.",
    default: "127.0.0.1",
    group: "transport",
  },
  {
    name: "MCP_ALLOW_UNAUTHENTICATED",
    meaning: "Bind beyond loopback without authorization: anyone who reaches the port acts with the API credentials.",
    default: "false",
    group: "transport",
  },
  {
    name: "MCP_PUBLIC_URL",
    meaning: "URL clients use for the MCP endpoint, such as https://mcp.example.com/mcp.",
    required: "when OAUTH_ISSUER is set",
    group: "transport",
  },
  {
    name: "ALLOWED_HOSTS",
    meaning: "Host names accepted in the Host header, comma separated, beside loopback and MCP_PUBLIC_URL.",
    group: "transport",
  },
  {
    name: "ALLOWED_ORIGINS",
    meaning: "Browser origins accepted beside loopback, comma separated, such as https://app.example.com.",
    group: "transport",
  },
  {
    name: "SHUTDOWN_TIMEOUT_MS",
    meaning: "How long running calls may take to finish after SIGTERM, SIGINT or the end of input.",
    default: "10000",
    group: "transport",
  },
  {
    name: "MCP_SURFACE",
    meaning: "grouped (intent tools), granular (one tool per operation) or catalog (search, describe, call).",
    default: "grouped",
    group: "surface",
  },
  {
    name: "MCP_READ_ONLY",
    meaning: "Offer only actions that change nothing; also --read-only.",
    default: "false",
    group: "surface",
  },
  {
    name: "MCP_TOOLS",
    meaning:
      "Allow list, comma separated: tool.action, the name of a tool of one action, or tool.* for all of its actions, " +
      "later ones too. Everything else is denied, and so is what a later version adds. Former names are followed.",
    group: "surface",
  },
  {
    name: "MCP_EXCLUDE_TOOLS",
    meaning: "Tools or tool.action pairs that are taken away, comma separated.",
    group: "surface",
  },
  {
    name: "MCP_DOMAIN",
    meaning: "Serve one domain only; also --domain. Over HTTP each domain also has its own /mcp/<domain>.",
    group: "surface",
  },
  {
    name: "MCP_LIST",
    meaning: "allowed lists what the caller's scopes permit; all lists everything and challenges on the call.",
    default: "allowed",
    group: "surface",
  },
  {
    name: "OAUTH_ISSUER",
    meaning: "Issuer of the access tokens that clients present; switches authorization on (HTTP only).",
    group: "authorization",
  },
  {
    name: "OAUTH_AUDIENCE",
    meaning: "Accepted token audiences, comma separated; MCP_PUBLIC_URL when absent.",
    group: "authorization",
  },
  {
    name: "OAUTH_TOKEN_TYPE",
    meaning: "Type that the header of an access token must state, such as at+jwt (RFC 9068); any when absent.",
    group: "authorization",
  },
  {
    name: "OAUTH_JWKS_URI",
    meaning: "Key set of the issuer; found through its metadata when absent.",
    group: "authorization",
  },
  {
    name: "OAUTH_INITIAL_SCOPES",
    meaning: "Scopes a client is asked for first, space separated; those of the reading actions when absent.",
    group: "authorization",
  },
  {
    name: "OAUTH_CLOCK_SKEW_SECONDS",
    meaning: "Tolerated difference between the clocks of issuer and server.",
    default: "30",
    group: "authorization",
  },
  {
    name: "SIGNING_KEY",
    meaning: "Key of cursors and confirmations, 32 bytes or more; the same for all replicas. Random when absent.",
    secret: true,
    group: "operations",
  },
  {
    name: "REDIS_URL",
    meaning: "Redis that keeps outcomes by request_id, shared by replicas; in memory, up to 64 MB, when absent.",
    secret: true,
    group: "operations",
  },
  { name: "FILE_ROOT", meaning: "Folder whose files may be uploaded by path (stdio only).", group: "operations" },
  {
    name: "SPOTLIGHT",
    meaning:
      "Put what the API says in the text of results and errors between marks with a random nonce. " +
      "Where content comes from is named without it too, in _meta.",
    default: "false",
    group: "operations",
  },
  { name: "LOG_LEVEL", meaning: "debug, info, warn or error.", default: "info", group: "operations" },
  {
    name: "METRICS",
    meaning: "Serve /metrics for Prometheus over HTTP; needs the package prom-client.",
    default: "false",
    group: "operations",
  },
  { name: "PAGE_SIZE", meaning: "Items per page when the caller names no limit.", default: "20", group: "limits" },
  {
    name: "MAX_RESULT_TOKENS",
    meaning: "Largest result, in estimated tokens; longer ones are cut and can be continued.",
    default: "18000",
    group: "limits",
  },
  { name: "CURSOR_TTL_SECONDS", meaning: "How long a cursor stays valid.", default: "3600", group: "limits" },
  {
    name: "IDEMPOTENCY_TTL_SECONDS",
    meaning: "How long the outcome of a request_id is kept.",
    default: "86400",
    group: "limits",
  },
  { name: "MAX_BODY_BYTES", meaning: "Largest request body over HTTP.", default: "4194304", group: "limits" },
  {
    name: "RATE_LIMIT_PER_MINUTE",
    meaning: "Requests per minute and caller over HTTP; 0 for no limit.",
    default: "600",
    group: "limits",
  },
  {
    name: "MAX_CONCURRENT_CALLS",
    meaning: "Requests of one caller in flight at once over HTTP; 0 for no limit.",
    default: "64",
    group: "limits",
  },
];
