import type { HttpConfig } from "./config.js";

/** A place among a caller's running requests, or the seconds to wait for one. */
export type Admission = { readonly release: () => void } | { readonly retryAfter: number };

interface Bucket {
  tokens: number;
  updatedAt: number;
  running: number;
}

const MAX_BUCKETS = 10_000;

/** A token bucket and a ceiling of running requests per caller. */
export function createLimiter(
  config: Pick<HttpConfig, "ratePerMinute" | "maxConcurrent">,
  now: () => number = Date.now,
): (caller: string) => Admission {
  const buckets = new Map<string, Bucket>();
  const { ratePerMinute, maxConcurrent } = config;
  const perMs = ratePerMinute / 60_000;
  return (caller) => {
    const bucket = buckets.get(caller) ?? { tokens: ratePerMinute, updatedAt: now(), running: 0 };
    bucket.tokens = Math.min(ratePerMinute, bucket.tokens + (now() - bucket.updatedAt) * perMs);
    bucket.updatedAt = now();
    // The newest callers stand last, so that the forgotten ones are the idle ones.
    buckets.delete(caller);
    buckets.set(caller, bucket);
    if (buckets.size > MAX_BUCKETS) forgetIdle(buckets);
    if (maxConcurrent > 0 && bucket.running >= maxConcurrent) return { retryAfter: 1 };
    if (ratePerMinute > 0) {
      if (bucket.tokens < 1) return { retryAfter: Math.ceil((1 - bucket.tokens) / perMs / 1_000) };
      bucket.tokens -= 1;
    }
    bucket.running += 1;
    let released = false;
    return {
      release: () => {
        if (!released) bucket.running -= 1;
        released = true;
      },
    };
  };
}

function forgetIdle(buckets: Map<string, Bucket>): void {
  for (const [caller, bucket] of buckets) {
    if (buckets.size <= MAX_BUCKETS) return;
    if (bucket.running === 0) buckets.delete(caller);
  }
}
