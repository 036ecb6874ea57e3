/** `x-mcp` extensions of a description: the same settings as the annotation file's, which wins. */
import type { Api, Operation, OperationKey } from "../model/types.js";
import type { Report, SourcePointer } from "../diagnostics/types.js";
import { buildAction, buildAnnotations } from "./build.js";
import { entriesOf } from "./document.js";
import { findNamed } from "./named.js";
import type { NamedAction } from "./named.js";
import { toPointer } from "./names.js";
import { checkAction, checkRules } from "./rules.js";
import { operationExtensionSchema, rootExtensionSchema } from "./schema.js";
import type { RawOperationExtension } from "./schema.js";
import type { ActionAnnotation, Annotations, SkipRule, ToolAnnotation } from "./types.js";
import { validateRaw } from "./validate.js";
import type { Validation } from "./validate.js";

export interface ExtensionInput {
  readonly annotations: Annotations;
  readonly api: Api;
  /** The root of the description. */
  readonly root: SourcePointer;
}

/** The annotations with what the description's extensions say beside them. */
export function mergeExtensions({ annotations, api, root }: ExtensionInput, report: Report): Annotations {
  const merged = mergeRoot(annotations, api, contextAt(root, report));
  const isOptIn = api.extension === false;
  const named = findNamed(merged, api);
  const draft: Draft = {
    tools: new Map([...merged.tools].map(([name, tool]) => [name, { ...tool, actions: new Map(tool.actions) }])),
    operations: new Map(),
    skip: [...merged.skip],
  };
  for (const operation of api.operations) {
    if (operation.extension === undefined) {
      if (isOptIn && !named.has(operation.key)) draft.skip.push(skipOnly(operation));
      continue;
    }
    const context = contextAt(operation.at, report);
    const raw = readOperationExtension(operation, context);
    if (raw === false && !named.has(operation.key)) draft.skip.push(skipOnly(operation));
    if (typeof raw === "object") mergeOperation({ operation, raw, named: named.get(operation.key) }, draft, context);
  }
  return { ...merged, ...draft };
}

interface Draft {
  readonly tools: Map<string, ToolAnnotation & { readonly actions: Map<string, ActionAnnotation> }>;
  readonly operations: Map<OperationKey, ActionAnnotation>;
  readonly skip: SkipRule[];
}

function contextAt(at: SourcePointer, report: Report): Validation {
  return {
    label: "x-mcp",
    report,
    place: (path) => ({ file: at.file, pointer: `${at.pointer}/x-mcp${toPointer(path)}` }),
  };
}

function skipOnly({ method, path }: Operation): SkipRule {
  return { method: method.toUpperCase(), path };
}

function mergeRoot(annotations: Annotations, api: Api, context: Validation): Annotations {
  if (api.extension === undefined || typeof api.extension === "boolean") return annotations;
  const raw = validateRaw(rootExtensionSchema, api.extension, context);
  checkRules(api.extension, context);
  if (typeof raw !== "object") return annotations;
  const own = buildAnnotations(raw, () => undefined);
  const stated = Object.entries(annotations.defaults).filter(([key]) => annotations.positions?.has(`/defaults/${key}`));
  return {
    ...annotations,
    server: { ...own.server, ...annotations.server },
    defaults: { ...own.defaults, ...Object.fromEntries(stated) },
    tools: new Map([...own.tools, ...annotations.tools]),
    domains: new Map([...own.domains, ...annotations.domains]),
    skip: [...own.skip, ...annotations.skip],
    aliases: new Map([...own.aliases, ...annotations.aliases]),
    prompts: new Map([...own.prompts, ...annotations.prompts]),
  };
}

function readOperationExtension(operation: Operation, context: Validation): RawOperationExtension | undefined {
  const raw = validateRaw(operationExtensionSchema, operation.extension, context);
  checkAction(entriesOf(operation.extension), [], context);
  return raw;
}

interface Extended {
  readonly operation: Operation;
  readonly raw: Exclude<RawOperationExtension, boolean>;
  readonly named: NamedAction | undefined;
}

function mergeOperation({ operation, raw, named }: Extended, draft: Draft, context: Validation): void {
  const { tool, action, ...settings } = raw;
  const reference = { kind: "key", key: operation.key } as const;
  const own = buildAction(settings, reference, { path: [], positionOf: () => undefined });
  if (named) {
    const annotation = mergeSettings(own, named.annotation);
    draft.tools.get(named.tool)?.actions.set(named.action, annotation);
    return;
  }
  if (tool === undefined) {
    draft.operations.set(operation.key, own);
    return;
  }
  const entry = draft.tools.get(tool) ?? { actions: new Map<string, ActionAnnotation>() };
  const name = action ?? nameAction(operation);
  const taken = entry.actions.get(name);
  if (taken) {
    context.report({
      code: "annotations/extension-conflict",
      message: `${operation.key} asks for the action "${name}" of ${tool}, which another operation has.`,
      at: context.place(["action"]),
    });
    return;
  }
  entry.actions.set(name, own);
  draft.tools.set(tool, entry);
}

/** What the file says of an operation stands; the extension fills in the rest. */
function mergeSettings(own: ActionAnnotation, stated: ActionAnnotation): ActionAnnotation {
  return { ...own, ...stated, arguments: new Map([...own.arguments, ...stated.arguments]) };
}

/** An action that the extension does not name: after its operationId, else after its method. */
function nameAction({ operationId, method }: Operation): string {
  const words = (operationId ?? method).replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return (
    words
      .replaceAll(/[^a-z0-9]+/g, "_")
      .replaceAll(/^_+|_+$/g, "")
      .slice(0, 64) || "call"
  );
}
