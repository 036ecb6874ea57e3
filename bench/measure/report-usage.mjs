/** Preloaded with `node --import`: writes CPU milliseconds and peak memory (MB) of the process to the file named by USAGE_FILE. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpu: Math.round((userCPUTime + systemCPUTime) / 1000), memory: Math.round(maxRSS / 1024) };
  if (process.env.USAGE_FILE) writeFileSync(process.env.USAGE_FILE, JSON.stringify(usage));
});
