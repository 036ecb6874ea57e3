import type { Annotations } from "../annotations/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api } from "../model/types.js";
import { divideTools, sumTokens } from "./divide.js";
import type { Group } from "./divide.js";
import { contentsOf, nameGroups } from "./domain-names.js";
import type { ToolDraft } from "./drafts.js";
import { LIMITS } from "./limits.js";
import { toFileName, toTitle } from "./names.js";
import { firstSentences, firstTelling } from "./text.js";
import type { DomainPlan } from "./types.js";

/** Things a description names before it says only that there are more. */
const MAX_CONTENTS = 8;

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
  const divided = rest.length === 0 ? [] : divideTools({ name: serverName, drafts: rest });
  const domains = nameGroups(listed, divided).map((group) => describeDomain(group, context));
  for (const domain of domains) {
    if (domain.tools.length <= LIMITS.toolsPerDomain && domain.tokens <= LIMITS.tokensPerDomain) continue;
    report({
      code: "plan/domain-too-large",
      message: `The domain "${domain.name}" has ${domain.tools.length} tools and ${domain.tokens} tokens.`,
    });
  }
  return domains;
}

function describeDomain(
  group: Group,
  { api, serverName }: { readonly api: Api; readonly serverName: string },
): DomainPlan {
  const tag = api.tags.find(({ name }) => toFileName(name, "other") === group.name);
  const text = firstTelling(tag?.description, 200);
  const whole = group.name === serverName ? firstSentences(api.description, 200) || api.title : "";
  return {
    name: group.name,
    description: text || whole || describeContents(group),
    tools: group.drafts.map((draft) => draft.name),
    tokens: sumTokens(group.drafts),
  };
}

/** `Repos branches: branches, protections and 3 more.` */
function describeContents(group: Group): string {
  const contents = contentsOf(group);
  const title = toTitle(group.name);
  const [only] = contents;
  if (only === undefined || (contents.length === 1 && toFileName(only, "other") === group.name)) return `${title}.`;
  const isMore = contents.length > MAX_CONTENTS + 1;
  const shown = isMore ? contents.slice(0, MAX_CONTENTS) : contents.slice(0, -1);
  const last = isMore ? `${contents.length - MAX_CONTENTS} more` : contents.at(-1);
  const list = shown.length === 0 ? only : `${shown.join(", ")} and ${last}`;
  return `${title}: ${list}.`;
}
