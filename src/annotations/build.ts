/** Validated raw annotations → what later stages see. */
import type { PaginationModel, PagingParameter } from "../model/types.js";
import type { SourcePosition } from "../diagnostics/types.js";
import type { EntryPath } from "./document.js";
import { defaultAnnotations } from "./defaults.js";
import { parseReference } from "./reference.js";
import type { RawAction, RawArgument, RawPagination, RawPrompt, RawShared, RawTool } from "./schema.js";
import type {
  ActionAnnotation,
  Annotations,
  ArgumentAnnotation,
  Defaults,
  OperationReference,
  PromptAnnotation,
  SkipRule,
  ToolAnnotation,
} from "./types.js";

/** Position of an entry; undefined where the annotations do not come from a file of their own. */
export type PositionOf = (path: EntryPath, part?: "key" | "value") => SourcePosition | undefined;

/** The annotations of a file or of a root extension, defaults filled in. */
export function buildAnnotations(raw: RawShared, positionOf: PositionOf): Annotations {
  return {
    overlays: [],
    server: raw.server ?? {},
    defaults: buildDefaults(raw.defaults),
    tools: mapEntries(raw.tools, (tool, name) => buildTool(tool, ["tools", name], positionOf)),
    domains: mapEntries(raw.domains, (names) => names),
    skip: (raw.skip ?? []).map((pattern, i) => buildSkipRule(pattern, positionOf(["skip", i]))),
    aliases: mapEntries(raw.aliases, (target) => target),
    prompts: mapEntries(raw.prompts, buildPrompt),
  };
}

function buildDefaults(raw: RawShared["defaults"] = {}): Defaults {
  const { idempotency, ...rest } = raw;
  const defaults = { ...defaultAnnotations().defaults, ...rest };
  if (!idempotency) return defaults;
  const methods = (idempotency.methods ?? ["post"]).map((method) => method.toUpperCase());
  return { ...defaults, idempotency: { header: idempotency.header, methods } };
}

function buildTool(raw: RawTool, path: EntryPath, positionOf: PositionOf): ToolAnnotation {
  const { title, description, split, hints, actions, operation, ...settings } = raw;
  const list: [string, ActionAnnotation][] = Object.entries(actions ?? {}).flatMap(([name, entry]) => {
    const action = typeof entry === "string" ? { operation: entry } : entry;
    return toEntry(name, action, { path: [...path, "actions", name], positionOf });
  });
  if (operation !== undefined) list.push(...toEntry("", { ...settings, operation }, { path, positionOf }));
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(split === undefined ? {} : { split }),
    ...(hints === undefined ? {} : { hints }),
    actions: new Map(list),
    at: positionOf(path, "key"),
  };
}

interface Where {
  readonly path: EntryPath;
  readonly positionOf: PositionOf;
}

function toEntry(name: string, raw: RawAction, where: Where): [string, ActionAnnotation][] {
  const operation = parseReference(raw.operation);
  return operation ? [[name, buildAction(raw, operation, where)]] : [];
}

/** One action's settings; those of an operation extension have the same form. */
export function buildAction(
  raw: Omit<RawAction, "operation">,
  operation: OperationReference,
  { path, positionOf }: Where,
): ActionAnnotation {
  const { pagination, idempotency, arguments: given, ...rest } = raw;
  return {
    ...rest,
    operation,
    ...(pagination === undefined ? {} : { pagination: pagination && buildPagination(pagination) }),
    ...(idempotency === undefined ? {} : { idempotency: idempotency && buildIdempotency(idempotency) }),
    arguments: mapEntries(given, (argument, wire) =>
      buildArgument(argument, positionOf([...path, "arguments", wire], "key")),
    ),
    at: positionOf(path, "key"),
  };
}

function buildArgument(raw: RawArgument, at: SourcePosition | undefined): ArgumentAnnotation {
  return { ...raw, at };
}

function buildIdempotency(raw: Exclude<RawAction["idempotency"], false | undefined>) {
  if (raw.header !== undefined) return { in: "header", wire: raw.header } as const;
  if (raw.query !== undefined) return { in: "query", wire: raw.query } as const;
  return { in: "body", wire: raw.body ?? "" } as const;
}

type RawPagingParameter = NonNullable<RawPagination["limit"]>;

function buildPagination(raw: RawPagination): PaginationModel {
  const { limit, page, offset, cursor, ...rest } = raw;
  const position = page ?? offset ?? cursor;
  return {
    ...rest,
    ...(limit === undefined ? {} : { limit: buildPagingParameter(limit) }),
    ...(position === undefined ? {} : { position: buildPagingParameter(position) }),
  };
}

function buildPagingParameter(raw: RawPagingParameter): PagingParameter & { max?: number; default?: number } {
  if (typeof raw === "string") return { in: raw.startsWith("/") ? "body" : "query", wire: raw };
  const { name, ...rest } = raw;
  return { ...rest, wire: name };
}

function buildSkipRule(pattern: string, at: SourcePosition | undefined): SkipRule {
  const [, method = "*", path = pattern] = /^(\S+) (\/.*)$/.exec(pattern) ?? [];
  return { method: method.toUpperCase(), path, at };
}

function buildPrompt({ arguments: given = [], ...rest }: RawPrompt): PromptAnnotation {
  const list = given.map((entry) =>
    typeof entry === "string" ? { name: entry, required: true } : { ...entry, required: entry.required ?? true },
  );
  return { ...rest, arguments: list };
}

function mapEntries<Raw, Built>(
  record: Readonly<Record<string, Raw>> | undefined,
  build: (raw: Raw, key: string) => Built,
): Map<string, Built> {
  return new Map(Object.entries(record ?? {}).map(([key, value]) => [key, build(value, key)]));
}
