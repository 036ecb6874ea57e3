import type { FixedArgument, OperationArgument, OperationBody } from "../../templates/runtime/operation.js";
import { CONTROL_ARGUMENTS } from "../../templates/runtime/listing.js";
import type { ActionAnnotation, ArgumentAnnotation } from "../annotations/types.js";
import { suggestName } from "../diagnostics/suggest.js";
import type { Report } from "../diagnostics/types.js";
import type { IdempotencyModel, Operation, PaginationModel, SchemaModel, SecurityScheme } from "../model/types.js";
import { hashName } from "../naming/legal.js";
import { splitWords } from "../naming/words.js";
import { findMisfit } from "./check-annotation.js";
import { completeInput } from "./complete.js";
import { constantOf, isCredential } from "./credentials.js";
import { collectInputs } from "./inputs.js";
import type { Input } from "./inputs.js";
import { LIMITS } from "./limits.js";
import { findMember, fixedBy, takeMembers, withoutMembers } from "./nested-arguments.js";
import type { Member } from "./nested-arguments.js";
import { toScreamingSnake } from "./names.js";
import { resolveSchema, toJson } from "./schemas.js";
import type { Schemas } from "./schemas.js";
import { splitPointer } from "../naming/pointer.js";

export interface ArgumentContext {
  readonly schemas: Schemas;
  readonly annotation?: ActionAnnotation | undefined;
  readonly pagination?: PaginationModel | undefined;
  /** Places of idempotency keys: the runtime fills them in, or nothing is sent. */
  readonly keys: readonly (Pick<IdempotencyModel, "in" | "wire"> | undefined)[];
  readonly securitySchemes: readonly SecurityScheme[];
  /** False when no credential is sent with this operation. */
  readonly isSecured: boolean;
  /** Prefix of environment variables: `CRM_`. */
  readonly prefix: string;
  readonly report: Report;
}

/** An argument with the schema it is advertised from. */
export interface PlannedArgument {
  readonly argument: OperationArgument;
  readonly schema: SchemaModel;
  readonly description?: string;
  /** The user's own words: shown as they are. */
  readonly annotated?: string;
}

export interface PlannedArguments {
  readonly arguments: readonly PlannedArgument[];
  readonly fixed: readonly FixedArgument[];
  readonly body?: OperationBody;
}

/** Decides what of an operation's inputs a model sees, under which name, and what is sent without asking. */
export function planArguments(operation: Operation, context: ArgumentContext): PlannedArguments {
  const { inputs, body } = collectInputs(operation, context.schemas);
  checkAnnotations(operation, inputs, context);
  const fixed: FixedArgument[] = [];
  const open: Input[] = [];
  const annotations = context.annotation?.arguments ?? new Map<string, ArgumentAnnotation>();
  for (const whole of inputs.flatMap((candidate) => withoutPaging(candidate, context))) {
    const { left: input, fixed: inside } = takeMembers(whole, annotations, context.schemas);
    fixed.push(...inside);
    if (input === undefined) continue;
    const decided = decideInput(input, context);
    if (decided === "ask") open.push(input);
    else if (decided !== "drop") fixed.push(decided);
  }
  const named = nameInputs(open, operation, context);
  return {
    arguments: named.map(([name, input]) => planArgument(name, input, context)),
    fixed,
    ...(body && { body }),
  };
}

/** Of inputs that many operations share, and nobody annotated, by name. */
const planned = new WeakMap<Input, PlannedArgument>();

function planArgument(name: string, input: Input, context: ArgumentContext): PlannedArgument {
  const annotation = annotationOf(input, context);
  const known = annotation ? undefined : planned.get(input);
  if (known?.argument.name === name) return known;
  const argument = describeArgument(name, input, annotation, context.schemas);
  if (!annotation) planned.set(input, argument);
  return argument;
}

