/** Entry of the command line. `--version` answers before anything is loaded. */
import { createRequire } from "node:module";

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === "--version") {
  process.stdout.write(`${readVersion()}\n`);
} else {
  const { runCommandLine } = await import("./commands.js");
  process.exitCode = await runCommandLine(words, readVersion());
}

function readVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("@openapi-to-mcp/cli/package.json");
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
  return String(version);
}
