/** Members of arguments that are not the model's to choose: by annotation, or because the runtime sends them itself. */
import type { FixedArgument } from "../../templates/runtime/operation.js";
import type { ArgumentAnnotation } from "../annotations/types.js";
import type { SchemaModel } from "../model/types.js";
import type { Input } from "./inputs.js";
import { resolveSchema, toJson } from "./schemas.js";
import type { Schemas } from "./schemas.js";
import { splitPointer } from "../naming/pointer.js";

type Annotations = ReadonlyMap<string, ArgumentAnnotation>;

export interface Member {
  /** JSON Pointer into the body. */
  readonly pointer: string;
  readonly schema: SchemaModel;
  readonly required: boolean;
}

/**
 * A value the model does not choose, or the input left out; undefined where neither is annotated. Values of the
 * operator and of the caller's token may keep tenants apart: no request goes out without them unless the file says so.
 */
export function fixedBy(
  annotation: ArgumentAnnotation,
  input: Pick<Input, "location" | "required">,
): "drop" | FixedArgument | undefined {
  const required = input.required || !annotation.optional ? { required: true as const } : {};
  if (annotation.fromEnv !== undefined) return { ...input.location, fromEnv: annotation.fromEnv, ...required };
  if (annotation.fromAuth !== undefined) return { ...input.location, fromAuth: annotation.fromAuth, ...required };
  const value = toJson(annotation.fixed) ?? (annotation.hide ? toJson(annotation.default) : undefined);
  if (value !== undefined) return { ...input.location, value };
  return annotation.hide ? "drop" : undefined;
}

/** What is left of an input for the model (nothing, perhaps), and what is sent inside it in any case. */
export function takeMembers(
  input: Input,
  annotations: Annotations,
  schemas: Schemas,
): { readonly left: Input | undefined; readonly fixed: readonly FixedArgument[] } {
  const taken = [...annotations].flatMap(([pointer, annotation]) => {
    const member = findMember(input, pointer, schemas);
    const decided =
      member && fixedBy(annotation, { location: { in: "body", wire: pointer }, required: member.required });
    return decided === undefined ? [] : [{ pointer, decided }];
  });
  if (taken.length === 0) return { left: input, fixed: [] };
  const schema = withoutMembers(
    input.schema,
    taken.map(({ pointer }) => pathIn(input, pointer)),
    schemas,
  );
  const fixed = taken.flatMap(({ decided }) => (decided === "drop" ? [] : [decided]));
  return { left: schema && { ...input, schema }, fixed };
}

/** The member of an input of the body that a pointer leads to. */
export function findMember(input: Input, pointer: string, schemas: Schemas): Member | undefined {
  if (input.location.in !== "body" || !pointer.startsWith(`${input.location.wire}/`)) return undefined;
  let schema = input.schema;
  let required = false;
  for (const name of pathIn(input, pointer)) {
    const resolved = resolveSchema(schema, schemas);
    const property = resolved.kind === "object" ? resolved.properties.get(name) : undefined;
    if (resolved.kind !== "object" || property === undefined) return undefined;
    required = resolved.required.has(name);
    schema = property;
  }
  return { pointer, schema, required };
}

function pathIn({ location }: Input, pointer: string): readonly string[] {
  return splitPointer(pointer.slice(location.wire.length));
}

/** The schema without what the paths of names lead to; undefined when nothing is left of an object. */
export function withoutMembers(
  schema: SchemaModel,
  members: readonly (readonly string[])[],
  schemas: Schemas,
): SchemaModel | undefined {
  const resolved = resolveSchema(schema, schemas);
  if (resolved.kind !== "object" || (resolved.properties.size === 0 && resolved.additional)) return schema;
  const properties = [...resolved.properties].flatMap(([name, property]) => {
    const inner = members.filter(([first]) => first === name).map(([, ...rest]) => rest);
    if (inner.some((rest) => rest.length === 0)) return [];
    const kept = inner.length === 0 ? property : withoutMembers(property, inner, schemas);
    return kept ? [[name, kept] as const] : [];
  });
  return properties.length === 0 ? undefined : { ...resolved, properties: new Map(properties) };
}
