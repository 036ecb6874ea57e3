/** An API on a loopback port that keeps every request as it arrived and answers as a test tells it to. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";

export interface Received {
  readonly method: string;
  /** Path and query, exactly as sent. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export type Answer = (request: Received, response: ServerResponse) => void | Promise<void>;

export interface Upstream {
  readonly url: string;
  readonly requests: readonly Received[];
  /** What it answers from now on. */
  answer: Answer;
  /** Forgets the requests. */
  clear(): void;
  close(): Promise<void>;
}

/** Answers JSON. */
export function sendJson(response: ServerResponse, data: unknown, status = 200, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(data));
}

export async function startUpstream(
  answer: Answer = (_request, response) => sendJson(response, {}),
): Promise<Upstream> {
  const requests: Received[] = [];
  const upstream = { answer };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const url = incoming.url ?? "";
      const [path = "", query = ""] = url.split("?", 2);
      const received: Received = {
        method: incoming.method ?? "",
        url,
        path,
        query: new URLSearchParams(query),
        headers: incoming.headers,
        body,
        text: body.toString(),
        json: parseJson(body.toString()),
      };
      requests.push(received);
      void upstream.answer(received, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return Object.assign(upstream, {
    url: `http://127.0.0.1:${port}`,
    requests,
    clear: () => {
      requests.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
