/** Answers of operations that go on after the answer (202 Accepted, RFC 9110 section 15.3.3). */
import { valueAt } from "./response.js";
import type { JsonValue, Operation } from "./operation.js";
import { retryAfterSeconds } from "./response-limits.js";
import type { UpstreamResponse } from "./send.js";

const STATUS_HEADERS = ["operation-location", "azure-asyncoperation", "location"];

/** The result of a 202: that it goes on, what the API said, and which call tells more. */
export function acceptedResult(operation: Operation, response: UpstreamResponse, data: JsonValue): JsonValue {
  const location = STATUS_HEADERS.map((name) => response.headers[name]).find((value) => value !== undefined);
  const seconds = retryAfterSeconds(response.headers);
  const poll = pollOf(operation, data, location);
  const isEmpty = response.body.length === 0;
  return {
    status: "accepted",
    ...(isEmpty ? {} : { result: data }),
    ...(poll === undefined ? {} : { poll }),
    ...(location === undefined ? {} : { status_url: location }),
    ...(seconds === undefined ? {} : { retry_after: Math.ceil(seconds) }),
  };
}

function pollOf(operation: Operation, data: JsonValue, location: string | undefined): JsonValue | undefined {
  const poll = operation.longRunning?.poll;
  if (poll === undefined) return undefined;
  const found = valueAt(data, poll.from);
  const value = typeof found === "string" || typeof found === "number" ? found : lastSegment(location);
  if (value === undefined) return undefined;
  const action = poll.action === null ? {} : { action: poll.action };
  return { tool: poll.tool, arguments: { ...action, [poll.argument]: value } };
}

/** The id of the job where only its address is told. */
function lastSegment(location: string | undefined): string | undefined {
  if (location === undefined || !URL.canParse(location, "http://localhost")) return undefined;
  const segment = new URL(location, "http://localhost").pathname.split("/").findLast((part) => part !== "");
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** The answer announces work to come rather than a result. */
export function isAccepted(operation: Operation, response: UpstreamResponse): boolean {
  if (response.status !== 202) return false;
  const isAnnounced = STATUS_HEADERS.some((name) => response.headers[name] !== undefined);
  return operation.longRunning !== undefined || isAnnounced || response.body.length === 0;
}
