/** Entry of the command line. `--version` and help answer before anything is loaded. */
import { findHelp } from "./help.js";
import { readVersion } from "./version.js";

const words = process.argv.slice(2);
const answer = words.length === 1 && words[0] === "--version" ? readVersion() : findHelp(words);
if (answer === undefined) {
  const { runCommandLine } = await import("./commands.js");
  process.exitCode = await runCommandLine(words, readVersion());
} else {
  process.stdout.write(`${answer}\n`);
}
