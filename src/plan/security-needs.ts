/** Which credentials a server needs to start: it does where at least one operation can be called. */
import type { SecurityRequirement } from "../../templates/runtime/operation.js";
import type { SecurityScheme } from "../../templates/runtime/tool.js";
import type { EnvironmentVariable } from "./types.js";

type Schemes = Readonly<Record<string, SecurityScheme>>;

/** Variables that together are enough for a call. */
type Way = readonly string[];

/** Marks what every call needs, and what can stand for each other where none goes without a credential. */
export function markNeeded(
  variables: readonly EnvironmentVariable[],
  operations: readonly (readonly SecurityRequirement[])[],
  schemes: Schemes,
): readonly EnvironmentVariable[] {
  const distinct = new Map(operations.map((requirements) => [JSON.stringify(requirements), requirements] as const));
  const ways = [...distinct.values()].map((requirements) => waysOf(requirements, schemes));
  const [first] = ways;
  if (first === undefined || ways.some((each) => each.some((way) => way.length === 0))) return variables;
  const isIn = (name: string) => (way: Way) => way.includes(name);
  return variables.map((variable) => {
    const { name } = variable;
    if (ways.every((each) => each.every(isIn(name)))) return { ...variable, required: true };
    if (!ways.some((each) => each.some(isIn(name)))) return variable;
    return { ...variable, oneOf: first[0]?.includes(name) ? "first" : "other" };
  });
}

/** OpenAPI Security Requirement Object: one of the list, and all that it names. */
function waysOf(requirements: readonly SecurityRequirement[], schemes: Schemes): readonly Way[] {
  if (requirements.length === 0) return [[]];
  return requirements.flatMap((requirement) =>
    Object.keys(requirement).reduce<readonly Way[]>(
      (ways, id) => ways.flatMap((way) => credentialsOf(schemes[id]).map((more) => [...way, ...more])),
      [[]],
    ),
  );
}

function credentialsOf(scheme: SecurityScheme | undefined): readonly Way[] {
  if (scheme === undefined) return [[]];
  if (scheme.type === "basic") return [[scheme.envUser, scheme.envPassword]];
  const { env } = scheme;
  const isClient = scheme.type === "oauth2" && scheme.envClientId !== undefined && scheme.envClientSecret !== undefined;
  return isClient ? [[env], [scheme.envClientId, scheme.envClientSecret]] : [[env]];
}
