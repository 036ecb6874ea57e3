/** Checks the arguments of a call against the chosen action before anything is sent. */
import { acceptsNull, coerceValue } from "./coerce.js";
import { CallError, type FieldError, type Log, type Metrics, type RoutedCall } from "./context.js";
import { nameOfCall } from "./hints.js";
import { argumentsOf, chooseVariant, controlSchemas, isFlat } from "./listing.js";
import { checkNumbers } from "./numbers.js";
import type { Operation, OperationArgument } from "./operation.js";
import { scopeIds } from "./scope-ids.js";
import type { Tool } from "./tool.js";
import { nearestName } from "./validate-names.js";
import { startClock, type Clock } from "./validate-guard.js";
import { compileCheck, type Check } from "./validate-schema.js";

/** Most errors told at once. */
const MAX_ERRORS = 10;

/** Prepared at the first call of an operation: a big server never prepares what nobody calls. */
const checks = new WeakMap<Operation, ReadonlyMap<string, Check>>();

/** Finds the action a call asks for. Throws a CallError that lists the actions when there is none. */
export function routeCall(tool: Tool, args: Readonly<Record<string, unknown>>): RoutedCall {
  const names = Object.keys(tool.actions);
  if (isFlat(tool)) {
    const [actionName = ""] = names;
    const action = tool.actions[actionName];
    if (action) return { tool, actionName, action, arguments: args };
  }
  const { action: chosen, ...rest } = args;
  const action = typeof chosen === "string" && Object.hasOwn(tool.actions, chosen) ? tool.actions[chosen] : undefined;
  if (action && typeof chosen === "string") return { tool, actionName: chosen, action, arguments: rest };
  const near = typeof chosen === "string" ? nearestName(chosen, names) : undefined;
  const problem = chosen === undefined ? "is required" : `must be one of: ${names.join(", ")}`;
  const guess = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  const summaries = names.map((name) => `${name} (${tool.actions[name]?.summary.replace(/\.$/, "") ?? ""})`);
  throw new CallError({
    code: "invalid_input",
    message: `Invalid arguments for ${tool.name}: \`action\` ${problem}.${guess} Actions: ${summaries.join("; ")}.`,
    retryable: false,
    fields: [{ field: "action", message: problem, code: chosen === undefined ? "required" : "enum" }],
  });
}

/** Returns a coerced copy of the API's arguments, or throws `invalid_input` with what the action takes. */
export function validateArguments(
  call: RoutedCall,
  metrics: Metrics,
  log?: Log,
  clock: Clock = startClock(),
): Record<string, unknown> {
  const operation = chooseVariant(call.action.operation, call.arguments);
  const known = new Map(operation.arguments.map((argument) => [argument.name, argument]));
  const errors: FieldError[] = [];
  const accepted: [string, unknown][] = [];
  let coerced = 0;
  for (const [name, given] of Object.entries(call.arguments)) {
    const argument = known.get(name);
    if (!argument) {
      if (given !== undefined) errors.push(describeUnknown(call, name, [...known.keys()]));
      continue;
    }
    if (given === undefined) continue;
    // Models send null for "not given"; only a schema that takes null makes it a value.
    if (given === null && !acceptsNull(argument.schema)) {
      coerced += 1;
      continue;
    }
    const value = coerceValue(given, argument.schema, () => coerced++);
    errors.push(...checkArgument({ operation, argument, log, clock }, value));
    accepted.push([name, value]);
  }
  const args = Object.fromEntries(accepted);
  const open = missingScope(call.action.operation, args);
  errors.unshift(...(open ?? missingOf(operation, args)));
  if (errors.length > 0) {
    throw invalidArguments(call, open ? argumentsOf(call.action.operation) : operation.arguments, errors);
  }
  if (coerced > 0) metrics.count("coerced", { tool: call.tool.name });
  return args;
}

interface ArgumentCheck {
  readonly operation: Operation;
  readonly argument: OperationArgument;
  readonly log: Log | undefined;
  readonly clock: Clock;
}

