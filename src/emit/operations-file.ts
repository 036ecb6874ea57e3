import type { Operation } from "../../templates/runtime/operation.js";
import type { OperationPlan, ResourcePlan, ServerPlan } from "../plan/types.js";
import { EDIT_ANNOTATIONS, headerOf } from "./header.js";
import type { Printable } from "./literal.js";
import { createSourceFile } from "./source-file.js";
import type { GeneratedFile } from "./types.js";

/** `src/generated/operations/<resource>.ts`: the wire shape of each operation, as data. */
export function emitOperations(resource: ResourcePlan, plan: ServerPlan): GeneratedFile {
  const file = createSourceFile(headerOf(plan, EDIT_ANNOTATIONS));
  file.importType("Operation", "../../runtime/operation.js");
  for (const operation of resource.operations) {
    file.doc(titleOf(operation));
    file.constant(operation.constant, printable(operation.wire), { type: "Operation" });
  }
  return { path: `src/generated/operations/${resource.file}.ts`, content: file.toString(), owner: "generator" };
}

/** `POST /contacts` */
export function titleOf({ wire }: OperationPlan): string {
  return `${wire.method} ${wire.path}`;
}

/** The fields of an operation in reading order, whatever order they were planned in. */
function printable(operation: Operation): Printable {
  const { id, method, path, class: kind, idempotent, baseUrl, arguments: args, variants, ...rest } = operation;
  const head = { id, method, path, class: kind, idempotent, baseUrl };
  return { ...head, arguments: args, ...rest, variants: variants?.map((variant) => printable(variant)) };
}
