import type { Located } from "../load/types.js";
import { expectType, type ModelContext } from "./context.js";
import type { PathItem } from "./path-item.js";
import { isObject, listChildren, readFilledText, readMember, readText, readTexts, stepInto } from "./raw.js";
import type { Server } from "./types.js";

/** The servers of the root, a path item or an operation. */
export function buildServers(context: ModelContext, node: Located): Server[] {
  if (context.isSwagger) return buildSwaggerServers(context, node);
  const servers: Server[] = [];
  const list = stepInto(node, "servers");
  const isList = expectType(context, list, { name: "`servers`", wanted: "a list" });
  for (const { node: server } of isList ? listChildren(list) : []) {
    const template = readServerUrl(context, server);
    if (template === undefined) continue;
    const url = absolute(fillVariables(template, readMember(server.value, "variables")), context.spec.source);
    const description = readFilledText(server.value, "description");
    servers.push({ url, ...(description !== undefined && { description }) });
  }
  // Without servers the base is "/" (OpenAPI 3.x section 4.8.1), which means something only for a URL source.
  if (servers.length === 0 && node === context.spec.root && isHttp(context.spec.source)) {
    return [{ url: absolute("/", context.spec.source) }];
  }
  return servers;
}

/** The address of a server; one that stands in its place is taken as it. */
function readServerUrl({ report }: ModelContext, { value, at }: Located): string | undefined {
  const url = readText(value, "url");
  if (url !== undefined) return url;
  const fault = "A server must be a map with a `url`";
  if (typeof value !== "string") report({ code: "model/wrong-type", message: `${fault}; this one is ignored.`, at });
  else report({ code: "model/assumed-meaning", message: `${fault}; the text is taken as it.`, at });
  return typeof value === "string" ? value : undefined;
}

/** Server variables hold their default, else their first enum value. */
function fillVariables(template: string, variables: unknown): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = readMember(variables, name);
    const [first] = readTexts(variable, "enum") ?? [];
    return readText(variable, "default") ?? first ?? whole;
  });
}

/** `host`, `basePath` and `schemes` of Swagger 2.0; what is missing comes from the address of the document. */
function buildSwaggerServers(context: ModelContext, node: Located): Server[] {
  if (node !== context.spec.root) return [];
  const { source } = context.spec;
  const base = isHttp(source) ? new URL(source) : undefined;
  const host = readFilledText(node.value, "host") ?? base?.host;
  const path = readFilledText(node.value, "basePath") ?? "";
  const basePath = path === "/" ? "" : path.replace(/^(?!\/)(?=.)/, "/");
  if (!host) return basePath ? [{ url: basePath }] : [];
  const known = (readTexts(node.value, "schemes") ?? []).filter((scheme) => /^https?$/i.test(scheme));
  const fallback = base?.protocol.replace(":", "") ?? "https";
  const schemes = known.length > 0 ? known.toSorted((a, b) => b.length - a.length) : [fallback];
  const bareHost = host.replace(/^https?:\/\//i, "").replace(/\/+$/, "");
  return [...new Set(schemes)].map((scheme) => ({ url: `${scheme.toLowerCase()}://${bareHost}${basePath}` }));
}

function isHttp(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

function absolute(url: string, source: string): string {
  const trimmed = url.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed) || !isHttp(source)) return trimmed;
  // A brace left in the URL would be escaped, and the placeholder lost.
  if (trimmed.includes("{") || !URL.canParse(trimmed, source)) return trimmed;
  return new URL(trimmed, source).href;
}

/** Servers of an operation, or of its path item; undefined when the root's hold. */
export function buildOwnServers(
  context: ModelContext,
  operation: Located,
  pathItem: PathItem,
): readonly Server[] | undefined {
  for (const node of [operation, ...pathItem]) {
    if (!isObject(node.value) || context.isSwagger) continue;
    const servers = buildServers(context, node);
    if (servers.length > 0) return servers;
  }
  return undefined;
}
