/** A project lives with its API: six versions of one description, a user's hooks, and a client of the first version. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { connect, errorOf, type ToolResult } from "./clients.js";
import {
  command,
  compile,
  createProject,
  credentialVariables,
  fastCompiler,
  repository,
  type Project,
} from "./project.js";

type Json = { [key: string]: Json } & { [index: number]: Json } & unknown[];

interface Description {
  paths: Record<string, Record<string, Json>>;
  components: { schemas: Record<string, { properties: Record<string, object>; required?: string[] }> };
}

/** What the API's team does, one version after the other. */
const versions: Readonly<Record<string, (api: Description) => void>> = {
  "fields and operations are added": (api) => {
    for (const name of ["NewContact", "ContactChange"]) {
      Object.assign(api.components.schemas[name]?.properties ?? {}, { birthday: { type: "string", format: "date" } });
    }
    const { close } = { close: structuredClone(api.paths["/deals/{deal_id}/close"]) };
    Object.assign(close?.["post"] ?? {}, { operationId: "reopenDeal", summary: "Open a closed deal again" });
    const activity = structuredClone(api.paths["/contacts/{contact_id}/notes"]);
    Object.assign(activity?.["get"] ?? {}, { operationId: "listContactActivity", summary: "List what happened" });
    delete activity?.["post"];
    Object.assign(api.paths, { "/deals/{deal_id}/reopen": close, "/contacts/{contact_id}/activity": activity });
  },
  "an operationId is renamed": (api) => {
    Object.assign(api.paths["/contacts"]?.["post"] ?? {}, { operationId: "contacts_add" });
  },
  "paths are versioned": (api) => {
    for (const name of ["/companies", "/companies/{company_id}"]) {
      api.paths[`/v2${name}`] = api.paths[name] ?? {};
      delete api.paths[name];
    }
  },
  "an operation is removed": (api) => {
    delete api.paths["/contacts/{contact_id}"]?.["delete"];
  },
  "an argument becomes required": (api) => {
    api.components.schemas["NewDeal"]?.required?.push("currency");
  },
};

interface Upstream {
  readonly url: string;
  readonly bodies: Record<string, unknown>[];
  /** The API as it is now: what the description has, and nothing else. */
  serve(api: Description): void;
  readonly server: Server;
}

async function startUpstream(): Promise<Upstream> {
  let routes: RegExp[] = [];
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const line = `${request.method ?? ""} ${(request.url ?? "").split("?")[0] ?? ""}`;
      const isKnown = routes.some((route) => route.test(line));
      if (text !== "") bodies.push(JSON.parse(text) as Record<string, unknown>);
      const answer = isKnown ? { id: 1, name: "Ada", data: [], title: "t", contact_id: 1 } : { title: "Not Found" };
      response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const serve = (api: Description) => {
    routes = Object.entries(api.paths).flatMap(([route, item]) =>
      Object.keys(item).map((name) => new RegExp(`^${name.toUpperCase()} ${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`)),
    );
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, serve, server };
}

const hooks = `import type { ServerHooks } from "./generated/hooks.js";

export const hooks: ServerHooks = {
  manage_contact: {
    create: {
      before: (input) => ({ ...input, tags: [...(input.tags ?? []),   "from-mcp"] }),
    },
  },
};
`;

let folder: string;
let spec: string;
let project: Project;
let api: Description;
let upstream: Upstream;
let credentials: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "evolution-"));
  spec = path.join(folder, "crm.yaml");
  api = parse(await readFile(path.join(repository, "specs/crm.yaml"), "utf8")) as Description;
  await writeFile(spec, stringify(api));
  upstream = await startUpstream();
  upstream.serve(api);
  project = await createProject(spec);
  await writeFile(path.join(project.dir, "src/hooks.ts"), hooks);
  await project.build();
  credentials = credentialVariables(await project.definition(), () => "secret");
}, 120_000);

