/** Role, class and action name of each operation, from its method, its place and the verbs around it (AIP-130 to 136). */
import { toSingular } from "../naming/plural.js";
import { splitWords } from "../naming/words.js";
import type { OperationClass, OperationRole } from "./types.js";
import type { Placement } from "./place.js";
import {
  findParticipleVerb,
  findUndoing,
  findVerbKind,
  isBulkWord,
  isPlainVerb,
  isPluralPhrase,
  isReadingVerb,
  isSafeVerb,
  readStart,
} from "../naming/lexicon.js";

export interface Call {
  readonly placement: Placement;
  readonly role: OperationRole;
  readonly class: OperationClass;
  /** Verb words of the action: `create`, `set`, `reset password`. */
  readonly verb: readonly string[];
  readonly why: string;
}

/** What holds for the whole description. */
export interface Customs {
  /** Items are changed by POST: PUT and PATCH on items are rare. */
  readonly postUpdates: boolean;
}

export function readCustoms(placements: readonly Placement[]): Customs {
  const onItems = placements.filter(({ item, verb }) => item && verb === undefined);
  const posts = onItems.filter(({ operation }) => operation.method === "POST").length;
  const others = onItems.filter(({ operation }) => /^(?:PUT|PATCH)$/.test(operation.method)).length;
  return { postUpdates: others * 10 <= posts };
}

/** `siblings` are all placements on the same resource. */
export function classifyCall(placement: Placement, siblings: readonly Placement[], customs: Customs): Call {
  if (placement.verb !== undefined) return classifyCustom(placement, placement.verb);
  const { method } = placement.operation;
  if (method === "GET" || method === "QUERY") return classifyGet(placement, siblings);
  if (method === "POST") return classifyPost(placement, siblings, customs);
  if (method === "PUT") return classifyPut(placement, siblings);
  if (method === "PATCH") return classifyPatch(placement);
  if (method === "DELETE") return classifyDelete(placement);
  return describe(placement, { role: "action", class: "write", verb: splitWords(method) });
}

type Verdict = Pick<Call, "role" | "class" | "verb"> & { readonly what?: string };

function describe(placement: Placement, verdict: Verdict): Call {
  const { operation, item, node } = placement;
  const place = item ? "an item of" : node.hasItems || verdict.role === "list" ? "the collection" : "";
  const path = item ? operation.path.replace(/\/\{[^/]*\}[^/]*$/, "") : operation.path;
  const where = [operation.method, "on", place, path].filter(Boolean).join(" ");
  const { what = EFFECTS[verdict.role], ...facts } = verdict;
  return { placement, ...facts, why: `${where} ${what}.` };
}

const EFFECTS: Record<OperationRole, string> = {
  list: "lists them",
  search: "searches",
  get: "reads it",
  create: "creates one",
  update: "changes it",
  replace: "replaces it",
  delete: "deletes it",
  action: "acts on it",
};

function classifyCustom(placement: Placement, words: readonly string[]): Call {
  const { operation, item } = placement;
  const [first = ""] = words;
  const kind = findVerbKind(first);
  const phrase = words.join(" ");
  if (operation.method === "GET" || operation.method === "QUERY") {
    const acts = kind !== "read" && kind !== undefined && !isSaidToRead(placement);
    if (acts) return describe(placement, { role: "action", class: "write", verb: words, what: `does "${phrase}"` });
    return describe(placement, { role: item ? "action" : readRole(first), class: "read", verb: words });
  }
  if (operation.method === "DELETE") {
    if (isBulkWord(first)) return classifyBulk(placement, words);
    return describe(placement, { role: "action", class: "delete", verb: undo(words) });
  }
  const reads = isSafeVerb(first) && isSaidToRead(placement) && !words.some(isWritingWord);
  if (reads) return describe(placement, { role: item ? "action" : readRole(first), class: "read", verb: words });
  return classifyCustomWrite(placement, words);
}

function classifyCustomWrite(placement: Placement, words: readonly string[]): Call {
  const [first = "", ...rest] = words;
  if (isBulkWord(first)) return classifyBulk(placement, words);
  const kind = findVerbKind(first);
  const isStandard = kind !== undefined && rest.length === 0 && (!placement.item || kind !== "create");
  const role = (isStandard && STANDARD[kind]) || "action";
  const participle = rest.length === 0 ? findParticipleVerb(first) : undefined;
  return describe(placement, {
    role,
    class: kind === "delete" ? "delete" : "write",
    verb: participle === undefined ? words : [participle],
    ...(role === "action" && { what: `does "${words.join(" ")}"` }),
  });
}

/** `POST /contacts/bulk` is bulk_create, `DELETE /contacts/batch` batch_delete. */
function classifyBulk(placement: Placement, words: readonly string[]): Call {
  const { method } = placement.operation;
  const does = method === "DELETE" ? "delete" : method === "POST" ? "create" : "update";
  const verb = words.some((word) => findVerbKind(word) !== undefined) ? words : [...words, does];
  const effect = verb.some((word) => findVerbKind(word) === "delete") ? "delete" : "write";
  return describe(placement, { role: "action", class: effect, verb, what: "writes many at once" });
}

