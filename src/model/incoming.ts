import type { Located } from "../load/types.js";
import type { ModelContext } from "./context.js";
import { listChildren, stepInto } from "./raw.js";

const MAX_NAMED = 5;

export interface IncomingCall {
  /** Name of the webhook or callback. */
  readonly key: string;
  readonly node: Located;
}

/** Tells of the calls that the API makes: webhooks (OpenAPI 3.1 section 4.8.1) and the given callbacks (section 4.8.18). */
export function reportIncoming(context: ModelContext, callbacks: readonly IncomingCall[]): void {
  const { root } = context.spec;
  const webhooks = ["webhooks", "x-webhooks"].flatMap((key) => listChildren(stepInto(root, key)));
  const [first] = [...webhooks, ...callbacks];
  if (!first) return;
  const kinds = [describe("webhook", webhooks), describe("callback", callbacks)].filter((text) => text !== "");
  const message = `The API itself makes the calls of ${kinds.join(" and ")}; they become no tools.`;
  context.report({ code: "model/incoming-calls", message, at: first.node.at });
}

function describe(noun: string, calls: readonly IncomingCall[]): string {
  if (calls.length === 0) return "";
  const names = calls.slice(0, MAX_NAMED).map(({ key }) => key);
  const more = calls.length > MAX_NAMED ? ", …" : "";
  return `${calls.length} ${noun}${calls.length === 1 ? "" : "s"} (${names.join(", ")}${more})`;
}
