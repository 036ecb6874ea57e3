import type { Located } from "../load/types.js";
import { listChildren, readFlag, readMember, stepInto } from "./raw.js";
import type { Response } from "./types.js";

const uncallable = new Set(["HEAD", "OPTIONS", "TRACE", "CONNECT"]);
const streams = new Set(["text/event-stream"]);

/** Why an operation makes no tool; undefined when it does. A deprecated one stays when it is asked for. */
export function findSkipReason(
  { method, node, isNamed }: { readonly method: string; readonly node: Located; readonly isNamed: boolean },
  responses: readonly Response[],
): string | undefined {
  if (uncallable.has(method.toUpperCase())) return `${method} gives a model nothing to read`;
  const isAsked = isNamed || isTaken(readMember(node.value, "x-mcp"));
  if (readFlag(node.value, "deprecated") && !isAsked) return "deprecated";
  return isStream(node, responses) ? "it answers only with an endless stream of events" : undefined;
}

/** Whether an `x-mcp` extension asks for a tool. */
function isTaken(extension: unknown): boolean {
  return extension !== undefined && extension !== false;
}

function isStream(node: Located, responses: readonly Response[]): boolean {
  const statuses = listChildren(stepInto(node, "responses")).map(({ key }) => key);
  if (statuses.includes("101") && !statuses.some((status) => status.startsWith("2"))) return true;
  const content = responses
    .filter((response) => /^(2|default)/i.test(response.status))
    .flatMap((response) => response.content);
  return content.length > 0 && content.every(({ mediaType }) => streams.has(mediaType.split(";")[0] ?? ""));
}
