/** Typed reads from the environment that collect what is wrong instead of stopping at the first mistake. */
import { readSecret, type Environment, type Secret } from "./secrets.js";
import { VARIABLES } from "./variables.js";

export interface Reader {
  readonly problems: string[];
  /** Whether the environment names it: a default does not count. */
  isSet(name: string): boolean;
  text(name: string): string | undefined;
  secret(name: string): Secret | undefined;
  flag(name: string): boolean;
  integer(name: string, range: { readonly min: number; readonly max: number }): number;
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T;
  list(name: string, separator?: RegExp): string[];
  url(name: string): URL | undefined;
}

const DEFAULTS = new Map(VARIABLES.map((variable) => [variable.name, variable.default]));

export function createReader(env: Environment): Reader {
  const problems: string[] = [];
  const text = (name: string): string | undefined => env[name]?.trim() || DEFAULTS.get(name);
  return {
    problems,
    isSet: (name) => Boolean(env[name]?.trim()),
    text,
    secret: (name) => readSecretSafely(env, name, problems),
    flag: (name) => readFlag(name, text(name), problems),
    integer: (name, range) => readInteger(name, text(name), { ...range, problems }),
    choice: (name, choices, fallback) => {
      const value = text(name);
      const chosen = choices.find((choice) => choice === value);
      if (value !== undefined && chosen === undefined) {
        problems.push(`${name} is "${value}"; it must be one of ${choices.join(", ")}.`);
      }
      return chosen ?? fallback;
    },
    list: (name, separator = /,/) =>
      (text(name) ?? "")
        .split(separator)
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    url: (name) => readUrl(name, text(name), problems),
  };
}

/** The secret, if there is one; a file that holds none becomes a problem. */
export function readSecretSafely(env: Environment, name: string, problems: string[]): Secret | undefined {
  try {
    return readSecret(env, name);
  } catch {
    problems.push(`${name}_FILE names a file that cannot be read or is empty.`);
    return undefined;
  }
}

function readFlag(name: string, value: string | undefined, problems: string[]): boolean {
  if (value === undefined || value === "false" || value === "0" || value === "no") return false;
  if (value === "true" || value === "1" || value === "yes") return true;
  problems.push(`${name} is "${value}"; it must be true or false.`);
  return false;
}

function readInteger(
  name: string,
  value: string | undefined,
  range: { readonly min: number; readonly max: number; readonly problems: string[] },
): number {
  const number = value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  range.problems.push(`${name} is "${value ?? ""}"; it must be a whole number from ${range.min} to ${range.max}.`);
  return range.min;
}

function readUrl(name: string, value: string | undefined, problems: string[]): URL | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") {
    if (url.username === "" && url.password === "" && url.hash === "") return url;
    problems.push(`${name} must not hold a user name, a password or a fragment.`);
    return undefined;
  }
  problems.push(`${name} is "${value}"; it must be an absolute http(s) URL, such as https://api.example.com/v1.`);
  return undefined;
}

/** Loopback names and addresses (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3). */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Addresses that stand for every interface of the machine. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::" || host === "[::]";
}
