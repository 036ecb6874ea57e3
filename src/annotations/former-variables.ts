/** Environment variables that a deployment sets, and that a server reads no more. */
import type { Report } from "../diagnostics/types.js";
import type { EnvironmentVariable } from "../plan/types.js";

/** Names of variables, each with whether the server needs it to start. */
export type Variables = ReadonlyMap<string, boolean>;

export interface LostVariable {
  readonly name: string;
  /** What is read in its place, as far as the names tell. */
  readonly now: string | undefined;
}

/** Says which variables the server of the last run read and that of this one does not. */
export function reportLostVariables(
  former: Variables | undefined,
  environment: readonly EnvironmentVariable[],
  report: Report,
): void {
  const lost = findLostVariables(former, new Map(environment.map(({ name, required }) => [name, required])));
  if (lost.length === 0) return;
  const told = lost.map(({ name, now }) => (now === undefined ? name : `${name} (now ${now})`)).join(", ");
  const subject = lost.length === 1 ? "An environment variable is" : `${lost.length} environment variables are`;
  report({ code: "annotations/lost-variable", message: `${subject} no longer read: ${told}.` });
}

/** The variables read no more; none where a record does not hold them. */
export function findLostVariables(before: Variables | undefined, after: Variables | undefined): LostVariable[] {
  if (!before || !after) return [];
  const free = new Set([...after.keys()].filter((name) => !before.has(name)));
  return [...before.keys()]
    .filter((name) => !after.has(name))
    .map((name) => {
      const likely = [...free].toSorted((left, right) => countShared(right, name) - countShared(left, name))[0];
      const now = likely !== undefined && countShared(likely, name) > 0 ? likely : undefined;
      if (now !== undefined) free.delete(now);
      return { name, now };
    });
}

/** Words that two names end in: `CRM_API_TOKEN` and `SALES_API_TOKEN` share two. */
function countShared(left: string, right: string): number {
  const [first, second] = [left, right].map((name) => name.split("_").toReversed());
  const end = first?.findIndex((word, i) => word !== second?.[i]) ?? 0;
  return end < 0 ? (first?.length ?? 0) : end;
}
