/** The API that `specs/crm.yaml` describes, with persistent storage: the upstream of the demo and of the end-to-end tests. */
import { createHash } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { openCrmStore, type CrmRecord, type CrmStore, type Table } from "./crm-store.js";
import { notFound, Problem } from "./problems.js";
import { bodies, queries } from "./crm-schemas.js";

export interface CrmApi {
  /** Base URL including `/v1`. */
  readonly url: string;
  readonly app: FastifyInstance;
  /** `METHOD /path?query` of every request since the start, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface CrmApiOptions {
  /** Folder of the database. */
  readonly folder: string;
  /** Bearer tokens that are accepted. */
  readonly tokens: readonly string[];
  readonly port?: number;
}

/** Starts the API on a loopback port. */
export async function startCrmApi(options: CrmApiOptions): Promise<CrmApi> {
  const store = openCrmStore(options.folder);
  const requests: string[] = [];
  const app = Fastify({ ajv: { customOptions: { coerceTypes: "array", removeAdditional: false, allErrors: true } } });
  app.addContentTypeParser(
    "application/merge-patch+json",
    { parseAs: "string" },
    app.getDefaultJsonParser("error", "error"),
  );
  app.addHook("onRequest", async (request) => {
    requests.push(`${request.method} ${request.url}`);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (!token || !options.tokens.includes(token))
      throw new Problem(401, "Unauthorized", "The access token is missing or wrong.");
  });
  app.setErrorHandler(
    (
      error: Error & { validation?: { instancePath: string; message?: string }[]; statusCode?: number },
      _request,
      reply,
    ) => {
      const problem = toProblem(error);
      return reply.code(problem.body.status).type("application/problem+json").send(JSON.stringify(problem.body));
    },
  );
  app.setNotFoundHandler((request, reply) => {
    const problem = new Problem(404, "Not Found", `There is no ${request.method} ${request.url.split("?")[0]}.`);
    return reply.code(404).type("application/problem+json").send(JSON.stringify(problem.body));
  });
  await app.register(async (v1) => addRoutes(v1, store), { prefix: "/v1" });
  const address = await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  return {
    url: `${address}/v1`,
    app,
    requests,
    close: async () => {
      await app.close();
      await store.close();
    },
  };
}

function toProblem(
  error: Error & {
    validation?: { instancePath: string; message?: string; params?: Record<string, unknown> }[];
    statusCode?: number;
  },
): Problem {
  if (error instanceof Problem) return error;
  if (error.validation) {
    const errors = error.validation.map(({ instancePath, message, params }) => ({
      pointer: instancePath || `/${String(params?.["missingProperty"] ?? "")}`,
      detail: message ?? "is wrong",
    }));
    return new Problem(422, "Unprocessable Content", "Some fields are wrong.", errors);
  }
  const status = error.statusCode ?? 500;
  return new Problem(
    status,
    status < 500 ? "Bad Request" : "Internal Server Error",
    status < 500 ? error.message : "Something broke.",
  );
}

type Handler = (request: FastifyRequest) => unknown;

