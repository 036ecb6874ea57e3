/** Drafts become plans: every name is final here. */
import type { JsonSchema, JsonValue } from "../../templates/runtime/operation.js";
import type { Choice } from "../cluster/types.js";
import { splitWords, toPascal } from "../naming/words.js";
import { mapOperations } from "./drafts.js";
import type { ToolDraft } from "./drafts.js";
import { createNamer, toFileName, toIdentifier } from "./names.js";
import type { Namer } from "./names.js";
import type { PlannedOperation } from "./operation.js";
import type { ActionPlan, DomainPlan, OperationPlan, ResourcePlan, ToolPlan } from "./types.js";

export type OperationPlans = ReadonlyMap<PlannedOperation, OperationPlan>;

/** Names an operation may have in code, best first: its id, then its tool's where it has one alone, or what it does. */
export function* constantNames(choice: Choice, noun: string, tool?: string): Generator<string> {
  const { operationId, path } = choice.operation;
  const id = operationId === undefined ? "" : toIdentifier(operationId, "call");
  if (id !== "" && id.length <= 50) yield id;
  const [verb = "call", ...rest] = splitWords(choice.action);
  const words = [verb, ...splitWords(noun).filter((word) => !rest.includes(word)), ...rest];
  const described = toIdentifier(tool ?? words.join(" "), "call");
  yield described;
  const literals = path
    .split("/")
    .filter((part) => part !== "" && !part.includes("{"))
    .slice(0, -1);
  yield toIdentifier(`${described} ${literals.join(" ")}`, "call");
}

/** Names in code by the tools as they are in the end: one that was divided is named as it will be on the next run. */
export function nameOperations(drafts: readonly ToolDraft[], nameConstant: Namer): readonly ToolDraft[] {
  return drafts.map((draft) =>
    mapOperations(draft, (planned) => {
      const tool = draft.operations.length === 1 ? draft.name : undefined;
      const id = nameConstant(constantNames(planned.choice, draft.intent.noun, tool));
      const variants = planned.wire.variants?.map((variant) => ({ ...variant, id }));
      return { ...planned, wire: { ...planned.wire, id, ...(variants && { variants }) } };
    }),
  );
}

/** The operations of all tools, in order. */
export function planOperations(drafts: readonly ToolDraft[]): OperationPlans {
  return new Map(
    drafts.flatMap((draft) => draft.operations.map((operation) => [operation, assembleOperation(operation)] as const)),
  );
}

function assembleOperation(operation: PlannedOperation): OperationPlan {
  const { choice, wire, output } = operation;
  const { description, summary } = choice.operation;
  const type = toPascal(wire.id);
  return {
    key: choice.operation.key,
    ...(choice.twins.length > 0 && { twins: choice.twins.map(({ key }) => key) }),
    constant: wire.id,
    ...((summary ?? description) !== undefined && { description: summary ?? description ?? "" }),
    wire,
    inputType: `${type}Input`,
    outputType: `${type}Output`,
    input: inputSchema(operation),
    ...(output && { output }),
  };
}

/** What a caller gives, as one closed object. */
function inputSchema({ arguments: planned }: PlannedOperation): JsonSchema {
  const properties: Record<string, JsonValue> = {};
  for (const { argument, description } of planned) {
    if (Object.hasOwn(properties, argument.name)) continue;
    properties[argument.name] = {
      ...argument.schema,
      ...(description !== undefined && { description }),
    };
  }
  const required = Object.keys(properties).filter((name) =>
    planned.some(({ argument }) => argument.name === name && argument.required),
  );
  return { type: "object", properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** Operations by the collection they belong to; one file each. */
export function planResources(drafts: readonly ToolDraft[], operations: OperationPlans): readonly ResourcePlan[] {
  const groups = new Map<string, OperationPlan[]>();
  for (const draft of drafts) {
    const plans = draft.operations.flatMap((operation) => operations.get(operation) ?? []);
    groups.set(draft.intent.resource, [...(groups.get(draft.intent.resource) ?? []), ...plans]);
  }
  const nameFile = createNamer();
  return [...groups].map(([resource, plans]) => ({ file: nameFile(fileNames(resource)), operations: plans }));
}

/** `/orgs/{org}/repos` as `repos`, or `orgs-repos` where that is taken. */
function fileNames(resource: string): readonly string[] {
  const literals = resource.split("/").filter((part) => part !== "" && !part.includes("{"));
  const last = toFileName(literals.at(-1) ?? "", "root");
  return [last, toFileName(literals.slice(-2).join(" "), "root"), toFileName(literals.join(" "), "root")];
}

export interface ToolContext {
  readonly operations: OperationPlans;
  readonly domains: readonly DomainPlan[];
  readonly nameConstant: Namer;
  readonly nameFile: Namer;
  readonly serverName: string;
}

/** The tool as the emitter prints it. */
export function planTool(draft: ToolDraft, context: ToolContext): ToolPlan {
  const { tool, name } = draft;
  const constant = toIdentifier(name, "tool");
  return {
    name,
    file: context.nameFile([toFileName(name, "tool")]),
    constant: context.nameConstant([constant, `${constant}Tool`]),
    title: tool.title,
    description: tool.description,
    domain: context.domains.find((domain) => domain.tools.includes(name))?.name ?? context.serverName,
    hints: tool.hints,
    actions: draft.operations.flatMap((operation) => assembleAction(operation, draft, context.operations)),
    properties: tool.properties,
    tokens: draft.tokens,
    why: draft.why,
  };
}

function assembleAction(
  operation: PlannedOperation,
  draft: ToolDraft,
  operations: OperationPlans,
): readonly ActionPlan[] {
  const { choice } = operation;
  const plan = operations.get(operation);
  const action = draft.tool.actions[choice.action];
  if (!plan || !action) return [];
  return [
    {
      action: draft.operations.length === 1 ? null : choice.action,
      key: choice.action,
      operation: plan,
      role: choice.role,
      class: choice.class,
      summary: action.summary,
      scopes: action.scopes,
      confirm: action.confirm === true,
      ...(action.batch !== undefined && { batch: action.batch }),
      ...(action.result && { result: action.result }),
      ...(action.noun !== undefined && { noun: action.noun }),
      arguments: operation.arguments.map(({ argument }) => ({
        name: argument.name,
        in: argument.in,
        wire: argument.wire,
        required: argument.required === true,
      })),
      why: choice.why,
    },
  ];
}
