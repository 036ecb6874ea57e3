import type { Runner } from "../write/types.js";

/** This process, as other runs in the same project see it. */
export const runner: Runner = {
  id: process.pid,
  isRunning(id) {
    try {
      process.kill(id, 0);
      return true;
    } catch (error) {
      // It runs, and belongs to somebody else.
      return error instanceof Error && "code" in error && error.code === "EPERM";
    }
  },
};

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Does work that signals wait for: they end the process after it. Only what cannot be caught comes in between. */
export function uninterrupted<Result>(work: () => Result): Result {
  let caught: NodeJS.Signals | undefined;
  const listeners = signals.map((signal) => [signal, () => (caught ??= signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const end = () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
    if (caught !== undefined) process.kill(process.pid, caught);
  };
  try {
    return work();
  } finally {
    // Between two turns of the loop, signals that came meanwhile are taken.
    setImmediate(() => setImmediate(end));
  }
}
