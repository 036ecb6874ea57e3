/** Rate limits as APIs state them in headers, whether their description mentions them or not. */

type Headers = Readonly<Record<string, string>>;

/** Refused because of too many requests: 429, or a 403 whose headers say that nothing remains. */
export function isRateLimited(response: { readonly status: number; readonly headers: Headers }): boolean {
  if (response.status === 429) return true;
  return response.status === 403 && (remaining(response.headers) === 0 || "retry-after" in response.headers);
}

/**
 * Seconds until another attempt makes sense: Retry-After (RFC 9110 section 10.2.3), the RateLimit fields
 * (draft-ietf-httpapi-ratelimit-headers) or the X-RateLimit-* forms that came before them.
 */
export function retryAfterSeconds(headers: Headers, now: number = Date.now()): number | undefined {
  const milliseconds = numberOf(headers["retry-after-ms"]);
  if (milliseconds !== undefined) return milliseconds / 1000;
  const retryAfter = secondsOf(headers["retry-after"], now);
  if (retryAfter !== undefined) return retryAfter;
  if (remaining(headers) !== 0) return undefined;
  const resets = [
    headers["x-ratelimit-reset-after"],
    headers["ratelimit"]?.match(/(?:\bt|\breset)=(\d+)/)?.[1],
    headers["ratelimit-reset"],
    headers["x-ratelimit-reset"],
    headers["x-rate-limit-reset"],
  ];
  for (const reset of resets) {
    const seconds = secondsOf(reset, now);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}

function remaining(headers: Headers): number | undefined {
  const stated = [
    headers["x-ratelimit-remaining"],
    headers["x-rate-limit-remaining"],
    headers["ratelimit-remaining"],
    headers["ratelimit"]?.match(/(?:\br|\bremaining)=(\d+)/)?.[1],
  ];
  for (const text of stated) {
    const value = numberOf(text);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A delay in seconds, an epoch in seconds or milliseconds, or a date. */
function secondsOf(text: string | undefined, now: number): number | undefined {
  const value = numberOf(text);
  if (value !== undefined) {
    if (value > 1e11) return Math.max(0, (value - now) / 1000);
    return value > 1e9 ? Math.max(0, value - now / 1000) : value;
  }
  const date = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

function numberOf(text: string | undefined): number | undefined {
  const match = text?.trim().match(/^\d+(?:\.\d+)?$/);
  return match ? Number(match[0]) : undefined;
}
