import { createRequire } from "node:module";

export const packageName = "@openapi-to-mcp/cli";

/** This generator's version, as its package states it. */
export function readVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("@openapi-to-mcp/cli/package.json");
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
  return String(version);
}
