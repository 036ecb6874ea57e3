import type { ModelContext } from "./context.js";
import type { Api } from "./types.js";

/** Adds to each operation how it pages. */
export function detectPagination(api: Api, context: ModelContext): Api {
  void context;
  return api;
}
