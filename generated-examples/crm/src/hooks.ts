// This file is yours: it was written once and is never overwritten.
import type { ServerHooks } from "./generated/hooks.js";

/**
 * Code around single actions: `before` sees the checked arguments, `after` the result, `onError` the failure.
 * What a hook returns replaces what it was given. For example:
 *
 *   list_contacts: {
 *     list: {
 *       before: (input, context) => audit(context.tool, input),
 *     },
 *   },
 */
export const hooks: ServerHooks = {};
