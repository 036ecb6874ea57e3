/** Source of a pattern for a token (RFC 9110 section 5.6.2): what methods and header names are made of. */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

const tokenOnly = new RegExp(`^${TOKEN}$`);

/** Whether a text is a token, as methods and header names must be. */
export function isToken(text: string): boolean {
  return tokenOnly.test(text);
}

/** Members of a path item that are operations (OpenAPI 3.2, Path Item Object): methods that every description knows. */
export const METHODS: ReadonlySet<string> = new Set("get put post delete options head patch trace query".split(" "));