const STANDARD: Partial<Record<string, OperationRole>> = { create: "create", update: "update", delete: "delete" };

function readRole(verb: string): OperationRole {
  if (/^(?:search|query|find|lookup|autocomplete|suggest)$/.test(verb)) return "search";
  if (/^(?:list|enumerate|all)$/.test(verb)) return "list";
  return /^(?:get|fetch|retrieve|describe|show|read|view)$/.test(verb) ? "get" : "action";
}

function isWritingWord(word: string): boolean {
  const kind = findVerbKind(word);
  return (kind !== undefined && kind !== "read" && isPlainVerb(word)) || word === "or";
}

/** What is undone by DELETE: `lock` gives unlock, `suspended` gives unsuspend. */
function undo(words: readonly string[]): readonly string[] {
  const [first = "", ...rest] = words;
  if (findVerbKind(first) === "delete") return words;
  const verb = rest.length === 0 ? (findParticipleVerb(first) ?? first) : first;
  const undoing = findUndoing(verb);
  return undoing === undefined ? ["delete", ...words] : [undoing, ...rest];
}

/** Neither operationId nor summary says that something is done. */
function isSaidToRead({ operation }: Placement): boolean {
  const [said] = readStart(operation.summary);
  const saidVerb = said?.replace(/s$/, "");
  if (isReadingVerb(said) || isReadingVerb(saidVerb)) return true;
  const id = readIdVerb(operation.operationId);
  return id === undefined || findVerbKind(id) === "read";
}

/**
 * Verb of an operationId: its first word, or the first after a separator (`repos/list`, `Contacts_get`); the last where
 * the first may be a noun (`upload_create`).
 */
