import type { Severity } from "../diagnostics/types.js";
import type { Finding, LintInput } from "./types.js";

/** One fault as a person reads it, with all profiles that mind it. */
export interface DescribedFinding {
  readonly code: Finding["code"];
  readonly severity: Severity;
  readonly pointer: string;
  readonly message: string;
}

/** The same fault at the same place is said once, however many profiles mind it. */
export function describeFindings(findings: readonly Finding[], { tools }: LintInput): DescribedFinding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.pointer, finding.fault]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].flatMap((group): DescribedFinding[] => {
    const [first] = group;
    if (!first) return [];
    const severity = group.some((finding) => finding.severity === "error") ? "error" : first.severity;
    const { code, pointer, fault } = first;
    return [{ code, severity, pointer, message: `${placeOf(pointer, tools)}${fault} (${minds(group)}).` }];
  });
}

/** `manage_contact, inputSchema/properties/tags: `; a fault of the whole list needs no place. */
function placeOf(pointer: string, tools: LintInput["tools"]): string {
  const [, index = "", ...rest] = pointer.split("/");
  const tool = index === "" ? undefined : tools[Number(index)];
  if (!tool) return "";
  return rest.length > 1 ? `${tool.name}, ${rest.join("/")}: ` : `${tool.name}: `;
}

/** `cursor: at most 60; anthropic, openai: at most 64`. */
function minds(group: readonly Finding[]): string {
  const byLimit = new Map<string, string[]>();
  for (const { limit, profile } of group) byLimit.set(limit, [...(byLimit.get(limit) ?? []), profile]);
  return [...byLimit].map(([limit, names]) => names.join(", ") + (limit === "" ? "" : `: ${limit}`)).join("; ");
}
