/**
 * Preloaded: the process is killed by the kernel before the KILL_AT-th call that changes the file system, or of those
 * in KILL_CALLS alone.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const all = [
  "mkdirSync",
  "writeFileSync",
  "linkSync",
  "copyFileSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "fsyncSync",
];
const names = process.env.KILL_CALLS?.split(",") ?? all;
let left = Number(process.env.KILL_AT);
const signal = process.env.KILL_WITH ?? "SIGKILL";

for (const name of names) {
  const call = fs[name];
  fs[name] = (...words) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, signal);
    return call(...words);
  };
}
syncBuiltinESMExports();
