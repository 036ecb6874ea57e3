import { isToken } from "../naming/http.js";
import { buildContent, readExample } from "./content.js";
import { expectType, type ModelContext } from "./context.js";
import type { PathItem } from "./path-item.js";
import { buildQueryString } from "./querystring.js";
import { completePathParameters } from "./path-parameters.js";
import {
  followObject,
  listChildren,
  type LocatedObject,
  readFilledText,
  readFlag,
  readMember,
  readText,
  stepInto,
} from "./raw.js";
import { explodes, styleOf } from "./style.js";
import type { Parameter, ParameterLocation, ParameterStyle } from "./types.js";

/** The nodes parameters are read from. */
export interface ParameterSource {
  readonly method: string;
  readonly path: string;
  readonly pathItem: PathItem;
  readonly node: LocatedObject;
}

/** Headers that OpenAPI says are not described as parameters (3.x section "Parameter Object", `name`). */
const ignoredHeaders = new Set(["accept", "content-type", "authorization"]);

/** The parameters of an OpenAPI 3.x operation; its own override those of its path item. */
export function buildParameters(context: ModelContext, source: ParameterSource): Parameter[] {
  const parameters: Parameter[] = [];
  for (const node of mergeParameterNodes(context, source)) {
    if (readText(node.value, "in") === "querystring") {
      const members = buildQueryString(context, node);
      parameters.push(...(members ?? []));
      if (!members && readFlag(node.value, "required")) context.uncallable.add(source.node.value);
      continue;
    }
    const parameter = readOnce(context, node, buildParameter);
    if (parameter) parameters.push(parameter);
  }
  return completePathParameters(context, source, parameters);
}

/** The parameter of a node: many operations refer to the same one. */
export function readOnce(
  context: ModelContext,
  node: LocatedObject,
  build: (context: ModelContext, node: LocatedObject) => Parameter | undefined,
): Parameter | undefined {
  if (!context.parameters.has(node.value)) context.parameters.set(node.value, build(context, node));
  return context.parameters.get(node.value);
}

/** Parameter nodes by name and place, path item first; unusable ones are reported. */
export function mergeParameterNodes(context: ModelContext, source: ParameterSource): LocatedObject[] {
  const merged = new Map<string, LocatedObject>();
  for (const owner of [...source.pathItem.toReversed(), source.node]) {
    const list = stepInto(owner, "parameters");
    if (!expectType(context, list, { name: "`parameters`", wanted: "a list" })) continue;
    const seen = new Set<string>();
    for (const { node } of listChildren(list)) {
      const parameter = followObject(context.spec, node);
      const name = readFilledText(parameter?.value, "name");
      if (!parameter || name === undefined) {
        const message = `A parameter of ${source.method} ${source.path} has no name or cannot be found; it is ignored.`;
        context.report({ code: "model/unusable-parameter", message, at: node.at });
        continue;
      }
      const key = `${readText(parameter.value, "in")} ${name}`;
      if (seen.has(key)) {
        const message = `${source.method} ${source.path} lists the parameter "${name}" twice; the later one is taken.`;
        context.report({ code: "model/unusable-parameter", message, at: node.at });
      }
      seen.add(key);
      merged.set(key, parameter);
    }
  }
  return [...merged.values()];
}

/** The place of a parameter; undefined for headers that are ignored and for places that are not known (reported). */
export function readLocation(context: ModelContext, node: LocatedObject): ParameterLocation | undefined {
  const place = readText(node.value, "in");
  if (place === "path" || place === "query" || place === "cookie") return place;
  const name = readText(node.value, "name") ?? "";
  if (place === "header" && ignoredHeaders.has(name.toLowerCase())) return undefined;
  if (place === "header" && isToken(name)) return "header";
  if (place === "header") {
    const message = `${JSON.stringify(name)} is no name of a header (RFC 9110 section 5.1); the parameter is ignored.`;
    context.report({ code: "model/unusable-parameter", message, at: node.at });
    return undefined;
  }
  const message = `The parameter "${name}" has ${place ? `the unknown place "${place}"` : "no `in`"}; it is ignored.`;
  context.report({ code: "model/unusable-parameter", message, at: node.at });
  return undefined;
}

function buildParameter(context: ModelContext, node: LocatedObject): Parameter | undefined {
  const location = readLocation(context, node);
  if (!location) return undefined;
  const [content] = buildContent(context, stepInto(node, "content"));
  const schema = stepInto(node, "schema");
  const style = styleOf(node.value, location);
  reportSlips(context, node, { hasBoth: content !== undefined && schema !== undefined, style });
  const explode = readMember(node.value, "explode");
  const example = readExample(context, node) ?? content?.example;
  return {
    ...readFacts(node, location),
    schema: content?.schema ?? (schema ? context.schemas.build(schema) : { kind: "string" }),
    style,
    explode: typeof explode === "boolean" ? explode : explodes(style),
    allowReserved: readFlag(node.value, "allowReserved"),
    allowEmptyValue: readFlag(node.value, "allowEmptyValue"),
    ...(content && { content: content.mediaType }),
    ...(example !== undefined && { example }),
  };
}

/** What of a parameter is decided against what it states. */
function reportSlips(
  { report }: ModelContext,
  node: LocatedObject,
  { hasBoth, style }: { readonly hasBoth: boolean; readonly style: ParameterStyle },
): void {
  const name = readText(node.value, "name") ?? "";
  if (hasBoth) {
    const message = `The parameter "${name}" has both \`schema\` and \`content\`; \`content\` is taken.`;
    report({ code: "model/assumed-meaning", message, at: node.at });
  }
  const stated = stepInto(node, "style");
  if (stated && stated.value !== style) {
    const message = `The parameter "${name}" has the unknown style ${JSON.stringify(stated.value)}; "${style}" is taken.`;
    report({ code: "model/assumed-meaning", message, at: stated.at });
  }
}

/** What all versions say in the same way. A path parameter is always required. */
export function readFacts(node: LocatedObject, location: ParameterLocation) {
  const description = readFilledText(node.value, "description");
  return {
    name: readText(node.value, "name") ?? "",
    in: location,
    required: location === "path" || readFlag(node.value, "required"),
    deprecated: readFlag(node.value, "deprecated"),
    ...(description !== undefined && { description }),
    at: node.at,
  };
}
