import type { Located } from "../load/types.js";
import type { ModelContext } from "./context.js";
import type { Parameter } from "./types.js";

/** Makes the path parameters those of the path template: missing ones are added, foreign ones dropped. */
export function completePathParameters(
  context: ModelContext,
  source: { readonly method: string; readonly path: string; readonly node: Located },
  parameters: readonly Parameter[],
): Parameter[] {
  const names = listTemplateNames(source.path);
  const kept: Parameter[] = [];
  const strays: Parameter[] = [];
  for (const parameter of parameters) {
    if (parameter.in !== "path" || names.includes(parameter.name)) kept.push(parameter);
    else strays.push(parameter);
  }
  for (const name of names) {
    if (kept.some((parameter) => parameter.in === "path" && parameter.name === name)) continue;
    const twin = strays.findIndex((stray) => flatten(stray.name) === flatten(name));
    const [stray] = twin === -1 ? [] : strays.splice(twin, 1);
    if (stray) {
      kept.push({ ...stray, name });
      continue;
    }
    kept.push(createPathParameter(name, source.node));
    const message = `${source.method} ${source.path} does not declare its path parameter "${name}"; it is taken as text.`;
    context.report({ code: "model/undeclared-path-parameter", message, at: source.node.at });
  }
  for (const stray of strays) {
    const message = `The path ${source.path} has no place for the path parameter "${stray.name}"; it is ignored.`;
    context.report({ code: "model/unused-path-parameter", message, at: stray.at });
  }
  return kept;
}

/** The placeholders of a path template, in order; what follows `?` or `#` is no path. */
function listTemplateNames(path: string): string[] {
  const [bare = ""] = path.split(/[?#](?![^{]*\})/);
  return [...new Set([...bare.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name))];
}

function flatten(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function createPathParameter(name: string, node: Located): Parameter {
  return {
    name,
    in: "path",
    required: true,
    deprecated: false,
    schema: { kind: "string" },
    style: "simple",
    explode: false,
    allowReserved: false,
    allowEmptyValue: false,
    at: node.at,
  };
}
