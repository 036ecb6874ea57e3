/** Serves one client over stdin and stdout. Nothing but protocol messages reaches stdout. */
import { Console } from "node:console";
import { PassThrough, type Readable, type Writable } from "node:stream";
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type RequestId,
  type Transport,
} from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import type { RunningServer } from "./server.js";

export interface StdioStreams {
  readonly input: Readable;
  readonly output: Writable;
}

export interface StdioHost {
  /** Resolves when the input ended, or after `stop`, and what was asked before has been answered. */
  readonly done: Promise<void>;
  stop(): void;
}

/** Sends everything a library or a hook prints to stderr. */
export function redirectConsole(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
}

/**
 * Serves until the input ends. The SDK's transport drops running calls at the end of the input;
 * here its input ends only when they are answered, or when the time for that is over.
 */
export function serveStdioStreams(server: RunningServer, streams: StdioStreams): StdioHost {
  const input = new PassThrough();
  const pending = createPending();
  const wire = new StdioServerTransport(input, streams.output);
  let finish = (): void => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  streams.input.pipe(input, { end: false });
  streams.input.once("end", finish);
  streams.input.once("close", finish);
  streams.output.once("error", finish);
  const handle = server.connect(observeTransport(wire, pending, finish));
  const done = ended.then(async () => {
    streams.input.unpipe(input);
    await nextTurn();
    await pending.drained(server.config.shutdownMs);
    await handle.close();
    input.destroy();
  });
  return { done, stop: finish };
}

/** What came in with the last chunk reaches the server before anything is counted. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

interface Pending {
  received(message: JSONRPCMessage): void;
  sent(message: JSONRPCMessage): void;
  drained(limitMs: number): Promise<void>;
}

/** Requests that have no answer yet. */
function createPending(): Pending {
  const ids = new Set<RequestId>();
  let wake = (): void => {};
  const settle = (id: RequestId | undefined): void => {
    if (id !== undefined) ids.delete(id);
    if (ids.size === 0) wake();
  };
  return {
    received: (message) => {
      if (isJSONRPCRequest(message) && message.method !== "subscriptions/listen") ids.add(message.id);
      if (isJSONRPCNotification(message) && message.method === "notifications/cancelled") {
        const id = message.params?.["requestId"];
        if (typeof id === "string" || typeof id === "number") settle(id);
      }
    },
    sent: (message) => {
      if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) settle(message.id);
    },
    drained: async (limitMs) => {
      if (ids.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/** The same transport, with every message seen by `pending`. */
function observeTransport(wire: Transport, pending: Pending, onClose: () => void): Transport {
  const transport: Transport = {
    start: async () => {
      const listeners: Pick<Transport, "onmessage" | "onerror" | "onclose"> = {
        onmessage: (message) => {
          pending.received(message);
          transport.onmessage?.(message);
        },
        onerror: (error) => transport.onerror?.(error),
        onclose: () => {
          onClose();
          transport.onclose?.();
        },
      };
      Object.assign(wire, listeners);
      await wire.start();
    },
    send: async (message, options) => {
      await wire.send(message, options);
      pending.sent(message);
    },
    close: () => wire.close(),
  };
  return transport;
}
