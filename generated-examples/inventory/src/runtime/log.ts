import type { Log } from "./context.js";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one JSON line per event to stderr; stdout belongs to the protocol. Secrets are redacted from every text. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly redact: (text: string) => string;
  readonly write?: (line: string) => void;
}): Log {
  const write = options.write ?? ((line) => process.stderr.write(line));
  const threshold = LOG_LEVELS.indexOf(options.level);
  return (level, message, fields) => {
    if (LOG_LEVELS.indexOf(level) < threshold) return;
    const entry = { time: new Date().toISOString(), level, message, ...fields };
    write(`${printJson(entry, options.redact)}\n`);
  };
}

/** Redacted before it becomes JSON, which writes quotes and backslashes another way. */
function printJson(entry: Readonly<Record<string, unknown>>, redact: (text: string) => string): string {
  const clean = (_name: string, value: unknown): unknown => {
    if (typeof value === "string") return redact(value);
    return value instanceof Error ? { name: value.name, message: value.message } : value;
  };
  try {
    return JSON.stringify(entry, clean);
  } catch {
    return JSON.stringify({ level: entry["level"], message: entry["message"] }, clean);
  }
}
