import { isMap, isScalar } from "yaml";
import type { YAMLMap } from "yaml";
import { findPair } from "./document.js";
import { appendAfter, endOfNode, fillFlow, indentOf, insertFlow } from "./edit.js";
import type { Edit, EditContext } from "./edit.js";
import { printKey, printScalar } from "./reference.js";

type Context = Omit<EditContext, "ids">;

/** Edits that add former names under `aliases`, and correct those whose target has another name today. */
export function addAliases(root: YAMLMap, aliases: ReadonlyMap<string, string>, context: Context): Edit[] {
  const added = [...aliases];
  const last = root.items.at(-1);
  if (added.length === 0 || !last) return [];
  const pair = findPair(root, "aliases");
  if (!pair || (isScalar(pair.value) && pair.value.value === null)) {
    if (root.flow) return [fillFlow(root, "aliases", listFlow(added), context)];
    const head = pair ? [] : ["", "# Former names that still answer and are not listed.", "aliases:"];
    return [appendBlock([...head, ...printAliases(added, context.style.step)], endOfNode(pair ?? last), context)];
  }
  return isMap(pair.value) ? editAliases(pair.value, added, context) : [];
}

function editAliases(map: YAMLMap, aliases: readonly [string, string][], context: Context): Edit[] {
  const edits: Edit[] = [];
  const added: [string, string][] = [];
  for (const [name, target] of aliases) {
    const pair = findPair(map, name);
    const range = isScalar(pair?.value) ? pair.value.range : undefined;
    if (range) edits.push({ start: range[0], end: range[1], text: printScalar(target, map.flow ? "flow" : "block") });
    else if (!pair) added.push([name, target]);
  }
  const last = map.items.at(-1);
  if (added.length === 0) return edits;
  if (map.flow || !last) {
    return [...edits, insertFlow(map, listFlow(added), context)];
  }
  return [...edits, appendBlock(printAliases(added, indentOf(context.text, map)), endOfNode(last), context)];
}

function listFlow(aliases: readonly [string, string][]): string[] {
  return aliases.map(([name, target]) => `${printKey(name)}: ${printScalar(target, "flow")}`);
}

function printAliases(aliases: readonly [string, string][], indent: string): string[] {
  return aliases.map(([name, target]) => `${indent}${printKey(name)}: ${printScalar(target)}`);
}

function appendBlock(lines: readonly string[], offset: number, { text, style }: Context): Edit {
  return appendAfter(text, offset, lines.map((line) => `${line}${style.newline}`).join(""), style);
}
