/** Statuses and upstream codes as the closed taxonomy of failures. */
import type { ErrorCode } from "./context.js";
import type { Operation } from "./operation.js";
import { isRepeatable } from "./retry.js";

const BY_STATUS = new Map<number, ErrorCode>([
  [401, "unauthenticated"],
  [402, "forbidden"],
  [403, "forbidden"],
  [404, "not_found"],
  [405, "unsupported"],
  [406, "unsupported"],
  [407, "unauthenticated"],
  [409, "conflict"],
  [410, "not_found"],
  [412, "conflict"],
  [413, "payload_too_large"],
  [414, "payload_too_large"],
  [415, "unsupported"],
  [423, "conflict"],
  [425, "upstream_error"],
  [428, "conflict"],
  [429, "rate_limited"],
  [431, "payload_too_large"],
  [451, "forbidden"],
  [501, "unsupported"],
]);

/** Words of error codes that APIs put into 2xx answers; the first that fits decides. */
const BY_WORD: readonly (readonly [RegExp, ErrorCode])[] = [
  [/rate.?limit|too.?many|throttl|quota/i, "rate_limited"],
  [/not.?found|no.?such|unknown.?(?:id|user|resource)|does.?not.?exist/i, "not_found"],
  [/scope|permission|forbidden|not.?allowed|access.?denied|restricted/i, "forbidden"],
  [/auth|token|credential|login/i, "unauthenticated"],
  [/already|conflict|duplicate|exists|taken/i, "conflict"],
  [/invalid|missing|required|bad.?request|malformed|argument|param|validation/i, "invalid_input"],
  [/time.?out/i, "timeout"],
];

/** The failure a status stands for. Without an answer from the API itself, a write may have taken effect. */
export function codeOfStatus(status: number, operation: Operation, keyed: boolean | undefined): ErrorCode {
  const isSilent = status === 408 || status === 502 || status === 504;
  if (isSilent && !isRepeatable(operation, keyed)) return "outcome_unknown";
  const known = BY_STATUS.get(status);
  if (known) return known;
  if (status === 408) return "timeout";
  return status >= 400 && status < 500 ? "invalid_input" : "upstream_error";
}

/** A page stands where the API's answer should: whether the API saw the request at all is open. */
export function codeOfPage(operation: Operation, keyed: boolean | undefined): ErrorCode {
  return isRepeatable(operation, keyed) ? "upstream_error" : "outcome_unknown";
}

/** The failure an error body inside a 2xx answer stands for: by a status of its own, else by its words. */
export function codeOfBody(body: unknown, text: string | undefined): ErrorCode {
  const status = statusIn(body);
  if (status !== undefined) return BY_STATUS.get(status) ?? (status < 500 ? "invalid_input" : "upstream_error");
  return BY_WORD.find(([words]) => text !== undefined && words.test(text))?.[1] ?? "upstream_error";
}

/** Whether the same call may simply be made again later. */
export function isRetryableCode(
  code: ErrorCode,
  operation: Operation,
  failure: { readonly keyed?: boolean; readonly response: { readonly status: number } },
): boolean {
  if (code === "rate_limited") return true;
  const { status } = failure.response;
  const isTransient = (status >= 500 && status !== 501 && status !== 505) || status === 408 || status === 425;
  const repeatable = isRepeatable(operation, failure.keyed);
  return isTransient && repeatable && (code === "upstream_error" || code === "timeout");
}

function statusIn(body: unknown): number | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  for (const key of ["status", "statusCode", "status_code", "code"]) {
    const value: unknown = Object.getOwnPropertyDescriptor(body, key)?.value;
    const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof status === "number" && status >= 400 && status < 600) return status;
  }
  return undefined;
}
