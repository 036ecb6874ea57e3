/** Asks the person before an action that the annotation file marks with `confirm`. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type ClientCapabilities,
  type InputRequiredResult,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { ErrorPayload } from "./context.js";
import { digestOf } from "./idempotency-key.js";
import { visibleText } from "./response-text.js";
import type { Action, Tool } from "./tool.js";

/** What a person agreed to; signed, so that the client cannot swap the call after the question. */
interface ConfirmedCall {
  readonly tool: string;
  readonly action: string;
  readonly digest: string;
}

export type Confirmations = RequestStateCodec<ConfirmedCall>;

export interface ConfirmRequest {
  readonly tool: Tool;
  readonly actionName: string;
  readonly action: Action;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly context: ServerContext;
  /** What the client can do; undefined when unknown. */
  readonly capabilities: ClientCapabilities | undefined;
}

export type Confirmation =
  | { readonly kind: "confirmed" }
  | { readonly kind: "ask"; readonly result: InputRequiredResult }
  | { readonly kind: "refused"; readonly error: ErrorPayload };

const KEY = "confirm";
const TTL_SECONDS = 600;

/** Signs the state of a question, bound to the caller (MCP 2026-07-28, multi round-trip requests). */
export function createConfirmations(signingKey: Uint8Array): Confirmations {
  return createRequestStateCodec<ConfirmedCall>({
    key: signingKey,
    ttlSeconds: TTL_SECONDS,
    bind: ({ http }) => JSON.stringify([http?.authInfo?.clientId ?? null, http?.authInfo?.extra?.["subject"] ?? null]),
  });
}

/** Elicitation where the client can ask its user, else the `confirm: true` argument. */
export async function confirmCall(confirmations: Confirmations, request: ConfirmRequest): Promise<Confirmation> {
  if (!request.action.confirm) return { kind: "confirmed" };
  if (canElicit(request.capabilities)) return elicit(confirmations, request);
  if (request.arguments["confirm"] === true) return { kind: "confirmed" };
  return refuse(
    `${describeCall(request)} needs the user's consent. Ask the user; if they agree, repeat the call with confirm: true.`,
  );
}

async function elicit(confirmations: Confirmations, request: ConfirmRequest): Promise<Confirmation> {
  const { context } = request;
  const call = { tool: request.tool.name, action: request.actionName, digest: digestArguments(request.arguments) };
  const answer = inputResponse(context.mcpReq.inputResponses, KEY);
  const asked = context.mcpReq.requestState<ConfirmedCall>();
  if (answer.kind === "elicit" && asked !== undefined) {
    const same = asked.tool === call.tool && asked.action === call.action && asked.digest === call.digest;
    if (!same) return refuse("The arguments differ from those the user was asked about.");
    const agreed = answer.action === "accept" && answer.content?.[KEY] === true;
    return agreed ? { kind: "confirmed" } : refuse("The user declined. Do not repeat the call unless they ask for it.");
  }
  const message = describeQuestion(request);
  if (message.length > MAX_QUESTION) {
    return refuse(
      `${describeCall(request)} needs the user's consent, and its arguments are too long to be asked about at once. Make several smaller calls.`,
    );
  }
  const question = inputRequired.elicit({
    message,
    requestedSchema: {
      type: "object",
      properties: { [KEY]: { type: "boolean", title: "Confirm", description: "Yes, do it." } },
      required: [KEY],
    },
  });
  const requestState = await confirmations.mint(call, context);
  return { kind: "ask", result: inputRequired({ inputRequests: { [KEY]: question }, requestState }) };
}

/** The client's capabilities: per request in 2026-07-28, per connection before. */
export function capabilitiesOf(
  context: ServerContext,
  connection: ClientCapabilities | undefined,
): ClientCapabilities | undefined {
  // The SDK types the envelope as an empty object; its keys are those of the specification.
  const envelope = context.mcpReq.envelope as Readonly<Record<string, ClientCapabilities>> | undefined;
  return envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? connection;
}

/** An empty `elicitation` capability means forms (MCP 2025-11-25, elicitation capabilities). */
function canElicit(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

function describeCall({ tool, actionName }: ConfirmRequest): string {
  return Object.keys(tool.actions).length === 1 ? tool.name : `${tool.name} ${actionName}`;
}

/** Longer values are cut, which the person is told; a longer question is not asked. In characters. */
const MAX_VALUE = 2_000;
const MAX_QUESTION = 12_000;

/** The person sees the real arguments, every one of them, not what the model says about them. */
function describeQuestion({ tool, action, arguments: args }: ConfirmRequest): string {
  const { action: _, confirm: __, items, ...rest } = args;
  const lines = Object.entries(rest).map(([name, value]) => `${name}: ${shownText(value)}`);
  const batch = action.batch !== undefined && Array.isArray(items) ? items : undefined;
  if (items !== undefined && batch === undefined) lines.push(`items: ${shownText(items)}`);
  const calls = batch?.map((item, index) => `${index + 1}. ${shownText(item)}`) ?? [];
  const count = batch === undefined ? "" : ` (${batch.length} times)`;
  return [`${tool.title}: ${action.summary}${count}`, ...lines, ...calls].join("\n");
}

function shownText(value: unknown): string {
  const text = visibleText(typeof value === "string" ? value : JSON.stringify(value)).replace(/\s+/g, " ");
  if (text.length <= MAX_VALUE) return text;
  return `${text.slice(0, MAX_VALUE)}… (the first ${MAX_VALUE} of ${text.length} characters)`;
}

function digestArguments(args: Readonly<Record<string, unknown>>): string {
  const { confirm: _, ...rest } = args;
  return digestOf(rest);
}

function refuse(message: string): Confirmation {
  return { kind: "refused", error: { code: "confirmation_required", message, retryable: false } };
}
