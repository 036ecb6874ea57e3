import type { Located } from "../load/types.js";
import type { ModelContext } from "./context.js";
import type { PathItem } from "./path-item.js";
import { followObject, listChildren, readText, stepInto } from "./raw.js";

interface PathSource {
  readonly path: string;
  readonly pathItem: PathItem;
  readonly node: Located;
}

/**
 * The path with `{name}` in place of `:name` and `{name:pattern}`, which routers write, where the operation declares a
 * path parameter of that name; reported. A colon may as well be text of the path.
 */
export function repairPath(context: ModelContext, source: PathSource): string {
  const { path } = source;
  if (!/\/:|\{[^{}]*[:=]/.test(path)) return path;
  const declared = listDeclared(context, source);
  const repaired = path.replaceAll(
    /(?<=\/):([\w-]+)(?=\/|$)|\{([\w-]+)[:=][^{}]*\}/g,
    (found, plain: string | undefined, braced: string | undefined) => {
      const name = plain ?? braced ?? "";
      return declared.has(name) && !declared.has(found.slice(1, -1)) ? `{${name}}` : found;
    },
  );
  if (repaired !== path) {
    const message = `The path ${path} is read as ${repaired}, after the parameter it declares.`;
    context.report({ code: "model/assumed-path", message, at: source.node.at });
  }
  return repaired;
}

function listDeclared(context: ModelContext, { pathItem, node }: PathSource): ReadonlySet<string> {
  const stated = [...pathItem, node].flatMap((owner) => listChildren(stepInto(owner, "parameters")));
  const parameters = stated.map((entry) => followObject(context.spec, entry.node)?.value);
  return new Set(
    parameters.filter((value) => readText(value, "in") === "path").map((value) => readText(value, "name") ?? ""),
  );
}
