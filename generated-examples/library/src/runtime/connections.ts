/** Connections to the API: made with the first call, so that a client that only lists tools does not wait for them. */
import type { Dispatcher } from "undici";
import type { Environment } from "./secrets.js";

export interface Connections {
  readonly dispatcher: () => Promise<Dispatcher>;
  /** Ends those that are open; calls that still run are not waited for. */
  close(): Promise<void>;
}

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];

/** Proxies are taken from the environment; a wrong one is thrown here, not told to the first caller. */
export async function createConnections(env: Environment): Promise<Connections> {
  let opened: Promise<Dispatcher> | undefined;
  const dispatcher = (): Promise<Dispatcher> => {
    opened ??= import("./send.js").then(({ createDispatcher }) => createDispatcher(env));
    return opened;
  };
  if (PROXIES.some((name) => env[name])) await dispatcher();
  return {
    dispatcher,
    close: async () => {
      const open = await opened;
      await open?.destroy();
    },
  };
}
