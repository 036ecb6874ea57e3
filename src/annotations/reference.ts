import type { OperationKey } from "../model/types.js";
import { METHODS, TOKEN } from "../naming/http.js";
import type { OperationReference, SingleReference } from "./types.js";

const REFERENCE = new RegExp(`^(${TOKEN}) (/.*)$`, "s");

/** What stands between an operation and its twins in other scopes. */
const joint = " + ";

/** Reads the name of an operation, and of its twins behind it; undefined when the text is none. */
export function parseReference(text: string): OperationReference | undefined {
  const whole = text.includes(joint) ? undefined : parseSingle(text);
  if (whole) return whole;
  const [main, ...twins] = text.split(joint).map(parseSingle);
  const named = twins.filter((twin) => twin !== undefined);
  // A path may hold the joint itself: then the text as a whole is the name.
  if (main === undefined || named.length < twins.length) return parseSingle(text);
  return { ...main, twins: named };
}

/** Reads `METHOD /path`, `METHOD /path (operationId)` or an operationId; undefined when the text is none of them. */
function parseSingle(text: string): SingleReference | undefined {
  const [, method, rest] = REFERENCE.exec(text.trim()) ?? [];
  if (method === undefined || rest === undefined) {
    return /^[^/\s]\S*$/.test(text) ? { kind: "id", operationId: text } : undefined;
  }
  const [, path = rest, operationId] = /^(.*) \((\S+)\)$/s.exec(rest) ?? [];
  const key = toKey(method, path.trim());
  if (!key) return undefined;
  return operationId === undefined ? { kind: "key", key } : { kind: "key", key, operationId };
}

/** Case tells methods apart (RFC 9110 section 9.1); those that every description knows are taken in any. */
function toKey(method: string, path: string): OperationKey | undefined {
  const isFixed = METHODS.has(method.toLowerCase());
  return path.startsWith("/") ? `${isFixed ? method.toUpperCase() : method} /${path.slice(1)}` : undefined;
}

/** How the file records an operation: what it is found by first, and the id it is found by when the path moved. */
export function printReference(key: OperationKey, operationId: string | undefined): string {
  return operationId !== undefined && isPlainId(operationId) ? `${key} (${operationId})` : key;
}

/** How the file records an action: its operation, and the twins it reaches as well. */
export function printReferences(references: readonly string[]): string {
  return references.filter((reference, i) => i === 0 || !reference.includes(joint)).join(joint);
}

function isPlainId(operationId: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(operationId);
}

/** A key whose path parameters have no names: `GET /contacts/{}`. */
export function normaliseKey(key: string): string {
  return key.replaceAll(/\{[^}]*\}/g, "{}");
}

/** What two references to one operation have in common, most telling first. */
export function identifyReference(reference: SingleReference): string[] {
  if (reference.kind === "id") return [`id ${reference.operationId}`];
  const key = `key ${normaliseKey(reference.key)}`;
  return reference.operationId === undefined ? [key] : [key, `id ${reference.operationId}`];
}

/** A text as a YAML scalar: plain where it reads back as itself, else in double quotes (JSON is YAML). */
export function printScalar(text: string, style: "block" | "flow" = "block"): string {
  const plain =
    /^[A-Za-z./][\x20-\x7e]*$/.test(text) &&
    !/: |:$| #| $|^(?:true|false|null|yes|no|on|off)$|^\.(?:inf|nan)$/i.test(text) &&
    (style === "block" || !/[[\]{},]/.test(text));
  return plain ? text : JSON.stringify(text);
}

/** A tool or action name as a YAML key. */
export function printKey(name: string): string {
  return printScalar(name);
}
