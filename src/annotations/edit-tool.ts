/** Brings one tool's entry in the annotation file up to the plan. */
import { isMap, isNode, isScalar } from "yaml";
import type { Pair, YAMLMap } from "yaml";
import type { OperationKey } from "../model/types.js";
import type { ActionPlan, ToolPlan } from "../plan/types.js";
import { findPair } from "./document.js";
import { appendAfter, endOfLine, endOfNode, indentOf, insertFlow } from "./edit.js";
import type { Edit, EditContext } from "./edit.js";
import { referTo } from "./print.js";
import { parseReference, printKey, printReference, printReferences, printScalar } from "./reference.js";
import { isActionKey } from "./schema.js";
import type { SingleReference } from "./types.js";

/** Edits that add the actions an entry lacks and correct the paths of operations that moved. */
export function editTool(item: Pair, tool: ToolPlan, context: EditContext): Edit[] {
  const entry = item.value;
  if (!isMap(entry)) return isNode(item.key) ? [fillEmptyTool(item, tool, context)] : [];
  const actions = findPair(entry, "actions")?.value;
  if (isMap(actions)) return editActions(actions, tool, context);
  const flat = findPair(entry, "operation");
  if (!flat) return [addAssignments(entry, tool, context)];
  const [only, second] = tool.actions;
  if (only && !second) return correctReference(flat.value, only, entry.flow === true, context);
  return only ? convertToActions(entry, tool, context) : [];
}

function editActions(actions: YAMLMap, tool: ToolPlan, context: EditContext): Edit[] {
  const edits: Edit[] = [];
  const missing: ActionPlan[] = [];
  for (const action of tool.actions) {
    const entry = findPair(actions, action.key)?.value;
    const operation = isMap(entry) ? findPair(entry, "operation")?.value : entry;
    if (operation === undefined) missing.push(action);
    else edits.push(...correctReference(operation, action, isMap(entry) ? !!entry.flow : !!actions.flow, context));
  }
  if (missing.length === 0) return edits;
  const last = actions.items.at(-1);
  if (actions.flow || !last) return [...edits, insertFlow(actions, listFlowActions(missing, context), context)];
  const block = printActions(missing, indentOf(context.text, actions), context);
  return [...edits, appendAfter(context.text, endOfNode(last), block, context.style)];
}

/** A recorded key is replaced when its operation was found elsewhere; twins that are new stand behind it. */
function correctReference(node: unknown, action: ActionPlan, flow: boolean, { ids }: EditContext): Edit[] {
  if (!isScalar(node) || typeof node.value !== "string" || !node.range) return [];
  const reference = parseReference(node.value);
  if (!reference) return [];
  const stated = [reference, ...(reference.twins ?? [])];
  const meant = pairReferences(stated, action, ids);
  const texts = stated.map((each, i) => correctSingle(each, meant[i], ids));
  const { key, twins = [] } = action.operation;
  const added = [key, ...twins].filter((each) => !meant.includes(each));
  const text = printReferences([...texts, ...added.map((each) => printReference(each, ids.get(each)))]);
  const isCurrent = added.length === 0 && texts.every((each, i) => each === printStated(stated[i]));
  if (isCurrent) return [];
  return [{ start: node.range[0], end: node.range[1], text: printScalar(text, flow ? "flow" : "block") }];
}

/** The operation that each reference means: by key, by id, then what is left in order; undefined where it is gone. */
function pairReferences(
  stated: readonly SingleReference[],
  { operation }: ActionPlan,
  ids: EditContext["ids"],
): readonly (OperationKey | undefined)[] {
  const keys = [operation.key, ...(operation.twins ?? [])];
  const exact = stated.map((reference) => keys.find((key) => reference.kind === "key" && reference.key === key));
  const known = stated.map(
    (reference, i) =>
      exact[i] ??
      keys.find(
        (key) => !exact.includes(key) && reference.operationId !== undefined && ids.get(key) === reference.operationId,
      ),
  );
  const left = keys.filter((key) => !known.includes(key));
  const open = known.filter((key) => key === undefined).length;
  if (stated.length > 1 && open !== left.length) return known;
  return known.map((key) => key ?? left.shift());
}

function correctSingle(reference: SingleReference, key: OperationKey | undefined, ids: EditContext["ids"]): string {
  if (reference.kind === "id" || key === undefined) return printStated(reference);
  return printReference(key, reference.operationId === undefined ? undefined : ids.get(key));
}

function printStated(reference: SingleReference | undefined): string {
  if (reference === undefined) return "";
  return reference.kind === "id" ? reference.operationId : printReference(reference.key, reference.operationId);
}

