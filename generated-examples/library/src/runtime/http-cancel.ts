/**
 * Cancellation for 2025-era clients: their `notifications/cancelled` is a request of its own and, on a stateless
 * server, would never meet the call. A session id on `initialize` connects the two; it carries no other state.
 */
import { randomUUID } from "node:crypto";

export const SESSION_HEADER = "mcp-session-id";

export interface LegacyCalls {
  /** The session id to put on the answer of an `initialize` request. */
  newSession(): string;
  /** Remembers a running request; the returned function forgets it. */
  track(origin: CallOrigin, message: unknown, abort: () => void): () => void;
  /** Ends the request a cancellation names, if it runs here and belongs to the same caller. */
  cancel(origin: CallOrigin, message: unknown): void;
}

export interface CallOrigin {
  readonly session: string | undefined;
  readonly caller: string;
}

export function createLegacyCalls(): LegacyCalls {
  const running = new Map<string, () => void>();
  return {
    newSession: randomUUID,
    track: (origin, message, abort) => {
      const key = isRecord(message) ? keyOf(origin, message["id"]) : undefined;
      if (key === undefined) return () => {};
      running.set(key, abort);
      return () => {
        if (running.get(key) === abort) running.delete(key);
      };
    },
    cancel: (origin, message) => {
      if (!isRecord(message) || message["method"] !== "notifications/cancelled" || !isRecord(message["params"])) return;
      const key = keyOf(origin, message["params"]["requestId"]);
      if (key !== undefined) running.get(key)?.();
    },
  };
}

function keyOf({ session, caller }: CallOrigin, id: unknown): string | undefined {
  const known = typeof id === "string" || typeof id === "number";
  return session === undefined || !known ? undefined : JSON.stringify([session, caller, id]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