function describeArgument(
  name: string,
  input: Input,
  annotation: ArgumentAnnotation | undefined,
  schemas: Schemas,
): PlannedArgument {
  const preset = toJson(annotation?.default);
  const required = input.required && preset === undefined;
  const description = annotation?.description ?? input.description;
  const isSaid = description === undefined || description === resolveSchema(input.schema, schemas).description;
  const shown: SchemaModel =
    isSaid && preset === undefined
      ? input.schema
      : {
          ...input.schema,
          ...(description !== undefined && { description }),
          ...(preset !== undefined && { default: preset }),
        };
  return {
    argument: {
      name,
      ...input.location,
      ...(required && { required: true }),
      schema: completeInput(input.schema, schemas),
      ...(preset !== undefined && { default: preset }),
    },
    schema: shown,
    ...(description !== undefined && { description }),
    ...(annotation?.description !== undefined && { annotated: annotation.description }),
  };
}

/** `ask` the model, `drop` the input, or send a value the model does not choose. */
function decideInput(input: Input, context: ArgumentContext): "ask" | "drop" | FixedArgument {
  const annotation = annotationOf(input, context);
  const forced = annotation && fixedBy(annotation, input);
  if (forced) return forced;
  if (context.keys.some((key) => key?.in === input.location.in && sameWire(key.wire, input))) return "drop";
  if (isCredential(input, context.securitySchemes, context.schemas)) {
    const fromEnv = `${context.prefix}${toScreamingSnake(input.name) || "API_KEY"}`;
    if (!input.required || context.isSecured) return "drop";
    return { ...input.location, fromEnv, required: true };
  }
  if (annotation) return "ask";
  if (input.deprecated && !input.required) return "drop";
  const constant = constantOf(input, context.schemas);
  return constant === undefined ? "ask" : { ...input.location, value: constant };
}

/** Paging inputs are replaced by `limit` and `cursor`; of an object such as `page[size]` only the member goes. */
function withoutPaging(input: Input, context: ArgumentContext): readonly Input[] {
  const { limit, position } = context.pagination ?? {};
  const parts = [limit, position].flatMap((part) => (part && part.in === input.location.in ? [part.wire] : []));
  if (parts.some((wire) => sameWire(wire, input))) return [];
  const members = parts.flatMap((wire) => {
    const isBody = input.location.in === "body";
    const prefix = isBody ? `${input.location.wire}/` : `${input.name}[`;
    if (!wire.startsWith(prefix)) return [];
    return [
      isBody ? splitPointer(wire.slice(input.location.wire.length)) : [wire.slice(prefix.length).replace(/\]$/, "")],
    ];
  });
  if (members.length === 0) return [input];
  const schema = withoutMembers(input.schema, members, context.schemas);
  return schema ? [{ ...input, schema }] : [];
}

function sameWire(wire: string, input: Input): boolean {
  return input.location.in === "header"
    ? wire.toLowerCase() === input.location.wire.toLowerCase()
    : wire === input.location.wire;
}

/** Annotations are keyed by the API's name or, in the body, by JSON Pointer. */
function annotationOf(input: Input, context: ArgumentContext): ArgumentAnnotation | undefined {
  const annotations = context.annotation?.arguments;
  return annotations?.get(input.location.wire) ?? annotations?.get(input.name);
}

