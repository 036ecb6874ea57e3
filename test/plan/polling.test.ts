import { describe, expect, it } from "vitest";
import type { Intent } from "../../src/cluster/types.js";
import type { Operation, SchemaModel } from "../../src/model/types.js";
import { choice, integer, intent, object, operation, parameter, plan, text } from "./fixture.js";

const answer = (status: string, schema: SchemaModel) => ({
  responses: [{ status, content: [{ mediaType: "application/json", schema, encoding: new Map() }], headers: [] }],
});
const path = (name: string) => ({ parameters: [parameter({ name, in: "path" })] });
const exported: SchemaModel = { kind: "ref", target: "export" };
const schemas = new Map<string, SchemaModel>([["export", object({ id: text, state: text })]]);

const getJob = operation("GET /jobs/{id}", path("id"));
const getExport = operation("GET /exports/{export_id}", { ...path("export_id"), ...answer("200", exported) });
const readers = [
  intent("read_job", [choice("get", getJob), choice("list", operation("GET /jobs"))]),
  intent("get_export", [choice("get", getExport)]),
];
const start = (schema: SchemaModel, key = "POST /contacts") => operation(key, answer("202", schema));

function pollOf(started: Operation, others: readonly Intent[] = readers) {
  const { server } = plan([intent("start", [choice("create", started)]), ...others], { api: { schemas } });
  const wire = server.resources.flatMap(({ operations }) => operations).find(({ key }) => key === started.key)?.wire;
  return wire?.longRunning?.poll;
}

describe("what to ask after a 202", () => {
  const job = { tool: "read_job", action: "get", argument: "id" };
  const report = { tool: "get_export", action: null, argument: "export_id", from: "/id" };

  it.each<[string, Operation, unknown]>([
    ["an id by the name of its item", start(object({ job_id: text })), { ...job, from: "/job_id" }],
    ["a name with humps, a number", start(object({ jobId: integer })), { ...job, from: "/jobId" }],
    ["an id within its item", start(object({ job: object({ id: text }) })), { ...job, from: "/job/id" }],
    ["the same thing, created", start(exported, "POST /exports"), report],
    ["the same thing, acted on", start(exported, "POST /exports/{export_id}/refresh"), report],
  ])("%s", (_, started, want) => expect(pollOf(started)).toEqual(want));

  it.each<[string, Operation, (readonly Intent[])?]>([
    ["a bare id of who knows what", start(object({ id: text }))],
    ["the same schema elsewhere", start(exported, "POST /imports")],
    ["an id that nothing reads", start(object({ batch_id: text }))],
    ["an id that is no plain value", start(object({ job_id: { kind: "array", items: text } }))],
    ["no body", operation("POST /contacts", { responses: [{ status: "202", content: [], headers: [] }] })],
    [
      "a read that needs more than the id",
      start(object({ job_id: text })),
      [
        intent("get_job", [
          choice(
            "get",
            operation("GET /teams/{team}/jobs/{id}", {
              parameters: [parameter({ name: "team", in: "path" }), parameter({ name: "id", in: "path" })],
            }),
          ),
        ]),
      ],
    ],
    [
      "a read by name",
      start(object({ job_id: text })),
      [intent("get_job", [choice("get", operation("GET /jobs/{job_name}", path("job_name")))])],
    ],
    [
      "two reads of one name",
      start(object({ job_id: text })),
      [...readers, intent("get_old_job", [choice("get", operation("GET /old/jobs/{id}", path("id")))])],
    ],
  ])("nothing for %s", (_, started, others) => expect(pollOf(started, others)).toBeUndefined());

  it("takes what stands before the id from the call itself, by its own names", () => {
    const read = operation("GET /teams/{team_id}/jobs/{id}", {
      parameters: [parameter({ name: "team_id", in: "path" }), parameter({ name: "id", in: "path" })],
    });
    const started = operation("POST /teams/{team}/exports", {
      ...path("team"),
      ...answer("202", object({ job_id: text })),
    });
    const want = { tool: "get_job", action: null, argument: "id", from: "/job_id", known: { team_id: "team" } };
    expect(pollOf(started, [intent("get_job", [choice("get", read)])])).toEqual(want);
  });

  it("keeps the call of an operation that answers at once as it is", () => {
    expect(pollOf(operation("POST /contacts", answer("200", object({ job_id: text }))))).toBeUndefined();
  });
});
