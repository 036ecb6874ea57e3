import type { Annotations } from "./types.js";

/** What holds where nothing is said. */
export function defaultAnnotations(): Annotations {
  return {
    overlays: [],
    server: {},
    defaults: { split: "list-read-write", unassigned: "group" },
    tools: new Map(),
    domains: new Map(),
    skip: [],
    aliases: new Map(),
    prompts: new Map(),
  };
}
