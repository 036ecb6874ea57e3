import type { OperationKey } from "../model/types.js";
import type { OperationReference } from "./types.js";

/** Reads `METHOD /path`, `METHOD /path (operationId)` or an operationId; undefined when the text is none of them. */
export function parseReference(text: string): OperationReference | undefined {
  const [, method, rest] = /^([A-Za-z]+) (\/.*)$/s.exec(text.trim()) ?? [];
  if (method === undefined || rest === undefined) {
    return /^[^/\s]\S*$/.test(text) ? { kind: "id", operationId: text } : undefined;
  }
  const [, path = rest, operationId] = /^(.*) \((\S+)\)$/s.exec(rest) ?? [];
  const key = toKey(method, path.trim());
  if (!key) return undefined;
  return operationId === undefined ? { kind: "key", key } : { kind: "key", key, operationId };
}

function toKey(method: string, path: string): OperationKey | undefined {
  return path.startsWith("/") ? `${method.toUpperCase()} /${path.slice(1)}` : undefined;
}

/** How the file records an operation: what it is found by first, and the id it is found by when the path moved. */
export function printReference(key: OperationKey, operationId: string | undefined): string {
  return operationId !== undefined && isPlainId(operationId) ? `${key} (${operationId})` : key;
}

function isPlainId(operationId: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(operationId);
}

/** A key whose path parameters have no names: `GET /contacts/{}`. */
export function normaliseKey(key: string): string {
  return key.replaceAll(/\{[^}]*\}/g, "{}");
}

/** What two references to one operation have in common, most telling first. */
export function identifyReference(reference: OperationReference): string[] {
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
