/** What a caller is told to ask after an answer that announces work to come, on every surface: followed, it reads that. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, type McpClient, type ToolResult } from "./clients.js";
import { createProject, type Project, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

const description = `openapi: 3.1.0
info: { title: Exports, version: "1" }
servers: [{ url: https://api.example.com/v1 }]
tags: [{ name: exports }]
paths:
  /teams/{team}/exports:
    parameters: [{ name: team, in: path, required: true, schema: { type: string } }]
    post:
      operationId: startExport
      tags: [exports]
      responses:
        "202":
          description: Started
          content:
            application/json:
              schema: { type: object, properties: { job_id: { type: string } } }
  /teams/{team_id}/jobs/{job_id}:
    parameters:
      - { name: team_id, in: path, required: true, schema: { type: string } }
      - { name: job_id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getJob
      tags: [exports]
      responses: { "200": { description: State } }
  /regions/{region}/operations/{number}:
    parameters:
      - { name: region, in: path, required: true, schema: { type: string } }
      - { name: number, in: path, required: true, schema: { type: integer } }
      - { name: api-version, in: query, required: true, schema: { type: string } }
    get:
      operationId: getOperation
      tags: [exports]
      responses: { "200": { description: State } }
`;

interface Poll {
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
}

let folder: string;
let project: Project;
let upstream: Upstream;
/** How the API answers the next start. */
let accepted: { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "openapi-to-mcp-"));
  await writeFile(path.join(folder, "exports.yaml"), description);
  project = await createProject(path.join(folder, "exports.yaml"));
  upstream = await startUpstream((request, response) => {
    if (request.method === "GET") return sendJson(response, { state: "running" });
    const { status = 202, body = {}, headers } = accepted;
    return sendJson(response, body, status, headers);
  });
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await project?.remove();
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

function pollOf(result: ToolResult): Poll | undefined {
  return result.structuredContent?.["poll"] as Poll | undefined;
}

describe.each(["grouped", "granular", "catalog"])("on the %s surface", (surface) => {
  let server: RunningServer;
  let client: McpClient;
  beforeAll(async () => {
    server = await project.startHttp({ API_BASE_URL: `${upstream.url}/v1`, MCP_SURFACE: surface });
    client = await connect("modern", server.url);
  });
  afterAll(async () => {
    await client?.close();
    await server?.stop();
  });

  /** Starts an export of the team `a/b`. */
  async function start(): Promise<ToolResult> {
    const tools = (await project.definition()).tools.flatMap((tool) =>
      Object.entries(tool.actions).map(([action, { operation }]) => ({ tool, action, id: operation.id })),
    );
    const started = tools.find(({ id }) => id === "startExport");
    if (!started) throw new Error("Nothing starts an export");
    const { tool, action } = started;
    const args = { team: "a/b" };
    if (surface === "catalog") {
      return client.callTool("call_action", { tool: tool.name, action, arguments: args });
    }
    if (surface === "granular") return client.callTool("start_export", args);
    return client.callTool(tool.name, Object.keys(tool.actions).length > 1 ? { action, ...args } : args);
  }

  /** The request that following the advice leads to. */
  async function follow(result: ToolResult): Promise<string | undefined> {
    const poll = pollOf(result);
    if (!poll) throw new Error(`No poll in ${JSON.stringify(result.structuredContent)}`);
    const read = await client.callTool(poll.tool, poll.arguments);
    expect(read.structuredContent).toEqual({ state: "running" });
    return upstream.requests.at(-1)?.url;
  }

  const azure = "/v1/regions/west%20europe/operations/7?api-version=2024";
  test.each<[string, () => typeof accepted, string]>([
    [
      "an absolute URL",
      () => ({ headers: { location: `${upstream.url}/v1/teams/x%2Fy/jobs/j%201` } }),
      "x%2Fy/jobs/j%201",
    ],
    ["a path", () => ({ headers: { location: "/v1/teams/t/jobs/9" } }), "/v1/teams/t/jobs/9"],
    ["a number and a query", () => ({ headers: { "operation-location": azure } }), azure],
    ["a header beside 201", () => ({ status: 201, headers: { "azure-asyncoperation": azure, location: "/x" } }), azure],
    ["an id in the body", () => ({ body: { job_id: "j/2" } }), "/v1/teams/a%2Fb/jobs/j%2F2"],
  ])("%s leads to the read of it", async (_, answer, wanted) => {
    accepted = answer();
    const result = await start();
    expect(result.structuredContent).toMatchObject({ status: "accepted" });
    expect(await follow(result)).toContain(wanted);
  });

  test.each<[string, () => string]>([
    ["another origin", () => "https://evil.example/v1/teams/t/jobs/9"],
    ["another scheme", () => upstream.url.replace("http:", "https:") + "/v1/teams/t/jobs/9"],
    ["a user in the URL", () => upstream.url.replace("//", "//a:b@") + "/v1/teams/t/jobs/9"],
    ["another base path", () => "/v2/teams/t/jobs/9"],
    ["a path that nothing reads", () => "/v1/teams/t/batches/9"],
    ["dots out of the path", () => "/v1/teams/t/jobs/%2e%2e"],
    ["a broken escape", () => "/v1/teams/t/jobs/%E0%A4%A"],
    ["a required query that is absent", () => "/v1/regions/west/operations/7"],
  ])("%s gives a plain status", async (_, location) => {
    accepted = { headers: { location: location() } };
    const result = await start();
    expect(result.structuredContent).toMatchObject({ status: "accepted", status_url: location() });
    expect(pollOf(result)).toBeUndefined();
  });

  test("a 201 with the place of what it made is a result", async () => {
    accepted = { status: 201, body: { job_id: "1" }, headers: { location: "/v1/teams/t/jobs/1" } };
    expect((await start()).structuredContent).toEqual({ job_id: "1" });
  });
});

test("a read that is not offered is not named", async () => {
  const { tools } = await project.definition();
  const own = tools.flatMap((tool) =>
    Object.entries(tool.actions).flatMap(([action, { operation }]) =>
      operation.id === "startExport" ? [{ tool, action }] : [],
    ),
  )[0];
  if (!own) throw new Error("Nothing starts an export");
  const allowed = `${own.tool.name}.${own.action}`;
  const server = await project.startHttp({ API_BASE_URL: `${upstream.url}/v1`, MCP_TOOLS: allowed });
  const client = await connect("modern", server.url);
  accepted = { body: { job_id: "1" }, headers: { location: "/v1/teams/t/jobs/1" } };
  const args = Object.keys(own.tool.actions).length > 1 ? { action: own.action, team: "t" } : { team: "t" };
  const result = await client.callTool(own.tool.name, args);
  await client.close();
  await server.stop();
  expect(result.structuredContent).toMatchObject({ status: "accepted" });
  expect(pollOf(result)).toBeUndefined();
});
