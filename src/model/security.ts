import type { JsonObject, Located } from "../load/types.js";
import { isToken } from "../naming/http.js";
import { suggestName } from "../diagnostics/suggest.js";
import { expectType, type ModelContext } from "./context.js";
import {
  followObject,
  isObject,
  listChildren,
  readFilledText,
  readList,
  readMember,
  readText,
  readTexts,
  stepInto,
} from "./raw.js";
import type { OAuthFlow, SecurityRequirement, SecurityScheme } from "./types.js";

/** The security schemes a description defines; by name, as the order they are written in has no meaning. */
export function buildSecuritySchemes(context: ModelContext): SecurityScheme[] {
  const schemes: SecurityScheme[] = [];
  const children = listChildren(locateSchemes(context));
  for (const { key, node } of children.toSorted((left, right) => (left.key < right.key ? -1 : 1))) {
    if (key.startsWith("x-")) continue;
    const raw = followObject(context.spec, node);
    const scheme = raw && buildScheme(key, raw.value);
    if (scheme) schemes.push(scheme);
    else {
      const isUnnamed = raw && readText(raw.value, "type") === "apiKey";
      const fault = isUnnamed ? "names no header, query parameter or cookie" : "has no type that can be used";
      const message = `The security scheme "${key}" ${fault}; it is ignored.`;
      context.report({ code: "model/unknown-security-scheme", message, at: node.at });
    }
  }
  return schemes;
}

function locateSchemes(context: ModelContext): Located | undefined {
  const { root } = context.spec;
  if (context.isSwagger) return stepInto(root, "securityDefinitions");
  const components = stepInto(root, "components");
  return components && stepInto(components, "securitySchemes");
}

function buildScheme(id: string, raw: unknown): SecurityScheme | undefined {
  const text = readFilledText(raw, "description");
  const description = text === undefined ? {} : { description: text };
  switch (readText(raw, "type")?.toLowerCase()) {
    case "apikey":
      return buildApiKey(id, raw, description);
    case "basic":
      return { kind: "basic", id, ...description };
    case "http":
      return buildHttp(id, raw, description);
    case "oauth2":
      return { kind: "oauth2", id, flows: buildFlows(raw), ...description };
    case "openidconnect":
      return { kind: "openIdConnect", id, url: readText(raw, "openIdConnectUrl") ?? "", ...description };
    case "mutualtls":
      return { kind: "mutualTLS", id, ...description };
    default:
      return undefined;
  }
}

function buildApiKey(id: string, raw: unknown, description: { description?: string }): SecurityScheme | undefined {
  const name = readFilledText(raw, "name");
  const place = readText(raw, "in");
  if (name === undefined || (place !== "header" && place !== "query" && place !== "cookie")) return undefined;
  if (place === "header" && !isToken(name)) return undefined;
  return { kind: "apiKey", id, in: place, name, ...description };
}

function buildHttp(id: string, raw: unknown, description: { description?: string }): SecurityScheme {
  const scheme = readText(raw, "scheme")?.toLowerCase() ?? "bearer";
  const format = readFilledText(raw, "bearerFormat");
  if (scheme === "basic") return { kind: "basic", id, ...description };
  if (scheme !== "bearer") return { kind: "http", id, scheme, ...description };
  return { kind: "bearer", id, ...(format !== undefined && { format }), ...description };
}

/** OpenAPI's names of the flows, and Swagger's where they differ. */
const flowNames: ReadonlyMap<string, OAuthFlow["flow"]> = new Map([
  ["authorizationCode", "authorizationCode"],
  ["accessCode", "authorizationCode"],
  ["clientCredentials", "clientCredentials"],
  ["application", "clientCredentials"],
  ["implicit", "implicit"],
  ["password", "password"],
  ["deviceAuthorization", "deviceAuthorization"],
]);

