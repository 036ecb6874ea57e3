/** Which operations share a tool: what the clustering put together stays together where that pays. */
import { listTool, splitTool } from "../../templates/runtime/listing.js";
import type { Action, Tool } from "../../templates/runtime/tool.js";
import type { Choice, Intent } from "../cluster/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api } from "../model/types.js";
import { cutName, hashName } from "../naming/legal.js";
import { splitWords } from "../naming/words.js";
import { advertiseTool } from "./advertise.js";
import type { Advertised } from "./advertise.js";
import { countConflicts, settleConflicts } from "./conflicts.js";
import { planHints } from "./hints.js";
import { LIMITS, maxToolName } from "./limits.js";
import { planNoun } from "./nouns.js";
import type { PlannedOperation } from "./operation.js";
import { planScopes } from "./scopes.js";
import { describeFlat, describeGroup, planSummary, planTitle } from "./summaries.js";

/** A tool before it has a place in a domain. */
export interface ToolDraft extends Advertised {
  readonly name: string;
  readonly intent: Intent;
  readonly operations: readonly PlannedOperation[];
  /** Tokens of the same operations as tools of their own. */
  readonly apart: number;
  readonly why: string;
}

export interface DraftContext {
  readonly api: Api;
  readonly serverName: string;
  readonly report: Report;
  /** Tool names in use. */
  readonly taken: Set<string>;
}

/** More arguments than this share a name but not a type: the actions have little to do with each other. */
const MAX_CONFLICTS = 3;

/** Dividing gives up one name for many: a few tokens, and an estimate of them at that, are no reason. */
const MAX_LOSS = 1.1;

/** One tool for an intent, or several where one would be too large or would cost more than it saves. */
export function draftTools(
  intent: Intent,
  operations: readonly PlannedOperation[],
  context: DraftContext,
): readonly ToolDraft[] {
  const mayDivide = !intent.annotation && operations.length > 1;
  const excess = mayDivide ? foreseeExcess(operations) : undefined;
  const whole = excess === undefined ? draftTool(operations, intent, context) : undefined;
  const reason = whole && mayDivide ? reasonToDivide(whole) : excess;
  if (whole && reason === undefined) return [whole];
  const isLoss = whole !== undefined && excessOf(whole) === undefined && countConflicts(whole.operations) === 0;
  const { kept, parted } = isLoss ? { kept: [], parted: operations } : chooseParted(intent, operations, context);
  if (kept.length === 0) context.taken.delete(intent.name);
  const parts = parted.map((operation) => {
    const { choice } = operation;
    const name = nameAlone(choice, intent, context);
    const alone = { ...operation, choice: { ...choice, action: choice.alone?.().action ?? choice.action } };
    return draftTool([alone], intent, context, { name, why: `Apart from ${intent.name}: ${reason}.` });
  });
  const rest = kept.length === 0 ? [] : [draftTool(kept, intent, context)];
  const names = [...rest, ...parts].map((draft) => draft.name).join(", ");
  context.report({ code: "plan/tool-divided", message: `${intent.name} became ${names}: ${reason}.` });
  return [...rest, ...parts];
}

function draftTool(
  given: readonly PlannedOperation[],
  intent: Intent,
  context: DraftContext,
  { name = intent.name, why = intent.why }: { readonly name?: string; readonly why?: string } = {},
): ToolDraft {
  const operations = settleConflicts(given);
  const [first] = operations;
  const choices = operations.map(({ choice }) => choice);
  const frame = {
    name,
    title: planTitle(name, intent),
    description: operations.length === 1 && first ? describeFlat(intent, first.choice) : describeGroup(intent, choices),
    domain: context.serverName,
    hints: planHints(operations, intent, context.report),
    actions: Object.fromEntries(
      operations.map((operation) => [operation.choice.action, planAction(operation, intent, context)] as const),
    ),
  };
  const advertised = advertiseTool(frame, operations, context.api.schemas);
  const apart = operations.length === 1 ? advertised.tokens : estimateApart(advertised);
  return { ...advertised, name, intent, operations, apart, why };
}

/** The same tool of other operations; neither their arguments nor their actions may change. */
export function mapOperations(draft: ToolDraft, map: (planned: PlannedOperation) => PlannedOperation): ToolDraft {
  const operations = draft.operations.map(map);
  const wires = new Map(operations.map(({ choice, wire }) => [choice.action, wire] as const));
  const actions = Object.fromEntries(
    Object.entries(draft.tool.actions).map(([name, action]) => [
      name,
      { ...action, operation: wires.get(name) ?? action.operation },
    ]),
  );
  return { ...draft, operations, tool: { ...draft.tool, actions } };
}

