import type { Located } from "../load/types.js";
import { isToken } from "../naming/http.js";
import { buildBody } from "./bodies.js";
import { expectType, type ModelContext } from "./context.js";
import { type IncomingCall, reportIncoming } from "./incoming.js";
import { hasPagingExtension } from "./pagination-extensions.js";
import { buildParameters } from "./parameters.js";
import { followPathItem, listMethods, listUnknownKeys, type PathItem, stepIntoItem } from "./path-item.js";
import { repairPath } from "./path-template.js";
import {
  followObject,
  isCircular,
  listChildren,
  type LocatedObject,
  readFilledText,
  readFlag,
  readMember,
  readTexts,
  stepInto,
} from "./raw.js";
import { buildResponses } from "./responses.js";
import { buildDefaultSecurity, buildRequirements } from "./security.js";
import { buildOwnServers } from "./servers.js";
import { findSkipReason } from "./skip.js";
import { buildSwaggerInputs } from "./swagger.js";
import type { Operation, OperationKey, SecurityRequirement, SkippedOperation } from "./types.js";
import { keepWritable } from "./writable.js";

interface Found {
  readonly operations: Operation[];
  readonly skipped: SkippedOperation[];
  readonly ids: Set<string>;
  readonly keys: Set<OperationKey>;
  /** Paths by method and shape, names of parameters left out. */
  readonly shapes: Map<string, string>;
  readonly callbacks: IncomingCall[];
  readonly defaultSecurity: readonly SecurityRequirement[];
}

/** An operation of the document, before it is read. */
interface OperationSource {
  readonly key: OperationKey;
  readonly method: string;
  readonly path: string;
  readonly pathItem: PathItem;
  readonly node: LocatedObject;
}

/** All operations in document order, and those left out. */
export function buildOperations(context: ModelContext): { operations: Operation[]; skipped: SkippedOperation[] } {
  const found: Found = {
    operations: [],
    skipped: [],
    ids: new Set(),
    keys: new Set(),
    shapes: new Map(),
    callbacks: [],
    defaultSecurity: buildDefaultSecurity(context),
  };
  const paths = stepInto(context.spec.root, "paths");
  if (expectType(context, paths, { name: "`paths`", wanted: "a map" })) readPaths(context, found, paths);
  if (found.operations.length > 0) reportIncoming(context, found.callbacks);
  return { operations: found.operations, skipped: found.skipped };
}

function readPaths(context: ModelContext, found: Found, paths: Located | undefined): void {
  for (const { key, node } of listChildren(paths)) {
    if (key.startsWith("x-")) continue;
    const pathItem = followPathItem(context.spec, node);
    if (pathItem.length === 0) {
      reportUnusable(context, `The path ${key}`, node);
      continue;
    }
    const path = key.trim().replace(/^(?!\/)/, "/");
    const fault = findPathFault(path);
    if (fault !== undefined) {
      const message = `The path ${key} has ${fault}, so it cannot be called; it is left out.`;
      context.report({ code: "model/unusable-operation", message, at: node.at });
      continue;
    }
    reportUnknownKeys(context, path, pathItem);
    for (const { method, node: operation } of listMethods(pathItem)) {
      if (!isToken(method)) {
        const message = `${JSON.stringify(method)} of ${path} is no method (RFC 9110 section 9.1); it is left out.`;
        context.report({ code: "model/unusable-operation", message, at: operation.at });
        continue;
      }
      addOperation(context, found, { method, path, pathItem, node: operation });
    }
  }
}

function reportUnknownKeys(context: ModelContext, path: string, pathItem: PathItem): void {
  for (const { key, node, meant } of listUnknownKeys(pathItem)) {
    const message = `${JSON.stringify(key)} of ${path} is neither a method nor a field of a path; it is left out.`;
    const fix = meant === undefined ? {} : { fix: `Did you mean "${meant}"?` };
    context.report({ code: "model/unusable-operation", message, at: node.at, ...fix });
  }
}

function findPathFault(path: string): string | undefined {
  if (hasOpenBrace(path)) return "a brace without its counterpart";
  if (path.includes("{}")) return "a placeholder without a name";
  return /[\p{Cc}\u2028\u2029]/u.test(path) ? "a control character" : undefined;
}

function hasOpenBrace(path: string): boolean {
  const inner = path.replaceAll(/\{[^{}]*\}/g, "");
  return inner === path ? /[{}]/.test(path) : hasOpenBrace(inner);
}

