/** Adds to the annotation file of a project what the plan has and the file lacks. */
import { isMap, isScalar, parseDocument } from "yaml";
import type { YAMLMap } from "yaml";
import type { Report, SourcePosition } from "../diagnostics/types.js";
import type { ServerPlan, ToolPlan } from "../plan/types.js";
import { findPair } from "./document.js";
import { applyEdits, appendAfter, detectStyle, endOfNode, fillFlow, indentOf, insertFlow, toJsonEdit } from "./edit.js";
import type { Edit, EditContext } from "./edit.js";
import { addAliases } from "./edit-aliases.js";
import { editTool } from "./edit-tool.js";
import { indexIds, printFlowTool, printTool } from "./print.js";
import type { RenderContext } from "./print.js";
import { printKey, printScalar } from "./reference.js";

/** The existing text with the edits; the text itself where it cannot be edited as text. */
export function amendAnnotations(existing: string, plan: ServerPlan, context: RenderContext, report: Report): string {
  const document = parseDocument(existing, { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return existing;
  const style = detectStyle(existing, document);
  const edits = [
    ...addSpec(document.contents, context, { text: existing, style }),
    ...addTools(document.contents, plan, { text: existing, style, ids: indexIds(context) }),
    ...addAliases(document.contents, context.aliases ?? new Map(), { text: existing, style }),
  ];
  const result = applyEdits(existing, isJson(existing) ? edits.map(toJsonEdit) : edits);
  const amended = parseDocument(result, { prettyErrors: false });
  // A file in a style that cannot be edited as text is left alone: its assignments are found by rule again.
  const isBroken = amended.errors.length > 0;
  const written = isBroken ? document : amended;
  const lost = [...(context.aliases ?? [])].filter(([name, target]) => written.getIn(["aliases", name]) !== target);
  if (lost.length > 0) reportLost(lost, positionOf(document.contents, existing, context), report);
  return isBroken ? existing : result;
}

function isJson(text: string): boolean {
  try {
    return text.trimStart().startsWith("{") && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

function positionOf(root: YAMLMap, text: string, { file }: RenderContext): SourcePosition | undefined {
  const key = findPair(root, "aliases")?.key;
  const lines = text.slice(0, isScalar(key) ? key.range?.[0] : 0).split("\n");
  return file === undefined ? undefined : { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function reportLost(aliases: readonly [string, string][], at: SourcePosition | undefined, report: Report): void {
  const entries = aliases.map(([name, target]) => `${name}: ${target}`).join(", ");
  const message = `Former names could not be written down: { ${entries} }; the next run forgets them.`;
  report({ code: "annotations/unrecorded-alias", message, at, fix: `Add them yourself: aliases: { ${entries} }` });
}

function addSpec(root: YAMLMap, context: RenderContext, { text, style }: Omit<EditContext, "ids">): Edit[] {
  if (findPair(root, "spec")) return [];
  const version = findPair(root, "version");
  if (!version) return [];
  if (root.flow) return [insertFlow(root, [`spec: ${printScalar(context.spec, "flow")}`], { text, style })];
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
    if (!anchor || lines.length === 0) return [];
    if (root.flow) return [fillFlow(root, "tools", listFlowTools(plan.tools, context), context)];
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

function listFlowTools(tools: readonly ToolPlan[], context: EditContext): string[] {
  return tools.map((tool) => `${printKey(tool.name)}: ${printFlowTool(tool, context)}`);
}

function insertTools(tools: YAMLMap, added: readonly ToolPlan[], context: EditContext): Edit {
  const last = tools.items.at(-1);
  if (tools.flow || !last) {
    return insertFlow(tools, listFlowTools(added, context), context);
  }
  const indent = indentOf(context.text, tools);
  const block = added
    .flatMap((tool) => printTool(tool, indent, context))
    .map((line) => `${line}${context.style.newline}`)
    .join("");
  return appendAfter(context.text, endOfNode(last), block, context.style);
}
