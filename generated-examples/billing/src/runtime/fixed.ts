/** Values of arguments that the server's operator sets, from the environment. */
import { readSecretSafely } from "./config-read.js";
import type { FixedArgument } from "./operation.js";
import type { Environment, Redactor } from "./secrets.js";
import type { Action } from "./tool.js";
import { SECRET_NAME } from "./variables.js";

export interface FixedValues {
  resolve(name: string): string | undefined;
  readonly problems: readonly string[];
}

/** Reads what the exposed actions take from the environment; a variable may be given as a file (`<NAME>_FILE`). */
export function readFixedValues(actions: readonly Action[], env: Environment, redactor: Redactor): FixedValues {
  const values = new Map<string, string | undefined>();
  const problems: string[] = [];
  const required = new Set<string>();
  for (const fixed of actions.flatMap(listFixed)) {
    const name = fixed.fromEnv;
    if (name === undefined) continue;
    if (fixed.required) required.add(name);
    if (values.has(name)) continue;
    const value = readSecretSafely(env, name, problems)?.value;
    if (value !== undefined && SECRET_NAME.test(name)) redactor.add(value);
    values.set(name, value);
  }
  for (const name of [...required].sort()) {
    if (!values.get(name)) problems.push(`${name} is required: no request goes out without its value.`);
  }
  return { resolve: (name) => values.get(name), problems };
}

function listFixed({ operation }: Action): readonly FixedArgument[] {
  return [operation, ...(operation.variants ?? [])].flatMap(({ fixed = [] }) => fixed);
}
