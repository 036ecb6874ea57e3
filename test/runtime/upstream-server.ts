import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface UpstreamServer {
  readonly origin: string;
  readonly received: Received[];
  /** Answers of the coming requests, in order; the last one stays. */
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, request: Received) => void;

/** A real HTTP server whose answers a test chooses. */
export async function startUpstream(): Promise<UpstreamServer> {
  const received: Received[] = [];
  let answers: Answer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(seen);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      (answer ?? reply(200, {}))(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is always this
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answer: (...next) => {
      answers = next;
      received.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a status and JSON (or text as it is). */
export function reply(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    response.writeHead(status, { ...(typeof body === "object" && { "content-type": "application/json" }), ...headers });
    response.end(text);
  };
}

/** Takes the request and closes the connection without an answer. */
export const reset: Answer = (response) => void response.socket?.destroy();

/** Never answers. */
export const silence: Answer = () => undefined;
