/** Adds to the annotation file of a project what the plan has and the file lacks. */
import { isMap, isScalar, parseDocument } from "yaml";
import type { YAMLMap } from "yaml";
import type { ServerPlan, ToolPlan } from "../plan/types.js";
import { findPair } from "./document.js";
import { applyEdits, appendAfter, detectStyle, endOfNode, indentOf } from "./edit.js";
import type { Edit, EditContext } from "./edit.js";
import { addAliases } from "./edit-aliases.js";
import { editTool } from "./edit-tool.js";
import { indexIds, printFlowTool, printTool } from "./print.js";
import type { RenderContext } from "./print.js";
import { printKey, printScalar } from "./reference.js";

/** The existing text with the edits; the text itself where it cannot be edited as text. */
export function amendAnnotations(existing: string, plan: ServerPlan, context: RenderContext): string {
  const document = parseDocument(existing, { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return existing;
  const style = detectStyle(existing, document);
  const edits = [
    ...addSpec(document.contents, context, { text: existing, style }),
    ...addTools(document.contents, plan, { text: existing, style, ids: indexIds(context) }),
    ...addAliases(document.contents, context.aliases ?? new Map(), { text: existing, style }),
  ];
  const result = applyEdits(existing, edits);
  // A file in a style that cannot be edited as text is left alone: its assignments are found by rule again.
  return parseDocument(result, { prettyErrors: false }).errors.length > 0 ? existing : result;
}

function addSpec(root: YAMLMap, context: RenderContext, { text, style }: Omit<EditContext, "ids">): Edit[] {
  if (findPair(root, "spec")) return [];
  const version = findPair(root, "version");
  if (root.flow || !version) return [];
  return [appendAfter(text, endOfNode(version), `spec: ${printScalar(context.spec)}${style.newline}`, style)];
}

function addTools(root: YAMLMap, plan: ServerPlan, context: EditContext): Edit[] {
  const pair = findPair(root, "tools");
  const tools = pair?.value;
  if (!pair || (isScalar(tools) && tools.value === null)) {
    const last = root.items.at(-1);
    const lines = plan.tools.flatMap((tool) => printTool(tool, context.style.step, context));
    const block = (pair ? lines : ["", "tools:", ...lines]).map((line) => `${line}${context.style.newline}`).join("");
    const anchor = pair ?? last;
    if (root.flow || !anchor || lines.length === 0) return [];
    return [appendAfter(context.text, endOfNode(anchor), block, context.style)];
  }
  if (!isMap(tools)) return [];
  const known = new Map(tools.items.map((item) => [isScalar(item.key) ? String(item.key.value) : "", item]));
  const edits = plan.tools.flatMap((tool) => {
    const item = known.get(tool.name);
    return item ? editTool(item, tool, context) : [];
  });
  const added = plan.tools.filter((tool) => !known.has(tool.name));
  return added.length === 0 ? edits : [...edits, insertTools(tools, added, context)];
}

function insertTools(tools: YAMLMap, added: readonly ToolPlan[], context: EditContext): Edit {
  const last = tools.items.at(-1);
  if (tools.flow || !last) {
    const entries = added.map((tool) => `${printKey(tool.name)}: ${printFlowTool(tool, context)}`).join(", ");
    const offset = last ? endOfNode(last) : (tools.range?.[1] ?? 1) - 1;
    return { start: offset, end: offset, text: last ? `, ${entries}` : ` ${entries} ` };
  }
  const indent = indentOf(context.text, tools);
  const block = added
    .flatMap((tool) => printTool(tool, indent, context))
    .map((line) => `${line}${context.style.newline}`)
    .join("");
  return appendAfter(context.text, endOfNode(last), block, context.style);
}
