import type { Annotations } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api } from "../model/types.js";
import type { ToolDraft } from "./drafts.js";
import { LIMITS } from "./limits.js";
import { toFileName, toTitle } from "./names.js";
import { firstSentences } from "./text.js";
import type { DomainPlan } from "./types.js";

interface Group {
  readonly name: string;
  readonly drafts: readonly ToolDraft[];
}

/** A domain of fewer tools than this goes together with others. */
const MIN_TOOLS = 5;

/** Fewer tags than this say nothing about what an API is made of. */
const MIN_TAGS = 5;

/**
 * Domains of a server: those of the annotation file, then one for all that is left; where that is too large, by
 * tag, by first path literal, and by a second one.
 */
export function planDomains(
  drafts: readonly ToolDraft[],
  context: {
    readonly api: Api;
    readonly annotations: Annotations;
    readonly serverName: string;
    readonly report: Report;
  },
): readonly DomainPlan[] {
  const { annotations, serverName, report } = context;
  const byName = new Map(drafts.map((draft) => [draft.name, draft] as const));
  const listed = [...annotations.domains].map(([name, tools]) => ({
    name,
    // A tool that does not exist is reported with the annotation file, once all tools are known.
    drafts: tools.flatMap((tool) => byName.get(tool) ?? []),
  }));
  const assigned = new Set(listed.flatMap((group) => group.drafts));
  const rest = drafts.filter((draft) => !assigned.has(draft));
  const groups = rest.length === 0 ? listed : [...listed, ...divideRest({ name: serverName, drafts: rest })];
  const domains = mergeNames(groups).map((group) => describeDomain(group, context));
  for (const domain of domains) {
    if (domain.tools.length <= LIMITS.toolsPerDomain && domain.tokens <= LIMITS.tokensPerDomain) continue;
    report({
      code: "plan/domain-too-large",
      message: `The domain "${domain.name}" has ${domain.tools.length} tools and ${domain.tokens} tokens.`,
    });
  }
  return domains;
}

function divideRest(all: Group): readonly Group[] {
  if (isSmall(all)) return [all];
  const tags = groupBy(all, tagOf);
  const isTagged =
    tags.length >= MIN_TAGS && tags.every((group) => group.name !== "") && tags.length <= all.drafts.length / 1.5;
  const first = isTagged ? tags : groupBy(all, (draft) => literalOf(draft, 0));
  const packed = packSmall(all.name, first, (part) => part);
  return packed.flatMap((group) => divideGroup(group, isTagged ? 0 : 1));
}

/** A second level by path, and where that does not help either, equal parts in order. */
function divideGroup(group: Group, level: number): readonly Group[] {
  if (isSmall(group)) return [group];
  if (level <= 2) {
    const parts = groupBy(group, (draft) => literalOf(draft, level));
    if (parts.length > 1) {
      return packSmall(group.name, parts, (part) => joinNames(group.name, part)).flatMap((part) =>
        divideGroup(part, level + 1),
      );
    }
    return divideGroup(group, level + 1);
  }
  return divideEvenly(group);
}

/** Parts of a few tools go together: a domain is a server, and nobody runs one for a single tool. */
function packSmall(name: string, parts: readonly Group[], rename: (part: string) => string): readonly Group[] {
  const packed: Group[] = [];
  let rest: Group = { name, drafts: [] };
  for (const part of parts) {
    if (part.drafts.length >= MIN_TOOLS) {
      packed.push({ name: rename(part.name), drafts: part.drafts });
      continue;
    }
    const joined = { name, drafts: [...rest.drafts, ...part.drafts] };
    if (rest.drafts.length > 0 && !isSmall(joined)) packed.push(rest);
    rest = rest.drafts.length > 0 && !isSmall(joined) ? { name, drafts: part.drafts } : joined;
  }
  return rest.drafts.length > 0 ? [rest, ...packed] : packed;
}

function divideEvenly(group: Group): readonly Group[] {
  const parts: ToolDraft[][] = [[]];
  for (const draft of group.drafts) {
    const part = parts.at(-1) ?? [];
    if (part.length > 0 && !isSmall({ name: group.name, drafts: [...part, draft] })) parts.push([draft]);
    else part.push(draft);
  }
  return parts.map((drafts, i) => ({ name: i === 0 ? group.name : `${group.name}-${i + 1}`, drafts }));
}

function groupBy(group: Group, key: (draft: ToolDraft) => string): readonly Group[] {
  const groups = new Map<string, ToolDraft[]>();
  for (const draft of group.drafts) {
    const name = key(draft);
    groups.set(name, [...(groups.get(name) ?? []), draft]);
  }
  return [...groups].map(([name, drafts]) => ({ name, drafts }));
}

function tagOf(draft: ToolDraft): string {
  return draft.operations[0]?.choice.operation.tags[0] ?? "";
}

/** A literal of the path, versions and prefixes that say nothing left out. */
function literalOf(draft: ToolDraft, level: number): string {
  const path = draft.operations[0]?.choice.operation.path ?? "";
  const literals = path
    .split(/[/:?]/)
    .filter((part) => part !== "" && !part.includes("{") && !/^(v\d+\w*|api|apis|rest)$/i.test(part));
  return literals[Math.min(level, Math.max(0, literals.length - 1))] ?? "";
}

function isSmall({ drafts }: Group): boolean {
  return drafts.length <= LIMITS.toolsPerDomain && sumTokens(drafts) <= LIMITS.tokensPerDomain;
}

function sumTokens(drafts: readonly ToolDraft[]): number {
  return drafts.reduce((sum, draft) => sum + draft.tokens, 0);
}

/** Groups whose names become the same file name are one domain while they fit, else numbered. */
function mergeNames(groups: readonly Group[]): readonly Group[] {
  const byName = new Map<string, Group>();
  for (const group of groups) {
    const wanted = toFileName(group.name, "other");
    let name = wanted;
    for (let number = 2; ; number += 1) {
      const known = byName.get(name);
      const joined = { name, drafts: [...(known?.drafts ?? []), ...group.drafts] };
      if (!known || isSmall(joined)) {
        byName.set(name, joined);
        break;
      }
      name = `${wanted}-${number}`;
    }
  }
  return [...byName.values()];
}

function joinNames(a: string, b: string): string {
  return b === "" || a === b ? a : `${a}-${b}`;
}

function describeDomain(
  group: Group,
  { api, serverName }: { readonly api: Api; readonly serverName: string },
): DomainPlan {
  const tag = api.tags.find(({ name }) => toFileName(name, "other") === group.name);
  const text = firstSentences(tag?.description, 200);
  const whole = group.name === serverName ? firstSentences(api.description, 200) || api.title : "";
  return {
    name: group.name,
    description: text || whole || `${toTitle(group.name)}.`,
    tools: group.drafts.map((draft) => draft.name),
    tokens: sumTokens(group.drafts),
  };
}
