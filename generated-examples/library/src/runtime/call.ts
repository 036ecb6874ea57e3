/** One tool call from its arguments to its result: the order of everything a call goes through. */
import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/server";
import { runBatch, type ItemOutcome } from "./batch.js";
import type { CallContext, ErrorPayload, Metrics, RoutedCall, Runtime } from "./context.js";
import { CallError } from "./context.js";
import { payloadOfThrown } from "./errors.js";
import { errorResult } from "./errors-result.js";
import type { Tally } from "./execute.js";
import { splitControls, type Controls } from "./execute-controls.js";
import type { ShapedResult } from "./execute-read.js";
import { fetchOnce } from "./execute-write.js";
import { hooksOf } from "./hooks.js";
import { storeKeyOf, upstreamKeyOf } from "./idempotency-key.js";
import { chooseVariant } from "./listing.js";
import { createProgress } from "./progress.js";
import { baseUrlOf } from "./request.js";
import { budgetOf, type Structured } from "./shape.js";
import { sourceMeta, spotlight } from "./spotlight.js";
import type { Tool } from "./tool.js";
import { routeCall, validateArguments } from "./validate.js";

interface Env {
  readonly runtime: Runtime;
  readonly context: CallContext;
}

/** Calls a tool. Never throws: whatever goes wrong is a structured error. Scopes and consent are settled before. */
export async function callTool(
  runtime: Runtime,
  tool: Tool,
  args: Record<string, unknown>,
  context: CallContext,
): Promise<CallToolResult> {
  const env = { runtime, context };
  let split: ReturnType<typeof splitControls>;
  try {
    split = openCall(tool, args, context);
  } catch (error) {
    const payload = payloadOfThrown(error, runtime.log);
    record(env, {
      tool: tool.name,
      call: undefined,
      outcome: payload.code,
      tally: newTally(),
      started: performance.now(),
    });
    return errorResult(payload);
  }
  if (split.controls.items !== undefined) return callBatch(env, split.call, split.controls);
  const outcome = await callAction(env, { ...split, budget: budgetOf(split.call.action, runtime.settings) });
  return outcome.ok ? successResult(runtime, outcome) : errorResult(outcome.error, originOf(runtime, outcome.source));
}

/** What is wrong with the arguments of a call, before a person is asked about it; undefined when nothing is. */
export function findFault(
  runtime: Runtime,
  tool: Tool,
  args: Record<string, unknown>,
  context: CallContext,
): ErrorPayload | undefined {
  try {
    const { call, controls } = openCall(tool, args, context);
    // The sets of a batch are checked one by one: those that are right are carried out.
    if (controls.items === undefined) validateArguments(call, UNCOUNTED, undefined, context.clock);
    return undefined;
  } catch (error) {
    return payloadOfThrown(error, runtime.log);
  }
}

const UNCOUNTED: Metrics = { recordCall: () => {}, count: () => {} };

function openCall(tool: Tool, args: Record<string, unknown>, { nameCall }: CallContext) {
  return splitControls({ ...routeCall(tool, args), ...(nameCall && { nameCall }) });
}

/** The source of external content is named in any case, its text marked where that is switched on. */
function originOf({ settings, definition }: Runtime, source: string) {
  return { source, marked: settings.spotlight ? `the API of ${definition.title}` : undefined };
}

interface Success {
  readonly structured: Structured;
  readonly content: readonly ContentBlock[];
  readonly source: string;
}

/** The same data as text, for clients that show no structured content. */
function successResult(runtime: Runtime, { structured, content, source }: Success): CallToolResult {
  const json = JSON.stringify(structured);
  const { marked } = originOf(runtime, source);
  return {
    content: [{ type: "text", text: marked ? spotlight(json, marked, content.length) : json }, ...content],
    structuredContent: { ...structured },
    ...sourceMeta(source),
  };
}

interface ActionCall {
  readonly call: RoutedCall;
  readonly controls: Controls;
  readonly budget: number;
}

type ActionOutcome =
  ({ readonly ok: true } & Success) | { readonly ok: false; readonly error: ErrorPayload; readonly source: string };

/** One operation with its record; never throws. */
async function callAction(env: Env, request: ActionCall): Promise<ActionOutcome> {
  const { runtime, context } = env;
  const { call, controls } = request;
  const tally = newTally();
  const source = baseUrlOf(call.action.operation, runtime.settings.apiBaseUrl).href.replace(/\/+$/, "");
  const log = { tool: call.tool.name, call, tally, started: performance.now(), requestId: controls.requestId };
  try {
    const { structured, content } = await runAction(env, request, tally);
    record(env, { ...log, outcome: "ok", structured });
    return { ok: true, structured, content, source: tally.source ?? source };
  } catch (thrown) {
    const payload = payloadOfThrown(thrown, runtime.log);
    const error = await hooksOf(runtime, call, context).onError(payload);
    record(env, { ...log, outcome: error.code, structured: { error: error.message } });
    return { ok: false, error, source: tally.source ?? source };
  }
}

