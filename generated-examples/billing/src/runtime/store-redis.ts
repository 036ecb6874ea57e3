import { randomUUID } from "node:crypto";
import { CallError, type IdempotencyRecord, type IdempotencyStore } from "./context.js";
import { GRACE_MS, MAX_RESULT } from "./store-memory.js";

/** The part of ioredis that is used: the package is optional, so its own types may be absent. */
interface RedisClient {
  connect(): Promise<void>;
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  set(key: string, value: string, unit: "PX", milliseconds: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
  disconnect(): void;
  on(event: "error", listener: (error: Error) => void): unknown;
}
type RedisConstructor = new (url: string, options: object) => RedisClient;

const PREFIX = "mcp:request:";

/**
 * Reads what is there with its remaining life, or claims the key: one step, so that no two replicas can own it. The
 * record itself is what was sent before the connection broke, and is sent again.
 */
const CLAIM = `
local known = redis.call("GET", KEYS[1])
if known and known ~= ARGV[1] then return { known, redis.call("PTTL", KEYS[1]) } end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return false`;

/** Takes back a claim that came through although its answer did not. */
const UNCLAIM = `if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`;

/** Outcomes shared by all replicas of a server. Throws when Redis cannot be reached at start. */
export async function createRedisStore(url: string): Promise<IdempotencyStore> {
  const Redis = await loadRedis();
  const options = { lazyConnect: true, connectTimeout: 5_000, commandTimeout: 5_000, maxRetriesPerRequest: 1 };
  const client = new Redis(url, options);
  let lastError: Error | undefined;
  client.on("error", (error) => (lastError = error));
  await client.connect().catch((error: unknown) => {
    client.disconnect();
    throw new Error(`REDIS_URL: Redis cannot be reached (${describeError(lastError ?? error)}).`);
  });
  return {
    claim: (key, fingerprint, lockMs) =>
      guard(async () => {
        const record: IdempotencyRecord = { state: "running", fingerprint };
        const running = JSON.stringify({ ...record, claim: randomUUID() });
        const life = Math.ceil(lockMs) + GRACE_MS;
        try {
          return readClaim(await client.eval(CLAIM, 1, PREFIX + key, running, life));
        } catch (error) {
          // Not awaited: it waits behind the claim, for as long as Redis stalls.
          client.eval(UNCLAIM, 1, PREFIX + key, running).catch(() => undefined);
          throw error;
        }
      }),
    settle: (key, record, ttlMs) =>
      guard(async () => {
        await client.set(PREFIX + key, boundedValue(record), "PX", Math.max(1, Math.ceil(ttlMs)));
      }),
    release: (key) =>
      guard(async () => {
        await client.del(PREFIX + key);
      }),
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

function readClaim(answer: unknown): IdempotencyRecord | undefined {
  if (!Array.isArray(answer)) return undefined;
  const [text, life] = answer as [string, number]; // the shape CLAIM returns
  const record = JSON.parse(text) as IdempotencyRecord; // written by settle or claim
  const isLost = record.state === "running" && life <= GRACE_MS;
  return isLost ? { state: "unknown", fingerprint: record.fingerprint } : record;
}

/** That it succeeded must be kept even where the result itself is too large to be. */
function boundedValue(record: IdempotencyRecord): string {
  const text = JSON.stringify(record);
  if (text.length <= MAX_RESULT || record.state !== "done") return text;
  return JSON.stringify({ ...record, result: null } satisfies IdempotencyRecord);
}

/** Without the store nothing may be sent: a duplicate could no longer be told from a first call. */
async function guard<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const message = "The store of request ids cannot be reached.";
    throw new CallError({ code: "network", message, retryable: true, retry_after: 1 }, { cause: error });
  }
}

function describeError(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "connection failed";
}

// The specifier is not a literal, so that a project without the package still compiles.
const PACKAGE: string = "ioredis";

async function loadRedis(): Promise<RedisConstructor> {
  const module: { readonly Redis?: RedisConstructor } = await import(PACKAGE).catch(() => {
    throw new Error("REDIS_URL is set, but the package ioredis is not installed: run npm install ioredis.");
  });
  if (!module.Redis) throw new Error("The package ioredis has an unknown shape.");
  return module.Redis;
}
