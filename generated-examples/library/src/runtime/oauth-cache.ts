import type { Token } from "./oauth.js";

export interface TokenCache {
  /** The token of a key; fetched when there is none, when it is old, or when `refresh` is set. */
  take(key: string, fetch: () => Promise<Token>, options: { refresh: boolean; signal: AbortSignal }): Promise<Token>;
}

// A token is renewed when this part of its life is over, before calls start to fail.
const FRESH_PART = 0.8;
const MAX_TOKENS = 1_000;
// A token younger than this was fetched after the refusal that asks for a new one.
const MIN_AGE_FOR_REFRESH_MS = 1_000;

/** Keeps tokens by key, with one request at a time per key: parallel calls share it. */
export function createTokenCache(now: () => number = Date.now): TokenCache {
  const tokens = new Map<string, Token>();
  const flights = new Map<string, Promise<Token>>();

  const fly = (key: string, fetch: () => Promise<Token>): Promise<Token> => {
    const running = flights.get(key);
    if (running !== undefined) return running;
    const flight = fetch()
      .then((token) => {
        remember(tokens, key, token);
        return token;
      })
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  return {
    take: async (key, fetch, { refresh, signal }) => {
      const token = tokens.get(key);
      const rejected = refresh && token !== undefined && now() - token.obtainedAt > MIN_AGE_FOR_REFRESH_MS;
      if (token !== undefined && !rejected && isFresh(token, now())) return token;
      try {
        return await withSignal(fly(key, fetch), signal);
      } catch (error) {
        // An early renewal that fails is no harm while the old token lasts.
        if (token !== undefined && !rejected && token.expiresAt > now() && !signal.aborted) return token;
        throw error;
      }
    },
  };
}

function isFresh(token: Token, now: number): boolean {
  return now < token.obtainedAt + (token.expiresAt - token.obtainedAt) * FRESH_PART;
}

/** The newest tokens stay; a caller who went away is forgotten. */
function remember(tokens: Map<string, Token>, key: string, token: Token): void {
  tokens.delete(key);
  tokens.set(key, token);
  const [oldest] = tokens.keys();
  if (tokens.size > MAX_TOKENS && oldest !== undefined) tokens.delete(oldest);
}

/** One caller's cancellation ends its wait, never the request that others share. */
async function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw signal.reason;
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
