/** Whatever goes wrong at the API: a closed set of codes, a text that helps, and no more attempts than are safe. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, errorOf, textOf, type McpClient } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Answer, type Upstream } from "./upstream.js";

const SECRET = "the-secret-of-the-api";
const PAGE = `<!doctype html><html><head><title>502 Bad Gateway</title><style>b{}</style></head>
<body><h1>Bad &amp; broken</h1><script>alert("${SECRET}")</script><p>nginx</p></body></html>`;

const opened: (() => Promise<unknown>)[] = [];
let upstream: Upstream;
let crm: McpClient;
let inventory: McpClient;
const logs: RunningServer[] = [];

async function start(spec: string): Promise<McpClient> {
  const project = await sharedProject(spec);
  const server = await project.startHttp({
    ...credentialVariables(await project.definition(), () => SECRET),
    API_BASE_URL: upstream.url,
    API_TIMEOUT_MS: "4000",
  });
  logs.push(server);
  const client = await connect("modern", server.url);
  opened.push(
    () => server.stop(),
    () => client.close(),
  );
  return client;
}

beforeAll(async () => {
  upstream = await startUpstream();
  [crm, inventory] = await Promise.all([start("specs/crm.yaml"), start("specs/inventory.yaml")]);
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
  await upstream?.close();
});

const json =
  (status: number, body: unknown, headers: object = {}): Answer =>
  (_request, response) =>
    sendJson(response, body, status, headers);

const raw =
  (status: number, type: string, body: string): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  };

const hangUp: Answer = (_request, response) => {
  response.destroy();
};

const neverAnswer: Answer = () => undefined;

const problem = (status: number, detail: string, more: object = {}): Answer =>
  raw(
    status,
    "application/problem+json",
    JSON.stringify({ type: "about:blank", title: "Problem", status, detail, ...more }),
  );

/** A read: what it answers, the code, how often the API was asked, and what the text must say. */
const reads: readonly (readonly [name: string, answer: Answer, error: object, requests: number, text: RegExp])[] = [
  ["400", problem(400, "The id is odd."), { code: "invalid_input", status: 400, retryable: false }, 1, /The id is odd/],
  ["401", json(401, { message: "Token expired" }), { code: "unauthenticated", status: 401, retryable: false }, 1, /./],
  ["403", json(403, { message: "Not yours" }), { code: "forbidden", status: 403, retryable: false }, 1, /Not yours/],
  ["404", problem(404, "There is no contact 8823."), { code: "not_found", status: 404 }, 1, /8823.*list_contacts/s],
  ["404 without a body", raw(404, "text/plain", ""), { code: "not_found", status: 404 }, 1, /8823/],
  ["409", problem(409, "It is locked."), { code: "conflict", status: 409, retryable: false }, 1, /locked/],
  [
    "422 with fields",
    problem(422, "Some fields are wrong.", { errors: [{ pointer: "/email", detail: "is no address" }] }),
    { code: "invalid_input", status: 422, fields: [{ message: "is no address" }] },
    1,
    /email.*is no address/s,
  ],
  [
    "429 that says to come back much later",
    json(429, { message: "Slow down" }, { "retry-after": "120" }),
    { code: "rate_limited", status: 429, retryable: true, retry_after: 120 },
    1,
    /120/,
  ],
  [
    "429 that says to come back at once",
    json(429, { message: "Slow down" }, { "retry-after": "0" }),
    { code: "rate_limited", status: 429, retryable: true },
    3,
    /./,
  ],
  [
    "500",
    json(500, { error: { message: "Boom" } }),
    { code: "upstream_error", status: 500, retryable: true },
    2,
    /Boom/,
  ],
  [
    "503",
    json(503, { message: "Maintenance" }),
    { code: "upstream_error", status: 503, retryable: true },
    3,
    /Maintenance/,
  ],
  ["a page of a proxy", raw(502, "text/html", PAGE), { code: "upstream_error", status: 502 }, 3, /Bad/],
  [
    "a page with status 200",
    raw(200, "text/html", PAGE),
    { code: "upstream_error", retryable: false, hint: expect.stringContaining("API_BASE_URL") as unknown },
    1,
    /HTML page titled .*instead of data/,
  ],
  [
    "a page that calls itself JSON",
    raw(200, "application/json", PAGE),
    { code: "upstream_error", retryable: expect.any(Boolean) as unknown },
    1,
    /JSON/,
  ],
  ["broken JSON", raw(200, "application/json", '{"id": 1, "na'), { code: "upstream_error" }, 1, /JSON/],
  ["a closed connection", hangUp, { code: "network", retryable: true }, 3, /closed the connection/],
  ["no answer", neverAnswer, { code: "timeout", retryable: true }, 1, /4 s/],
  [
    "an echo of the credential",
    ({ headers }, response) => sendJson(response, { message: `Bad token: ${headers.authorization ?? ""}` }, 403),
    { code: "forbidden" },
    1,
    /Bad token/,
  ],
];

