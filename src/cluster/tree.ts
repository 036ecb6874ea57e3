/** The literals of all paths as a tree: parameters are elided, and each node knows what stands at it and below. */
import { toSingular } from "../naming/plural.js";
import type { LiteralPart, ParameterPart } from "./paths.js";
import type { Route } from "./routes.js";

export interface TreeNode {
  /** Literals from the root, joined by slashes. */
  readonly key: string;
  readonly text: string;
  readonly words: readonly string[];
  readonly parent: TreeNode | undefined;
  readonly children: Map<string, TreeNode>;
  /** Routes whose last literal is this node's. */
  readonly stops: Stop[];
  /** A parameter follows this literal in some path: there are items. */
  hasItems: boolean;
  /** Some path reaches this node through an item of its parent. */
  belowItem: boolean;
  /** Operations at this node and below. */
  weight: number;
}

/** Where a route ends. */
export interface Stop {
  readonly route: Route;
  /** A parameter follows the node's literal. */
  readonly item: boolean;
  /** The verb part after it, such as `:cancel`. */
  readonly verb: readonly string[] | undefined;
  /** The literal itself, before folding of singular and plural. */
  readonly text: string;
}

export interface Tree {
  readonly root: TreeNode;
  readonly nodes: readonly TreeNode[];
}

export function buildTree(routes: readonly Route[]): Tree {
  const root = createNode({ key: "", text: "", words: [], parent: undefined });
  const nodes = [root];
  const split = findClashes(routes);
  for (const route of routes) addRoute(route, { root, nodes, split });
  return { root, nodes };
}

function createNode(facts: Pick<TreeNode, "key" | "text" | "words" | "parent">): TreeNode {
  return { ...facts, children: new Map(), stops: [], hasItems: false, belowItem: false, weight: 0 };
}

interface Growth {
  readonly root: TreeNode;
  readonly nodes: TreeNode[];
  readonly split: ReadonlySet<string>;
}

function addRoute(route: Route, { root, nodes, split }: Growth): void {
  let node = root;
  let item = false;
  let verb: readonly string[] | undefined;
  for (const part of route.parts) {
    if (part.kind === "verb") {
      verb = part.words;
    } else if (part.kind === "parameter") {
      item = true;
      node.hasItems = true;
    } else {
      const child = findChild(node, part, split) ?? addChild(node, { part, split, nodes });
      if (item) child.belowItem = true;
      node = child;
      item = false;
    }
  }
  node.stops.push({ route, item, verb, text: lastLiteral(route)?.text ?? "" });
  for (let above: TreeNode | undefined = node; above; above = above.parent) above.weight++;
}

function findChild(node: TreeNode, part: LiteralPart, split: ReadonlySet<string>): TreeNode | undefined {
  return node.children.get(foldLiteral(part, split));
}

function addChild(
  node: TreeNode,
  { part, split, nodes }: { part: LiteralPart; split: ReadonlySet<string>; nodes: TreeNode[] },
): TreeNode {
  const fold = foldLiteral(part, split);
  const child = createNode({ key: `${node.key}/${fold}`, text: part.text, words: part.words, parent: node });
  node.children.set(fold, child);
  nodes.push(child);
  return child;
}

/** `/silences` and `/silence/{id}` are halves of one resource, unless both halves answer the same call. */
function foldLiteral({ text, words }: LiteralPart, split: ReadonlySet<string>): string {
  const fold = foldWords(words, text);
  return split.has(fold) ? text : fold;
}

function foldWords(words: readonly string[], text: string): string {
  const last = words.at(-1);
  return last === undefined ? text : [...words.slice(0, -1), toSingular(last)].join("-");
}

/** Folded literals whose singular and plural are different things: both take the same method in the same place. */
function findClashes(routes: readonly Route[]): ReadonlySet<string> {
  const seen = new Map<string, readonly LiteralPart[]>();
  const clashes = new Set<string>();
  for (const route of routes) {
    const key = `${route.operation.method} ${route.parts.map(foldPart).join("/")}`;
    const literals = route.parts.filter((part): part is LiteralPart => part.kind !== "parameter");
    const others = seen.get(key);
    if (others === undefined) {
      seen.set(key, literals);
      continue;
    }
    for (const [i, { text, words }] of literals.entries()) {
      if (others[i]?.text !== text) clashes.add(foldWords(words, text));
    }
  }
  return clashes;
}

function foldPart(part: LiteralPart | ParameterPart): string {
  return part.kind === "parameter" ? "{}" : foldWords(part.words, part.text);
}

function lastLiteral(route: Route): LiteralPart | undefined {
  return route.parts.findLast((part): part is LiteralPart => part.kind === "literal");
}

/** Nodes from the first literal down to this one. */
export function chainOf(node: TreeNode): readonly TreeNode[] {
  const chain: TreeNode[] = [];
  for (let above: TreeNode | undefined = node; above?.parent; above = above.parent) chain.unshift(above);
  return chain;
}
