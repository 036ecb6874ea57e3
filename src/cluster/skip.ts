/** Skip rules of the annotation file: `DELETE /admin/**`. */
import type { SkipRule } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Operation, SkippedOperation } from "../model/types.js";

export interface Sieve {
  readonly kept: readonly Operation[];
  readonly skipped: readonly SkippedOperation[];
}

export function skipOperations(operations: readonly Operation[], rules: readonly SkipRule[], report: Report): Sieve {
  const compiled = rules.map((rule) => ({ rule, pattern: compileGlob(rule.path) }));
  const keys = new Set(operations.map(({ key }) => String(key)));
  const kept: Operation[] = [];
  const skipped: SkippedOperation[] = [];
  const used = new Set<SkipRule>();
  for (const operation of operations) {
    const match = compiled.find(
      ({ rule, pattern }) =>
        (rule.method === "*" || rule.method === operation.method.toUpperCase()) && pattern.test(operation.path),
    );
    if (match === undefined && isWatch(operation, keys))
      skipped.push(describeSkipped(operation, "an endless stream of what a list gives"));
    else if (match === undefined) kept.push(operation);
    else {
      skipped.push(describeSkipped(operation, `skip rule "${printRule(match.rule)}"`));
      used.add(match.rule);
    }
  }
  for (const rule of rules.filter((each) => !used.has(each))) {
    const message = `The skip rule "${printRule(rule)}" leaves out no operation.`;
    report({ code: "cluster/idle-skip", message, at: rule.at });
  }
  return { kept, skipped };
}

function printRule({ method, path }: SkipRule): string {
  return `${method} ${path}`;
}

/** `GET /watch/pods` beside `GET /pods`. */
function isWatch({ method, path, key }: Operation, keys: ReadonlySet<string>): boolean {
  const listed = key.replace("/watch/", "/");
  return method === "GET" && path.includes("/watch/") && listed !== key && keys.has(listed);
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
