import type { IdempotencyRecord, IdempotencyStore } from "./context.js";
import { ownerOf } from "./idempotency-key.js";
import type { JsonValue } from "./operation.js";

interface Entry {
  readonly state: IdempotencyRecord["state"];
  readonly fingerprint: string;
  /** End of the lock of a running call, or of the life of an outcome. */
  readonly until: number;
}

/** What is kept for one owner, oldest first. Results are text: objects take many times the memory. */
interface Shelf {
  size: number;
  readonly entries: Map<string, Entry>;
  readonly results: Map<string, string>;
}

/** Outcomes are shaped results; what is larger is not worth the memory. In characters. */
export const MAX_RESULT = 262_144;
/** Of all that is kept, in characters: two bytes each at most. */
const MAX_SIZE = 32 * 1_048_576;
/** What an entry takes beside its result. */
const ENTRY_SIZE = 500;
/** A lost call outlives its lock: what became of it must not be forgotten with it. */
export const GRACE_MS = 86_400_000;
const SWEEP_MS = 60_000;

/**
 * Outcomes of one process. Bounded: beyond `maxSize` the owner who takes most loses its oldest results, whose calls
 * count as of unknown outcome from then on, and later its oldest calls. Those under way are never forgotten.
 */
export function createMemoryStore(maxSize: number = MAX_SIZE): IdempotencyStore {
  const shelves = new Map<string, Shelf>();
  let swept = Date.now();
  return {
    claim: (key, fingerprint, lockMs) => {
      if (Date.now() - swept > SWEEP_MS) {
        swept = Date.now();
        sweep(shelves);
      }
      const shelf = shelfOf(shelves, key);
      const known = liveRecord(shelf, key);
      if (known) return Promise.resolve(known);
      put(shelf, key, { state: "running", fingerprint, until: Date.now() + lockMs });
      makeRoom(shelves, maxSize);
      return Promise.resolve(undefined);
    },
    settle: (key, record, ttlMs) => {
      const { state, fingerprint } = record;
      const result = record.state === "done" ? JSON.stringify(record.result) : undefined;
      const kept = result !== undefined && result.length > MAX_RESULT ? "null" : result;
      put(shelfOf(shelves, key), key, { state, fingerprint, until: Date.now() + ttlMs }, kept);
      makeRoom(shelves, maxSize);
      return Promise.resolve();
    },
    release: (key) => {
      remove(shelfOf(shelves, key), key);
      return Promise.resolve();
    },
    close: () => {
      shelves.clear();
      return Promise.resolve();
    },
  };
}

function shelfOf(shelves: Map<string, Shelf>, key: string): Shelf {
  const owner = ownerOf(key);
  const shelf = shelves.get(owner) ?? {
    size: 0,
    entries: new Map<string, Entry>(),
    results: new Map<string, string>(),
  };
  shelves.set(owner, shelf);
  return shelf;
}

function put(shelf: Shelf, key: string, entry: Entry, result?: string): void {
  // Set anew, so that the order of the map stays the order of age.
  remove(shelf, key);
  shelf.entries.set(key, entry);
  if (result !== undefined) shelf.results.set(key, result);
  shelf.size += ENTRY_SIZE + (result?.length ?? 0);
}

function remove(shelf: Shelf, key: string): void {
  removeResult(shelf, key);
  if (shelf.entries.delete(key)) shelf.size -= ENTRY_SIZE;
}

function removeResult(shelf: Shelf, key: string): void {
  shelf.size -= shelf.results.get(key)?.length ?? 0;
  shelf.results.delete(key);
}

function liveRecord(shelf: Shelf, key: string): IdempotencyRecord | undefined {
  const entry = shelf.entries.get(key);
  if (entry === undefined || isOver(entry)) return undefined;
  const { state, fingerprint, until } = entry;
  const result = shelf.results.get(key);
  if (result !== undefined) return { state: "done", fingerprint, result: JSON.parse(result) as JsonValue }; // written by settle
  // A call whose lock has run out never told its outcome.
  return { state: state === "running" && until > Date.now() ? "running" : "unknown", fingerprint };
}

function isOver({ state, until }: Entry): boolean {
  return until + (state === "running" ? GRACE_MS : 0) <= Date.now();
}

function sweep(shelves: Map<string, Shelf>): void {
  for (const [owner, shelf] of shelves) {
    for (const [key, entry] of shelf.entries) if (isOver(entry)) remove(shelf, key);
    if (shelf.entries.size === 0) shelves.delete(owner);
  }
}

function makeRoom(shelves: ReadonlyMap<string, Shelf>, maxSize: number): void {
  let size = 0;
  for (const shelf of shelves.values()) size += shelf.size;
  while (size > maxSize) {
    const [first, ...others] = shelves.values();
    if (first === undefined) return;
    const largest = others.reduce((a, b) => (b.size > a.size ? b : a), first);
    const before = largest.size;
    shrink(largest);
    if (largest.size === before) return;
    size -= before - largest.size;
  }
}

/** That a call was made is kept longer than what it brought: results have half of the room. */
function shrink(shelf: Shelf): void {
  const [oldest] = shelf.results.keys();
  const isHalfFull = shelf.entries.size * ENTRY_SIZE < shelf.size / 2;
  if (oldest !== undefined && isHalfFull) return removeResult(shelf, oldest);
  for (const [key, { state }] of shelf.entries) if (state !== "running") return remove(shelf, key);
}
