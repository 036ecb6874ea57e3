/** Writes `generated-examples` anew: `npm run examples:update`. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { exampleArguments, examples, examplesFolder } from "./examples.js";

for (const name of Object.keys(examples)) {
  // From nothing: what a project's owner may change is written once.
  rmSync(path.join(examplesFolder, name), { recursive: true, force: true });
  execFileSync(process.execPath, [...exampleArguments(name)], { cwd: examplesFolder, stdio: "inherit" });
}
