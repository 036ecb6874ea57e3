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

/** A key that an object of the text has had before. */
export interface RepeatedKey {
  readonly key: string;
  readonly start: number;
}

interface Indexing {
  readonly text: string;
  readonly repeated: RepeatedKey[];
}

/** Positions of all nodes of a YAML text that is known to parse. */
export function indexYaml(text: string): YamlNode | undefined {
  return readIndex({ text, repeated: [] });
}

/** The repeated keys of a YAML text that is known to parse. */
export function listRepeatedKeys(text: string): readonly RepeatedKey[] {
  const repeated: RepeatedKey[] = [];
  readIndex({ text, repeated });
  return repeated.toSorted((a, b) => a.start - b.start);
}

/** Nodes are put together from the parser's own events. */
function readIndex(indexing: Indexing): YamlNode | undefined {
  const { text } = indexing;
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
  return document && buildNode(document, indexing, skipBlank(text, document.start));
}

function buildNode(node: OpenNode, indexing: Indexing, start: number): YamlNode {
  // A flow node where a block may stand is first tried as a key of one; the try stays as an only child of the same kind.
  const attempt = findAttempt(node, indexing.text);
  if (attempt) return buildNode(attempt, indexing, start);
  if (node.kind === "mapping") return { start, members: buildMapping(node, indexing) };
  if (node.kind !== "sequence") return { start };
  const members = new Map<string, YamlNode>();
  for (const child of node.children) {
    members.set(String(members.size), buildNode(child, indexing, skipBlank(indexing.text, child.start)));
  }
  return { start, members };
}

function findAttempt({ kind, start, children }: OpenNode, text: string): OpenNode | undefined {
  const [only, ...others] = children;
  if (only?.kind !== kind || others.length > 0) return undefined;
  return skipBlank(text, only.start) === skipBlank(text, start) ? only : undefined;
}

function buildMapping(node: OpenNode, indexing: Indexing): Map<string, YamlNode> {
  const { text, repeated } = indexing;
  const members = new Map<string, YamlNode>();
  const { children } = node;
  for (const [i, key] of children.entries()) {
    if (!isKey(key, text)) continue;
    const start = skipBlank(text, key.start);
    const value = children[i + 1];
    const hasValue = value !== undefined && !isKey(value, text);
    const name = String(key.result);
    if (members.has(name) && name !== "<<") repeated.push({ key: name, start });
    members.set(name, hasValue ? buildNode(value, indexing, start) : { start });
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
