import type { Api, OperationKey } from "../model/types.js";
import { identifyReference, normaliseKey } from "./reference.js";
import type { ActionAnnotation, Annotations, SingleReference } from "./types.js";

/** Where the annotations put an operation. */
export interface NamedAction {
  readonly tool: string;
  /** Action name; "" in a tool of one operation. */
  readonly action: string;
  readonly annotation: ActionAnnotation;
}

/** The operations of the description that the annotations name, by key. */
export function findNamed(annotations: Annotations, api: Api): Map<OperationKey, NamedAction> {
  const find = indexOperations(api);
  const named = new Map<OperationKey, NamedAction>();
  for (const [tool, { actions }] of annotations.tools) {
    for (const [action, annotation] of actions) {
      const { operation } = annotation;
      for (const reference of [...(operation.twins ?? []), operation]) {
        const key = find(reference);
        if (key !== undefined) named.set(key, { tool, action, annotation });
      }
    }
  }
  return named;
}

/** Whether the annotations name an operation, as far as its key or operationId tells. */
export function namesOperation({
  tools,
}: Annotations): (key: OperationKey, operationId: string | undefined) => boolean {
  const named = new Set(
    [...tools.values()]
      .flatMap(({ actions }) => [...actions.values()])
      .flatMap(({ operation }) => [operation, ...(operation.twins ?? [])])
      .flatMap(identifyReference),
  );
  return (key, operationId) => named.has(`key ${normaliseKey(key)}`) || named.has(`id ${operationId}`);
}

/** Finds operations by key, by key without parameter names, then by operationId. */
function indexOperations(api: Api): (reference: SingleReference) => OperationKey | undefined {
  const keys = new Set(api.operations.map(({ key }) => key));
  const normalised = new Map(api.operations.map(({ key }) => [normaliseKey(key), key]));
  const ids = new Map(
    api.operations.flatMap(({ key, operationId }) => (operationId === undefined ? [] : [[operationId, key] as const])),
  );
  return (reference) => {
    if (reference.kind === "id") return ids.get(reference.operationId);
    if (keys.has(reference.key)) return reference.key;
    return normalised.get(normaliseKey(reference.key)) ?? ids.get(reference.operationId ?? "");
  };
}
