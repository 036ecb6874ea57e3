import { parseYaml } from "./yaml.js";

/** A node of a YAML text: where its key (or the item) starts, and what is in it. */
export interface YamlNode {
  readonly start: number;
  readonly members?: ReadonlyMap<string, YamlNode>;
}

interface OpenNode {
  readonly start: number;
  end: number;
  kind: string;
  result: unknown;
  readonly children: OpenNode[];
}

/** Positions of all nodes of a YAML text that is known to parse, from the parser's own events. */
export function indexYaml(text: string): YamlNode | undefined {
  const root: OpenNode = { start: 0, end: 0, kind: "", result: undefined, children: [] };
  const stack: OpenNode[] = [root];
  parseYaml(text, true, function listen(event, state) {
    if (event === "open") {
      stack.push({ start: state.position, end: 0, kind: "", result: undefined, children: [] });
      return;
    }
    const node = stack.pop();
    const parent = stack[stack.length - 1];
    if (!node || !parent) return;
    node.end = state.position;
    node.kind = state.kind;
    node.result = state.kind === "scalar" ? state.result : undefined;
    parent.children.push(node);
  });
  const [document] = root.children;
  return document && buildNode(document, text, skipBlank(text, document.start));
}

function buildNode(node: OpenNode, text: string, start: number): YamlNode {
  // A block node is first tried as a mapping key; the try stays as an only child of the same kind.
  if (node.kind === "mapping") return { start, members: buildMapping(node, text) };
  if (node.kind !== "sequence") return { start };
  const members = new Map<string, YamlNode>();
  for (const child of node.children) {
    members.set(String(members.size), buildNode(child, text, skipBlank(text, child.start)));
  }
  return { start, members };
}

function buildMapping(node: OpenNode, text: string): Map<string, YamlNode> {
  const members = new Map<string, YamlNode>();
  const { children } = node;
  for (const [i, key] of children.entries()) {
    if (!isKey(key, text)) continue;
    const start = skipBlank(text, key.start);
    const value = children[i + 1];
    const hasValue = value !== undefined && !isKey(value, text);
    members.set(String(key.result), hasValue ? buildNode(value, text, start) : { start });
  }
  return members;
}

/** Only a key is followed by a colon. */
function isKey(node: OpenNode, text: string): boolean {
  let at = node.end;
  while (text.charAt(at) === " ") at++;
  return text.charAt(at) === ":";
}

/** Behind white space, comments and the marker of the document's start. */
function skipBlank(text: string, start: number): number {
  const blank = /(?:\s|#[^\n]*|---(?=\s))*/y;
  blank.lastIndex = start;
  blank.exec(text);
  return blank.lastIndex;
}
