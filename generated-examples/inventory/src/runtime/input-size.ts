/** The size of a call. The SDK's own limit answers with text alone; here it is a failure like all others. */
import type { ErrorPayload } from "./context.js";
import { MAX_DEPTH } from "./response-json.js";

const MAX_ELEMENTS = 10_000;

const TOO_LARGE: ErrorPayload = {
  code: "payload_too_large",
  message: `The arguments hold more than ${MAX_ELEMENTS.toLocaleString("en")} values.`,
  retryable: false,
  hint: "Divide them among several calls.",
};

const TOO_DEEP: ErrorPayload = {
  code: "invalid_input",
  message: `The arguments are nested more than ${MAX_DEPTH} levels deep.`,
  retryable: false,
};

/** What a call is told whose arguments hold more, or lie deeper, than any call needs. */
export function findOversize(args: object): ErrorPayload | undefined {
  let count = 0;
  let level: object[] = [args];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return TOO_DEEP;
    const below: object[] = [];
    for (const value of level) {
      // Without a list of all of them: there may be millions.
      for (const key in value) {
        if (!Object.hasOwn(value, key)) continue;
        count += 1;
        if (count > MAX_ELEMENTS) return TOO_LARGE;
        const child: unknown = Reflect.get(value, key);
        if (typeof child === "object" && child !== null) below.push(child);
      }
    }
    level = below;
  }
  return undefined;
}
