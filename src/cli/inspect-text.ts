import { cleanText, shortenText } from "../diagnostics/text.js";
import type { ActionPlan, DomainPlan, ServerPlan, ToolPlan } from "../plan/types.js";

/** Beyond these, clients cut the list of tools or models stop choosing well. */
export const limits = { tools: 40, tokens: 25_000 };

/** The plan for people: what each tool takes, what it costs, and why it is as it is. */
export function printInspection(plan: ServerPlan): string {
  const operations = plan.tools.reduce((sum, tool) => sum + tool.actions.length, 0);
  return [
    `${plan.name} ${cleanText(plan.version)}: ${shortenText(plan.title, 80)}`,
    `${count(plan.tools.length, "tool")} for ${count(operations, "operation")}; base URL ${plan.baseUrl === null ? "not stated (API_BASE_URL names it)" : cleanText(plan.baseUrl)}`,
    printTokens(plan),
    "",
    ...printTools(plan),
    ...printDomains(plan),
    ...printSkipped(plan),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function printTokens({ tokens: { grouped, granular } }: ServerPlan): string {
  const share = granular === 0 ? "" : ` (${Math.round((100 * grouped) / granular)} %)`;
  return `${formatNumber(grouped)} tokens in tools/list; one tool per operation would take ${formatNumber(granular)}${share}`;
}

/** By domain, where there are several. */
function printTools({ tools, domains }: ServerPlan): string[] {
  if (domains.length < 2) return tools.flatMap(printTool);
  return domains.flatMap((domain) => [
    `── ${domain.name}: ${count(domain.tools.length, "tool")}, ${formatNumber(domain.tokens)} tokens${describeExcess(domain)}`,
    "",
    ...tools.filter((tool) => tool.domain === domain.name).flatMap(printTool),
  ]);
}

function printTool(tool: ToolPlan): string[] {
  const hints = [
    tool.hints.readOnlyHint ? "read-only" : undefined,
    tool.hints.destructiveHint ? "destructive" : undefined,
    tool.hints.idempotentHint && !tool.hints.readOnlyHint ? "idempotent" : undefined,
  ].filter((hint) => hint !== undefined);
  const facts = [`${formatNumber(tool.tokens)} tokens`, ...hints].join(", ");
  return [
    `${tool.name}  (${facts})`,
    `  ${shortenText(tool.description, 160)}`,
    `  why: ${shortenText(tool.why, 300)}`,
    ...tool.actions.flatMap(printAction),
    "",
  ];
}

function printAction(action: ActionPlan): string[] {
  const { key, wire } = action.operation;
  const head = action.action === null ? cleanText(key) : `${action.action}: ${cleanText(key)}`;
  const list = action.arguments.map(({ name, required }) => (required ? `${name}*` : name)).join(", ");
  const facts = [
    action.class,
    ...(action.scopes.length > 0 ? [`scopes ${action.scopes.map(cleanText).join(" ")}`] : []),
    ...(wire.pagination ? [`pages by ${wire.pagination.style}`] : []),
    ...(wire.idempotency ? [`idempotency key in ${cleanText(wire.idempotency.wire)}`] : []),
    ...(action.confirm ? ["asks before it runs"] : []),
    ...(action.batch === undefined ? [] : [`up to ${action.batch} at once`]),
  ];
  return [
    `  - ${head}`,
    ...wrapText(list === "" ? "no arguments" : list, "      "),
    `      ${facts.join("; ")}`,
    `      why: ${shortenText(action.why, 300)}`,
  ];
}

function printDomains({ domains }: ServerPlan): string[] {
  const width = Math.max(0, ...domains.map(({ name }) => name.length));
  const rows = domains.map((domain) => {
    const excess = describeExcess(domain);
    return `  ${domain.name.padEnd(width)}  ${count(domain.tools.length, "tool")}, ${formatNumber(domain.tokens)} tokens${excess}`;
  });
  const head = `Domains (clients take ${limits.tools} tools and ${formatNumber(limits.tokens)} tokens):`;
  return domains.length === 0 ? [] : [head, ...rows];
}

function describeExcess({ tools, tokens }: DomainPlan): string {
  const excess = [
    ...(tools.length > limits.tools ? [`${tools.length - limits.tools} tools`] : []),
    ...(tokens > limits.tokens ? [`${formatNumber(tokens - limits.tokens)} tokens`] : []),
  ];
  return excess.length === 0 ? "" : `: ${excess.join(" and ")} too many`;
}

function printSkipped({ skipped }: ServerPlan): string[] {
  if (skipped.length === 0) return [];
  const rows = skipped.map(
    ({ method, path, reason }) => `  ${cleanText(`${method} ${path}`)}: ${shortenText(reason, 200)}`,
  );
  return ["", `Left out (${skipped.length}):`, ...rows];
}

function wrapText(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + word.length > 108) {
      lines.push(indent + line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, indent + line];
}

/** `1 tool`, `2 tools`. */
export function count(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Thousands apart, the same on every machine. */
function formatNumber(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
