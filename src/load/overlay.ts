import { paths as findPaths, type JsonValue } from "jsonpath-rfc9535";
import type { Report, SourcePointer } from "../diagnostics/types.js";
import type { LoadedFile } from "./files.js";
import { mergeAt, type OverlayTarget, removeAt } from "./overlay-edit.js";
import { createOrigins, type Origins } from "./overlay-origins.js";
import { joinPointer } from "../naming/pointer.js";
import type { JsonObject } from "./types.js";
import { isObject, readMember } from "./value.js";

/** The root after its overlays, and where each of its nodes came from. */
export interface OverlaidRoot {
  readonly value: unknown;
  readonly files: readonly LoadedFile[];
  origin(pointer: string): SourcePointer;
}

/**
 * Applies OpenAPI Overlay documents (https://spec.openapis.org/overlay/v1.1.0) to a root document, in order.
 * Undefined when one of them cannot be applied (reported).
 */
export function applyOverlays(
  root: LoadedFile,
  overlays: readonly LoadedFile[],
  report: Report,
): OverlaidRoot | undefined {
  const value = cloneJson(root.parsed.value);
  const origins = createOrigins(value, root.name);
  let applied = true;
  for (const overlay of overlays) {
    const actions = readActions(overlay, report);
    if (!actions) return undefined;
    for (const [i, action] of actions.entries()) {
      const place = { file: overlay.name, pointer: `/actions/${i}` };
      applied = applyAction({ value, origins, action, place, report }) && applied;
    }
  }
  return applied ? { value, files: overlays, origin: origins.find } : undefined;
}

function cloneJson(value: unknown): JsonValue {
  const clone: JsonValue = JSON.parse(JSON.stringify(value ?? null));
  return clone;
}

function readActions(overlay: LoadedFile, report: Report): readonly unknown[] | undefined {
  const { value } = overlay.parsed;
  const version = readMember(value, "overlay");
  const actions = readMember(value, "actions");
  if (version !== undefined && /^1\.\d/.test(String(version)) && Array.isArray(actions)) return actions;
  const what =
    version === undefined ? "has no `overlay` version" : "has no usable `overlay` version and list of `actions`";
  report({
    code: "load/invalid-overlay",
    message: `${overlay.name} ${what}; it is no OpenAPI Overlay 1.x.`,
    at: { file: overlay.name, pointer: "" },
  });
  return undefined;
}

interface ActionContext {
  readonly value: JsonValue;
  readonly origins: Origins;
  readonly action: unknown;
  readonly place: SourcePointer;
  readonly report: Report;
}

/** False when the action is wrong, which is reported. */
function applyAction(context: ActionContext): boolean {
  const { value, origins, action } = context;
  const targets = isObject(action) ? selectNodes(context, action, "target") : reportInvalid(context, "is no object");
  if (!targets) return false;
  if (targets.length === 0) return reportIdle(context, "matches nothing");
  if (readMember(action, "remove") === true) {
    if (targets.some((keys) => keys.length === 0))
      reportIdle(context, "is the whole description, which cannot be removed");
    // Later nodes first: indexes of those before them stay true.
    for (const keys of targets.toReversed()) removeAt(value, keys, origins);
    return true;
  }
  const source = isObject(action) ? findSource(context, action) : undefined;
  if (!source) return false;
  for (const keys of targets) mergeAt({ root: value, keys, origins }, source.value, source.origin);
  return true;
}

/** True: an action that changes nothing is no wrong one. */
function reportIdle({ action, place, report }: ActionContext, why: string): true {
  const message = `The target ${String(readMember(action, "target"))} ${why}.`;
  report({ code: "load/overlay-without-match", message, at: { ...place, pointer: `${place.pointer}/target` } });
  return true;
}

interface Source {
  readonly value: JsonValue;
  readonly origin: SourcePointer;
}

/** What an action merges into its targets: its `update`, or the node its `copy` selects. */
function findSource(context: ActionContext, action: JsonObject): Source | undefined {
  const { place } = context;
  if (Object.hasOwn(action, "update")) {
    return { value: cloneJson(action["update"]), origin: { ...place, pointer: `${place.pointer}/update` } };
  }
  if (!Object.hasOwn(action, "copy")) {
    reportInvalid(context, "has neither `update` nor `remove: true` nor `copy`");
    return undefined;
  }
  const selected = selectNodes(context, action, "copy");
  if (!selected) return undefined;
  const [keys, ...others] = selected;
  if (!keys || others.length > 0) {
    reportInvalid(context, `copies ${String(action["copy"])}, which matches ${selected.length} nodes instead of one`);
    return undefined;
  }
  return { value: cloneJson(readNode(context.value, keys)), origin: context.origins.find(joinPointer(keys)) };
}

function readNode(root: unknown, keys: OverlayTarget["keys"]): unknown {
  let node = root;
  for (const key of keys) {
    if (typeof node !== "object" || node === null) return undefined;
    node = Reflect.get(node, key);
  }
  return node;
}

/** The keys of each node a JSONPath selects; undefined when it is none (reported). */
function selectNodes(context: ActionContext, action: JsonObject, field: "target" | "copy"): string[][] | undefined {
  const path = action[field];
  if (typeof path !== "string") return reportInvalid(context, `has no JSONPath as \`${field}\``);
  try {
    return findPaths(context.value, path.trim()).map(splitNormalizedPath);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "not valid";
    return reportInvalid(context, `has a \`${field}\` that is no RFC 9535 JSONPath: ${path} (${reason})`);
  }
}

function reportInvalid(context: ActionContext, what: string): undefined {
  const { place } = context;
  const message = `Action ${Number(place.pointer.split("/").at(-1)) + 1} of ${place.file} ${what}.`;
  context.report({ code: "load/invalid-overlay", message, at: place });
}

/** The keys of a normalized path (RFC 9535 section 2.7): `$['a'][0]`. */
function splitNormalizedPath(path: string): string[] {
  const keys: string[] = [];
  for (const [, name, index] of path.matchAll(/\[(?:'((?:[^'\\]|\\.)*)'|(\d+))\]/gs))
    keys.push(index ?? unescapeName(name ?? ""));
  return keys;
}

function unescapeName(name: string): string {
  if (!name.includes("\\")) return name;
  const text: unknown = JSON.parse(`"${name.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`);
  return String(text);
}
