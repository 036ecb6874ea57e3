/** Runs an operation and shapes what it answers. */
import type { ContentBlock } from "@modelcontextprotocol/server";
import type { Controls } from "./execute-controls.js";
import type { CallHooks } from "./hooks.js";
import { readCursor, type CursorScope, type PageState } from "./cursor.js";
import { claimOf, executeOperation, type Answer, type Execution } from "./execute.js";
import { cleanData } from "./hygiene.js";
import type { LocateInput } from "./locate.js";
import { acceptedResult, isAccepted } from "./long-running.js";
import type { JsonValue } from "./operation.js";
import { findItems } from "./pagination-items.js";
import { firstState, readPage } from "./pagination.js";
import { resolveFixed } from "./request.js";
import { shapePage, shapeValue, type Shaped, type ShapeOptions } from "./shape.js";
import { sizeOf } from "./shape-size.js";

export interface ResultRequest {
  readonly execution: Execution;
  readonly controls: Controls;
  readonly hooks: CallHooks;
  /** Checked arguments as the caller gave them: what a cursor is bound to. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly budget: number;
}

export interface ShapedResult extends Shaped {
  readonly content: readonly ContentBlock[];
}

/** Pages that hold nothing but the address of the next one are skipped, up to this many. */
const MAX_EMPTY_PAGES = 5;

/** One page, or one result. Throws a CallError. */
export async function fetchResult(request: ResultRequest): Promise<ShapedResult> {
  const { execution, controls, given } = request;
  const { runtime, context, operation, progress, call } = execution;
  const scope: CursorScope = { operation, arguments: given, caller: context.caller, settings: runtime.settings };
  let state =
    controls.cursor === undefined
      ? firstState(operation, controls.limit, runtime.settings)
      : readCursor(controls.cursor, scope);
  for (let empty = 1; ; empty++) {
    const answer = await executeOperation(execution, state);
    const shaped = await shapeAnswer(request, { answer, state, scope });
    if (typeof shaped === "object" && "skipTo" in shaped && empty < MAX_EMPTY_PAGES) {
      progress.step(`Page ${empty} was empty`);
      state = shaped.skipTo;
      continue;
    }
    if (shaped.truncated) runtime.metrics.count("truncated", { tool: call.tool.name, action: call.actionName });
    return shaped;
  }
}

interface Answered {
  readonly answer: Answer;
  readonly state: PageState;
  readonly scope: CursorScope;
}

async function shapeAnswer(
  request: ResultRequest,
  { answer, state, scope }: Answered,
): Promise<ShapedResult & { readonly skipTo?: PageState }> {
  const { execution, controls, budget } = request;
  const { operation, call, runtime } = execution;
  const { response, result, links } = answer;
  const content = result.content ?? [];
  const options: ShapeOptions = { fields: controls.fields ?? call.action.result?.fields, budget };
  const data = cleanData(await request.hooks.after(result.data), (text) => runtime.credentials.redact(text));
  if (isAccepted(operation, response)) {
    const accepted = cleanData(acceptedResult({ ...locating(execution), operation, call, response, data }), (text) =>
      runtime.credentials.redact(text),
    );
    return { ...shapeValue(accepted, { budget, fields: undefined }), content };
  }
  if (result.kind === "json" && (operation.class === "read" || operation.pagination)) {
    const unwrap = state.skip !== undefined || isMostlyList(data, budget);
    const page = readPage({ operation, response, body: result.data, data, state, links, unwrap });
    if (page) {
      const isEmpty = page.items.length === 0 && page.next !== undefined;
      return { ...shapePage(page, { ...options, scope }), content, ...(isEmpty ? { skipTo: page.next } : {}) };
    }
  }
  const fields = result.kind === "json" ? options.fields : undefined;
  return { ...shapeValue(data, { ...options, fields }), content };
}

function locating({ runtime, context, call }: Execution): LocateInput {
  return {
    definition: runtime.definition,
    nameCall: call.nameCall,
    apiBaseUrl: runtime.settings.apiBaseUrl,
    resolveFixed: (fixed) =>
      resolveFixed(fixed, { resolveEnv: runtime.resolveEnv, resolveClaim: (name) => claimOf(context, name) }),
  };
}

/** Too large as a whole, and only because of its list: that can be shown in parts. */
function isMostlyList(data: JsonValue, budget: number): boolean {
  const size = sizeOf(data);
  if (size <= budget) return false;
  const found = findItems(data);
  return found !== undefined && size - sizeOf(found.items) <= budget / 3;
}