afterAll(async () => {
  upstream?.server.close();
  await project?.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Check {
  readonly fresh: boolean;
  readonly surface: readonly { class: string; tool: string; change: string; operations: readonly string[] }[];
  readonly diagnostics: readonly { code: string; message: string }[];
}

function check(): Check {
  const { stdout } = spawnSync(process.execPath, [command, "check", "--format", "json"], {
    cwd: project.dir,
    encoding: "utf8",
  });
  return JSON.parse(stdout) as Check;
}

const lines = ({ surface }: Check, kind: string) =>
  surface.filter((found) => found.class === kind).map(({ tool, change }) => `${tool}: ${change}`);

/** Takes over a version of the API: what a check says before, the regenerated and built project after. */
async function follow(version: string): Promise<Check> {
  versions[version]?.(api);
  await writeFile(spec, stringify(api));
  upstream.serve(api);
  const checked = check();
  await project.generate();
  await project.build();
  expect(check().fresh).toBe(true);
  return checked;
}

/** What a client learnt from the tool list of version 1. */
const calls: Readonly<Record<string, readonly [tool: string, args: Record<string, unknown>]>> = {
  create: ["manage_contact", { action: "create", name: "Ada", email: "ada@example.com" }],
  update: ["manage_contact", { action: "update", contact_id: 1, name: "Ada L." }],
  status: ["manage_contact", { action: "set_status", contact_id: 1, status: "active" }],
  delete: ["manage_contact", { action: "delete", contact_id: 1, confirm: true }],
  list: ["list_contacts", {}],
  get: ["get_contact", { contact_id: 1 }],
  notes: ["list_contact_notes", { contact_id: 1 }],
  company: ["get_company", { company_id: 1 }],
  deal: ["manage_deal", { action: "create", title: "t", contact_id: 1 }],
};

/** The calls of version 1 that no longer succeed, with the reason. */
async function callAsBefore(): Promise<Record<string, string>> {
  const client = await connect("modern", { dir: project.dir, env: { API_BASE_URL: upstream.url, ...credentials } });
  const failed: Record<string, string> = {};
  for (const [name, [tool, args]] of Object.entries(calls)) {
    const result: ToolResult = await client.callTool(tool, args);
    if (result.isError) failed[name] = errorOf(result).code;
  }
  await client.close();
  return failed;
}

const readHooks = () => readFile(path.join(project.dir, "src/hooks.ts"), "utf8");

describe("a project and its API", () => {
  test("version 1 does all a client asks for", async () => {
    expect(await callAsBefore()).toEqual({});
    expect(upstream.bodies[0]).toMatchObject({ name: "Ada", tags: ["from-mcp"] });
  }, 120_000);

  test("fields and operations are added: additive; the hooks get a line, their bodies none", async () => {
    const checked = await follow("fields and operations are added");
    expect(lines(checked, "breaking")).toEqual([]);
    expect(lines(checked, "additive")).toEqual(
      expect.arrayContaining([
        'manage_contact: argument "birthday" is new (action "create")',
        'manage_deal: action "reopen" is new',
      ]),
    );
    expect(await callAsBefore()).toEqual({});
    const text = await readHooks();
    expect(text).toContain("  // manage_deal: { reopen: { before: (input) => input } },\n};\n");
    expect(
      text
        .split("\n")
        .filter((line) => !line.trim().startsWith("//"))
        .join("\n"),
    ).toBe(hooks);
  }, 120_000);

  test.each(["an operationId is renamed", "paths are versioned"])(
    "%s: nobody notices",
    async (version) => {
      const before = await readHooks();
      const checked = await follow(version);
      expect([...lines(checked, "breaking"), ...lines(checked, "additive")]).toEqual([]);
      expect(await callAsBefore()).toEqual({});
      expect(await readHooks()).toBe(before);
    },
    60_000,
  );

  test("an operation is removed: breaking, for that action alone", async () => {
    const checked = await follow("an operation is removed");
    expect(lines(checked, "breaking")).toEqual(['manage_contact: action "delete" is gone']);
    expect(checked.surface.find((found) => found.class === "breaking")?.operations).toEqual([
      "DELETE /contacts/{contact_id}",
    ]);
    expect(checked.diagnostics.map(({ code }) => code)).toContain("cluster/vanished-operation");
    expect(await callAsBefore()).toEqual({ delete: "invalid_input" });
  }, 120_000);

  test("an argument becomes required: breaking, for the calls without it", async () => {
    const checked = await follow("an argument becomes required");
    expect(lines(checked, "breaking")).toEqual(['manage_deal: argument "currency" is now required (action "create")']);
    expect(await callAsBefore()).toEqual({ delete: "invalid_input", deal: "invalid_input" });
  }, 120_000);

  test("the user renames tools and actions: the old names answer, and the hook is shown its new place", async () => {
    const annotations = path.join(project.dir, "mcp.annotations.yaml");
    const rename = async (from: string | RegExp, to: string) =>
      writeFile(annotations, (await readFile(annotations, "utf8")).replace(from, to));
    await rename("  manage_contact:\n", "  contact:\n");
    await rename("      update: PATCH /contacts/", "      change: PATCH /contacts/");
    await rename("  get_contact:\n", "  read_contact:\n");
    const checked = check();
    expect(lines(checked, "breaking")).toEqual([]);
    const { stderr } = await project.generate();
    expect(stderr).toMatch(/src\/hooks\.ts:5:5/);
    expect(stderr).toContain("Move it to contact.create");
    await expect(compile(fastCompiler, ["-p", project.dir])).rejects.toThrow("src/hooks.ts(4,3)");
    const text = await readHooks();
    await writeFile(path.join(project.dir, "src/hooks.ts"), text.replace("  manage_contact: {", "  contact: {"));
    await project.build();
    expect(await callAsBefore()).toEqual({ delete: "invalid_input", deal: "invalid_input" });
    expect(upstream.bodies.findLast((body) => body["email"] !== undefined)?.["tags"]).toEqual(["from-mcp"]);

    // Renamed once more, the first name is led on.
    await rename("  contact:\n", "  person:\n");
    await project.generate();
    expect(await readFile(annotations, "utf8")).toMatch(/ {2}manage_contact: person\n[^]* {2}contact: person\n/);
    expect(check().fresh).toBe(true);
  }, 120_000);
});
