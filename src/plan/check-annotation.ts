/** Slips of an annotation that would only show at a call: names that the operation does not have, values that do not fit. */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { ActionAnnotation } from "../annotations/types.js";
import { suggestName } from "../diagnostics/suggest.js";
import type { Report } from "../diagnostics/types.js";
import type { Operation, PagingParameter, SchemaModel } from "../model/types.js";
import { resolveSchema } from "./schemas.js";
import type { Schemas } from "./schemas.js";
import { splitPointer } from "../naming/pointer.js";

interface Context {
  readonly schemas: Schemas;
  /** Schema of a successful answer, where it has one. */
  readonly answer: SchemaModel | undefined;
  readonly report: Report;
}

type Paging = Exclude<ActionAnnotation["pagination"], false | undefined>;

export function checkAnnotation(operation: Operation, annotation: ActionAnnotation, context: Context): void {
  const { pagination, result, at } = annotation;
  const { answer, schemas, report } = context;
  if (pagination) checkPaging(operation, { pagination, at }, context);
  for (const field of answer ? (result?.fields ?? []) : []) {
    const faults = listItems(answer, schemas).map((item) => findFault(item, field.split("."), schemas));
    if (field === "*" || faults.includes(undefined)) continue;
    const message = `The answer of ${operation.key} has no field "${field}".${faults.find(Boolean) ?? ""}`;
    report({ code: "plan/unknown-field", message, at });
  }
}

function checkPaging(
  operation: Operation,
  { pagination, at }: { readonly pagination: Paging; readonly at: ActionAnnotation["at"] },
  { answer, schemas, report }: Context,
): void {
  const { key } = operation;
  for (const [role, parameter] of parametersOf(pagination)) {
    const names = namesAt(operation, parameter, schemas);
    const spelled = (name: string) => (parameter.in === "header" ? name.toLowerCase() : name);
    if (names === undefined || names.some((name) => spelled(name) === spelled(parameter.wire))) continue;
    const what = `${key} describes no ${parameter.in} parameter "${parameter.wire}", the ${role} of its pagination.`;
    report({ code: "plan/unknown-paging-parameter", message: what + guess(parameter.wire, names), at });
  }
  for (const role of ["items", "next", "hasMore", "total", "totalPages"] as const) {
    const pointer = pagination[role];
    const fault = answer && pointer ? findFault(answer, splitPointer(pointer), schemas) : undefined;
    if (fault === undefined) continue;
    const message = `The answer of ${key} has no ${pointer ?? ""}, the ${role} of its pagination.${fault}`;
    report({ code: "plan/unknown-field", message, at });
  }
}

function parametersOf({ limit, position }: Paging) {
  const named = [["limit", limit] as const, ["position", position] as const];
  return named.flatMap(([role, parameter]) => (parameter ? [[role, parameter] as const] : []));
}

/** Names of one place; undefined for the body, of which not every member is described. */
function namesAt(operation: Operation, parameter: PagingParameter, schemas: Schemas): readonly string[] | undefined {
  if (parameter.in !== "body") {
    const own = operation.parameters.filter((each) => each.in === parameter.in);
    // A member of an object is written as `page[size]`.
    return own.flatMap((each) => [
      each.name,
      ...membersOf(each.schema, schemas).map((name) => `${each.name}[${name}]`),
    ]);
  }
  const [media] = operation.body?.content ?? [];
  const missing = media && findFault(media.schema, splitPointer(parameter.wire), schemas);
  return missing === undefined ? undefined : [];
}

function membersOf(schema: SchemaModel, schemas: Schemas): readonly string[] {
  const resolved = resolveSchema(schema, schemas);
  return resolved.kind === "object" ? [...resolved.properties.keys()] : [];
}

/** The answer itself, and the items of the lists in it: fields are those of an item where a list is answered. */
function listItems(schema: SchemaModel | undefined, schemas: Schemas, depth = 0): readonly SchemaModel[] {
  if (schema === undefined) return [];
  const resolved = resolveSchema(schema, schemas);
  if (resolved.kind === "array") return [resolved.items];
  if (resolved.kind !== "object" || depth > 1) return [schema];
  const lists = [...resolved.properties.values()].flatMap((property) => {
    const kind = resolveSchema(property, schemas).kind;
    return kind === "array" || kind === "object" ? listItems(property, schemas, depth + 1) : [];
  });
  return [schema, ...lists];
}

/** What is meant, perhaps, where a path leads to nothing (`""` where nothing is near); undefined where it may lead on. */
function findFault(schema: SchemaModel, path: readonly string[], schemas: Schemas): string | undefined {
  const [token, ...rest] = path;
  const resolved = resolveSchema(schema, schemas);
  if (token === undefined) return undefined;
  if (resolved.kind === "array") return findFault(resolved.items, /^\d+$/.test(token) ? rest : path, schemas);
  if (resolved.kind !== "object") return undefined;
  const property = resolved.properties.get(token);
  if (property) return findFault(property, rest, schemas);
  const isOpen = resolved.properties.size === 0 || resolved.additional;
  return isOpen ? undefined : guess(token, [...resolved.properties.keys()]);
}

function guess(name: string, known: Iterable<string>): string {
  const near = suggestName(name, known);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

/** Why a value is none that the schema takes, by its type and its listed values; undefined where it may be one. */
export function findMisfit(value: JsonValue, schema: JsonSchema): string | undefined {
  const listed = schema["enum"];
  if (Array.isArray(listed) && !listed.includes(value)) {
    return `is ${JSON.stringify(value)}, and must be one of ${listed
      .slice(0, 10)
      .map((each) => JSON.stringify(each))
      .join(", ")}`;
  }
  const types = [schema["type"] ?? []].flat();
  const own = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  const fits = types.some((type) => type === own || (type === "integer" && Number.isInteger(value)));
  return types.length === 0 || fits
    ? undefined
    : `is ${own === "object" ? "an object" : JSON.stringify(value)}, and must be of type ${types.join(" or ")}`;
}
