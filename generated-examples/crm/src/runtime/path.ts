/** Path building with a guard: a value can never leave the place its template gives it. */
import { CallError } from "./context.js";
import type { WireLocation } from "./operation.js";
import { isPlainObject, scalarText, serialisePath } from "./serialise.js";

/** A value for one `{placeholder}` of a path; `name` is the argument as the caller knows it. */
export interface PathValue extends Omit<WireLocation, "in"> {
  readonly name: string;
  readonly value: unknown;
}

/** Fills a path template. The result starts with `/` and holds as many segments as the template asks for. */
export function buildPath(template: string, values: readonly PathValue[]): string {
  const byWire = new Map(values.map((value) => [value.wire, value]));
  const path = template.replace(/\{([^{}]*)\}/g, (_match, wire: string) => fillPlaceholder(wire, byWire.get(wire)));
  const extra = values.reduce((sum, value) => sum + extraSlashes(value), 0);
  const segments = path.split("/");
  if (segments.length !== template.split("/").length + extra || segments.some(isDotSegment)) {
    throw invalidPath(values[0]?.name ?? "path", "gives a path that the API does not have");
  }
  return path;
}

/** Asserts that URL parsing kept the path: same text, no segment collapsed. */
export function assertPathKept(url: URL, expected: string): void {
  if (url.pathname.split("/").length !== expected.split("/").length || url.pathname.length < expected.length) {
    throw invalidPath("path", "gives a path that the API does not have");
  }
}

function fillPlaceholder(wire: string, value: PathValue | undefined): string {
  if (value === undefined) throw invalidPath(wire, "is missing and needed in the path of this request");
  for (const part of partsOf(value)) assertSafe(value.name, part, value.allowSlash === true);
  const text = serialisePath(value, value.value);
  if (text === undefined) throw invalidPath(value.name, "must not be empty");
  return text;
}

/** Every scalar within the value, as text: each is checked by itself. */
function partsOf({ value }: PathValue): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [""] : value.map(scalarText);
  if (isPlainObject(value)) return Object.entries(value).flatMap(([key, item]) => [key, scalarText(item)]);
  return [scalarText(value)];
}

function assertSafe(name: string, text: string, allowSlash: boolean): void {
  if (text === "") throw invalidPath(name, "must not be empty");
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused here
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) throw invalidPath(name, "must not hold control characters");
  for (const segment of allowSlash ? text.split("/") : [text]) {
    if (segment === "") throw invalidPath(name, "must not hold an empty path segment");
    if (isDotSegment(segment)) throw invalidPath(name, 'must not be "." or ".." nor hold such a segment');
  }
}

/** `.` and `..` in every form that URL parsers collapse (WHATWG URL, "single-dot" and "double-dot" segments). */
function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function extraSlashes(value: PathValue): number {
  return value.allowSlash ? scalarText(value.value).split("/").length - 1 : 0;
}

function invalidPath(field: string, problem: string): CallError {
  return new CallError({
    code: "invalid_input",
    message: `Invalid argument: \`${field}\` ${problem}.`,
    retryable: false,
    fields: [{ field, message: problem }],
  });
}
