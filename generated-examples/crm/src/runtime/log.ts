import type { Log } from "./context.js";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one JSON line per event to stderr; stdout belongs to the protocol. Secrets are redacted from every line. */
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
    write(`${options.redact(printJson(entry))}\n`);
  };
}

function printJson(entry: Readonly<Record<string, unknown>>): string {
  try {
    // A replacer makes JSON several times slower, and the line of a call holds nothing that could be an error.
    const isFlat = Object.values(entry).every((value) => typeof value !== "object");
    return JSON.stringify(entry, isFlat ? undefined : describeErrors);
  } catch {
    return JSON.stringify({ level: entry["level"], message: entry["message"] });
  }
}

function describeErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
