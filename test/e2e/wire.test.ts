/** What a call puts on the wire, by the rules of OpenAPI (parameter styles, bodies), and what it refuses to send. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect, errorOf, textOf, type McpClient } from "./clients.js";
import {
  createProject,
  credentialVariables,
  repository,
  sharedProject,
  type Project,
  type RunningServer,
} from "./project.js";
import { sendJson, startUpstream, type Received, type Upstream } from "./upstream.js";

type Arguments = Readonly<Record<string, unknown>>;

/** A request: method, raw target, and what else is worth pinning. */
interface Expected {
  readonly line: string;
  readonly json?: unknown;
  readonly text?: string;
  /** `null`: the header is absent. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

interface Case {
  readonly spec: string;
  readonly sends: readonly (readonly [tool: string, args: Arguments, expected: Expected])[];
  /** Nothing is sent; the text says why. */
  readonly refuses: readonly (readonly [tool: string, args: Arguments, text: RegExp])[];
}

const cases: readonly Case[] = [
  {
    spec: "parameters",
    sends: [
      [
        "get_point",
        {
          path: "a/b c.txt",
          point: [1, 2],
          page_size: 5,
          select: ["id", "na me"],
          color: ["red", "blue"],
          word: ["x", "y"],
          filter: { from: "1", to: "2&3" },
          where: { field: "a", is: "b c" },
          session: "s 1;x",
          x_trace: ["t1", "t2"],
        },
        {
          line:
            "GET /files/a/b%20c.txt/points/.1,2?page%5Bsize%5D=5&%24select=id,na%20me&color=red%7Cblue&word=x%20y" +
            "&filter%5Bfrom%5D=1&filter%5Bto%5D=2%263&where=%7B%22field%22%3A%22a%22%2C%22is%22%3A%22b%20c%22%7D",
          headers: { "x-trace": "t1,t2", "x-api-version": "2026-01-01", cookie: "session=s%201%3Bx" },
        },
      ],
      [
        "get_point",
        { path: "ok", point: ["1"], select: [], filter: {} },
        { line: "GET /files/ok/points/.1", headers: { "x-trace": null, cookie: null, accept: "application/json" } },
      ],
      ["get_matrix", { m: { x: 1, y: 2 } }, { line: "GET /matrix/;x=1;y=2", headers: { accept: "text/plain" } }],
    ],
    refuses: [
      ["get_point", { path: "../../secret", point: [1] }, /`path`.*segment/],
      ["get_point", { path: "a/%2E%2e/b", point: [1] }, /`path`/],
      ["get_point", { path: "", point: [1] }, /`path` must not be empty/],
      ["get_point", { path: "ok", point: [] }, /`point` must not be empty/],
      ["get_point", { path: "ok", point: [1], x_trace: ["a\r\nX-Evil: 1"] }, /`x_trace`.*header/],
      ["get_point", { path: "ok", point: ["one"] }, /point\[0\]/],
      ["get_matrix", {}, /`m` is required/],
    ],
  },
  {
    spec: "bodies",
    sends: [
      ["set_tag", { body: ["a", "b"] }, { line: "PUT /tags", json: ["a", "b"] }],
      ["set_tag", { body: [] }, { line: "PUT /tags", json: [] }],
      [
        "set_name",
        { body: 'Ünï\n"x"' },
        { line: "PUT /name", text: 'Ünï\n"x"', headers: { "content-type": "text/plain" } },
      ],
      ["update_setting", { body: { a: "1" } }, { line: "PATCH /settings", json: { a: "1" } }],
      [
        "create_wrapped",
        { name: "n", size: "3" },
        {
          line: "POST /wrapped",
          json: { data: { name: "n", size: 3 } },
          headers: { "content-type": "application/json" },
        },
      ],
      [
        "upload_raw",
        { file: Buffer.from("raw bytes").toString("base64") },
        { line: "POST /raw", text: "raw bytes", headers: { "content-type": "application/octet-stream" } },
      ],
      [
        "create_place",
        { owner: "9007199254740993", level: "1", pair: ["a", "1"] },
        { line: "POST /places", text: '{"owner":9007199254740993,"level":1,"pair":["a",1]}' },
      ],
      ["bulk_delete", { ids: ["1", "2"] }, { line: "DELETE /bulk", json: { ids: ["1", "2"] } }],
    ],
    refuses: [
      ["create_wrapped", { size: 3 }, /`name` is required/],
      ["create_wrapped", { name: "n", size: "three" }, /size/],
      ["create_wrapped", { data: { name: "n" } }, /`data` is not an argument/],
      ["update_setting", { body: { a: { b: 1 } } }, /body/],
      ["upload_raw", { file: "***" }, /file/],
      ["create_place", { owner: 2 ** 53 }, /`owner`.*give it as text/],
      ["create_place", { owner: "99999999999999999999" }, /`owner` must be at most/],
      ["set_picture", { image: "***" }, /`image` takes file content/],
    ],
  },
  {
    spec: "names",
    sends: [
      [
        "manage_rule",
        {
          action: "update",
          id: "r 1/2",
          name: "q",
          body_name: "b",
          action_param: "deny",
          limit_param: 4,
          request_id_param: "abc",
          class: "c",
          weird_key: "w",
        },
        {
          line: "PUT /rules/r%201%2F2?name=q",
          json: {
            id: "r 1/2",
            name: "b",
            action: "deny",
            limit: 4,
            request_id: "abc",
            class: "c",
            "weird key!": "w",
          },
        },
      ],
      ["manage_rule", { action: "delete", id: "a?b#c" }, { line: "DELETE /rules/a%3Fb%23c", text: "" }],
      ["manage_rule", { action: "create", action_param: "x" }, { line: "POST /rules", json: { action: "x" } }],
    ],
    refuses: [
      ["manage_rule", { action: "delete", id: ".." }, /`id`/],
      ["manage_rule", { action: "delete", id: "%2e%2E" }, /`id`/],
      ["manage_rule", { action: "create", action_param: "x", id: "1" }, /`id` is not an argument.*update, delete/],
      ["manage_rule", { id: "1" }, /action.*update.*delete.*create/s],
    ],
  },
  {
    spec: "verbs",
    sends: [
      ["cancel_job", { job: "j:1" }, { line: "POST /jobs/j%3A1:cancel", text: "" }],
      ["get_job", { job: "j 1" }, { line: "GET /jobs/j%201" }],
      ["search_jobs", { text: "t" }, { line: "POST /jobs:search", json: { text: "t" } }],
      ["list_secrets", { org: "o" }, { line: "GET /orgs/o/secrets" }],
      ["list_secrets", { user: "u" }, { line: "GET /users/u/secrets" }],
      ["logout_session", {}, { line: "GET /session/logout" }],
    ],
    refuses: [
      ["list_secrets", {}, /`org` or `user` is required/],
      ["list_secrets", { org: "o", user: "u" }, /does not go together/],
    ],
  },
  {
    spec: "newer",
    sends: [
      ["list_products", { action: "list_all", where: "x" }, { line: "QUERY /products", json: { where: "x" } }],
      [
        "list_products",
        { action: "list", word: "a b", size: [1, 2], near: { lat: 1.5 } },
        { line: "GET /products?word=a%20b&size=1&size=2&near=%7B%22lat%22%3A1.5%7D" },
      ],
      ["copy_product", {}, { line: "COPY /products" }],
      [
        "add_event",
        { sid: "a b=", body: [{ id: "9007199254740993" }, { id: 2 }] },
        { line: "POST /events", text: '{"id":9007199254740993}\n{"id":2}\n', headers: { cookie: "sid=a b=" } },
      ],
    ],
    refuses: [["add_event", { sid: "a;b", body: [{ id: 1 }] }, /`sid`.*semicolon/]],
  },
  {
    spec: "composition",
    sends: [
      [
        "create_shape",
        { body: { kind: "circle", radius: 1 } },
        { line: "POST /shapes", json: { kind: "circle", radius: 1 } },
      ],
      [
        "create_node",
        { label: null, value: null, children: [{ label: "c", value: 3, children: [{ label: "d" }] }] },
        {
          line: "POST /nodes",
          json: { label: null, value: null, children: [{ label: "c", value: 3, children: [{ label: "d" }] }] },
        },
      ],
      [
        "create_employee",
        { name: "n", badge: "1", pin: "p", boss: { name: "b", badge: 2 } },
        { line: "POST /employees", json: { name: "n", badge: 1, pin: "p", boss: { name: "b", badge: 2 } } },
      ],
    ],
    refuses: [
      ["create_shape", { body: { kind: "circle", side: 1 } }, /radius/],
      ["create_shape", { body: { kind: "square", side: 0 } }, /side.*greater than 0/],
      ["create_shape", { body: { kind: "oval", radius: 1 } }, /kind/],
      ["create_node", { label: "a", children: [{ value: 1 }] }, /children\[0\].*label/],
      ["create_employee", { name: "n", badge: 1, id: "x" }, /`id` is not an argument/],
    ],
  },
];

