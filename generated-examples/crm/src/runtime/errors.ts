/** Turns failures into the one error shape a client sees. */
import { CallError, type ErrorCode, type ErrorPayload, type Log } from "./context.js";
import { codeOfBody, codeOfPage, codeOfStatus, isRetryableCode } from "./errors-codes.js";
import { toArgumentErrors } from "./errors-fields.js";
import { readErrorDetails, type ErrorDetails } from "./errors-reader.js";
import { describeFailure, hintFor, operationOf, type UpstreamFailure } from "./errors-describe.js";
import { isRateLimited, retryAfterSeconds } from "./response-limits.js";
import { clippedLine } from "./response-text.js";

export type { UpstreamFailure };

const MAX_UPSTREAM_TEXT = 1_000;
const MAX_FIELD_TEXT = 300;

/** What an error answer of the API means for the caller. */
export function toErrorPayload(failure: UpstreamFailure): ErrorPayload {
  const { response, result } = failure;
  const details = cleanDetails(readErrorDetails(result.data), failure);
  const code = codeOf(failure, details);
  const fields = toArgumentErrors(details.fields, operationOf(failure));
  const retryAfter =
    code === "rate_limited" || response.status === 503 ? retryAfterSeconds(response.headers) : undefined;
  const hint = hintFor(failure, code, fields);
  const requestId = upstreamRequestId(failure);
  const { message: said, ...silent } = details;
  const shown = failure.apart ? silent : details;
  return {
    code,
    message: failure.redact(describeFailure(failure, code, shown)),
    status: response.status,
    retryable: isRetryableCode(code, operationOf(failure), failure),
    ...(retryAfter === undefined ? {} : { retry_after: Math.ceil(retryAfter) }),
    ...(fields.length > 0 ? { fields } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(details.code === undefined ? {} : { upstream_code: details.code }),
    ...(failure.apart && said !== undefined ? { upstream_message: said } : {}),
  };
}

/** The payload of anything thrown; what is not meant for the client is logged and becomes `internal`. */
export function payloadOfThrown(error: unknown, log: Log): ErrorPayload {
  if (error instanceof CallError) return error.payload;
  log("error", "unexpected failure", {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return { code: "internal", message: "The server failed unexpectedly; its log says why.", retryable: false };
}

function codeOf(failure: UpstreamFailure, details: ErrorDetails): ErrorCode {
  const { response, result } = failure;
  if (result.failure === "too_large") return "payload_too_large";
  if (result.failure === "malformed") return "upstream_error";
  if (result.failure === "page") return codeOfPage(operationOf(failure), failure.keyed);
  if (result.failure === "body") return codeOfBody(result.data, details.code ?? details.message);
  if (isRateLimited(response)) return "rate_limited";
  return codeOfStatus(response.status, operationOf(failure), failure.keyed);
}

/** Upstream text is data of unknown origin: one clipped line each, no secrets, no invisible characters, no traces. */
function cleanDetails(details: ErrorDetails, { redact }: UpstreamFailure): ErrorDetails {
  const clean = (text: string, length: number): string => clippedLine(redact(withoutTrace(text)), length);
  const message = details.message === undefined ? "" : clean(details.message, MAX_UPSTREAM_TEXT);
  return {
    ...(message === "" ? {} : { message }),
    ...(details.code === undefined ? {} : { code: clean(details.code, 100) }),
    fields: details.fields.map((field) => ({
      field: clean(field.field, 100),
      message: clean(field.message, MAX_FIELD_TEXT),
      ...(field.code === undefined ? {} : { code: clean(field.code, 100) }),
    })),
  };
}

function withoutTrace(text: string): string {
  const start = text.search(
    /\n[ \t]+at\s|\n[ \t]*File "|Traceback \(most recent call last\)|\bat [\w.$]+\([\w.]+:\d+\)|\n#\d+ /,
  );
  return start === -1 ? text : text.slice(0, start);
}

const REQUEST_ID_HEADERS = [
  "x-request-id",
  "request-id",
  "x-correlation-id",
  "x-amzn-requestid",
  "x-trace-id",
  "cf-ray",
];

function upstreamRequestId({ response, redact }: UpstreamFailure): string | undefined {
  const name = REQUEST_ID_HEADERS.find((header) => response.headers[header] !== undefined);
  return name === undefined ? undefined : clippedLine(redact(response.headers[name] ?? ""), 100);
}