/** By length: the parts are made of the same text as the whole, so a token is as long in both. */
function estimateApart({ tool, tokens }: Advertised): number {
  const lengthOf = (part: Tool) => JSON.stringify(listTool(part) ?? {}).length;
  const length = splitTool(tool).reduce((sum, part) => sum + lengthOf(part), 0);
  return Math.round((length * tokens) / lengthOf(tool));
}

function planAction({ choice, wire }: PlannedOperation, intent: Intent, { api, serverName }: DraftContext): Action {
  const { annotation } = choice;
  const { fields, maxTokens, schema } = annotation?.result ?? {};
  const noun = planNoun(wire.path, intent);
  const result = {
    ...(fields && { fields }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(schema && { advertise: true as const }),
  };
  return {
    operation: wire,
    summary: planSummary(choice, intent.noun),
    scopes: planScopes(choice, api, serverName),
    ...(annotation?.confirm && { confirm: true }),
    ...(annotation?.batch !== undefined && { batch: annotation.batch }),
    ...(Object.keys(result).length > 0 && { result }),
    ...(noun !== undefined && { noun }),
  };
}

/** Why a tool should not stay as it is; undefined when it is fine. */
function reasonToDivide(draft: ToolDraft): string | undefined {
  const problem = excessOf(draft);
  if (problem !== undefined) return problem;
  if (countConflicts(draft.operations) > MAX_CONFLICTS) return "their arguments of one name disagree";
  const { tokens, apart } = draft;
  return tokens > apart * MAX_LOSS ? `together they take ${tokens} tokens, apart ${apart}` : undefined;
}

/** The limit a tool of these operations is sure to break, in words: to draft a large one takes long. */
function foreseeExcess(operations: readonly PlannedOperation[]): string | undefined {
  if (operations.length > LIMITS.actionsPerTool) return `${operations.length} actions in one tool`;
  const names = operations.flatMap((operation) => operation.arguments.map(({ argument }) => argument.name));
  const { size } = new Set(names);
  return size > LIMITS.propertiesPerTool ? `${size} arguments in one tool` : undefined;
}

/** The limit a tool breaks, in words. */
export function excessOf({ tool, operations, tokens, folded }: ToolDraft): string | undefined {
  if (operations.length > LIMITS.actionsPerTool) return `${operations.length} actions in one tool`;
  const properties = Object.keys(tool.properties).length;
  if (properties > LIMITS.propertiesPerTool) return `${properties} arguments in one tool`;
  if (tokens > LIMITS.tokensPerTool || folded.length > 0) return `more than ${LIMITS.tokensPerTool} tokens in one tool`;
  return undefined;
}

/**
 * Takes the largest operations out until the others fit. Given as they were before they shared a tool: alone, an
 * argument needs no other name than its own.
 */
function chooseParted(intent: Intent, operations: readonly PlannedOperation[], context: DraftContext) {
  const silent = { ...context, report: () => {} };
  const bySize = operations.toSorted((a, b) => b.arguments.length - a.arguments.length);
  const parted = new Set<PlannedOperation>();
  for (const operation of bySize) {
    parted.add(operation);
    const kept = operations.filter((candidate) => !parted.has(candidate));
    if (kept.length < 2) break;
    if (foreseeExcess(kept) !== undefined) continue;
    const draft = draftTool(kept, intent, silent);
    if (excessOf(draft) === undefined && countConflicts(draft.operations) <= MAX_CONFLICTS) {
      return { kept, parted: operations.filter((candidate) => parted.has(candidate)) };
    }
  }
  return { kept: [], parted: operations };
}

/** `set_status` of a contact as `set_contact_status`; unique among the tools of the server. */
function nameAlone(choice: Choice, intent: Intent, { taken, serverName }: DraftContext): string {
  const max = maxToolName(serverName);
  const [verb = "call", ...rest] = splitWords(choice.action);
  const noun = splitWords(intent.noun).filter((word) => !rest.includes(word));
  const short = cutName([verb, ...noun, ...rest].join("_"), max);
  const names = [...(choice.alone?.().names ?? []), short].filter((candidate) => candidate.length <= max);
  const free = names.find((candidate) => !taken.has(candidate));
  const name = free ?? `${short.slice(0, max - 7)}_${hashName(choice.operation.key)}`;
  taken.add(name);
  return name;
}
