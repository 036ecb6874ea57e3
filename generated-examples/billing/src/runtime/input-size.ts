/** The size of a call. The SDK's own limit answers with text alone; here it is a failure like all others. */
import type { Route } from "./surface-types.js";

const MAX_ELEMENTS = 10_000;

/** What a call is told that holds too many. */
export const TOO_LARGE: Route = {
  kind: "refusal",
  error: {
    code: "payload_too_large",
    message: `The arguments hold more than ${MAX_ELEMENTS.toLocaleString("en")} values.`,
    retryable: false,
    hint: "Divide them among several calls.",
  },
};

/** Whether arguments hold more entries and members, at any depth, than any call needs. */
export function isLarge(args: object): boolean {
  let count = 0;
  const waiting: object[] = [args];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    // Without a list of all of them: there may be millions.
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      count += 1;
      if (count > MAX_ELEMENTS) return true;
      const child: unknown = Reflect.get(value, key);
      if (typeof child === "object" && child !== null) waiting.push(child);
    }
  }
  return false;
}
