/** Source of a pattern for a token (RFC 9110 section 5.6.2): what methods and header names are made of. */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/** Members of a path item that are operations (OpenAPI 3.2, Path Item Object): methods that every description knows. */
export const METHODS: ReadonlySet<string> = new Set("get put post delete options head patch trace query".split(" "));
