import { readFileSync } from "node:fs";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret; `reread` exists when it came from a file, and takes over what the file says now. */
export interface Secret {
  readonly value: string;
  readonly reread?: () => string;
}

/** Reads `NAME`, or the file named by `NAME_FILE`. Throws when that file cannot be read. */
export function readSecret(env: Environment, name: string): Secret | undefined {
  const value = env[name];
  if (value !== undefined && value !== "") return { value };
  const file = env[`${name}_FILE`];
  if (file === undefined || file === "") return undefined;
  let current = readFileSync(file, "utf8").trim();
  return {
    get value() {
      return current;
    },
    reread: () => (current = readFileSync(file, "utf8").trim()),
  };
}

export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
}

// Access tokens come and go: only the newest are kept.
const MAX_SECRETS = 2_000;
// Anything shorter would blank out ordinary words.
const MIN_LENGTH = 4;
/** "Basic" with as little as a header is recognised by. */
const MIN_HEADER = 14;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9\-._~+/]{8,}=*/gi;

/** Replaces known secrets, in plain, URL-encoded and base64 form, and anything that looks like an Authorization value. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let shortest = Infinity;
  const add = (secret: string): void => {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) {
      if (form.length < MIN_LENGTH) continue;
      secrets.add(form);
      shortest = Math.min(shortest, form.length);
    }
    for (const oldest of secrets) {
      if (secrets.size <= MAX_SECRETS) break;
      secrets.delete(oldest);
    }
  };
  const redact = (text: string): string => {
    if (text.length < Math.min(shortest, MIN_HEADER)) return text;
    let clean = text;
    for (const secret of secrets) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, "[redacted]");
    }
    return clean.replace(BEARER, "$1 [redacted]");
  };
  return { add, redact };
}
