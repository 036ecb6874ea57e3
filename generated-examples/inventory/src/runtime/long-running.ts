/** Answers of operations that go on after the answer (202 Accepted, RFC 9110 section 15.3.3). */
import type { RoutedCall } from "./context.js";
import { nameOfCall, targetOfCall } from "./hints.js";
import { locateCall, type LocateInput } from "./locate.js";
import type { JsonValue, Operation } from "./operation.js";
import { valueAt } from "./response.js";
import { retryAfterSeconds } from "./response-limits.js";
import type { UpstreamResponse } from "./send.js";

/** Headers that name the status of work in progress, whatever the status code. */
const PROGRESS_HEADERS = ["operation-location", "azure-asyncoperation"];
const STATUS_HEADERS = [...PROGRESS_HEADERS, "location"];

interface Accepted extends LocateInput {
  readonly operation: Operation;
  readonly call: RoutedCall;
  readonly response: UpstreamResponse;
  readonly data: JsonValue;
}

/** The result of a 202: that it goes on, what the API said, and which call tells more. */
export function acceptedResult(accepted: Accepted): JsonValue {
  const { response, data } = accepted;
  const locations = STATUS_HEADERS.flatMap((name) => response.headers[name] ?? []);
  const seconds = retryAfterSeconds(response.headers);
  const poll = pollByUrl(locations, accepted) ?? pollById(accepted);
  return {
    status: "accepted",
    ...(response.body.length === 0 ? {} : { result: data }),
    ...(poll === undefined ? {} : { poll }),
    ...(locations[0] === undefined ? {} : { status_url: locations[0] }),
    ...(seconds === undefined ? {} : { retry_after: Math.ceil(seconds) }),
  };
}

/** A relative URL starts from that of the request (RFC 9110 section 10.2.2). */
function pollByUrl(locations: readonly string[], accepted: Accepted): JsonValue | undefined {
  for (const location of locations) {
    if (!URL.canParse(location, accepted.response.url)) continue;
    const poll = locateCall(new URL(location, accepted.response.url), accepted);
    if (poll !== undefined) return poll;
  }
  return undefined;
}

/** The read of the item whose id the answer holds; what stands before the id is as in the call itself. */
function pollById({ operation, call, data, definition, nameCall }: Accepted): JsonValue | undefined {
  const poll = operation.longRunning?.poll;
  const tool = definition.tools.find(({ name }) => name === poll?.tool);
  if (poll === undefined || tool === undefined) return undefined;
  const action = poll.action ?? Object.keys(tool.actions)[0] ?? "";
  const name = (nameCall ?? nameOfCall)(tool, action);
  const id = valueAt(data, poll.from);
  if (name === undefined || !isId(id)) return undefined;
  const args: Record<string, JsonValue> = {};
  for (const [argument, own] of Object.entries(poll.known ?? {})) {
    const value = Object.hasOwn(call.arguments, own) ? call.arguments[own] : undefined;
    if (!isId(value)) return undefined;
    args[argument] = value;
  }
  return targetOfCall(name, { ...args, [poll.argument]: id });
}

function isId(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

/** The answer announces work to come rather than a result. */
export function isAccepted(operation: Operation, { status, headers, body }: UpstreamResponse): boolean {
  const isAnnounced = (names: readonly string[]) => names.some((name) => headers[name] !== undefined);
  if (operation.class !== "read" && isAnnounced(PROGRESS_HEADERS)) return true;
  if (status !== 202) return false;
  return operation.longRunning !== undefined || isAnnounced(STATUS_HEADERS) || body.length === 0;
}
