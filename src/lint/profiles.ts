import type { Profile } from "./types.js";
import { claudeCode, cursor, vscodeCopilot, windsurf } from "./profiles/clients.js";
import { anthropic, azureFoundry, gemini, moonshot, openai } from "./profiles/providers.js";
import { claudeDirectory, protocol, universal } from "./profiles/rule-books.js";

/** Every profile there is, by name. Limits change by the month: a change of them is a change of data alone. */
export const profiles: ReadonlyMap<string, Profile> = new Map(
  [
    universal,
    protocol,
    anthropic,
    openai,
    gemini,
    moonshot,
    azureFoundry,
    claudeCode,
    claudeDirectory,
    vscodeCopilot,
    cursor,
    windsurf,
  ].map((profile) => [profile.name, profile]),
);
