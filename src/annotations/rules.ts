/** What a schema cannot say: names that clash, entries that exclude each other, references into the file itself. */
import { CONTROL_ARGUMENTS } from "../../templates/runtime/listing.js";
import type { EntryPath } from "./document.js";
import { describePlace, entriesOf } from "./document.js";
import type { Entries } from "./document.js";
import { checkNames } from "./names.js";
import { identifyReference, parseReference } from "./reference.js";
import { isActionKey } from "./schema.js";
import type { Validation } from "./validate.js";

/** Where an assignment stands and what it says; read leniently, so that one wrong entry hides no other. */
interface Assignment {
  readonly reference: string;
  readonly path: EntryPath;
}

/** Reports every rule the raw annotations break. */
export function checkRules(raw: unknown, context: Validation): void {
  const root = entriesOf(raw);
  const tools = entriesOf(root["tools"]);
  for (const [name, tool] of Object.entries(tools)) checkTool(entriesOf(tool), ["tools", name], context);
  checkNamedOnce(collectAssignments(tools), context);
  checkNames(root, context);
}

function checkTool(tool: Entries, path: EntryPath, context: Validation): void {
  const name = String(path.at(-1));
  if (typeof tool["description"] === "string" && tool["description"].length > 900) {
    context.report({
      code: "annotations/long-text",
      message: `The description of ${name} has ${tool["description"].length} characters.`,
      at: context.place([...path, "description"]),
      fix: "Keep it to 900: some clients refuse more than 1,024.",
    });
  }
  const own = Object.keys(tool).filter((key) => key !== "operation" && isActionKey(key));
  if (Object.hasOwn(tool, "actions")) {
    for (const key of ["operation", ...own]) reportBesideActions(tool, [...path, key], context);
  } else if (own.length > 0 && !Object.hasOwn(tool, "operation")) {
    context.report({
      code: "annotations/missing-key",
      message: `${name} has "${own[0]}", which belongs to an operation, but names none.`,
      at: context.place([...path, own[0] ?? ""], "key"),
      fix: "Add `operation: …` beside it, or move it into the action it belongs to under `actions`.",
    });
  }
  checkAction(tool, path, context);
  for (const [action, entry] of Object.entries(entriesOf(tool["actions"]))) {
    checkAction(entriesOf(entry), [...path, "actions", action], context);
  }
}

function reportBesideActions(tool: Entries, path: EntryPath, context: Validation): void {
  const key = String(path.at(-1));
  if (!Object.hasOwn(tool, key)) return;
  context.report({
    code: "annotations/exclusive-keys",
    message: `${String(path.at(-2))} has both "actions" and "${key}".`,
    at: context.place(path, "key"),
    fix:
      key === "operation"
        ? "Keep `operation` for a tool of one operation, or move it under `actions` with a name."
        : `Move "${key}" into the action it is meant for.`,
  });
}

/** Rules of one action's settings; extensions of an operation follow the same ones. */
export function checkAction(action: Entries, path: EntryPath, context: Validation): void {
  const names = new Map<string, string>();
  for (const [wire, entry] of Object.entries(entriesOf(action["arguments"]))) {
    const argument = entriesOf(entry);
    const at = [...path, "arguments", wire];
    checkArgument(argument, at, context);
    const rename = argument["rename"];
    if (typeof rename !== "string") continue;
    const other = names.get(rename);
    names.set(rename, wire);
    if (other === undefined) continue;
    context.report({
      code: "annotations/name-twice",
      message: `Both ${other} and ${wire} are renamed to "${rename}".`,
      at: context.place([...at, "rename"]),
    });
  }
  checkIdempotency(action["idempotency"], [...path, "idempotency"], context);
  checkPagination(action["pagination"], [...path, "pagination"], context);
}

