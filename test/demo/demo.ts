/**
 * The whole story on one screen: generate a server from `specs/crm.yaml`, start it beside a real API, talk to it
 * with a real client, regroup a tool, run again. Everything runs on this machine, in a temporary folder.
 */
import { readFile, rm, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, type McpClient, type ToolResult } from "../e2e/clients.js";
import { createProject } from "../e2e/project.js";
import { startCrmApi } from "../upstream/crm-api.js";

const token = "demo-token";
const folder = await mkdtemp(path.join(tmpdir(), "crm-demo-"));
const api = await startCrmApi({ folder, tokens: [token] });
say(`The API listens on ${api.url}.`);

say("Generating the server from specs/crm.yaml …");
const project = await createProject("specs/crm.yaml");
const environment = { API_BASE_URL: api.url, CRM_TOKEN: token };
const firstServer = await project.startHttp(environment);
const client = await connect("modern", firstServer.url);
try {
  await listTools(client);
  const ada = { action: "create", name: "Ada Lovelace", email: "ada@example.com", request_id: "demo-create-ada" };
  await call(client, "manage_contact", ada);
  say("The same call again, as after a lost connection: still one contact.");
  await call(client, "manage_contact", ada);
  for (const name of ["Grace Hopper", "Alan Turing"]) {
    await client.callTool("manage_contact", {
      action: "create",
      name,
      email: "x@example.com",
      request_id: `demo-${name}`,
    });
  }
  const page = await call(client, "list_contacts", { limit: 2 });
  await call(client, "list_contacts", { limit: 2, cursor: page.structuredContent?.["next_cursor"] });
  say("Two mistakes, and what the model is told:");
  await call(client, "get_contact", { contact_id: 8823 });
  await call(client, "manage_contact", { action: "create", name: "No mail" });
} finally {
  await client.close();
  await firstServer.stop();
}

say("Regrouping: add_contact_note becomes an action of manage_contact. One line of the annotation file moves.");
const file = path.join(project.dir, "mcp.annotations.yaml");
await writeFile(file, moveNoteIntoManageContact(await readFile(file, "utf8")));
await project.generate();
await project.build();
const secondServer = await project.startHttp(environment);
const secondClient = await connect("modern", secondServer.url);
try {
  await listTools(secondClient);
  await call(secondClient, "manage_contact", { action: "add_note", contact_id: 1, text: "Met at the conference." });
} finally {
  await secondClient.close();
  await secondServer.stop();
  await api.close();
  await project.remove();
  await rm(folder, { recursive: true, force: true });
}
say("Done.");

function say(text: string): void {
  console.log(`\n\u001b[1m${text}\u001b[0m`);
}

async function listTools(target: McpClient): Promise<void> {
  for (const tool of await target.listTools()) {
    const action = tool.inputSchema.properties?.["action"] as { enum?: string[] } | undefined;
    console.log(`  ${tool.name}${action ? ` (${action.enum?.join(", ")})` : ""}`);
  }
}

async function call(target: McpClient, name: string, args: Record<string, unknown>): Promise<ToolResult> {
  console.log(`  → ${name} ${JSON.stringify(args)}`);
  const result = await target.callTool(name, args);
  console.log(`  ← ${result.isError ? "error: " : ""}${result.content[0]?.text ?? ""}`);
  return result;
}

/** What a person does in an editor: take the tool's entry out and name its operation as an action of the other tool. */
function moveNoteIntoManageContact(text: string): string {
  const entry = /^  add_contact_note:\n(?:    .*\n)+/m.exec(text)?.[0];
  if (!entry) throw new Error("The annotation file has no add_contact_note.");
  return text
    .replace(entry, "")
    .replace(/^(  manage_contact:\n(?:    .*\n)*?    actions:\n)/m, "$1      add_note: addContactNote\n");
}
