import type { IdempotencyRecord, IdempotencyStore } from "./context.js";

interface Entry {
  readonly record: IdempotencyRecord;
  /** End of the lock of a running call, or of the life of an outcome. */
  readonly until: number;
}

const MAX_ENTRIES = 10_000;

/** Outcomes of one process. Bounded: beyond `maxEntries` the oldest settled outcomes are forgotten first. */
export function createMemoryStore(maxEntries: number = MAX_ENTRIES): IdempotencyStore {
  const entries = new Map<string, Entry>();
  return {
    claim: (key, fingerprint, lockMs) => {
      const known = liveRecord(entries, key);
      if (known) return Promise.resolve(known);
      entries.set(key, { record: { state: "running", fingerprint }, until: Date.now() + lockMs });
      trimEntries(entries, maxEntries);
      return Promise.resolve(undefined);
    },
    settle: (key, record, ttlMs) => {
      // Set anew, so that the order of the map stays the order of age.
      entries.delete(key);
      entries.set(key, { record, until: Date.now() + ttlMs });
      return Promise.resolve();
    },
    release: (key) => {
      entries.delete(key);
      return Promise.resolve();
    },
    close: () => {
      entries.clear();
      return Promise.resolve();
    },
  };
}

/** A call whose lock has run out never told its outcome. */
function liveRecord(entries: Map<string, Entry>, key: string): IdempotencyRecord | undefined {
  const entry = entries.get(key);
  if (entry === undefined || entry.until > Date.now()) return entry?.record;
  if (entry.record.state === "running") return { state: "unknown", fingerprint: entry.record.fingerprint };
  entries.delete(key);
  return undefined;
}

function trimEntries(entries: Map<string, Entry>, maxEntries: number): void {
  for (const [key, { record }] of entries) {
    if (entries.size <= maxEntries) return;
    if (record.state !== "running") entries.delete(key);
  }
}
