/** The API behind the server under test, on a loopback port. */
import { sendJson, startUpstream, type Upstream } from "../e2e/upstream.js";

/** Pages without an event, before the one that has them: what a call tells its progress about. */
const EMPTY_PAGES = 4;

/** One transparent pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** The header of a sound without a sample (RIFF, 8 kHz, mono). */
const WAV = Buffer.from("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=", "base64");

const files: Readonly<Record<string, readonly [mediaType: string, content: Buffer]>> = {
  "/notes/1": ["text/plain", Buffer.from("Call Ada back.")],
  "/pictures/1": ["image/png", PNG],
  "/recordings/1": ["audio/wav", WAV],
  "/reports/1": ["application/pdf", Buffer.from("%PDF-1.7")],
};

/** Starts the API; its base URL is the origin. */
export function startApi(): Promise<Upstream> {
  return startUpstream((request, response) => {
    const file = files[request.path];
    if (file) return void response.writeHead(200, { "content-type": file[0] }).end(file[1]);
    if (request.path === "/status") return sendJson(response, { error: "The service is down." }, 501);
    if (request.path === "/log") return sendJson(response, { lines: ["Started"] });
    if (request.path !== "/events") return sendJson(response, { id: "1" }, 201);
    const page = Number(request.query.get("cursor") ?? 0);
    if (page < EMPTY_PAGES) return sendJson(response, { items: [], next_cursor: String(page + 1) });
    sendJson(response, { items: [{ id: "1", name: "Opened" }], next_cursor: null });
  });
}