function checkAnnotations(operation: Operation, inputs: readonly Input[], context: ArgumentContext): void {
  const known = new Set(inputs.flatMap((input) => [input.name, input.location.wire]));
  for (const [name, annotation] of context.annotation?.arguments ?? []) {
    if (known.has(name)) {
      const input = inputs.find((candidate) => candidate.name === name || candidate.location.wire === name);
      const isLost =
        annotation.hide && input?.required && annotation.fixed === undefined && annotation.default === undefined;
      if (isLost) {
        context.report({
          code: "plan/hidden-required",
          message: `"${name}" of ${operation.key} is required and hidden, so no call can succeed.`,
          at: annotation.at,
        });
      }
      if (input) checkValue(operation, input, annotation, context);
      continue;
    }
    const member = inputs.map((input) => findMember(input, name, context.schemas)).find(Boolean);
    if (member) {
      checkMember(operation, member, annotation, context);
      continue;
    }
    const near = suggestName(name, known);
    context.report({
      code: "plan/unknown-argument",
      message: `${operation.key} has no argument "${name}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
      at: annotation.at,
    });
  }
}

/** What lies inside an argument has no name of its own. */
function checkMember(
  operation: Operation,
  { pointer, schema, required }: Member,
  annotation: ArgumentAnnotation,
  context: ArgumentContext,
): void {
  const location = { in: "body", wire: pointer } as const;
  if (fixedBy(annotation, { location, required }) !== undefined) {
    checkValue(operation, { location, schema }, annotation, context);
    return;
  }
  const message = `"${pointer}" of ${operation.key} lies inside an argument: only fixed, fromEnv, fromAuth and hide apply to it.`;
  context.report({ code: "plan/nested-argument", message, at: annotation.at });
}

/** A value that the description would refuse is sent all the same: it may be the description that is wrong. */
function checkValue(
  operation: Operation,
  input: Pick<Input, "location" | "schema">,
  annotation: ArgumentAnnotation,
  context: ArgumentContext,
): void {
  const value = toJson(annotation.fixed ?? annotation.default);
  if (value === undefined) return;
  const schema = completeInput(input.schema, context.schemas);
  const fault = findMisfit(value, schema);
  if (fault === undefined) return;
  const message = `The value of "${input.location.wire}" of ${operation.key} ${fault}.`;
  context.report({ code: "plan/unfit-value", message, at: annotation.at });
}

/** Gives every input a legal name that is unique in the operation: path before query, header, cookie and body. */
function nameInputs(
  inputs: readonly Input[],
  operation: Operation,
  context: ArgumentContext,
): readonly (readonly [string, Input])[] {
  const taken = new Map<string, Input>();
  return inputs.map((input) => {
    const rename = annotationOf(input, context)?.rename;
    const wanted = legalName(rename ?? input.name, input);
    const owner = taken.get(wanted);
    if (owner && fillsBoth(owner, input, context.schemas)) return [wanted, { ...input, required: false }] as const;
    if (owner && rename !== undefined) {
      context.report({
        code: "plan/argument-conflict",
        message: `"${rename}" is the name of another argument of ${operation.key}.`,
        at: annotationOf(input, context)?.at,
      });
    }
    const name = owner ? freeName(`${input.location.in}_${wanted}`, taken) : wanted;
    taken.set(name, input);
    return [name, input] as const;
  });
}

/** The id in the path and again in the body: one value fills both places unless the types differ. */
function fillsBoth(owner: Input, input: Input, schemas: Schemas): boolean {
  if (owner.location.in !== "path" || input.location.in !== "body" || !input.required) return false;
  const [a, b] = [resolveSchema(owner.schema, schemas), resolveSchema(input.schema, schemas)];
  return a.kind === b.kind && (a.kind === "string" || a.kind === "number" || a.kind === "enum");
}

/** Keeps the API's spelling where every client takes it; control names are the runtime's. */
function legalName(name: string, input: Input): string {
  const spelled = /^[a-zA-Z0-9_]{1,64}$/.test(name) ? name : toSnake(name, input);
  const short = spelled.length > LIMITS.name ? `${spelled.slice(0, LIMITS.name - 7)}_${hashName(name)}` : spelled;
  if (short === "__proto__") return "proto_param";
  const isControl = CONTROL_ARGUMENTS.some((control) => control === short);
  return isControl ? `${short}_param` : short;
}

function toSnake(name: string, input: Input): string {
  if (input.location.in === "header") return splitWords(name).join("_") || "header";
  const legal = name
    .normalize("NFKD")
    .replace(/[^a-zA-Z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return legal === "" ? `${input.location.in}_${hashName(name)}` : legal;
}

function freeName(wanted: string, taken: ReadonlyMap<string, Input>): string {
  let name = wanted.slice(0, LIMITS.name);
  for (let number = 2; taken.has(name); number += 1) name = `${wanted.slice(0, LIMITS.name - 4)}_${number}`;
  return name;
}

/** Values that a fixed input takes from the environment. */
export function environmentOf(fixed: readonly FixedArgument[]): readonly { name: string; required: boolean }[] {
  return fixed.flatMap((value) =>
    value.fromEnv === undefined ? [] : [{ name: value.fromEnv, required: value.required === true }],
  );
}