describe("a read that fails", () => {
  test.each(reads.map(([name, ...failure]) => ({ name, failure })))("$name", async ({ failure }) => {
    const [answer, error, requests, text] = failure;
    upstream.answer = answer;
    const result = await crm.callTool("get_contact", { contact_id: 8823 });
    expect(result.isError).toBe(true);
    expect(errorOf(result)).toMatchObject(error);
    expect(textOf(result)).toMatch(text);
    expect(upstream.requests).toHaveLength(requests);
    const all = JSON.stringify(result);
    expect(all).not.toMatch(/<[a-z/!]/i);
    expect(all).not.toContain("alert(");
    expect(all).not.toContain(SECRET);
    expect(all.length).toBeLessThan(5_000);
  });

  test("a failure that passes is not seen", async () => {
    let failures = 0;
    upstream.answer = (request, response) => {
      failures += 1;
      if (failures === 1) return hangUp(request, response);
      return sendJson(response, failures === 2 ? { message: "Wait" } : { id: 1 }, failures === 2 ? 503 : 200);
    };
    const result = await crm.callTool("get_contact", { contact_id: 1 });
    expect(result.structuredContent).toEqual({ id: 1 });
    expect(upstream.requests).toHaveLength(3);
  });

  test("a huge error text is cut", async () => {
    upstream.answer = json(400, { message: "x".repeat(200_000) });
    const result = await crm.callTool("get_contact", { contact_id: 1 });
    expect(JSON.stringify(result).length).toBeLessThan(20_000);
  });
});

describe("a write that fails", () => {
  const move = { sku: "A-1", from: "north", to: "south", quantity: 1 };
  const company = { action: "create", name: "Acme" };

  test.each<readonly [string, Answer, object, number]>([
    ["500", json(500, { message: "Boom" }), { status: 500 }, 1],
    ["503", json(503, { message: "Maintenance" }), { status: 503 }, 1],
    ["a page of a proxy", raw(502, "text/html", PAGE), { status: 502 }, 1],
    ["a page with status 200", raw(200, "text/html", PAGE), { code: "outcome_unknown", retryable: false }, 1],
    ["a closed connection", hangUp, { code: "outcome_unknown", retryable: false }, 1],
    ["no answer", neverAnswer, { code: "outcome_unknown", retryable: false }, 1],
    ["429", json(429, {}, { "retry-after": "0" }), { code: "rate_limited", retryable: true }, 3],
  ])("without a key: %s is not repeated where that could do harm", async (_name, answer, error, requests) => {
    upstream.answer = answer;
    const result = await inventory.callTool("create_stock_move", move);
    expect(errorOf(result)).toMatchObject(error);
    expect(upstream.requests).toHaveLength(requests);
    expect(JSON.stringify(result)).not.toMatch(/<[a-z/!]|alert\(/i);
  });

  test.each<readonly [string, Answer, object, number]>([
    ["503", json(503, { message: "Maintenance" }), { code: "upstream_error", status: 503 }, 3],
    ["a closed connection", hangUp, { code: "network", retryable: true }, 3],
    ["409", json(409, { message: "Taken" }), { code: "conflict", retryable: false }, 1],
  ])("with a key: %s is repeated under the same key", async (_name, answer, error, requests) => {
    upstream.answer = answer;
    const result = await crm.callTool("manage_company", company);
    expect(errorOf(result)).toMatchObject(error);
    expect(upstream.requests).toHaveLength(requests);
    expect(new Set(upstream.requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(upstream.requests[0]?.headers["idempotency-key"]).toBeTruthy();
  });

  test("the fields an API complains about have the names of arguments", async () => {
    const errors = [
      { pointer: "/email", detail: "is no address" },
      { pointer: "/address/city", detail: "is unknown" },
    ];
    upstream.answer = problem(422, "Some fields are wrong.", { errors });
    const args = { action: "create", name: "A", email: "a@b.co", address: { city: "X" } };
    const result = await crm.callTool("manage_contact", args);
    expect(errorOf(result)["fields"]).toMatchObject([
      { field: "email", message: "is no address" },
      { field: "address.city", message: "is unknown" },
    ]);
  });

  test("a failed write may be tried again under its request_id once it failed for good reason", async () => {
    upstream.answer = json(503, { message: "Maintenance" });
    const args = { ...company, request_id: "after-maintenance" };
    await crm.callTool("manage_company", args);
    upstream.answer = json(201, { id: 5, name: "Acme" });
    const result = await crm.callTool("manage_company", args);
    expect(result.structuredContent).toMatchObject({ id: 5 });
    expect(new Set(upstream.requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });
});

test("a call that the client cancels ends at the API too", async () => {
  const closed = new Promise<string>((resolve) => {
    upstream.answer = (_request, response) => void response.once("close", () => resolve("closed"));
  });
  const controller = new AbortController();
  const call = crm.callTool("get_contact", { contact_id: 1 }, { signal: controller.signal });
  while (upstream.requests.length === 0) await sleep(10);
  controller.abort();
  await expect(call).rejects.toThrow();
  expect(await Promise.race([closed, sleep(2_000, "still open")])).toBe("closed");
});

test("no log holds the secret, a stack or a page", () => {
  for (const server of logs) expect(server.log()).not.toMatch(new RegExp(`${SECRET}|<html|alert\\(`));
});
