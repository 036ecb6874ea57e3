/** Credentials of the API: how each is sent, and the environment variables it is read from. */
import type { Report } from "../diagnostics/types.js";
import type { SecurityRequirement as WireRequirement } from "../../templates/runtime/operation.js";
import type { SecurityScheme as WireScheme } from "../../templates/runtime/tool.js";
import type { Api, Operation, SecurityScheme } from "../model/types.js";
import { toScreamingSnake } from "./names.js";
import { markNeeded } from "./security-needs.js";
import type { EnvironmentVariable } from "./types.js";

export interface SecurityPlan {
  readonly schemes: Readonly<Record<string, WireScheme>>;
  readonly environment: readonly EnvironmentVariable[];
  /** Requirements of an operation, alternatives the runtime cannot satisfy left out. */
  requirementsOf(operation: Operation): readonly WireRequirement[];
}

/** Name of the scheme assumed for an API that declares none. */
const ASSUMED = "token";

/** Plans every scheme (OpenAPI Security Scheme Object); those nothing refers to are left out. */
export function planSecurity(api: Api, prefix: string, report: Report): SecurityPlan {
  if (api.securitySchemes.length === 0) return planAssumed(prefix);
  const assumed = assumedRequirement(api, report);
  const used = new Set(
    [...api.operations.flatMap((operation) => operation.security), ...(assumed ? [assumed] : [])].flatMap(
      (requirement) => [...requirement.keys()],
    ),
  );
  const schemes: Record<string, WireScheme> = {};
  const environment: EnvironmentVariable[] = [];
  const names = createVariableNames(
    api.securitySchemes.filter((scheme) => used.has(scheme.id)),
    prefix,
  );
  for (const scheme of api.securitySchemes) {
    if (!used.has(scheme.id)) continue;
    const planned = planScheme(scheme, names(scheme));
    if (!planned) {
      report({
        code: "plan/unsupported-credential",
        message: `The security scheme "${scheme.id}" (${scheme.kind}) is not supported.`,
      });
      continue;
    }
    schemes[keyOf(scheme.id)] = planned;
    environment.push(...describeVariables(scheme, planned));
  }
  const requirementsOf = (operation: Operation): readonly WireRequirement[] => {
    const alternatives = operation.security.length > 0 || !assumed ? operation.security : [assumed];
    return alternatives
      .filter((requirement) => [...requirement.keys()].every((id) => Object.hasOwn(schemes, keyOf(id))))
      .map((requirement) =>
        Object.fromEntries([...requirement].map(([id, scopes]) => [keyOf(id), [...scopes]] as const)),
      );
  };
  const needs = api.operations.map(requirementsOf);
  return { schemes, environment: markNeeded(uniqueVariables(environment), needs, schemes), requirementsOf };
}

/** The name of a scheme as a key: names that every object has mean something else there. */
function keyOf(id: string): string {
  return id in Object.prototype ? `${id}_scheme` : id;
}

/** Nothing declared: a token is sent where one is configured, as many such APIs want it. */
function planAssumed(prefix: string): SecurityPlan {
  const env = `${prefix}API_TOKEN`;
  return {
    schemes: { [ASSUMED]: { type: "bearer", env } },
    environment: [
      {
        name: env,
        description: "Bearer token for the API, if it wants one (its description names no security scheme).",
        required: false,
        secret: true,
      },
    ],
    requirementsOf: () => [{ [ASSUMED]: [] }, {}],
  };
}

/** Schemes that no operation uses are a slip of the description: the first one is meant for all. */
function assumedRequirement(api: Api, report: Report): ReadonlyMap<string, readonly string[]> | undefined {
  const [first] = api.securitySchemes;
  if (!first || api.operations.some((operation) => operation.security.length > 0)) return undefined;
  report({
    code: "plan/security-assumed",
    message: `No operation says which security scheme it needs; "${first.id}" is used for all of them.`,
  });
  return new Map([[first.id, []]]);
}