function checkArgument(argument: Entries, path: EntryPath, context: Validation): void {
  const sources = ["hide", "fixed", "fromEnv", "fromAuth"].filter(
    (key) => Object.hasOwn(argument, key) && argument[key] !== false,
  );
  const excluded = sources.length > 0 ? ["default", "rename"].filter((key) => Object.hasOwn(argument, key)) : [];
  const [first, second] = [...sources, ...excluded];
  if (first !== undefined && second !== undefined) {
    context.report({
      code: "annotations/exclusive-keys",
      message: `The argument ${String(path.at(-1))} has both "${first}" and "${second}".`,
      at: context.place([...path, second], "key"),
      fix: "An argument the model never sees has exactly one of hide, fixed, fromEnv and fromAuth, and no other name.",
    });
  }
  if (Object.hasOwn(argument, "optional") && !["fromEnv", "fromAuth"].some((key) => Object.hasOwn(argument, key))) {
    context.report({
      code: "annotations/exclusive-keys",
      message: `The argument ${String(path.at(-1))} has "optional" without "fromEnv" or "fromAuth".`,
      at: context.place([...path, "optional"], "key"),
      fix: "Remove it: whether an argument may be left out is for the API's description to say.",
    });
  }
  const rename = argument["rename"];
  if (typeof rename !== "string" || !CONTROL_ARGUMENTS.some((name) => name === rename)) return;
  context.report({
    code: "annotations/reserved-name",
    message: `"${rename}" is a name of the server's own arguments.`,
    at: context.place([...path, "rename"]),
    fix: `Choose another name, such as "${rename}_value". Taken: ${CONTROL_ARGUMENTS.join(", ")}.`,
  });
}

function checkIdempotency(value: unknown, path: EntryPath, context: Validation): void {
  const keys = Object.keys(entriesOf(value)).filter((key) => ["header", "query", "body"].includes(key));
  if (typeof value !== "object" || keys.length === 1) return;
  context.report({
    code: "annotations/exclusive-keys",
    message: `${path.join(".")} must have exactly one of header, query and body.`,
    at: context.place(path, "key"),
  });
}

const positionKeys = ["page", "offset", "cursor"] as const;

function checkPagination(value: unknown, path: EntryPath, context: Validation): void {
  if (typeof value !== "object" || value === null) return;
  const pagination = entriesOf(value);
  const given = positionKeys.filter((key) => Object.hasOwn(pagination, key));
  const style = pagination["style"];
  const wanted = style === "last-item" ? "cursor" : positionKeys.find((key) => key === style);
  if (given.length > 1) {
    context.report({
      code: "annotations/exclusive-keys",
      message: `${path.join(".")} has both "${given[0]}" and "${given[1]}".`,
      at: context.place([...path, given[1] ?? ""], "key"),
      fix: "An operation pages by one of page, offset and cursor.",
    });
  } else if (wanted !== undefined && given[0] !== wanted) {
    context.report({
      code: given[0] === undefined ? "annotations/missing-key" : "annotations/exclusive-keys",
      message: `${path.join(".")} has the style ${String(style)} and needs "${wanted}".`,
      at: context.place(path, "key"),
      fix: `Name the parameter that takes the position: \`${wanted}: …\`.`,
    });
  }
}

function collectAssignments(tools: Entries): Assignment[] {
  return Object.entries(tools).flatMap(([name, value]): Assignment[] => {
    const tool = entriesOf(value);
    const path = ["tools", name];
    const single = toAssignment(tool["operation"], [...path, "operation"]);
    const actions = Object.entries(entriesOf(tool["actions"])).flatMap(([action, entry]) => {
      const at = [...path, "actions", action];
      return typeof entry === "string"
        ? toAssignment(entry, at)
        : toAssignment(entriesOf(entry)["operation"], [...at, "operation"]);
    });
    return [...single, ...actions];
  });
}

function toAssignment(reference: unknown, path: EntryPath): Assignment[] {
  return typeof reference === "string" ? [{ reference, path }] : [];
}

function checkNamedOnce(assignments: readonly Assignment[], context: Validation): void {
  const seen = new Map<string, EntryPath>();
  for (const { reference, path } of assignments) {
    const parsed = parseReference(reference);
    const named = parsed ? [parsed, ...(parsed.twins ?? [])] : [];
    for (const identity of named.flatMap(identifyReference)) {
      const first = seen.get(identity);
      if (first === undefined) {
        seen.set(identity, path);
        continue;
      }
      context.report({
        code: "annotations/operation-twice",
        message: `${reference} is already named by ${first.join(".")} (${describePlace(context.place(first))}).`,
        at: context.place(path),
        fix: "Keep one of the two: an operation belongs to one tool.",
      });
      break;
    }
  }
}
