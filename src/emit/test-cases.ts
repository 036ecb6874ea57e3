import type { ActionPlan, ServerPlan, ToolPlan } from "../plan/types.js";
import { EDIT_ANNOTATIONS, headerOf } from "./header.js";
import type { Printable } from "./literal.js";
import { sampleArguments } from "./samples.js";
import { createSourceFile } from "./source-file.js";
import type { GeneratedFile } from "./types.js";

const CALL_TYPE = `export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly path: string;
}`;

/** Methods that the HTTP server of the tests reads; an API may have others (OpenAPI 3.2, `additionalOperations`). */
const STANDARD_METHOD = /^(?:GET|PUT|POST|DELETE|PATCH|QUERY)$/;

/** Path templates whose constant parts reach the API character by character. */
const SENT_AS_WRITTEN = /^(?:[\w\-.~:/@!$&'()*+,;=?]|\{[^{}]*\})*$/;

/** `test/calls.ts`: one call of every action whose required arguments could be sampled from their schemas. */
export function emitTestCalls(plan: ServerPlan): GeneratedFile {
  const file = createSourceFile(headerOf(plan, EDIT_ANNOTATIONS));
  file.doc("One call, and the request it must make.");
  file.code(CALL_TYPE);
  file.doc("Every action once, with its required arguments only; `path` is the operation's path template.");
  const calls = plan.tools.flatMap((tool) => tool.actions.flatMap((action) => callOf(tool, action)));
  file.constant("calls", calls, { type: "readonly Call[]" });
  const variables = plan.environment.map(({ name }) => [name, "test-value"] as const);
  file.doc("Values of the variables that the server requires.");
  file.constant("environment", Object.fromEntries(variables), { type: "Readonly<Record<string, string>>" });
  return { path: "test/calls.ts", content: file.toString(), owner: "generator" };
}

function callOf(tool: ToolPlan, action: ActionPlan): readonly Printable[] {
  const { wire } = action.operation;
  const given = sampleArguments(wire);
  // What has a server of its own does not reach the stub; variants answer at the path that fits the arguments.
  if (given === undefined || wire.baseUrl !== undefined || (wire.variants?.length ?? 0) > 0) return [];
  if (!SENT_AS_WRITTEN.test(wire.path) || !STANDARD_METHOD.test(wire.method)) return [];
  const args = {
    ...(tool.actions.length > 1 && { action: action.key }),
    ...given,
    ...(action.confirm && { confirm: true }),
  };
  return [{ tool: tool.name, arguments: args, method: wire.method, path: wire.path }];
}
