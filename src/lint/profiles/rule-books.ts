/** Rules that belong to no single client: the protocol's, and ours for lists that must work everywhere. */
import type { Profile } from "../types.js";
import { advises, COMBINATORS, HINTS, refuses, REVISION } from "./limit.js";

const own = "The strictest of what the clients named here take, with room to spare";

export const universal: Profile = {
  name: "universal",
  title: "Works with every client named here",
  revision: REVISION,
  limits: {
    nameLength: advises(40, "Leaves room for the prefixes that clients put before a tool's name"),
    namePattern: refuses("^[a-z][a-z0-9_]*$", own),
    toolCount: advises(20, "Models choose worse among more tools, as teams that measured their own servers report"),
    tokens: advises(10_000, "A twentieth of a window of 200,000 tokens, spent before the first question"),
    descriptionLength: advises(900, own),
    instructionsLength: refuses(2000, own),
    objectRoot: refuses(true, own),
    rootProperties: refuses(true, own),
    rootKeywords: refuses([...COMBINATORS, "enum"], own),
    keywords: refuses(["$schema", ...COMBINATORS], own),
    references: refuses(true, own),
    booleanSchemas: refuses(true, own),
    arrayItems: refuses(true, own),
    objectProperties: refuses(true, own),
    depth: advises(6, own),
    argumentPattern: refuses("^[a-zA-Z0-9_.-]{1,64}$", own),
    statements: refuses(["title", "idempotentHint", ...HINTS], own),
  },
};

export const protocol: Profile = {
  name: "mcp-2026-07-28",
  title: "Model Context Protocol 2026-07-28",
  revision: REVISION,
  limits: {
    nameLength: advises(128, "The protocol's advice on tool names (server features, tools)"),
    namePattern: advises("^[A-Za-z0-9_.-]+$", "The protocol's advice on tool names: no spaces, commas or other signs"),
    objectRoot: refuses(true, "The protocol's definition of Tool: an input schema is of type object"),
  },
};

export const claudeDirectory: Profile = {
  name: "claude-directory",
  title: "Connectors directory of Claude",
  revision: REVISION,
  limits: {
    nameLength: refuses(64, "The directory's checklist for publishers: at most 64 characters", "2026-11-25"),
    statements: refuses(
      ["title", "readOnlyHint", "destructiveHint"],
      "The directory's help centre: every tool states its title and whether it reads or destroys",
    ),
  },
};
