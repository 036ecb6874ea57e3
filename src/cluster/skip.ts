/** Skip rules of the annotation file: `DELETE /admin/**`. */
import type { SkipRule } from "../annotations/types.js";
import type { Operation, SkippedOperation } from "../model/types.js";

export interface Sieve {
  readonly kept: readonly Operation[];
  readonly skipped: readonly SkippedOperation[];
}

export function skipOperations(operations: readonly Operation[], rules: readonly SkipRule[]): Sieve {
  const compiled = rules.map((rule) => ({ rule, pattern: compileGlob(rule.path) }));
  const kept: Operation[] = [];
  const skipped: SkippedOperation[] = [];
  for (const operation of operations) {
    const match = compiled.find(
      ({ rule, pattern }) => (rule.method === "*" || rule.method === operation.method) && pattern.test(operation.path),
    );
    if (match === undefined) kept.push(operation);
    else skipped.push(describeSkipped(operation, `skip rule "${match.rule.method} ${match.rule.path}"`));
  }
  return { kept, skipped };
}

export function describeSkipped(operation: Operation, reason: string): SkippedOperation {
  const { method, path, operationId } = operation;
  return { method, path, ...(operationId !== undefined && { operationId }), reason };
}

/** `*` within a segment, `**` across segments; everything else is literal. */
function compileGlob(glob: string): RegExp {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((piece) =>
      piece === "**" ? ".*" : piece === "*" ? "[^/]*" : piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`),
    )
    .join("");
  return new RegExp(`^${source.replace(/\/\.\*$/, "(?:/.*)?")}$`, "s");
}
