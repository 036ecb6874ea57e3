/** Rules about the list as a whole, and about what stands beside it. */
import { countTextTokens } from "../tokens/count.js";
import type { Finding, Limit, LintInput, Profile } from "./types.js";

type Found = Omit<Finding, "profile">;

/** A list that can be served in parts has to fit in parts; that the whole does not is worth a warning. */
export function checkList(input: LintInput, { limits }: Profile): Found[] {
  const { toolCount, tokens, instructionsLength } = limits;
  const length = input.instructions?.length ?? 0;
  return [
    ...checkSizes(input, toolCount, {
      code: "lint/tool-count",
      sizeOf: () => 1,
      say: (size, part) => `${part} has ${size} tools`,
    }),
    ...checkSizes(input, tokens, {
      code: "lint/tokens",
      sizeOf: countTokens,
      say: (size, part) => `${part} takes ${size} tokens`,
    }),
    ...(instructionsLength && length > instructionsLength.value
      ? [
          {
            code: "lint/instructions-length" as const,
            severity: instructionsLength.severity,
            pointer: "",
            fault: `the instructions have ${length} characters`,
            limit: `at most ${instructionsLength.value}`,
          },
        ]
      : []),
  ];
}

const tokenCounts = new WeakMap<object, number>();

/** Every profile asks again; the count of an entry stays. */
function countTokens(entry: unknown): number {
  if (typeof entry !== "object" || entry === null) return countTextTokens(JSON.stringify(entry) ?? "");
  const known = tokenCounts.get(entry) ?? countTextTokens(JSON.stringify(entry));
  tokenCounts.set(entry, known);
  return known;
}

interface Measure {
  readonly code: Finding["code"];
  readonly sizeOf: (entry: unknown) => number;
  readonly say: (size: number, part: string) => string;
}

function checkSizes({ tools, domains }: LintInput, limit: Limit<number> | undefined, measure: Measure): Found[] {
  if (!limit) return [];
  const { code, sizeOf, say } = measure;
  const total = (names?: ReadonlySet<string>) => {
    const chosen = names ? tools.filter(({ name }) => names.has(name)) : tools;
    return chosen.reduce((sum, { entry }) => sum + sizeOf(entry), 0);
  };
  const isSplit = domains.length > 1;
  const parts = isSplit
    ? domains.map((domain) => ({ part: `the domain ${domain.name}`, size: total(new Set(domain.tools)) }))
    : [];
  const found = [
    ...parts.map((part) => ({ ...part, severity: limit.severity })),
    { part: "the whole list", size: total(), severity: isSplit ? ("warning" as const) : limit.severity },
  ];
  return found
    .filter(({ size }) => size > limit.value)
    .map(({ part, size, severity }) => ({
      code,
      severity,
      pointer: "",
      fault: say(size, part),
      limit: `at most ${limit.value}`,
    }));
}
