import { readFileSync } from "node:fs";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret; `reread` exists when it came from a file. */
export interface Secret {
  readonly value: string;
  /** Takes over what the file says now. Throws when that is nothing: the last value stays. */
  readonly reread?: () => void;
}

/** Reads `NAME`, or the file named by `NAME_FILE`. Throws when that file cannot be read or is empty. */
export function readSecret(env: Environment, name: string): Secret | undefined {
  // Neither `echo` nor an editor spares a key its line break.
  const value = env[name]?.trim();
  if (value) return { value };
  const file = env[`${name}_FILE`];
  if (file === undefined || file === "") return undefined;
  let current = readSecretFile(file);
  return {
    get value() {
      return current;
    },
    reread: () => void (current = readSecretFile(file)),
  };
}

function readSecretFile(file: string): string {
  const text = readFileSync(file, "utf8").trim();
  if (text === "") throw new Error(`${file} is empty`);
  return text;
}

export interface Redactor {
  /** A secret of the operator: never forgotten. */
  add(secret: string): void;
  /** An access token. They come and go: only the newest are kept. */
  addToken(token: string): void;
  redact(text: string): string;
}

/** Forms of access tokens. */
const MAX_TOKENS = 2_000;
// Anything shorter would blank out ordinary words.
const MIN_LENGTH = 4;
/** "Basic" with as little as a header is recognised by. */
const MIN_HEADER = 14;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9\-._~+/]{8,}=*/gi;

/** Replaces known secrets, in any form they are sent or told in, and anything that looks like an Authorization value. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const tokens = new Set<string>();
  let shortest = Infinity;
  const addTo = (known: Set<string>, secret: string): void => {
    for (const form of formsOf(secret)) {
      if (form.length < MIN_LENGTH) continue;
      known.add(form);
      shortest = Math.min(shortest, form.length);
    }
  };
  const addToken = (token: string): void => {
    addTo(tokens, token);
    for (const oldest of tokens) {
      if (tokens.size <= MAX_TOKENS) break;
      tokens.delete(oldest);
    }
  };
  const redact = (text: string): string => {
    if (text.length < Math.min(shortest, MIN_HEADER)) return text;
    let clean = text;
    for (const known of [secrets, tokens]) {
      for (const secret of known) {
        if (clean.includes(secret)) clean = clean.replaceAll(secret, "[redacted]");
      }
    }
    return clean.replace(BEARER, "$1 [redacted]");
  };
  return { add: (secret) => addTo(secrets, secret), addToken, redact };
}

/** Plain, URL-encoded, in base64, and as it stands within JSON. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  return [secret, encodeURIComponent(secret), base64, JSON.stringify(secret).slice(1, -1)];
}