function checkArgument({ operation, argument, log, clock }: ArgumentCheck, value: unknown): FieldError[] {
  const onUnusable = (reason: string): void =>
    log?.("warn", "schema cannot be checked", { operation: operation.id, argument: argument.name, reason });
  let compiled = checks.get(operation);
  if (!compiled) {
    compiled = new Map(operation.arguments.map((each) => [each.name, compileCheck(each.schema, onUnusable)]));
    checks.set(operation, compiled);
  }
  const numbers = checkNumbers(argument.name, value, argument.schema);
  if (numbers.errors.length > 0) return [...numbers.errors];
  const errors = compiled.get(argument.name)?.(argument.name, numbers.value, clock) ?? [];
  // Two ids may come near the same number.
  return numbers.isExact ? errors : errors.filter((error) => error.code !== "uniqueItems");
}

/** None of the ids that choose between variants is given: any of them would do. */
function missingScope(operation: Operation, args: Readonly<Record<string, unknown>>): FieldError[] | undefined {
  const scopes = scopeIds(operation);
  const [first, ...others] = scopes.map((ids) => ids.join("` and `"));
  if (first === undefined || scopes.flat().some((id) => Object.hasOwn(args, id))) return undefined;
  return [{ field: first, message: `or \`${others.join("` or `")}\` is required`, code: "required" }];
}

function missingOf(operation: Operation, args: Readonly<Record<string, unknown>>): FieldError[] {
  return operation.arguments
    .filter((argument) => argument.required && !Object.hasOwn(args, argument.name))
    .map((argument) => ({ field: argument.name, message: "is required", code: "required" }));
}

function describeUnknown(call: RoutedCall, name: string, known: readonly string[]): FieldError {
  const field = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const owners = Object.entries(call.tool.actions)
    .filter(([, action]) => argumentsOf(action.operation).some((argument) => argument.name === name))
    .map(([action]) => action);
  const own = owners.includes(call.actionName);
  if (owners.length > 0 && !own) {
    return { field, message: `is not an argument of this action but of: ${owners.join(", ")}`, code: "unknown" };
  }
  const replaced = replacedNames(chooseVariant(call.action.operation, call.arguments));
  const near = nearestName(name, [...known, ...controlsOf(call), ...replaced.keys()]);
  const guess = near === undefined ? "" : `; did you mean \`${replaced.get(near) ?? near}\`?`;
  const problem = own ? "does not go together with the other arguments" : "is not an argument of this action";
  return { field, message: `${problem}${guess}`, code: "unknown" };
}

/** The API's own paging parameters, each with what stands for it. */
function replacedNames({ pagination }: Operation): ReadonlyMap<string, string> {
  const nameOf = (wire: string): string => wire.slice(wire.lastIndexOf("/") + 1);
  return new Map([
    ...(pagination?.position ? [[nameOf(pagination.position.wire), "cursor"] as const] : []),
    ...(pagination?.limit ? [[nameOf(pagination.limit.wire), "limit"] as const] : []),
  ]);
}

/** The runtime's own arguments that say what a call is to answer, as far as they are listed. */
function controlsOf({ action }: RoutedCall): readonly string[] {
  const listed = controlSchemas(action);
  return ["limit", "cursor", "fields", "items"].filter((name) => Object.hasOwn(listed, name));
}

function invalidArguments(
  call: RoutedCall,
  taken: readonly OperationArgument[],
  errors: readonly FieldError[],
): CallError {
  const shown = errors.slice(0, MAX_ERRORS);
  const more = errors.length > shown.length ? ` (and ${errors.length - shown.length} more)` : "";
  const target = call.nameCall?.(call.tool, call.actionName) ?? nameOfCall(call.tool, call.actionName);
  const problems = `${shown.map((error) => `\`${error.field}\` ${error.message}`).join("; ")}${more}`;
  return new CallError({
    code: "invalid_input",
    message: `Invalid arguments for ${target}: ${problems}${problems.endsWith("?") ? "" : "."} ${describeUsage(taken, controlsOf(call))}`,
    retryable: false,
    fields: shown,
  });
}

function describeUsage(taken: readonly OperationArgument[], controls: readonly string[]): string {
  const required = taken.filter((argument) => argument.required).map((argument) => argument.name);
  const optional = [...taken.filter((argument) => !argument.required).map((argument) => argument.name), ...controls];
  if (required.length + optional.length === 0) return "It takes no arguments.";
  const parts = [
    ...(required.length > 0 ? [`required ${required.join(", ")}`] : []),
    ...(optional.length > 0 ? [`optional ${listNames(optional)}`] : []),
  ];
  return `It takes: ${parts.join("; ")}.`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 40);
  return names.length > shown.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : shown.join(", ");
}