/** `tool:` with nothing behind it. */
function fillEmptyTool(item: Pair, tool: ToolPlan, context: EditContext): Edit {
  const start = isNode(item.key) ? (item.key.range?.[0] ?? 0) : 0;
  const indent = " ".repeat(start - (context.text.lastIndexOf("\n", start - 1) + 1)) + context.style.step;
  return appendAfter(context.text, endOfNode(item.key), printAssignments(tool, indent, context), context.style);
}

/** A tool that has settings but names no operation yet. */
function addAssignments(entry: YAMLMap, tool: ToolPlan, context: EditContext): Edit {
  const last = entry.items.at(-1);
  if (!entry.flow && last) {
    const block = printAssignments(tool, indentOf(context.text, entry), context);
    return appendAfter(context.text, endOfNode(last), block, context.style);
  }
  const [only, second] = tool.actions;
  const text =
    only && !second
      ? `operation: ${printScalar(referTo(only, context.ids), "flow")}`
      : `actions: { ${printFlowActions(tool.actions, context)} }`;
  return insertFlow(entry, [text], context);
}

function printAssignments(tool: ToolPlan, indent: string, context: EditContext): string {
  const [only, second] = tool.actions;
  const { newline, step } = context.style;
  if (only && !second) return `${indent}operation: ${printScalar(referTo(only, context.ids))}${newline}`;
  return `${indent}actions:${newline}${printActions(tool.actions, indent + step, context)}`;
}

function printActions(actions: readonly ActionPlan[], indent: string, { ids, style }: EditContext): string {
  return actions
    .map((action) => `${indent}${printKey(action.key)}: ${printScalar(referTo(action, ids))}${style.newline}`)
    .join("");
}

function listFlowActions(actions: readonly ActionPlan[], { ids }: EditContext): string[] {
  return actions.map((action) => `${printKey(action.key)}: ${printScalar(referTo(action, ids), "flow")}`);
}

function printFlowActions(actions: readonly ActionPlan[], context: EditContext): string {
  return listFlowActions(actions, context).join(", ");
}

/** A tool of one operation got more of them: its `operation` and the settings beside it become its first action. */
function convertToActions(entry: YAMLMap, tool: ToolPlan, context: EditContext): Edit[] {
  const own = entry.items.filter((pair) => isScalar(pair.key) && isActionKey(String(pair.key.value)));
  const first = tool.actions.find((action) => isNamedBy(findPair(entry, "operation")?.value, action, context));
  if (!first) return [];
  const others = tool.actions.filter((action) => action !== first);
  return entry.flow
    ? convertFlow(entry, own, { first, others, context })
    : convertBlock(own, { first, others, context });
}

interface Conversion {
  readonly first: ActionPlan;
  readonly others: readonly ActionPlan[];
  readonly context: EditContext;
}

function isNamedBy(node: unknown, action: ActionPlan, { ids }: EditContext): boolean {
  const reference = isScalar(node) && typeof node.value === "string" ? parseReference(node.value) : undefined;
  if (!reference) return false;
  if (reference.kind === "key" && reference.key === action.operation.key) return true;
  return reference.operationId !== undefined && reference.operationId === ids.get(action.operation.key);
}

function convertFlow(entry: YAMLMap, own: readonly Pair[], { first, others, context }: Conversion): Edit[] {
  const slice = (pair: Pair) => context.text.slice(startOf(pair), endOfNode(pair));
  const kept = entry.items.filter((pair) => !own.includes(pair)).map(slice);
  const actions = [`${printKey(first.key)}: { ${own.map(slice).join(", ")} }`, printFlowActions(others, context)];
  const [start = 0, end = 0] = entry.range ?? [];
  return [{ start, end, text: `{ ${[...kept, `actions: { ${actions.join(", ")} }`].join(", ")} }` }];
}

function convertBlock(own: readonly Pair[], { first, others, context }: Conversion): Edit[] {
  const { text, style } = context;
  const spans = own.map((pair) => {
    const start = text.lastIndexOf("\n", startOf(pair) - 1) + 1;
    return { start, end: endOfLine(text, endOfNode(pair)) };
  });
  const [head] = spans;
  if (!head || !own[0]) return [];
  const indent = " ".repeat(startOf(own[0]) - head.start);
  const moved = spans.map(({ start, end }) =>
    indentLines(finishLine(text.slice(start, end), style.newline), style.step.repeat(2)),
  );
  const block = [
    `${indent}actions:${style.newline}`,
    `${indent}${style.step}${printKey(first.key)}:${style.newline}`,
    ...moved,
    printActions(others, indent + style.step, context),
  ].join("");
  return spans.map((span, i) => ({ ...span, text: i === 0 ? block : "" }));
}

function finishLine(lines: string, newline: string): string {
  return lines.endsWith("\n") ? lines : lines + newline;
}

function indentLines(lines: string, indent: string): string {
  return lines.replaceAll(/^(?=[^\r\n])/gm, indent);
}

function startOf(pair: Pair): number {
  return isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}
