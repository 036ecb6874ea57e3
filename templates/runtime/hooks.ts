/** Runs the user's code around an action. */
import { CallError, type ActionHooks, type CallContext, type ErrorPayload, type HookContext } from "./context.js";
import type { RoutedCall, Runtime } from "./context.js";
import type { JsonValue } from "./operation.js";
import { boundDepth } from "./response-json.js";

type Arguments = Readonly<Record<string, unknown>>;

/** The hooks of one action, with the types they have at run time. */
export interface CallHooks {
  before(input: Arguments): Promise<Arguments>;
  after(output: JsonValue): Promise<JsonValue>;
  onError(error: ErrorPayload): Promise<ErrorPayload>;
}

/** Hooks of the routed action; each keeps its input where the user wrote none or returned nothing. */
export function hooksOf(runtime: Pick<Runtime, "hooks" | "log">, call: RoutedCall, context: CallContext): CallHooks {
  const { hooks } = runtime;
  const ofTool = Object.hasOwn(hooks, call.tool.name) ? hooks[call.tool.name] : undefined;
  const found = ofTool && Object.hasOwn(ofTool, call.actionName) ? ofTool[call.actionName] : undefined;
  // Generated types tie each hook to its action's own arguments and output, which is what it is given here.
  const own = found as ActionHooks<Arguments, unknown> | undefined;
  const details: HookContext = {
    tool: call.tool.name,
    action: call.actionName,
    caller: context.caller,
    signal: context.signal,
  };
  return {
    before: async (input) => (await own?.before?.(input, details)) ?? input,
    after: async (output) => {
      if (!own?.after) return output;
      const given = boundDepth(output);
      const replaced = await own.after(given, details);
      return toJson(replaced === undefined ? given : replaced);
    },
    onError: async (error) => {
      try {
        return (await own?.onError?.(error, details)) ?? error;
      } catch (thrown) {
        if (thrown instanceof CallError) return thrown.payload;
        runtime.log("error", "onError hook failed", { tool: details.tool, action: details.action, error: thrown });
        return error;
      }
    },
  };
}

/** What a hook returns may hold dates and the like. */
function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value) ?? "null") as JsonValue; // JSON.parse yields nothing but JSON values
}