function addOperation(
  context: ModelContext,
  found: Found,
  source: Omit<OperationSource, "node" | "key"> & { node: Located },
): void {
  // A `$ref` in place of an operation is no valid OpenAPI, but it is common in split descriptions.
  const node = followObject(context.spec, source.node);
  if (!node) {
    reportUnusable(context, `The operation ${source.method} ${source.path}`, source.node);
    return;
  }
  const key = keyOf(source);
  if (found.keys.has(key)) {
    const message = `${key} stands twice (with another case, slash or space); the later one is left out.`;
    context.report({ code: "model/unusable-operation", message, at: source.node.at });
    return;
  }
  found.keys.add(key);
  reportTwin(context, found, source);
  const responses = buildResponses(context, node);
  const isNamed = context.isNamed(key, readFilledText(node.value, "operationId"));
  const reason = findSkipReason({ ...source, node, isNamed }, responses);
  if (reason !== undefined) {
    skipOperation(found, { ...source, node }, reason);
    return;
  }
  found.callbacks.push(...listChildren(stepInto(node, "callbacks")));
  const path = repairPath(context, { ...source, node });
  const operation = buildOperation(context, found, { ...source, key, path, node }, responses);
  if (context.uncallable.has(node.value)) {
    skipOperation(found, { ...source, node }, "it requires a query string that cannot be written here");
    return;
  }
  const kept = keepWritable(operation, context.schemas);
  if (kept) found.operations.push(kept);
  else skipOperation(found, { ...source, node }, `its body is ${describeUnwritable(operation)}`);
  if (operation.body && kept && !kept.body) {
    const message = `The body of ${key} is left out: it is ${describeUnwritable(operation)}.`;
    context.report({ code: "model/unusable-media-type", message, at: operation.body.at });
  }
}

/** Paths that differ only in the names of their parameters are the same (OpenAPI 3.1, Paths Object). */
function reportTwin(
  context: ModelContext,
  found: Found,
  { method, path, node }: Omit<OperationSource, "node" | "key" | "pathItem"> & { node: Located },
): void {
  const shape = `${method} ${path.replaceAll(/\{[^{}]*\}/g, "{}")}`;
  const twin = found.shapes.get(shape);
  if (twin === undefined) found.shapes.set(shape, path);
  else {
    const message = `${method} ${path} is the same path as ${twin}, with other names; the API can tell them apart only by chance.`;
    context.report({ code: "model/ambiguous-path", message, at: node.at });
  }
}

function skipOperation(found: Found, { method, path, node }: Omit<OperationSource, "key">, reason: string): void {
  const operationId = readFilledText(node.value, "operationId");
  found.skipped.push({ method, path, ...(operationId !== undefined && { operationId }), reason });
}

function describeUnwritable({ body }: Operation): string {
  const types = (body?.content ?? []).map(({ mediaType }) =>
    mediaType.startsWith("multipart/") ? `${mediaType} with such parts` : mediaType,
  );
  return `only taken as ${types.join(" or ")}, which cannot be written here`;
}

function keyOf({ method, path }: { readonly method: string; readonly path: string }): OperationKey {
  return `${method} /${path.slice(1)}`;
}

function buildOperation(
  context: ModelContext,
  found: Found,
  source: OperationSource,
  responses: Operation["responses"],
): Operation {
  const { key, method, path, pathItem, node } = source;
  const operationId = claimId(context, found, node);
  if (hasPagingExtension(node.value)) context.pagingExtensions.set(key, node.value);
  const inputs = context.isSwagger
    ? buildSwaggerInputs(context, source)
    : { parameters: buildParameters(context, source), body: buildBody(context, method, node) };
  const servers = buildOwnServers(context, node, pathItem);
  const extension = readMember(node.value, "x-mcp") ?? stepIntoItem(pathItem, "x-mcp")?.value;
  const summary = readNearest([node, ...pathItem], "summary");
  const description = readNearest([node, ...pathItem], "description");
  return {
    key,
    method,
    path,
    ...(operationId !== undefined && { operationId }),
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    tags: readTexts(node.value, "tags") ?? [],
    deprecated: readFlag(node.value, "deprecated"),
    parameters: inputs.parameters,
    ...(inputs.body && { body: inputs.body }),
    responses,
    security: buildRequirements(context, node) ?? found.defaultSecurity,
    ...(servers && { servers }),
    ...(extension !== undefined && { extension }),
    at: node.at,
  };
}

function readNearest(nodes: readonly Located[], key: string): string | undefined {
  return nodes.map(({ value }) => readFilledText(value, key)).find((text) => text !== undefined);
}

/** The operationId, made unique among those before it. */
function claimId(context: ModelContext, found: Found, node: Located): string | undefined {
  const given = readFilledText(node.value, "operationId")?.trim();
  if (given === undefined) return undefined;
  let id = given;
  for (let i = 2; found.ids.has(id); i++) id = `${given}_${i}`;
  found.ids.add(id);
  if (id !== given) {
    context.report({
      code: "model/duplicate-operation-id",
      message: `The operationId "${given}" is used twice; this one is called "${id}".`,
      at: stepInto(node, "operationId")?.at ?? node.at,
    });
  }
  return id;
}

function reportUnusable(context: ModelContext, what: string, node: Located): void {
  const reason = isCircular(context.spec, node) ? "leads back to itself by its $ref" : "cannot be read";
  const message = `${what} ${reason}; it is left out.`;
  context.report({ code: "model/unusable-operation", message, at: node.at });
}
