/** Source of a pattern for a token (RFC 9110 section 5.6.2): what methods and header names are made of. */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
