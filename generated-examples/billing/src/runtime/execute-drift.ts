/** Notices when an API answers otherwise than its description says. Never a failure: the API has the last word. */
import type { Runtime } from "./context.js";
import type { JsonValue, Operation } from "./operation.js";
import type { Clock } from "./validate-guard.js";
import { compileCheck, TOO_COSTLY, type Check } from "./validate-schema.js";

/** Checking costs time in proportion to the body; small answers drift as well as large ones. */
const MAX_BYTES = 32_768;

const checks = new WeakMap<Operation, Check>();
/** One line per operation is enough to act on; the counter tells how often. */
const told = new WeakSet<Operation>();

/** Counts and logs a body that does not fit the operation's output schema. */
export function noteDrift(runtime: Pick<Runtime, "metrics" | "log">, operation: Operation, answer: DriftInput): void {
  if (!operation.output || answer.bytes > MAX_BYTES) return;
  const check = checks.get(operation) ?? compileCheck(operation.output, () => {});
  checks.set(operation, check);
  const problems = check("", answer.data, answer.clock);
  if (problems.length === 0 || problems.some(({ message }) => message === TOO_COSTLY)) return;
  runtime.metrics.count("output_drift", { tool: answer.tool, action: answer.action });
  if (told.has(operation)) return;
  told.add(operation);
  // Places and rules only: messages may quote values.
  const places = problems.slice(0, 5).map(({ field, code }) => (code === undefined ? field : `${field} (${code})`));
  runtime.log("warn", "the API's answer differs from its description", { operation: operation.id, places });
}

export interface DriftInput {
  readonly data: JsonValue;
  readonly bytes: number;
  readonly tool: string;
  readonly action: string;
  readonly clock: Clock;
}
