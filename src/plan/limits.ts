/** What clients accept, as data: these numbers change from month to month. */
export const LIMITS = {
  /** Longest argument or tool name that every provider takes (`^[a-zA-Z0-9_-]{1,64}$`). */
  name: 64,
  /** Names of server and tool together: a client makes them mcp__server__tool, of which providers take 64 characters. */
  fullName: 64 - "mcp____".length,
  toolDescription: 900,
  instructions: 2_000,
  /** A tool beyond one of these is broken up, or warned about where the user made it. */
  actionsPerTool: 12,
  propertiesPerTool: 40,
  tokensPerTool: 2_500,
  /** A server beyond one of these is divided into domains. */
  toolsPerDomain: 40,
  tokensPerDomain: 25_000,
} as const;

/** Longest tool name that clients take from a server of this name; long names of servers leave little. */
export function maxToolName(serverName: string): number {
  return Math.max(LIMITS.fullName - serverName.length, 24);
}

/** Bounds of the schemas a call is checked against. */
export const COMPLETE = { depths: [8, 5, 3, 2, 1], nodes: 250 } as const;

/** Bounds of the schema of a result: as a type, and as what a result is compared with. */
export const OUTPUT = { depths: [4, 3, 2, 1], nodes: 100 } as const;
