import type { Located } from "../load/types.js";
import { listChildren, readFlag, readMember, stepInto } from "./raw.js";
import type { Response } from "./types.js";

const uncallable = new Set(["HEAD", "OPTIONS", "TRACE", "CONNECT"]);
const streams = new Set(["text/event-stream"]);

/** Why an operation makes no tool; undefined when it does. A deprecated one stays when its `x-mcp` asks for it. */
export function findSkipReason(method: string, node: Located, responses: readonly Response[]): string | undefined {
  if (uncallable.has(method.toUpperCase())) return `${method} gives a model nothing to read`;
  const extension = readMember(node.value, "x-mcp");
  if (readFlag(node.value, "deprecated") && (extension === undefined || extension === false)) return "deprecated";
  return isStream(node, responses) ? "it answers only with an endless stream of events" : undefined;
}

function isStream(node: Located, responses: readonly Response[]): boolean {
  const statuses = listChildren(stepInto(node, "responses")).map(({ key }) => key);
  if (statuses.includes("101") && !statuses.some((status) => status.startsWith("2"))) return true;
  const content = responses
    .filter((response) => /^(2|default)/i.test(response.status))
    .flatMap((response) => response.content);
  return content.length > 0 && content.every(({ mediaType }) => streams.has(mediaType.split(";")[0] ?? ""));
}
