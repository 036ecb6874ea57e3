/** Names in the annotations that point at tools: aliases and domains; and the placeholders of prompts. */
import type { Report } from "../diagnostics/types.js";
import { suggestName } from "../diagnostics/suggest.js";
import { entriesOf } from "./document.js";
import type { Entries, EntryPath, Place } from "./document.js";
import type { Annotations } from "./types.js";
import type { Validation } from "./validate.js";
import { joinPointer } from "../naming/pointer.js";

/** Reports names that clash or point at nothing, as far as the annotations alone tell. */
export function checkNames(root: Entries, context: Validation): void {
  const tools = entriesOf(root["tools"]);
  checkAliases(root, tools, context);
  checkDomains(entriesOf(root["domains"]), context);
  checkPrompts(entriesOf(root["prompts"]), context);
  // Where operations are grouped by rule, tools exist that the file does not name: checkTools looks again then.
  const unassigned = entriesOf(root["defaults"])["unassigned"];
  if (unassigned !== "skip" && unassigned !== "error") return;
  for (const [name, path] of collectToolNames(root)) {
    if (!Object.hasOwn(tools, name))
      reportUnknownTool(name, Object.keys(tools), { ...context, at: context.place(path) });
  }
}

interface NamedTools {
  readonly tools: readonly { readonly name: string }[];
  /** Tools that the file names and that mistakes in it may have kept from the server. */
  readonly stated: readonly string[];
  /** Longest name of a tool that clients take from this server. */
  readonly maxName: number;
}

/** Reports names too long beside the server's, and aliases and domains of no tool, once the server is known. */
export function checkTools(annotations: Annotations, { tools, stated, maxName }: NamedTools, report: Report): void {
  const current = new Set(tools.map(({ name }) => name));
  const known = new Set([...current, ...stated]);
  const root = { aliases: Object.fromEntries(annotations.aliases), domains: Object.fromEntries(annotations.domains) };
  const place = (path: EntryPath) => annotations.positions?.get(toPointer(path));
  for (const [name, path] of collectToolNames(root)) {
    if (!known.has(name)) reportUnknownTool(name, [...known], { report, at: place(path) });
  }
  for (const alias of annotations.aliases.keys()) {
    if (current.has(alias)) reportAliasOfTool(alias, { report, at: place(["aliases", alias]) });
  }
  for (const [name, { at }] of annotations.tools) {
    if (name.length <= maxName) continue;
    const message = `The tool name "${name}" has ${name.length} characters.`;
    const fix = `Keep it to ${maxName}: clients put the server's name and a prefix of theirs in front and take 64 in all.`;
    report({ code: "annotations/long-text", message, at, fix });
  }
}

/** JSON Pointer of a path: the key under which positions are kept. */
export function toPointer(path: EntryPath): string {
  return joinPointer(path.map(String));
}

interface Target {
  readonly report: Report;
  readonly at: ReturnType<Place> | undefined;
}

function collectToolNames(root: Entries): [name: string, path: EntryPath][] {
  const aliases = Object.entries(entriesOf(root["aliases"])).flatMap(([alias, target]): [string, EntryPath][] =>
    typeof target === "string" ? [[target.split(".", 1)[0] ?? target, ["aliases", alias]]] : [],
  );
  const members = Object.entries(entriesOf(root["domains"])).flatMap(([domain, names]): [string, EntryPath][] =>
    (Array.isArray(names) ? names : []).flatMap((name: unknown, i): [string, EntryPath][] =>
      typeof name === "string" ? [[name, ["domains", domain, i]]] : [],
    ),
  );
  return [...aliases, ...members];
}

function reportUnknownTool(name: string, known: readonly string[], { report, at }: Target): void {
  const meant = suggestName(name, known);
  report({
    code: "annotations/unknown-tool",
    message: `There is no tool "${name}".`,
    at,
    ...(meant === undefined ? {} : { fix: `Did you mean "${meant}"?` }),
  });
}

function reportAliasOfTool(alias: string, { report, at }: Target): void {
  const message = `The alias "${alias}" is also the name of a tool.`;
  report({ code: "annotations/bad-alias", message, at, fix: "Remove the alias, or rename the tool." });
}

function checkAliases(root: Entries, tools: Entries, context: Validation): void {
  for (const [alias, target] of Object.entries(entriesOf(root["aliases"]))) {
    const path = ["aliases", alias];
    if (Object.hasOwn(tools, alias)) reportAliasOfTool(alias, { ...context, at: context.place(path, "key") });
    if (typeof target === "string") checkAliasAction(target, path, { tools, context });
  }
}

function checkAliasAction(
  target: string,
  path: EntryPath,
  { tools, context }: { tools: Entries; context: Validation },
): void {
  const [tool = "", action] = target.split(".");
  if (action === undefined || !Object.hasOwn(tools, tool)) return;
  const actions = Object.keys(entriesOf(entriesOf(tools[tool])["actions"]));
  if (actions.length === 0 || actions.includes(action)) return;
  const meant = suggestName(action, actions);
  context.report({
    code: "annotations/unknown-action",
    message: `${tool} has no action "${action}".`,
    at: context.place(path),
    fix: meant ? `Did you mean "${tool}.${meant}"?` : `Its actions: ${actions.join(", ")}.`,
  });
}

function checkDomains(domains: Entries, context: Validation): void {
  const seen = new Map<string, string>();
  for (const [domain, members] of Object.entries(domains)) {
    for (const [i, name] of (Array.isArray(members) ? members : []).entries()) {
      if (typeof name !== "string") continue;
      const other = seen.get(name);
      seen.set(name, domain);
      if (other === undefined) continue;
      context.report({
        code: "annotations/name-twice",
        message: `${name} stands in the domain ${other} and again in ${domain}.`,
        at: context.place(["domains", domain, i]),
        fix: "A tool belongs to one domain.",
      });
    }
  }
}

function checkPrompts(prompts: Entries, context: Validation): void {
  for (const [name, value] of Object.entries(prompts)) {
    const prompt = entriesOf(value);
    const given: unknown[] = Array.isArray(prompt["arguments"]) ? prompt["arguments"] : [];
    const names = given.map((entry) => (typeof entry === "string" ? entry : entriesOf(entry)["name"]));
    const text = typeof prompt["text"] === "string" ? prompt["text"] : "";
    for (const [, placeholder = ""] of text.matchAll(/\{([a-zA-Z0-9_.-]{1,64})\}/g)) {
      if (names.includes(placeholder)) continue;
      context.report({
        code: "annotations/unknown-placeholder",
        message: `The prompt ${name} has no argument "${placeholder}", so {${placeholder}} stays as it is.`,
        at: context.place(["prompts", name, "text"]),
      });
    }
  }
}
