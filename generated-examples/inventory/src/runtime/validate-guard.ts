/** A limit on the time a schema may take: a pattern of a description can make a short text run for ever (ReDoS). */
import { createContext, Script, type Context } from "node:vm";

/** Longest check of one argument, and of all that belongs to one call, in milliseconds: nothing else runs meanwhile. */
const LIMIT_MS = 250;
const CALL_LIMIT_MS = 500;

/** The time that checks may still take, shared by all of one call: its arguments, the items of a batch, the answers. */
export interface Clock {
  leftMs: number;
}

export function startClock(): Clock {
  return { leftMs: CALL_LIMIT_MS };
}

/** Which values the clock is needed for: it costs more than most checks. */
export type Cost = "bounded" | "by-length" | "any";

/** A text of this many characters is harmless to a pattern that repeats at most two things, and no group. */
const SHORT = 200;

/** Runs a check. Undefined when it was stopped, or its time was up before: nothing else ends a regular expression. */
export type Guard = <T>(check: () => T, clock: Clock) => T | undefined;

interface Sandbox extends Context {
  run?: (() => void) | undefined;
}

/** A guard; the code it runs stays where it is, the sandbox only counts the time. */
export function createGuard(): Guard {
  const sandbox: Sandbox = createContext({});
  const script = new Script("run()");
  return <T>(check: () => T, clock: Clock): T | undefined => {
    const timeout = Math.min(LIMIT_MS, Math.ceil(clock.leftMs));
    if (timeout <= 0) return undefined;
    const started = performance.now();
    let result: T | undefined;
    sandbox.run = () => {
      result = check();
    };
    try {
      script.runInContext(sandbox, { timeout });
      return result;
    } catch (error) {
      if (isTimeout(error)) return undefined;
      throw error;
    } finally {
      clock.leftMs -= performance.now() - started;
      sandbox.run = undefined;
    }
  };
}

/** The error belongs to the sandbox, whose `Error` is another one. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

/** Whether a value of a schema needs the clock. */
export function needsClock(cost: Cost, value: unknown): boolean {
  if (cost === "bounded") return false;
  const size = typeof value === "string" ? value.length : typeof value === "object" ? sizeOf(value) : 0;
  return cost === "any" ? size > 0 : size > SHORT;
}

/** What a schema may cost at worst. */
export function costOf(schema: object): Cost {
  const costs = Object.entries(schema).map(([keyword, value]: [string, unknown]) => costOfKeyword(keyword, value));
  return costs.includes("any") ? "any" : costs.includes("by-length") ? "by-length" : "bounded";
}

function costOfKeyword(keyword: string, value: unknown): Cost {
  if (keyword === "pattern" && typeof value === "string") return costOfPattern(value);
  if (keyword === "patternProperties") return "any";
  if (keyword === "uniqueItems" || keyword === "format") return "by-length";
  if (typeof value !== "object" || value === null) return "bounded";
  // Names of properties are read as keywords too, which can only make the answer more careful.
  return costOf(value);
}

/** A repeated group can take a time that doubles with every character. */
function costOfPattern(pattern: string): Cost {
  const repeats = pattern.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  return /\)[*+{]/.test(pattern) || repeats > 2 ? "any" : "by-length";
}

function sizeOf(value: object | null): number {
  return JSON.stringify(value).length;
}