function addRoutes(app: FastifyInstance, store: CrmStore): void {
  const now = () => new Date().toISOString();
  const param = (request: FastifyRequest, name: string) => Number((request.params as Record<string, string>)[name]);
  const body = (request: FastifyRequest) => request.body as Record<string, unknown>;
  const query = (request: FastifyRequest) => request.query as Record<string, unknown>;
  const find = (table: Table, noun: string, id: number): CrmRecord => {
    const record = Number.isInteger(id) ? table.get(id) : undefined;
    if (!record) throw notFound(noun, id);
    return record;
  };
  const change = (table: Table, record: CrmRecord, fields: Record<string, unknown>): CrmRecord => {
    const changed = { ...record, ...fields, id: record.id, updated_at: now() };
    table.replace(changed);
    return changed;
  };
  const requireContact = (id: unknown) => {
    if (!store.contacts.get(Number(id))) {
      throw new Problem(422, "Unprocessable Content", "The contact does not exist.", [
        { pointer: "/contact_id", detail: `no contact with id ${String(id)}` },
      ]);
    }
  };
  const list = (
    path: string,
    table: Table,
    matches: (record: CrmRecord, request: FastifyRequest) => boolean = () => true,
    schema: object = queries.page,
  ) =>
    app.get(path, { schema: { querystring: schema } }, (request) =>
      readPage(table, (record) => matches(record, request), query(request)),
    );
  const create = (path: string, schema: object, handler: Handler) =>
    app.post(path, { schema: { body: schema } }, async (request, reply) =>
      reply.code(201).send(await once(store, request, 201, handler)),
    );

  list("/contacts", store.contacts, (contact, request) => matchesContact(contact, query(request)), queries.contacts);
  create("/contacts", bodies.newContact, (request) =>
    store.contacts.insert({ status: "lead", ...body(request), created_at: now() }),
  );
  app.get("/contacts/:contact_id", (request) => find(store.contacts, "contact", param(request, "contact_id")));
  app.patch("/contacts/:contact_id", { schema: { body: bodies.contactChange } }, (request) =>
    change(store.contacts, find(store.contacts, "contact", param(request, "contact_id")), body(request)),
  );
  app.delete("/contacts/:contact_id", async (request, reply) => {
    store.contacts.remove(find(store.contacts, "contact", param(request, "contact_id")).id);
    return reply.code(204).send();
  });
  app.put("/contacts/:contact_id/status", { schema: { body: bodies.contactStatus } }, (request) => {
    const contact = find(store.contacts, "contact", param(request, "contact_id"));
    if (contact["status"] === "blocked" && body(request)["status"] === "lead")
      throw new Problem(409, "Conflict", "A blocked contact cannot become a lead again.");
    return change(store.contacts, contact, { status: body(request)["status"] });
  });
  app.get("/contacts/:contact_id/notes", { schema: { querystring: queries.page } }, (request) => {
    const contact = find(store.contacts, "contact", param(request, "contact_id"));
    return readPage(store.notes, (note) => note["contact_id"] === contact.id, query(request));
  });
  create("/contacts/:contact_id/notes", bodies.newNote, (request) => {
    const contact = find(store.contacts, "contact", param(request, "contact_id"));
    return store.notes.insert({ pinned: false, ...body(request), contact_id: contact.id, created_at: now() });
  });

  list("/companies", store.companies);
  create("/companies", bodies.newCompany, (request) => {
    for (const company of store.companies.newestFirst()) {
      if (company["name"] === body(request)["name"])
        throw new Problem(409, "Conflict", `There is a company of this name already: ${company.id}.`);
    }
    return store.companies.insert(body(request));
  });
  app.get("/companies/:company_id", (request) => find(store.companies, "company", param(request, "company_id")));
  app.put("/companies/:company_id", { schema: { body: bodies.newCompany } }, (request) => {
    const company = { ...body(request), id: find(store.companies, "company", param(request, "company_id")).id };
    store.companies.replace(company);
    return company;
  });

  list("/deals", store.deals, (deal, request) => matchesDeal(deal, query(request)), queries.deals);
  create("/deals", bodies.newDeal, (request) => {
    requireContact(body(request)["contact_id"]);
    return store.deals.insert({ currency: "EUR", ...body(request), stage: "new", closed_at: null });
  });
  app.get("/deals/:deal_id", (request) => find(store.deals, "deal", param(request, "deal_id")));
  const openDeal = (request: FastifyRequest) => {
    const deal = find(store.deals, "deal", param(request, "deal_id"));
    if (deal["closed_at"]) throw new Problem(409, "Conflict", `Deal ${deal.id} is closed.`);
    return deal;
  };
  app.patch("/deals/:deal_id", { schema: { body: bodies.dealChange } }, (request) =>
    change(store.deals, openDeal(request), body(request)),
  );
  app.post("/deals/:deal_id/close", { schema: { body: bodies.closeDeal } }, (request) =>
    once(store, request, 200, () =>
      change(store.deals, openDeal(request), { stage: body(request)["outcome"], closed_at: now() }),
    ),
  );
}

/** Runs a handler once per Idempotency-Key; the same key with another request is refused. */
async function once(store: CrmStore, request: FastifyRequest, status: number, handler: Handler): Promise<unknown> {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string") return handler(request);
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([request.method, request.url, request.body]))
    .digest("hex");
  const stored = store.answers.get(key);
  if (stored && stored.fingerprint !== fingerprint)
    throw new Problem(422, "Unprocessable Content", "This Idempotency-Key was used for another request.");
  if (stored) return stored.body;
  const answer = await handler(request);
  store.answers.putSync(key, { fingerprint, status, body: answer });
  return answer;
}

function readPage(table: Table, matches: (record: CrmRecord) => boolean, query: Record<string, unknown>) {
  const limit = Number(query["limit"] ?? 20);
  const before =
    query["cursor"] === undefined ? undefined : Number(Buffer.from(String(query["cursor"]), "base64url").toString());
  if (before !== undefined && !Number.isInteger(before))
    throw new Problem(400, "Bad Request", "The cursor is not one of ours.");
  const data: CrmRecord[] = [];
  for (const record of table.newestFirst(before)) {
    if (!matches(record)) continue;
    if (data.length === limit) return { data, next_cursor: Buffer.from(String(data.at(-1)?.id)).toString("base64url") };
    data.push(record);
  }
  return { data, next_cursor: null };
}

function matchesContact(contact: CrmRecord, query: Record<string, unknown>): boolean {
  const words = String(query["q"] ?? "").toLowerCase();
  return (
    (query["status"] === undefined || contact["status"] === query["status"]) &&
    (query["company_id"] === undefined || contact["company_id"] === query["company_id"]) &&
    `${String(contact["name"])} ${String(contact["email"])}`.toLowerCase().includes(words)
  );
}

function matchesDeal(deal: CrmRecord, query: Record<string, unknown>): boolean {
  const stages = query["stage"] === undefined ? undefined : String(query["stage"]).split(",");
  return (
    (!stages || stages.includes(String(deal["stage"]))) &&
    (query["contact_id"] === undefined || deal["contact_id"] === query["contact_id"])
  );
}
