import type { Operation } from "./operation.js";

/**
 * The ids that choose between variants, by variant, where a call must name one of them: `/orgs/{org}/secrets` beside
 * `/users/{user}/secrets`. Empty where one of them needs no id, or all need the same.
 */
export function scopeIds(operation: Operation): readonly (readonly string[])[] {
  const scopes = [operation, ...(operation.variants ?? [])].map((each) =>
    each.arguments.filter((argument) => argument.in === "path" && argument.required).map((argument) => argument.name),
  );
  const own = scopes.map((ids) => ids.filter((id) => !scopes.every((other) => other.includes(id))));
  return own.every((ids) => ids.length > 0) ? own : [];
}