export function readIdVerb(operationId: string | undefined): string | undefined {
  if (operationId === undefined) return undefined;
  const tail = operationId.split(/[/.#:]/).at(-1) ?? operationId;
  const words = splitWords(tail);
  if (findVerbKind(words[0]) !== undefined) {
    const last = words.at(-1);
    const isLast =
      !isPlainVerb(words[0]) && isPlainVerb(last) && /^(?:create|update|delete)$/.test(findVerbKind(last) ?? "");
    return isLast ? last : words[0];
  }
  const [after] = splitWords(tail.split("_").slice(1).join("_"));
  return findVerbKind(after) === undefined ? undefined : after;
}

function classifyGet(placement: Placement, siblings: readonly Placement[]): Call {
  const { operation, item, node, answer } = placement;
  const idVerb = readIdVerb(operation.operationId);
  if (isPlainVerb(idVerb) && findVerbKind(idVerb) !== "read" && !isSaidToRead(placement)) {
    const verb = [idVerb ?? "run"];
    return describe(placement, { role: "action", class: "write", verb, what: "has an effect, as its name says" });
  }
  const said = idVerb === undefined || idVerb === "get" ? findSaidAct(operation.summary) : undefined;
  if (said !== undefined) {
    const what = "has an effect, as its summary says";
    return describe(placement, { role: "action", class: "write", verb: [said], what });
  }
  const isSearch = node.words.includes("search") || node.parent?.text === "search";
  if (!item && isSearch) return describe(placement, { role: "search", class: "read", verb: ["search"] });
  const isMany = item ? answer.kind === "many" && idVerb === "list" : listsMany(placement, siblings);
  return describe(placement, { role: isMany ? "list" : "get", class: "read", verb: [isMany ? "list" : "get"] });
}

/** The verb of `Flush the cache`, `Open a session`: some operationIds are made of method and path and say nothing. */
function findSaidAct(summary?: string): string | undefined {
  const [said, next = ""] = readStart(summary);
  const kind = isReadingVerb(said) ? undefined : findVerbKind(said);
  if (kind === undefined || kind === "read") return undefined;
  return isPlainVerb(said) || /^(?:an?|the|all|this|your)$/.test(next) ? said : undefined;
}

function listsMany({ node, answer }: Placement, siblings: readonly Placement[]): boolean {
  if (answer.kind === "many" || siblings.some((other) => other.node.hasItems)) return true;
  return isPluralPhrase(node.words) && answer.kind !== "one";
}

function classifyPost(placement: Placement, siblings: readonly Placement[], customs: Customs): Call {
  const { operation, item, answer } = placement;
  const idVerb = readIdVerb(operation.operationId);
  if (isSearchPlace(placement)) {
    return describe(placement, { role: "search", class: "read", verb: ["search"] });
  }
  if (!item) {
    if (findVerbKind(idVerb) !== "act" && changesOne(placement, siblings))
      return describe(placement, { role: "update", class: "write", verb: ["update"] });
    return describe(placement, { role: "create", class: "write", verb: [creationVerb(idVerb, placement)] });
  }
  const read = siblings.find((other) => other.item && !other.verb && other.operation.method === "GET");
  const sameAnswer = read?.answer.item !== undefined && read.answer.item === answer.item;
  const changes = siblings.some((other) => other.item && !other.verb && /^(?:PUT|PATCH)$/.test(other.operation.method));
  if (idVerb === "update" || (!changes && (customs.postUpdates || sameAnswer))) {
    return describe(placement, { role: "update", class: "write", verb: ["update"] });
  }
  const verb = idVerb !== undefined && findVerbKind(idVerb) !== "read" ? idVerb : "create";
  return describe(placement, { role: verb === "create" ? "create" : "action", class: "write", verb: [verb] });
}

/** `/search/contacts` and the like: a POST that only searches. */
function isSearchPlace(placement: Placement): boolean {
  const { node, item } = placement;
  if (item || node.hasItems || !isSaidToRead(placement)) return false;
  return isSafeVerb(node.words[0]) && node.words[0] !== "list"
    ? !isPluralPhrase(node.words)
    : node.parent?.text === "search";
}

/** `POST /tax/settings`, which says that it updates: there is one, and nothing below it has an id. */
function changesOne({ node, operation }: Placement, siblings: readonly Placement[]): boolean {
  if (node.hasItems || !isSaidToUpdate(operation)) return false;
  return !siblings.some((other) => other.verb === undefined && /^(?:PUT|PATCH)$/.test(other.operation.method));
}

/** `Updates the tax settings`. */
function isSaidToUpdate({ summary, description = "" }: Placement["operation"]): boolean {
  const [said = ""] = readStart((summary ?? description).replace(/^\s*(?:<[^<>]*>\s*)+/, ""));
  return findVerbKind(toSingular(said)) === "update";
}

/** The verb of the operationId where it creates: `addNote` adds, `sendMessage` sends. */
function creationVerb(idVerb: string | undefined, { operation, node }: Placement): string {
  if (idVerb === undefined || findVerbKind(idVerb) === "read" || idVerb === "post") return "create";
  const kind = findVerbKind(idVerb);
  if (kind === "create") return idVerb === "add" ? "add" : "create";
  if (kind !== "act") return kind === "set" || kind === "update" ? idVerb : "create";
  const words = splitWords(operation.operationId ?? "").map(toSingular);
  const last = node.words.at(-1);
  return last !== undefined && words.includes(toSingular(last)) && toSingular(last) !== idVerb ? idVerb : "create";
}

function classifyPut(placement: Placement, siblings: readonly Placement[]): Call {
  const { item, operation } = placement;
  const has = (method: string, onItem: boolean) =>
    siblings.some((other) => other.item === onItem && !other.verb && other.operation.method === method);
  if (has("PATCH", item)) return describe(placement, { role: "replace", class: "write", verb: ["replace"] });
  const idVerb = readIdVerb(operation.operationId);
  const kind = readPutKind(idVerb, placement);
  if (kind === "update") return describe(placement, { role: "update", class: "write", verb: ["update"] });
  if (item && kind === "create" && !has("POST", false)) {
    return describe(placement, { role: "create", class: "write", verb: [idVerb === "add" ? "add" : "create"] });
  }
  if (item && kind !== "set" && has("POST", false)) {
    return describe(placement, { role: "update", class: "write", verb: ["update"] });
  }
  const verb = kind === "act" && idVerb !== undefined && isPlainVerb(idVerb) ? idVerb : "set";
  return describe(placement, {
    role: verb === "set" ? "replace" : "action",
    class: "write",
    verb: [verb],
    what: "sets it",
  });
}

/** What the id says; where it says no more than the method, what the summary says. */
function readPutKind(idVerb: string | undefined, { operation }: Placement) {
  const isUnnamed = idVerb === undefined || idVerb === "put";
  return isUnnamed && isSaidToUpdate(operation) ? "update" : findVerbKind(idVerb);
}

function classifyPatch(placement: Placement): Call {
  const many = !placement.item && placement.node.hasItems;
  const verb = many ? ["update", "many"] : ["update"];
  return describe(placement, { role: "update", class: "write", verb, ...(many && { what: "changes many at once" }) });
}

function classifyDelete(placement: Placement): Call {
  const many = !placement.item && placement.node.hasItems && readsPlural(placement);
  const verb = many ? ["delete", "all"] : [removalVerb(placement)];
  return describe(placement, { role: "delete", class: "delete", verb, ...(many && { what: "deletes many at once" }) });
}

function readsPlural({ node, operation }: Placement): boolean {
  return isPluralPhrase(node.words) || isPluralPhrase(splitWords(operation.operationId ?? ""));
}

function removalVerb({ operation }: Placement): string {
  return readIdVerb(operation.operationId) === "remove" ? "remove" : "delete";
}
