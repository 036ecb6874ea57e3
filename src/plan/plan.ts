import type { Annotations } from "../annotations/types.js";
import type { Clustering } from "../cluster/types.js";
import type { Report } from "../diagnostics/types.js";
import type { Api } from "../model/types.js";
import { constantNames, nameOperations, planOperations, planResources, planTool } from "./assemble.js";
import { planDomains } from "./domains.js";
import { draftTools, excessOf } from "./drafts.js";
import type { ToolDraft } from "./drafts.js";
import { planInstructions } from "./instructions.js";
import { createNamer } from "./names.js";
import { planOperation } from "./operation.js";
import { planPolling } from "./polling.js";
import { planSecurity } from "./security.js";
import { planBaseUrl, planEnvironment, planName, planPrompts, prefixOf } from "./server.js";
import type { ServerPlan } from "./types.js";

export { maxToolName } from "./limits.js";
export { planName } from "./server.js";

export interface PlanInput {
  readonly api: Api;
  readonly clustering: Clustering;
  readonly annotations: Annotations;
  /** Base name of the description. */
  readonly specName: string;
}

/** Takes every decision that is left: names, arguments, schemas, hints, scopes, domains. */
export function planServer(input: PlanInput, report: Report): ServerPlan {
  const { api, clustering, annotations, specName } = input;
  const name = planName(api, annotations);
  const baseUrl = planBaseUrl(api, annotations, report);
  const prefix = prefixOf(name);
  const security = planSecurity(api, prefix, report);
  const nameDraft = createNamer();
  const taken = new Set(clustering.intents.map((intent) => intent.name));
  const drafted = clustering.intents.flatMap((intent) => {
    const operations = intent.choices.map((choice) => {
      const id = nameDraft(constantNames(choice, intent.noun));
      return planOperation(choice, id, { api, annotations, security, baseUrl, prefix, report });
    });
    return operations.length === 0 ? [] : draftTools(intent, operations, { api, serverName: name, report, taken });
  });
  const nameConstant = createNamer();
  const drafts = nameOperations(planPolling(drafted, api.schemas), nameConstant);
  if (drafts.length === 0 && api.operations.length > 0) {
    report({
      code: "plan/no-tools",
      message: `No operation is left of the ${api.operations.length} that ${api.title} has.`,
    });
  }
  reportTools(drafts, report);
  const domains = planDomains(drafts, { api, annotations, serverName: name, report });
  const operations = planOperations(drafts);
  const toolContext = { operations, domains, nameConstant, nameFile: createNamer(), serverName: name };
  return {
    name,
    title: annotations.server.title ?? api.title,
    version: api.version,
    instructions: planInstructions({ api, annotations, drafts }),
    baseUrl,
    ...(annotations.defaults.pageSize !== undefined && { pageSize: annotations.defaults.pageSize }),
    specName,
    tools: drafts.map((draft) => planTool(draft, toolContext)),
    resources: planResources(drafts, operations),
    domains,
    securitySchemes: security.schemes,
    environment: planEnvironment(drafts, security.environment, baseUrl),
    aliases: Object.fromEntries(annotations.aliases),
    prompts: planPrompts(annotations),
    skipped: [...api.skipped, ...clustering.skipped],
    tokens: countBoth(drafts),
  };
}

function countBoth(drafts: readonly ToolDraft[]): ServerPlan["tokens"] {
  return {
    grouped: drafts.reduce((sum, draft) => sum + draft.tokens, 0),
    granular: drafts.reduce((sum, draft) => sum + draft.apart, 0),
  };
}

/** Says what rules would have changed, had the user not decided otherwise. */
function reportTools(drafts: readonly ToolDraft[], report: Report): void {
  for (const draft of drafts) {
    const excess = excessOf(draft);
    if (excess !== undefined) {
      report({ code: "plan/tool-too-large", message: `${draft.name}: ${excess}.`, at: draft.intent.annotation?.at });
    }
    const classes = new Set(draft.operations.map(({ wire }) => wire.class === "read"));
    if (classes.size > 1) {
      report({
        code: "plan/mixed-tool",
        message: `${draft.name} both reads and writes.`,
        at: draft.intent.annotation?.at,
      });
    }
  }
}
