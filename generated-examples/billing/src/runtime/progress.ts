import type { CallContext } from "./context.js";

/** Tells the client how a longer call goes on. */
export interface Progress {
  /** One step of several is done. The last one is never told: it would race the result and be lost. */
  step(message: string, total?: number): void;
  /** While the API works: a sign of life every few seconds, until the returned function is called. */
  waiting(message: string): () => void;
}

const FIRST_SIGN_MS = 3_000;

/** Does nothing for clients that asked for no progress. A client that fails to listen never fails the call. */
export function createProgress(context: Pick<CallContext, "notifyProgress">): Progress {
  const notify = context.notifyProgress;
  if (!notify) return { step: () => {}, waiting: () => () => {} };
  let done = 0;
  const tell = (total: number | undefined, message: string): void => {
    done += 1;
    if (total === undefined || done < total) notify(done, total, message).catch(() => {});
  };
  return {
    step: (message, total) => tell(total, message),
    waiting: (message) => {
      const started = Date.now();
      const timer = setInterval(
        () => tell(undefined, `${message} (${Math.round((Date.now() - started) / 1_000)} s)`),
        FIRST_SIGN_MS,
      );
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
