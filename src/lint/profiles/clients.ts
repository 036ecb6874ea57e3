/** What programs that connect to servers do with tools they dislike. */
import type { Profile } from "../types.js";
import { advises, refuses, REVISION } from "./limit.js";

export const claudeCode: Profile = {
  name: "claude-code",
  title: "Claude Code",
  revision: REVISION,
  limits: {
    fullNameLength: refuses(
      128 - "mcp__".length - "__".length,
      "Names of mcp__server__tool over 128 characters are left out, as a user's notes of October 2026 say",
      "2026-11-25",
    ),
    namePattern: refuses("^[a-zA-Z0-9_-]+$", "The provider's interface behind it"),
    instructionsLength: advises(2048, "Instructions are cut there, as measured by users"),
    objectRoot: refuses(true, "One such tool hides all tools of the server, as users report"),
    rootKeywords: refuses(["oneOf", "anyOf", "allOf", "if", "then", "else"], "Such tools vanish without a message"),
  },
};

export const vscodeCopilot: Profile = {
  name: "vscode-copilot",
  title: "VS Code and GitHub Copilot",
  revision: REVISION,
  limits: {
    nameLength: refuses(64, "The provider's interface behind it"),
    namePattern: refuses("^[a-zA-Z0-9_-]+$", "The provider's interface behind it"),
    toolCount: refuses(
      128,
      "A request takes 128 tools; more are refused or folded into groups, as users report",
      "2026-11-25",
    ),
    references: refuses(true, "Shared definitions are left out on the way to the model, as users report"),
    objectRoot: refuses(true, "Schemas are checked before they are used, as users report"),
    arrayItems: refuses(true, "Arrays without items are refused, as users report"),
  },
};

export const cursor: Profile = {
  name: "cursor",
  title: "Cursor",
  revision: "2026-11-25",
  limits: {
    fullNameLength: refuses(
      59,
      "Server and tool names of 60 characters together are left out, as its message that users quote and publishers say",
      "2026-11-25",
    ),
    namePattern: refuses("^[a-zA-Z0-9_-]+$", "The providers' interfaces behind it"),
    toolCount: advises(80, "It warns above 80 tools of all servers (40 until 2025), as users report"),
  },
};

export const windsurf: Profile = {
  name: "windsurf",
  title: "Windsurf",
  revision: REVISION,
  limits: {
    nameLength: refuses(64, "The providers' interfaces behind it"),
    toolCount: refuses(100, "It takes 100 tools of all servers together, as its documentation says"),
  },
};
