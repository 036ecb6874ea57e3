/** The opaque `cursor` of a paged result: where to go on, signed, and bound to the query it came from. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { CallError, type Caller, type Settings } from "./context.js";
import { digestOf, principalOf } from "./idempotency-key.js";
import type { Operation } from "./operation.js";

/** Where a list goes on. At most one of token, page, offset and url is set; none is the first page. */
export interface PageState {
  readonly token?: string | number;
  readonly page?: number;
  readonly offset?: number;
  /** Path and query as the API named them, without origin and credentials. */
  readonly url?: string;
  /** Page size of the first call: it never changes on the way. */
  readonly size?: number;
  /** Items of this page that were already shown. */
  readonly skip?: number;
}

/** What a cursor is bound to. */
export interface CursorScope {
  readonly operation: Operation;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly caller: Caller | undefined;
  readonly settings: Pick<Settings, "signingKey" | "cursorTtlMs">;
}

interface Payload {
  readonly v: 1;
  readonly op: string;
  readonly h: string;
  readonly s: PageState;
  /** Seconds since the epoch. */
  readonly e: number;
}

const MAC_BYTES = 16;
const MAX_LENGTH = 8_192;
const START_AGAIN = "Repeat the call without `cursor` to start again.";

/** Signs a state; the text is safe in JSON and URLs. Undefined when the state is too long to be handed out. */
export function signCursor(state: PageState, scope: CursorScope): string | undefined {
  const payload: Payload = {
    v: 1,
    op: scope.operation.id,
    h: hashOf(scope),
    s: state,
    e: Math.ceil((Date.now() + scope.settings.cursorTtlMs) / 1_000),
  };
  const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
  const cursor = `${body}.${macOf(body, scope).toString("base64url")}`;
  return cursor.length > MAX_LENGTH ? undefined : cursor;
}

/** The state of a cursor that belongs to this very call; throws `invalid_cursor` otherwise. */
export function readCursor(cursor: string, scope: CursorScope): PageState {
  const [body = "", mac = "", ...rest] = cursor.length > MAX_LENGTH ? [] : cursor.trim().split(".");
  const given = Buffer.from(mac, "base64url");
  const wanted = macOf(body, scope);
  if (rest.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw invalidCursor(
      "The cursor was not issued by this server, or it was changed. Pass `next_cursor` as it was given.",
    );
  }
  // The signature proves that this server wrote it.
  const payload = JSON.parse(Buffer.from(body, "base64url").toString()) as Payload;
  if (payload.v !== 1) throw invalidCursor("The cursor is of another version of this server.");
  if (payload.op !== scope.operation.id) throw invalidCursor("The cursor belongs to another tool or action.");
  if (payload.e * 1_000 < Date.now()) throw invalidCursor("The cursor has expired.");
  if (payload.h !== hashOf(scope)) {
    throw invalidCursor("The cursor belongs to a call with other arguments: pass the same ones with every page.");
  }
  return payload.s;
}

/** A cursor that cannot be used, and the way out. */
export function invalidCursor(message: string, options?: ErrorOptions): CallError {
  return new CallError({ code: "invalid_cursor", message, retryable: false, hint: START_AGAIN }, options);
}

function hashOf({ arguments: args, caller }: CursorScope): string {
  return digestOf([args, principalOf(caller)]).slice(0, 22);
}

function macOf(body: string, { settings }: CursorScope): Buffer {
  return createHmac("sha256", settings.signingKey).update(`cursor.${body}`).digest().subarray(0, MAC_BYTES);
}
