/** Writes `generated-examples` anew: `npm run examples:update`. */
import { execFileSync } from "node:child_process";
import { exampleArguments, examples, examplesFolder } from "./examples.js";

for (const name of Object.keys(examples)) {
  execFileSync(process.execPath, [...exampleArguments(name), "--force"], { cwd: examplesFolder, stdio: "inherit" });
}