function planScheme(scheme: SecurityScheme, name: (suffix: string) => string): WireScheme | undefined {
  switch (scheme.kind) {
    case "apiKey":
      return {
        type: "apiKey",
        in: scheme.in,
        name: scheme.name,
        env: name(isAuthorization(scheme.name) ? "AUTHORIZATION" : "API_KEY"),
      };
    case "basic":
      return { type: "basic", envUser: name("USERNAME"), envPassword: name("PASSWORD") };
    case "bearer":
    case "openIdConnect":
      return { type: "bearer", env: name("API_TOKEN") };
    case "oauth2": {
      const env = name("API_TOKEN");
      const tokenUrl = scheme.flows.find((flow) => flow.flow === "clientCredentials")?.tokenUrl;
      if (tokenUrl === undefined || !isHttpReference(tokenUrl)) return { type: "oauth2", env };
      return {
        type: "oauth2",
        env,
        tokenUrl,
        envClientId: name("CLIENT_ID"),
        envClientSecret: name("CLIENT_SECRET"),
      };
    }
    case "http":
      return { type: "apiKey", in: "header", name: "Authorization", env: name("AUTHORIZATION") };
    case "mutualTLS":
      return undefined;
  }
}

/** Variables carry the scheme's own name where two schemes would share one, and a number where the names are alike. */
function createVariableNames(schemes: readonly SecurityScheme[], prefix: string) {
  const groups = new Map<string, number>();
  for (const scheme of schemes) groups.set(groupOf(scheme), (groups.get(groupOf(scheme)) ?? 0) + 1);
  const owners = new Map<string, SecurityScheme>();
  const choose = (scheme: SecurityScheme, suffix: string): string => {
    const alone = (groups.get(groupOf(scheme)) ?? 0) <= 1;
    const words = toScreamingSnake(scheme.id);
    if (alone || words === "") return `${prefix}${suffix}`;
    const short = suffix.replace(/^API_/, "");
    return words.endsWith(short) || scheme.kind === "apiKey" ? `${prefix}${words}` : `${prefix}${words}_${short}`;
  };
  return (scheme: SecurityScheme) => (suffix: string) => {
    const wanted = choose(scheme, suffix);
    let name = wanted;
    for (let i = 2; (owners.get(name) ?? scheme) !== scheme; i++) name = `${wanted}_${i}`;
    owners.set(name, scheme);
    return name;
  };
}

function groupOf(scheme: SecurityScheme): string {
  if (scheme.kind === "apiKey") return isAuthorization(scheme.name) ? "authorization" : "key";
  if (scheme.kind === "bearer" || scheme.kind === "oauth2" || scheme.kind === "openIdConnect") return "token";
  return scheme.kind === "http" ? "authorization" : scheme.kind;
}

function describeVariables(scheme: SecurityScheme, planned: WireScheme): readonly EnvironmentVariable[] {
  const secret = (name: string, description: string) => ({ name, description, required: false, secret: true });
  switch (planned.type) {
    case "apiKey":
      return isAuthorization(planned.name)
        ? [secret(planned.env, "Whole value of the Authorization header, with its prefix if the API wants one.")]
        : [secret(planned.env, `API key, sent as ${planned.in} "${planned.name}".`)];
    case "basic":
      return [
        // Some APIs take a key as the user name.
        secret(planned.envUser, "User name for the API (HTTP Basic); for some APIs that is the key."),
        secret(planned.envPassword, "Password for the API (HTTP Basic)."),
      ];
    case "bearer":
      return [secret(planned.env, `Bearer token for the API (${scheme.id}).`)];
    case "oauth2":
      return [
        secret(planned.env, `Access token for the API (${scheme.id}).`),
        ...(planned.envClientId
          ? [
              {
                name: planned.envClientId,
                description: "OAuth client id (client credentials).",
                required: false,
                secret: false,
              },
            ]
          : []),
        ...(planned.envClientSecret
          ? [secret(planned.envClientSecret, "OAuth client secret (client credentials).")]
          : []),
      ];
  }
}

/** Each variable once, in order. */
export function uniqueVariables(variables: readonly EnvironmentVariable[]): readonly EnvironmentVariable[] {
  const byName = new Map<string, EnvironmentVariable>();
  for (const variable of variables) if (!byName.has(variable.name)) byName.set(variable.name, variable);
  return [...byName.values()];
}

function isAuthorization(name: string): boolean {
  return name.toLowerCase() === "authorization";
}

/** A relative one stays so: it follows the API to wherever API_BASE_URL says it is. */
function isHttpReference(url: string): boolean {
  const base = "https://api.invalid";
  return URL.canParse(url, base) && /^https?:$/.test(new URL(url, base).protocol);
}
