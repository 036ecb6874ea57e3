/** Installs the tools once, before the test files run. */
import { installTools } from "./tools.js";

/** Names the variable that tells the test files that there is nothing to run. */
export const SKIP = "CONFORMANCE_SKIPPED";

export default async function setup(): Promise<void> {
  try {
    await installTools();
  } catch (error) {
    if (process.env["CI"]) throw error;
    process.env[SKIP] = "true";
    console.warn(`CONFORMANCE IS NOT CHECKED: its tools cannot be installed.\n${String(error)}`);
  }
}
