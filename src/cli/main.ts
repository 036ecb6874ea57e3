/** Entry of the command line. `--version` answers before anything is loaded. */
import { readVersion } from "./version.js";

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === "--version") {
  process.stdout.write(`${readVersion()}\n`);
} else {
  const { runCommandLine } = await import("./commands.js");
  process.exitCode = await runCommandLine(words, readVersion());
}
