/** A small API behind node:http, and the definition of a server in front of it. */
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { Operation } from "../../templates/runtime/operation.js";
import { defineTool, type ServerDefinition, type ToolHints } from "../../templates/runtime/tool.js";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

export interface Upstream {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Requests whose client went away before the answer. */
  readonly aborted: string[];
  /** Answers the next request with this status. */
  failNext(status: number): void;
  close(): Promise<void>;
}

/** `/slow` never answers; `/wait` answers after 600 ms; everything else echoes. */
export async function startUpstream(): Promise<Upstream> {
  const seen: SeenRequest[] = [];
  const aborted: string[] = [];
  const failures: number[] = [];
  const server = createHttpServer((request, response) => {
    const path = request.url ?? "";
    seen.push({ method: request.method ?? "", path, headers: request.headers });
    response.on("close", () => {
      if (!response.writableFinished) aborted.push(path);
    });
    const answer = () => {
      response.writeHead(failures.shift() ?? 200, { "content-type": "application/json" });
      response.end(
        JSON.stringify(path.startsWith("/contacts?") || path === "/contacts" ? [{ id: "c1" }] : { id: "c1", path }),
      );
    };
    request.resume().on("end", () => {
      if (path.startsWith("/slow")) return;
      if (path.startsWith("/wait")) setTimeout(answer, 600);
      else answer();
    });
  });
  return {
    url: await listenLocal(server),
    seen,
    aborted,
    failNext: (status) => failures.push(status),
    close: () => closeServer(server),
  };
}

export async function listenLocal(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const READ: ToolHints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const WRITE: ToolHints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
const security = [{ apiKey: [] }];
const text = { type: "string" } as const;
const id = { name: "contact_id", in: "path", wire: "contact_id", required: true, schema: text } as const;

export function readOperation(operationId: string, path: string): Operation {
  const parameters = path.includes("{contact_id}") ? [id] : [];
  return { id: operationId, method: "GET", path, class: "read", idempotent: true, arguments: parameters, security };
}

const createContact: Operation = {
  id: "createContact",
  method: "POST",
  path: "/contacts",
  class: "write",
  idempotent: false,
  arguments: [{ name: "name", in: "body", wire: "/name", required: true, schema: text }],
  body: { mediaType: "application/json", required: true },
  security,
};

const deleteContact: Operation = {
  id: "deleteContact",
  method: "DELETE",
  path: "/contacts/{contact_id}",
  class: "delete",
  idempotent: true,
  arguments: [id],
  security,
};

function readTool(name: string, domain: string, operation: Operation) {
  return defineTool({
    name,
    title: name,
    description: `Reads ${operation.path}.`,
    domain,
    hints: READ,
    actions: { [name.split("_")[0] ?? name]: { operation, summary: `Reads ${operation.path}`, scopes: ["crm:read"] } },
    properties: operation.path.includes("{contact_id}") ? { contact_id: text } : {},
  });
}

export const definition: ServerDefinition = {
  name: "crm",
  title: "Example CRM",
  version: "1.2.3",
  instructions: "Contacts and reports.",
  baseUrl: "https://api.example.com",
  tools: [
    readTool("list_contacts", "sales", readOperation("listContacts", "/contacts")),
    readTool("get_contact", "sales", readOperation("getContact", "/contacts/{contact_id}")),
    defineTool({
      name: "manage_contact",
      title: "Manage contact",
      description: "Create or remove a contact.",
      domain: "sales",
      hints: WRITE,
      actions: {
        create: { operation: createContact, summary: "Create a contact", scopes: ["crm:write"] },
        delete: {
          operation: deleteContact,
          summary: "Remove a contact for good",
          scopes: ["crm:write", "crm:delete"],
          confirm: true,
        },
      },
      properties: { name: text, contact_id: text },
    }),
    readTool("get_slow", "reports", readOperation("getSlow", "/slow")),
    readTool("get_wait", "reports", readOperation("getWait", "/wait")),
  ],
  domains: { sales: { description: "Contacts." }, reports: { description: "Reports." } },
  securitySchemes: { apiKey: { type: "apiKey", in: "header", name: "X-Api-Key", env: "CRM_API_KEY" } },
  aliases: { contact_write: "manage_contact", remove_contact: "manage_contact.delete", fetch_contact: "get_contact" },
  prompts: [
    {
      name: "onboard",
      description: "Onboard a contact.",
      arguments: [{ name: "name", required: true }],
      text: "Onboard {name}; keep {this} as it is.",
    },
  ],
};

export const API_KEY = "upstream-secret-key-0123456789";

/** Variables every test starts from. */
export function environment(upstream: { readonly url: string }, extra: Readonly<Record<string, string>> = {}) {
  return { API_BASE_URL: upstream.url, CRM_API_KEY: API_KEY, LOG_LEVEL: "error", PORT: "0", ...extra };
}