/** Checks, hooks, idempotency, then the operation itself. */
async function runAction(env: Env, { call, controls, budget }: ActionCall, tally: Tally): Promise<ShapedResult> {
  const { runtime, context } = env;
  const hooks = hooksOf(runtime, call, context);
  const given = validateArguments(call, runtime.metrics, runtime.log, context.clock);
  const checked: RoutedCall = { ...call, arguments: await hooks.before(given) };
  const operation = chooseVariant(call.action.operation, checked.arguments);
  const { requestId } = controls;
  const storeKey =
    requestId === undefined
      ? undefined
      : storeKeyOf({ server: runtime.definition.name, operation, caller: context.caller, requestId });
  const takesKey = operation.idempotency !== undefined && operation.class !== "read";
  const execution = {
    runtime,
    context,
    call: checked,
    operation,
    idempotencyKey: takesKey && operation.idempotency ? upstreamKeyOf(operation.idempotency, storeKey) : undefined,
    progress: createProgress(context),
    tally,
  };
  return fetchOnce({ execution, controls, hooks, given, budget }, storeKey);
}

/** Each item is a call of its own, with a `request_id` of its own derived from that of the batch. */
async function callBatch(env: Env, call: RoutedCall, controls: Controls): Promise<CallToolResult> {
  const { runtime, context } = env;
  const items = controls.items ?? [];
  const progress = createProgress(context);
  const budget = Math.max(400, Math.floor(budgetOf(call.action, runtime.settings) / items.length) - 60);
  // Items tell no progress of their own: the batch counts them.
  const { notifyProgress: _, ...quiet } = context;
  const itemEnv = { runtime, context: quiet };
  const run = async (item: unknown, index: number): Promise<ItemOutcome> => {
    try {
      return await callAction(itemEnv, { ...splitItem({ call, controls }, item, index), budget });
    } catch (error) {
      const payload = payloadOfThrown(error, runtime.log);
      record(env, { tool: call.tool.name, call, outcome: payload.code, tally: newTally(), started: performance.now() });
      return { ok: false, error: payload };
    }
  };
  const onDone = (done: number, total: number): void => progress.step(`${done} of ${total} done`, total);
  const { structured, content, failed } = await runBatch({ items, run, onDone });
  if (failed > 0) runtime.metrics.count("batch_item_failed", { tool: call.tool.name, action: call.actionName });
  const { apiBaseUrl: source } = runtime.settings;
  return {
    ...successResult(runtime, { structured, content, source }),
    ...(failed === items.length ? { isError: true } : {}),
  };
}

function splitItem(batch: { readonly call: RoutedCall; readonly controls: Controls }, item: unknown, index: number) {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    const message = `\`items\`[${index}] must be an object of arguments.`;
    throw new CallError({ code: "invalid_input", message, retryable: false });
  }
  const { items: _, action: __, ...own } = item as Readonly<Record<string, unknown>>; // an object was checked above
  const { call, controls } = splitControls({ ...batch.call, arguments: { ...batch.call.arguments, ...own } });
  const { requestId, fields } = batch.controls;
  const derived = controls.requestId ?? (requestId === undefined ? undefined : `${requestId}:${index}`);
  const kept = controls.fields ?? fields;
  return {
    call,
    controls: {
      ...controls,
      ...(derived === undefined ? {} : { requestId: derived }),
      ...(kept === undefined ? {} : { fields: kept }),
    },
  };
}

interface Ended {
  readonly tool: string;
  readonly call: RoutedCall | undefined;
  readonly outcome: "ok" | ErrorPayload["code"];
  readonly tally: Tally;
  readonly started: number;
  readonly structured?: Structured;
  readonly requestId?: string | undefined;
}

function record({ runtime, context }: Env, ended: Ended): void {
  const { call, tally, requestId } = ended;
  const { caller } = context;
  runtime.metrics.recordCall({
    tool: ended.tool,
    action: call?.actionName ?? null,
    operation: call?.action.operation.id ?? "",
    outcome: ended.outcome,
    ...(tally.status === undefined ? {} : { status: tally.status }),
    durationMs: Math.max(0, Math.round(performance.now() - ended.started)),
    bytesUpstream: tally.bytesUpstream,
    bytesResult: ended.structured === undefined ? 0 : JSON.stringify(ended.structured).length,
    ...(caller === undefined ? {} : { subject: caller.subject }),
    ...(caller?.clientId === undefined ? {} : { clientId: caller.clientId }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(tally.replayed ? { replayed: true as const } : {}),
  });
}

function newTally(): Tally {
  return { sent: false, status: undefined, bytesUpstream: 0, source: undefined, replayed: false };
}