function buildFlows(raw: unknown): OAuthFlow[] {
  const single = readText(raw, "flow");
  const entries: [string, unknown][] = single === undefined ? listEntries(readMember(raw, "flows")) : [[single, raw]];
  return entries.flatMap(([name, value]) => {
    const flow = flowNames.get(name);
    return flow && isObject(value) ? [buildFlow(flow, value)] : [];
  });
}

function buildFlow(flow: OAuthFlow["flow"], value: unknown): OAuthFlow {
  const authorizationUrl = readFilledText(value, "authorizationUrl");
  const tokenUrl = readFilledText(value, "tokenUrl");
  const scopes = listEntries(readMember(value, "scopes")).filter(([name]) => !name.startsWith("x-"));
  return {
    flow,
    ...(authorizationUrl !== undefined && { authorizationUrl }),
    ...(tokenUrl !== undefined && { tokenUrl }),
    scopes: new Map(scopes.map(([name, text]) => [name, typeof text === "string" ? text : ""])),
  };
}

function listEntries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** Requirements that hold for operations which state none themselves. */
export function buildDefaultSecurity(context: ModelContext): SecurityRequirement[] {
  const { root } = context.spec;
  const declared = buildRequirements(context, root);
  if (declared) return declared;
  const [first] = listChildren(locateSchemes(context)).filter(({ key }) => !key.startsWith("x-"));
  if (!first || anyOperationRequires(root.value)) return [];
  context.report({
    code: "model/assumed-security",
    message: `No operation states its security; "${first.key}", the first scheme defined, is assumed for all.`,
    at: first.node.at,
  });
  return [new Map([[first.key, []]])];
}

function anyOperationRequires(root: unknown): boolean {
  const paths = readMember(root, "paths");
  return listEntries(paths).some(([, item]) =>
    listEntries(item).some(([, operation]) => readList(operation, "security") !== undefined),
  );
}

/** The `security` of the root or an operation; undefined when it states none. */
export function buildRequirements(context: ModelContext, node: Located): SecurityRequirement[] | undefined {
  const list = stepInto(node, "security");
  if (!list || !expectType(context, list, { name: "`security`", wanted: "a list" })) return undefined;
  const known = locateSchemes(context)?.value;
  const requirements: SecurityRequirement[] = [];
  for (const { node: item } of listChildren(list)) {
    const requirement = readRequirement(context, item);
    if (!requirement) continue;
    const names = Object.keys(requirement);
    const unknown = names.find((name) => !isObject(known) || !Object.hasOwn(known, name));
    if (unknown !== undefined) {
      reportUnknown(context, unknown, item);
      continue;
    }
    requirements.push(new Map(names.map((name) => [name, readTexts(requirement, name) ?? []])));
  }
  return requirements;
}

/** A requirement; the bare name of a scheme, written in its place, is taken as one. */
function readRequirement(context: ModelContext, item: Located): JsonObject | undefined {
  if (isObject(item.value)) return item.value;
  const fault = "A security requirement must be a map from a scheme to its scopes";
  if (typeof item.value !== "string") {
    expectType(context, item, { name: "A security requirement", wanted: "a map" });
    return undefined;
  }
  const message = `${fault}; "${item.value}" is taken as \`${item.value}: []\`.`;
  context.report({ code: "model/assumed-meaning", message, at: item.at });
  return { [item.value]: [] };
}

/** Told once for each name: a scheme that is missing is missing everywhere. */
function reportUnknown(context: ModelContext, name: string, node: Located): void {
  if (context.unknownSchemes.has(name)) return;
  context.unknownSchemes.add(name);
  const meant = suggestName(
    name,
    listChildren(locateSchemes(context)).map(({ key }) => key),
  );
  context.report({
    code: "model/unknown-security-scheme",
    message: `The security scheme "${name}" is required and not defined; the requirement is ignored.`,
    at: node.at,
    ...(meant !== undefined && { fix: `Did you mean "${meant}"?` }),
  });
}
