/** Rules about one tool beside its schemas: name, texts, hints. */
import type { Finding, LintedTool, Limit, Profile } from "./types.js";

type Found = Omit<Finding, "profile" | "pointer">;

export function checkTool(tool: LintedTool, serverName: string | undefined, { limits }: Profile): Found[] {
  const { name, description } = tool;
  return [
    ...checkLength(limits.nameLength, name.length, { code: "lint/name-length", what: "the name" }),
    ...checkLength(limits.fullNameLength, name.length + (serverName?.length ?? 0), {
      code: "lint/full-name-length",
      what: serverName === undefined ? "the name" : "the name with the server's",
    }),
    ...checkLength(limits.descriptionLength, description.length, {
      code: "lint/description-length",
      what: "the description",
    }),
    ...checkCharacters(limits.namePattern, name),
    ...checkStatements(limits.statements, tool),
  ];
}

function checkLength(
  limit: Limit<number> | undefined,
  length: number,
  { code, what }: { readonly code: Finding["code"]; readonly what: string },
): Found[] {
  if (!limit || length <= limit.value) return [];
  const { severity, value } = limit;
  return [{ code, severity, fault: `${what} has ${length} characters`, limit: `at most ${value}` }];
}

function checkCharacters(limit: Limit<string> | undefined, name: string): Found[] {
  if (!limit || new RegExp(limit.value).test(name)) return [];
  const { severity, value } = limit;
  return [{ code: "lint/name-characters", severity, fault: "the name has other characters", limit: value }];
}

/** `title` may stand beside the hints or on the tool itself (MCP 2026-07-28, Tool). */
function checkStatements(limit: Limit<readonly string[]> | undefined, { title, hints }: LintedTool): Found[] {
  if (!limit) return [];
  const isStated = (name: string) =>
    name === "title" ? title !== undefined || typeof hints["title"] === "string" : typeof hints[name] === "boolean";
  return limit.value
    .filter((name) => !isStated(name))
    .map((name) => ({
      code: "lint/statement" as const,
      severity: limit.severity,
      fault: `it states no ${name}`,
      limit: "",
    }));
}
