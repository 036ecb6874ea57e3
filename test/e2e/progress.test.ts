/** What a client that asks for progress hears while the API takes its time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientKinds, connect } from "./clients.js";
import { credentialVariables, sharedProject, type RunningServer } from "./project.js";
import { sendJson, startUpstream, type Upstream } from "./upstream.js";

let upstream: Upstream;
let server: RunningServer;

beforeAll(async () => {
  upstream = await startUpstream();
  const project = await sharedProject("specs/crm.yaml");
  const credentials = credentialVariables(await project.definition(), () => "secret");
  server = await project.startHttp({ ...credentials, API_BASE_URL: upstream.url });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

test.each(clientKinds)("a %s client hears that a call goes on, before it has the answer", async (kind) => {
  const heard: (string | undefined)[] = [];
  upstream.answer = (_request, response) => {
    const wait = setInterval(() => {
      if (heard.length === 0) return;
      clearInterval(wait);
      sendJson(response, { id: 1, name: "Ada" });
    }, 50);
  };
  const client = await connect(kind, server.url);
  const onprogress = ({ message }: { readonly message?: string }) => void heard.push(message);
  const result = await client.callTool("get_contact", { contact_id: 1 }, { onprogress });
  await client.close();
  expect(result.isError).not.toBe(true);
  expect(heard[0]).toMatch(/\d+ s/);
});
