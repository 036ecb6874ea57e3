import type { Api } from "./types.js";

export function markIdempotency(api: Api): Api {
  return api;
}
