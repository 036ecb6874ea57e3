/** What a failure is called and what can be done about it, in the words of this server's own tools. */
import type { ErrorCode, FieldError, RoutedCall } from "./context.js";
import type { ErrorDetails } from "./errors-reader.js";
import { idsCallOf, missingResource, readCallOf } from "./hints.js";
import { chooseVariant } from "./listing.js";
import type { Operation } from "./operation.js";
import type { ReadFailure } from "./response.js";
import type { UpstreamResponse } from "./send.js";
import type { ServerDefinition } from "./tool.js";

/** An answer of the API that is not a result, with the call it belongs to. */
export interface UpstreamFailure {
  readonly response: UpstreamResponse;
  readonly result: ReadFailure;
  readonly call: RoutedCall;
  readonly definition: ServerDefinition;
  readonly redact: (text: string) => string;
  /** The request carried an idempotency key. */
  readonly keyed?: boolean;
  /** What the API said is kept out of the message, so that it can be marked. */
  readonly apart?: boolean;
}

/** The operation a failed call went to. */
export function operationOf({ call }: UpstreamFailure): Operation {
  return chooseVariant(call.action.operation, call.arguments);
}

const BY_CODE = new Map<ErrorCode, string>([
  ["unauthenticated", "The API refused the credential of this server"],
  ["forbidden", "The API does not allow this"],
  ["rate_limited", "The API's rate limit is reached"],
  ["conflict", "The request conflicts with the current state"],
  ["invalid_input", "The API rejected the arguments"],
]);

/** One or two sentences about the failure; what the API said stands last. */
export function describeFailure(failure: UpstreamFailure, code: ErrorCode, details: ErrorDetails): string {
  const { response, result } = failure;
  const { status } = response;
  if (result.failure === "malformed") return describeMalformed(failure);
  if (result.failure === "page") return describePage(status, code, details);
  if (result.failure === "too_large") return "The API's answer is larger than this server reads.";
  if (code === "not_found") return describeMissing(failure, details);
  if (status >= 300 && status < 400) return `The API answered ${status}, a redirect this server does not follow.`;
  const said = details.message === undefined ? "." : `: ${withStop(details.message)}`;
  const text = `${BY_CODE.get(code) ?? "The API answered"}${BY_CODE.has(code) ? ` (${status})` : ` ${status}`}${said}`;
  return `${text}${openEnd(code)}`;
}

function describeMalformed({ response, call }: UpstreamFailure): string {
  const accepted = call.action.operation.class === "read" ? "" : " The request itself was accepted.";
  return `The API answered ${response.status} with a body that is not valid JSON.${accepted}`;
}

function describePage(status: number, code: ErrorCode, { message }: ErrorDetails): string {
  const title = message === undefined ? "" : ` titled ${JSON.stringify(message)}`;
  return `The API answered ${status} with an HTML page${title} instead of data.${openEnd(code)}`;
}

function openEnd(code: ErrorCode): string {
  return code === "outcome_unknown" ? " The request may or may not have taken effect." : "";
}

function describeMissing({ call, response }: UpstreamFailure, details: ErrorDetails): string {
  const missing = missingResource(call);
  const what = missing ? `Resource not found: ${missing.description}.` : `Resource not found (${response.status}).`;
  return details.message === undefined ? what : `${what} The API says: ${withStop(details.message)}`;
}

function withStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What to do next; undefined when there is nothing better than the message. */
export function hintFor(failure: UpstreamFailure, code: ErrorCode, fields: readonly FieldError[]): string | undefined {
  const { call, definition } = failure;
  switch (code) {
    case "not_found": {
      const list = idsCallOf(definition, call);
      return list === undefined ? undefined : `Use ${list} to find valid ids.`;
    }
    case "conflict":
    case "outcome_unknown": {
      const read = readCallOf(definition, call);
      const look = read === undefined ? "Look up the current state" : `Use ${read} to see the current state`;
      return code === "conflict" ? `${look}.` : `${look} before you repeat it.`;
    }
    case "invalid_input":
      return enumHint(failure, fields);
    case "payload_too_large":
      return failure.result.failure === "too_large"
        ? "Ask for less: a smaller `limit`, or narrower filters."
        : undefined;
    case "upstream_error":
      return failure.result.failure === "page"
        ? "Tell the operator of this server to check API_BASE_URL and what answers before the API, such as a sign-in page."
        : undefined;
    case "unauthenticated":
      return "Tell the operator of this server to check its API credential.";
    default:
      return undefined;
  }
}

/** Accepted values of the arguments the API complains about. */
function enumHint(failure: UpstreamFailure, fields: readonly FieldError[]): string | undefined {
  const named = new Set(fields.map((field) => field.field));
  const lines = operationOf(failure).arguments.flatMap((argument) => {
    const values = argument.schema["enum"];
    if (!named.has(argument.name) || !Array.isArray(values)) return [];
    return `\`${argument.name}\` takes: ${values
      .slice(0, 20)
      .map((value) => JSON.stringify(value))
      .join(", ")}.`;
  });
  return lines.length === 0 ? undefined : lines.join(" ");
}
