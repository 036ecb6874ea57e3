/** The user's hooks on a regeneration: what is new is offered as a comment, what lost its action is told. */
import path from "node:path";
import type { FormerAction, FormerSurface } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { GeneratedFile } from "../emit/types.js";
import type { FoundHook, HooksSource } from "./hooks-source.js";
import { readText } from "./manifest.js";

const HOOKS = "src/hooks.ts";

/** As the template has it: no hook yet, so there is nothing to carry. */
const EMPTY = /export const hooks: ServerHooks = \{\s*\};/;

export interface Carried {
  readonly files: readonly GeneratedFile[];
  /** What the project published before this run. */
  readonly former: FormerSurface | undefined;
  readonly current: FormerSurface;
}

/** The files of a run, with the user's `src/hooks.ts` among them where stubs are added to it; no body is changed. */
export async function carryHooks(dir: string, carried: Carried, report: Report): Promise<readonly GeneratedFile[]> {
  const { files, former, current } = carried;
  const text = readText(path.join(dir, HOOKS));
  if (text === undefined || EMPTY.test(text) || !files.some((file) => file.path === HOOKS)) return files;
  // The parser costs half a second: only who has hooks pays for it.
  const { readHooks } = await import("./hooks-source.js");
  const source = readHooks(text);
  const file = path.posix.join(dir.split(path.sep).join("/"), HOOKS);
  for (const hook of source.hooks) reportGone(hook, { ...carried, file }, report);
  reportImports(source, { files, file }, report);
  const stubs = former ? listNew(former, current).filter((stub) => !text.includes(stub)) : [];
  if (stubs.length === 0 || source.end === undefined) return files;
  const lines = stubs.map((stub) => `${source.indent}${stub}\n`).join("");
  const content = text.slice(0, source.end) + lines + text.slice(source.end);
  return files.map((each) => (each.path === HOOKS ? { path: HOOKS, content, owner: "shared" as const } : each));
}

function reportGone(
  { tool, action, line, column }: FoundHook,
  { former, current, file }: Carried & { readonly file: string },
  report: Report,
): void {
  const own = current.tools.get(tool);
  if (own && (action === undefined || own.actions.has(action))) return;
  const name = action === undefined ? tool : `${tool}.${action}`;
  const heirs = findHeirs({ tool, action }, former, current);
  const gone = own ? `${tool} has no action "${action ?? ""}" any more` : `there is no tool ${tool} any more`;
  report({
    code: "write/gone-hook",
    message: `The hook of ${name} is never called: ${gone}.`,
    at: { file, line, column },
    ...(heirs.length > 0 && { fix: `Move it to ${heirs.join(" and ")}, which took the operation.` }),
  });
}

type Place = Pick<FoundHook, "tool" | "action">;

/** The tools that offer today what a tool or action of the last run offered; else where its alias leads. */
function findHeirs({ tool, action }: Place, former: FormerSurface | undefined, current: FormerSurface): string[] {
  const was = [...(former?.tools.get(tool)?.actions ?? [])].filter(([name]) => action === undefined || name === action);
  const heirs = was.flatMap(([, old]) => findSpots(old, current));
  const alias =
    (action === undefined ? undefined : current.aliases.get(`${tool}.${action}`)) ?? current.aliases.get(tool);
  return heirs.length > 0 || alias === undefined ? [...new Set(heirs)].sort() : [alias];
}

function findSpots(old: FormerAction, current: FormerSurface): string[] {
  const all = [...current.tools].flatMap(([tool, { actions }]) =>
    [...actions].map(([name, action]) => ({ spot: `${tool}.${name}`, action })),
  );
  const same = all.filter(({ action }) => action.operation === old.operation);
  return (same.length > 0 ? same : all.filter(({ action }) => action.id === old.id)).map(({ spot }) => spot);
}

/** Types that the hooks import and that are no longer generated. */
function reportImports(
  { imports }: HooksSource,
  { files, file }: { readonly files: readonly GeneratedFile[]; readonly file: string },
  report: Report,
): void {
  for (const { module, name, line, column } of imports) {
    const target = path.posix.join("src", module.replace(/\.js$/, ".ts"));
    const generated = files.find((each) => each.path === target)?.content;
    if (generated !== undefined && new RegExp(`\\bexport (?:type|interface|const|function) ${name}\\b`).test(generated))
      continue;
    const message = `${name} is no longer exported by ${target}.`;
    report({ code: "write/gone-import", message, at: { file, line, column } });
  }
}

/** Stubs of the actions that the last run did not have, by tool. */
function listNew(former: FormerSurface, current: FormerSurface): string[] {
  return [...current.tools].flatMap(([tool, { actions }]) => {
    const known = former.tools.get(tool)?.actions;
    const fresh = [...actions.keys()].filter((action) => !known?.has(action));
    if (fresh.length === 0) return [];
    return fresh.map((action) => `// ${tool}: { ${action}: { before: (input) => input } },`);
  });
}
