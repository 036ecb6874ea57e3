/** Compares the actions of two tools: which can be called, what each needs, and who may call it. */
import type { FormerAction } from "../annotations/types.js";
import { compareSchemas } from "./surface-schema.js";
import type { Aliases, SurfaceTool, ToolChange } from "./surface.js";

interface Naming {
  readonly aliases: Aliases;
  /** The action that an alias of the whole tool leads to. */
  readonly fixed: string | undefined;
}

/** Changes from the actions of one tool to those of another that answers in its place. */
export function compareActions(before: SurfaceTool, after: SurfaceTool, naming: Naming): ToolChange[] {
  const old = before.actions ?? new Map<string, FormerAction>();
  const current = after.actions ?? new Map<string, FormerAction>();
  const pairs = [...old].map(([name, action]) => {
    return { name, action, found: findAction(name, { before, after, naming }) };
  });
  const kept = pairs.flatMap(({ name, action, found }) => {
    return [...found.changes, ...(found.action ? compareAction(name, action, found.action) : [])];
  });
  const checked = pairs.flatMap(({ name, action, found }) => {
    return found.action ? compareChecks(name, action, found.action) : [];
  });
  const added = [...current.keys()].filter((name) => !old.has(name) && old.size > 1 && current.size > 1);
  const isNewlyChosen = before.name === after.name && old.size === 1 && current.size > 1;
  return [
    ...(isNewlyChosen ? [{ class: "breaking" as const, change: 'argument "action" is new and required' }] : []),
    ...kept,
    ...joinActions(checked),
    ...added.map((name) => aboutAction("additive", `action "${name}" is new`, name)),
  ];
}

function aboutAction(kind: ToolChange["class"], change: string, action: string): ToolChange {
  return { class: kind, change, actions: [action] };
}

/** What the server checks of the arguments that an action took and takes; texts are compared as they are listed. */
function compareChecks(name: string, before: FormerAction, after: FormerAction): ToolChange[] {
  const shared = [...before.schemas].flatMap(([argument, schema]) => {
    const current = after.schemas.get(argument);
    return current ? compareSchemas(schema, current, "input", argument) : [];
  });
  return shared.filter((found) => found.class !== "text").map((found) => ({ ...found, actions: [name] }));
}

/** A change that several actions have in common is told once. */
function joinActions(changes: readonly ToolChange[]): ToolChange[] {
  const joined = new Map<string, ToolChange>();
  for (const found of changes) {
    const known = joined.get(found.change);
    joined.set(found.change, { ...found, actions: [...(known?.actions ?? []), ...(found.actions ?? [])] });
  }
  return [...joined.values()];
}

interface Found {
  /** The action that a call of the old one reaches; undefined when it is in another tool, or gone. */
  readonly action?: FormerAction | undefined;
  readonly changes: readonly ToolChange[];
}

function findAction(
  name: string,
  { before, after, naming }: { before: SurfaceTool; after: SurfaceTool; naming: Naming },
): Found {
  const { actions: current = new Map<string, FormerAction>() } = after;
  const [only] = current.values();
  if (before.actions?.size === 1) {
    const action = current.size === 1 ? only : current.get(naming.fixed ?? name);
    const change = `its operation is no longer offered by ${after.name}`;
    return action ? { action, changes: [] } : { changes: [aboutAction("breaking", change, name)] };
  }
  if (current.size > 1 && current.has(name)) return { action: current.get(name), changes: [] };
  const key = `${before.name}.${name}`;
  const target = Object.hasOwn(naming.aliases, key) ? naming.aliases[key] : undefined;
  if (target === undefined) return { changes: [aboutAction("breaking", `action "${name}" is gone`, name)] };
  const [tool, action] = target.split(".", 2);
  const change = `action "${name}" is listed as ${target}; the old name still answers`;
  const reached = tool !== after.name ? undefined : action === undefined ? only : current.get(action);
  return { action: reached, changes: [aboutAction("additive", change, name)] };
}

/** Each argument counts once for all actions that agree on it; here one action speaks. */
function compareAction(name: string, before: FormerAction, after: FormerAction): ToolChange[] {
  const [old, current] = [
    [...before.required, ...before.optional],
    [...after.required, ...after.optional],
  ];
  const about = (kind: ToolChange["class"], change: string, argument?: string): ToolChange => ({
    ...aboutAction(kind, `${change} (action "${name}")`, name),
    ...(argument !== undefined && { argument }),
  });
  const gone = old.filter((argument) => !current.includes(argument));
  const needed = after.required.filter((argument) => !before.required.includes(argument));
  const fresh = after.optional.filter((argument) => !old.includes(argument));
  const eased = after.optional.filter((argument) => before.required.includes(argument));
  const scopes = after.scopes.filter((scope) => !before.scopes.includes(scope));
  const dropped = before.scopes.filter((scope) => !after.scopes.includes(scope));
  return [
    ...gone.map((argument) => about("breaking", `argument "${argument}" is gone`, argument)),
    ...needed.map((argument) =>
      about("breaking", `argument "${argument}" is ${old.includes(argument) ? "now" : "new and"} required`, argument),
    ),
    ...fresh.map((argument) => about("additive", `argument "${argument}" is new`, argument)),
    ...eased.map((argument) => about("additive", `argument "${argument}" is now optional`, argument)),
    ...scopes.map((scope) => about("breaking", `scope ${scope} is now needed`)),
    ...dropped.map((scope) => about("additive", `scope ${scope} is no longer needed`)),
    ...(after.confirm && !before.confirm ? [about("breaking", "a confirmation is now asked for")] : []),
    ...(before.confirm && !after.confirm ? [about("additive", "no confirmation is asked for any more")] : []),
    ...(before.operation === after.operation
      ? []
      : [about("text", `the request is ${after.operation}, was ${before.operation}`)]),
  ];
}
