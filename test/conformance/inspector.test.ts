/** The command line of the official Inspector against a generated server: both eras, both transports. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, credentialVariables, type Project, type RunningServer } from "../e2e/project.js";
import { startCrmApi, type CrmApi } from "../upstream/crm-api.js";
import { SKIP } from "./setup.js";
import { runInspector } from "./tools.js";

const token = "secret-token";
/** Exit code of the Inspector for a result that is an error. */
const TOOL_ERROR = 5;

const ways = (["http", "stdio"] as const).flatMap((transport) =>
  (["modern", "legacy"] as const).map((era) => [transport, era] as const),
);

describe.skipIf(process.env[SKIP])("the Inspector", () => {
  let folder: string;
  let api: CrmApi;
  let project: Project;
  let server: RunningServer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crm-"));
    api = await startCrmApi({ folder, tokens: [token] });
    project = await createProject("specs/crm.yaml");
    environment = { API_BASE_URL: api.url, ...credentialVariables(await project.definition(), () => token) };
    server = await project.startHttp(environment);
  });
  afterAll(async () => {
    await server?.stop();
    await api?.close();
    await project?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(ways)("over %s, %s", (transport, era) => {
    const inspect = (...args: readonly string[]) => {
      const variables = Object.entries(environment).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
      const stdio = [process.execPath, path.join(project.dir, "dist/main.js"), ...variables];
      const target = transport === "http" ? [server.url.href] : stdio;
      return runInspector([...target, "--protocol-era", era, "--method", ...args]);
    };

    test("lists tools whose schemas every client takes", async () => {
      const { code, stdout, stderr } = await inspect("tools/list", "--strict");
      expect(code, stderr).toBe(0);
      expect(stderr).toBe("");
      const { tools } = JSON.parse(stdout) as { tools: readonly { name: string }[] };
      expect(tools.map(({ name }) => name)).toEqual((await project.definition()).tools.map(({ name }) => name));
    });

    test("calls a tool", async () => {
      const ada = { action: "create", name: "Ada", email: "ada@example.com", request_id: `ada-${transport}-${era}` };
      const call = ["tools/call", "--tool-name", "manage_contact", "--tool-args-json", JSON.stringify(ada)];
      const { code, stdout, stderr } = await inspect(...call);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ structuredContent: { name: "Ada", email: "ada@example.com" } });
    });

    test("is told what failed", async () => {
      const call = ["tools/call", "--tool-name", "get_contact", "--tool-arg", "contact_id=8823"];
      const { code, stdout } = await inspect(...call);
      expect(code).toBe(TOOL_ERROR);
      expect(JSON.parse(stdout)).toMatchObject({ isError: true, structuredContent: { error: { code: "not_found" } } });
    });
  });
});
