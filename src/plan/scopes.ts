import type { Choice } from "../cluster/types.js";
import type { Api } from "../model/types.js";

/**
 * Scopes a caller needs for an action: as annotated, else what the description asks for (OAuth scopes of the first
 * alternative that names any), else `<server>:read`, `:write` or `:delete`.
 */
export function planScopes(choice: Choice, api: Api, serverName: string): readonly string[] {
  if (choice.annotation?.scopes) return choice.annotation.scopes;
  const oauth = new Set(
    api.securitySchemes.filter(({ kind }) => kind === "oauth2" || kind === "openIdConnect").map(({ id }) => id),
  );
  for (const requirement of choice.operation.security) {
    const scopes = [...requirement].flatMap(([id, names]) => (oauth.has(id) ? names : [])).filter(isScope);
    if (scopes.length > 0) return [...new Set(scopes)];
  }
  return [`${serverName}:${choice.class}`];
}

/** RFC 6749 section 3.3, scope-token. */
function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(text);
}
