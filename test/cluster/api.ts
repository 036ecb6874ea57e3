/** APIs written as lines: `POST /contacts createContact`. */
import type { Api, Operation } from "../../src/model/types.js";

export function createApi(lines: readonly string[]): Api {
  return {
    title: "Test",
    version: "1.0.0",
    specVersion: "3.1",
    servers: [],
    tags: [],
    operations: lines.map(createOperation),
    schemas: new Map(),
    securitySchemes: [],
    skipped: [],
  };
}

function createOperation(line: string): Operation {
  const [method = "", path = "", operationId] = line.split(" ");
  return {
    key: `${method} /${path.slice(1)}`,
    method,
    path,
    ...(operationId !== undefined && { operationId }),
    tags: [],
    deprecated: false,
    parameters: [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => ({
      name,
      in: "path",
      required: true,
      deprecated: false,
      schema: { kind: "string" },
      style: "simple",
      explode: false,
      allowReserved: false,
      allowEmptyValue: false,
      at: { file: "test.yaml", pointer: "" },
    })),
    responses: [],
    security: [],
    at: { file: "test.yaml", pointer: `/paths/${path.replaceAll("/", "~1")}/${method.toLowerCase()}` },
  };
}

export const CRM = [
  "GET /contacts listContacts",
  "POST /contacts createContact",
  "GET /contacts/{contact_id} getContact",
  "PATCH /contacts/{contact_id} updateContact",
  "DELETE /contacts/{contact_id} deleteContact",
  "POST /contacts/{contact_id}/notes addContactNote",
  "PUT /contacts/{contact_id}/status setContactStatus",
];
