/** Where each operation stands: on which resource, on one item or all of them, as which custom method. */
import type { Api, Operation } from "../model/types.js";
import { toSingular } from "../naming/plural.js";
import {
  findParticipleVerb,
  isBulkWord,
  findVerbKind,
  isPlainVerb,
  isPluralPhrase,
  isReadingVerb,
  isSafeVerb,
  isVerb,
  isVerbPhrase,
  readStart,
} from "../naming/lexicon.js";
import { readAnswer, type Answer } from "./shapes.js";
import type { Stop, Tree, TreeNode } from "./tree.js";
import type { Route } from "./routes.js";

export interface Placement {
  readonly operation: Operation;
  readonly route: Route;
  /** Resource that the operation is on. */
  readonly node: TreeNode;
  /** On one item of it (or on a part of one item). */
  readonly item: boolean;
  /** Custom method (AIP-136), where it is no standard one. */
  readonly verb: readonly string[] | undefined;
  readonly answer: Answer;
}

export function placeOperations(tree: Tree, api: Api): readonly Placement[] {
  return tree.nodes.flatMap((node) => {
    const acts = isActNode(node);
    return node.stops.map((stop): Placement => {
      const { operation } = stop.route;
      const answer = readAnswer(operation, api.schemas);
      const place = acts && stop.verb === undefined ? placeAct(node, stop) : { node, item: stop.item, verb: stop.verb };
      return { operation, route: stop.route, ...place, answer };
    });
  });
}

/** The last literal of the path is a verb: the call is on what stands before it. */
function placeAct(node: TreeNode, stop: Stop): Pick<Placement, "node" | "item" | "verb"> {
  const { parent } = node;
  const onRoot = parent === undefined || parent.parent === undefined;
  if (onRoot) return { node, item: stop.item, verb: node.words };
  const before = stop.route.parts.at(-2);
  return { node: parent, item: before?.kind === "parameter", verb: node.words };
}

/** Whether a literal is a custom method and no resource: decided from its words and from what stands at it. */
export function isActNode(node: TreeNode): boolean {
  if (node.parent === undefined || node.hasItems || node.words.length === 0) return false;
  if (node.children.size > 0 && !isPostedVerb(node)) return false;
  if (node.stops.some(({ verb }) => verb !== undefined)) return false;
  const methods = new Set(node.stops.map(({ route }) => route.operation.method));
  if (methods.has("GET")) return methods.size === 1 && isGetAct(node.words);
  return isWriteAct(node, methods);
}

/** `POST /containers/{id}/attach`, whatever stands below it. */
function isPostedVerb({ words, stops }: TreeNode): boolean {
  const isPosted = stops.length > 0 && stops.every(({ route }) => route.operation.method === "POST");
  return isPosted && words.length === 1 && isPlainVerb(words[0]) && findVerbKind(words[0]) === "act";
}

function isGetAct(words: readonly string[]): boolean {
  const [first] = words;
  if (isPluralPhrase(words)) return words.length > 1 && isSafeVerb(first);
  if (words.length === 1 && (isSafeVerb(first) || first === "export")) return true;
  return isPlainVerb(first) && (isReadingVerb(first) || words.length > 1 || findVerbKind(first) === "act");
}

function isWriteAct(node: TreeNode, methods: ReadonlySet<string>): boolean {
  const { words } = node;
  const onlyPost = methods.size === 1 && methods.has("POST");
  if (isBulkWord(words[0])) return true;
  if (isPluralPhrase(words)) return isVerbPhrase(words) && onlyPost && (isPlainVerb(words[0]) || isSearch(node));
  if (isPlainVerb(words[0])) return true;
  if (words.length === 1 && findParticipleVerb(words[0] ?? "") !== undefined) return !methods.has("PATCH");
  if (isVerb(words[0])) return onlyPost || isToggled(methods);
  return onlyPost && node.belowItem;
}

/** `POST /search-invoices`, whose summary begins with the same word. */
function isSearch({ words, stops }: TreeNode): boolean {
  const says = ({ route }: Stop) => toSingular(readStart(route.operation.summary)[0] ?? "");
  return isSafeVerb(words[0]) && stops.every((stop) => says(stop) === words[0]);
}

/** PUT alone, or PUT (or POST) to do and DELETE to undo. */
function isToggled(methods: ReadonlySet<string>): boolean {
  if (methods.size === 1) return methods.has("PUT");
  return methods.size === 2 && methods.has("DELETE") && !methods.has("PATCH");
}
