/** Names of a request in stores and towards the API, derived from who asks for what. */
import { createHash, randomBytes } from "node:crypto";
import type { Caller } from "./context.js";
import type { IdempotencyKey, Operation } from "./operation.js";

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Hex SHA-256 of a value. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Who a call acts for: outcomes and cursors of one caller are of no use to another. */
export function principalOf(caller: Caller | undefined): readonly string[] {
  return caller === undefined ? [] : [caller.subject, caller.clientId ?? ""];
}

/**
 * Key of one `request_id` in the store: whose it is, a dot, and which. The operation names the action whichever surface
 * it was called through; an account with many clients is one owner.
 */
export function storeKeyOf(request: {
  readonly server: string;
  readonly operation: Operation;
  readonly caller: Caller | undefined;
  readonly requestId: string;
}): string {
  const { server, operation, caller, requestId } = request;
  const owner = caller === undefined ? "" : digestOf(caller.subject).slice(0, 16);
  return `${owner}.${digestOf([server, operation.id, principalOf(caller), requestId])}`;
}

/** Whose outcome a key names. */
export function ownerOf(storeKey: string): string {
  return storeKey.split(".", 1)[0] ?? "";
}

/** The key sent to the API, in the form it accepts; random when the caller gave no `request_id`. */
export function upstreamKeyOf(key: IdempotencyKey, storeKey: string | undefined): string {
  const hex = storeKey === undefined ? randomBytes(32).toString("hex") : digestOf(["upstream", storeKey]);
  if (key.format === "uuid") return uuidOf(hex);
  return hex.slice(0, key.maxLength ?? hex.length);
}

/** Version and variant bits of a UUID version 4 (RFC 9562 section 5.4): APIs check for them. */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