let folder: string;
let upstream: Upstream;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wire-"));
  upstream = await startUpstream();
});
beforeEach(() => {
  upstream.answer = (_request, response) => sendJson(response, { ok: true });
  upstream.clear();
});
afterAll(async () => {
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(project: Project): Promise<{ server: RunningServer; client: McpClient }> {
  const credentials = credentialVariables(await project.definition(), () => "secret");
  const server = await project.startHttp({ ...credentials, API_BASE_URL: upstream.url });
  return { server, client: await connect("modern", server.url) };
}

function expectRequest(request: Received | undefined, expected: Expected): void {
  expect(`${request?.method} ${request?.url}`).toBe(expected.line);
  if ("json" in expected) expect(request?.json).toEqual(expected.json);
  if (expected.text !== undefined) expect(request?.text).toBe(expected.text);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    expect([name, request?.headers[name] ?? null]).toEqual([name, value]);
  }
}

describe.each(cases)("$spec", ({ spec, sends, refuses }) => {
  let server: RunningServer;
  let client: McpClient;

  beforeAll(async () => {
    ({ server, client } = await start(await sharedProject(`specs/features/${spec}.yaml`)));
  });
  afterAll(async () => {
    await client?.close();
    await server?.stop();
  });

  test.each(sends.map(([tool, args, expected]) => ({ tool, args, expected })))(
    "$tool sends $expected.line",
    async ({ tool, args, expected }) => {
      const result = await client.callTool(tool, args);
      expect(result.isError ?? false, textOf(result)).toBe(false);
      expect(upstream.requests).toHaveLength(1);
      expectRequest(upstream.requests[0], expected);
    },
  );

  test.each(refuses.map(([tool, args, text]) => ({ tool, args, text })))(
    "$tool refuses $args",
    async ({ tool, args, text }) => {
      const result = await client.callTool(tool, args);
      expect(errorOf(result)).toMatchObject({ code: "invalid_input", retryable: false });
      expect(textOf(result)).toMatch(text);
      expect(upstream.requests).toEqual([]);
    },
  );
});

test("twins in two scopes say that one of their ids is needed", async () => {
  const { server, client } = await start(await sharedProject("specs/features/verbs.yaml"));
  const tool = (await client.listTools()).find(({ name }) => name === "list_secrets");
  expect(tool?.inputSchema.properties).toMatchObject({
    org: { description: expect.stringContaining("Needs org or user.") as unknown },
    user: { description: expect.stringContaining("Needs org or user.") as unknown },
  });
  await client.close();
  await server.stop();
});

describe("files and other answers than JSON", () => {
  let project: Project;
  let server: RunningServer;
  let client: McpClient;

  beforeAll(async () => {
    // The upload has a server of its own: here it is the same one, below another path.
    const file = path.join(folder, "bodies.yaml");
    const text = await readFile(path.join(repository, "specs/features/bodies.yaml"), "utf8");
    await writeFile(file, text.replace("https://uploads.example.com", `${upstream.url}/uploads`));
    project = await createProject(file);
    ({ server, client } = await start(project));
  });
  afterAll(async () => {
    await client?.close();
    await server?.stop();
    await project?.remove();
  });

  test("a form with a file, a JSON part and a list, at the server of the operation", async () => {
    const content = Buffer.from("bytes \u0000 \r\n--end");
    const args = { file: content.toString("base64"), meta: { title: "Tïtle" }, labels: ["a", "b"] };
    const result = await client.callTool("upload_document", args);
    expect(result.isError ?? false, textOf(result)).toBe(false);
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.url}`).toBe("POST /uploads/documents");
    // Read by another implementation than the one that wrote it.
    const form = await new Response(new Uint8Array(request?.body ?? []), {
      headers: { "content-type": request?.headers["content-type"] ?? "" },
    }).formData();
    const file = form.get("file");
    expect(file).toBeInstanceOf(File);
    if (file instanceof File) expect(Buffer.from(await file.arrayBuffer())).toEqual(content);
    const meta = form.get("meta");
    const metaText = meta instanceof File ? await meta.text() : String(meta);
    expect(JSON.parse(metaText)).toEqual({ title: "Tïtle" });
    expect(form.getAll("labels")).toEqual(["a", "b"]);
  });

  test("an image is an image, a table is text, anything else a resource", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    upstream.answer = (_request, response) => {
      response.writeHead(200, { "content-type": "image/png" }).end(png);
    };
    const image = await client.callTool("get_image");
    expect(image.content).toContainEqual(
      expect.objectContaining({ type: "image", mimeType: "image/png", data: png.toString("base64") }),
    );
    upstream.answer = (_request, response) => {
      response
        .writeHead(200, { "content-type": "text/csv; charset=iso-8859-1" })
        .end(Buffer.from("a,b\n1,\xe9", "latin1"));
    };
    const table = await client.callTool("get_report");
    expect(textOf(table)).toContain("1,é");
    upstream.answer = (_request, response) => {
      response.writeHead(200, { "content-type": "application/pdf" }).end(Buffer.from("%PDF-1.7 \u0000"));
    };
    const pdf = await client.callTool("get_report");
    const blob = pdf.content.find(({ type }) => type === "resource")?.resource;
    expect(blob).toMatchObject({ mimeType: "application/pdf" });
    expect(Buffer.from(blob?.blob ?? "", "base64").toString()).toBe("%PDF-1.7 \u0000");
  });

  test("an accepted request says where to look next", async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(202, { location: "/jobs/7" }).end();
    };
    const result = await client.callTool("create_wrapped", { name: "n" });
    expect(result.isError ?? false).toBe(false);
    expect(JSON.stringify(result.structuredContent)).toMatch(/accepted/i);
    expect(JSON.stringify(result.structuredContent)).toContain("/jobs/7");
  });
});

describe("a hostile description", () => {
  test("compiles, starts, lists and calls; nothing of it is executed", async () => {
    const project = await sharedProject("specs/features/hostile.yaml");
    const { server, client } = await start(project);
    const [tool] = await client.listTools();
    expect(tool?.name).toMatch(/^[a-z0-9_]{1,64}$/);
    expect(JSON.stringify(tool)).not.toMatch(/[\u202e\u200b\u2028]/);
    const sent = async (args: Arguments) => {
      upstream.clear();
      const result = await client.callTool(tool?.name ?? "", args);
      expect(result.isError ?? false, textOf(result)).toBe(false);
      return upstream.requests[0]?.url;
    };
    expect(await sent({ id: "*/", process_exit_1: "a" })).toBe("/x*/%60$a%60/%2A%2F");
    expect(await sent({ id: "`", process_exit_1: "${1}", constructor: "c", toString: "t" })).toBe(
      "/x*/%60$%24%7B1%7D%60/%60?constructor=c&toString=t",
    );
    expect(server.process.exitCode).toBeNull();
    await client.close();
    expect(await server.stop()).toBe(0);
  });
});
