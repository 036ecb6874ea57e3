import { describe, expect, it } from "vitest";
import { toArgumentErrors } from "../../templates/runtime/errors-fields.js";
import { readErrorDetails } from "../../templates/runtime/errors-reader.js";
import type { JsonValue, Operation } from "../../templates/runtime/operation.js";

interface Row {
  shape: string;
  body: JsonValue;
  message?: string | undefined;
  code?: string | undefined;
  fields?: readonly (readonly [field: string, message: string])[];
}

const rows: Row[] = [
  {
    shape: "message and code",
    body: { code: "contact_missing", message: "No such contact" },
    message: "No such contact",
    code: "contact_missing",
  },
  {
    shape: "message with documentation link",
    body: { message: "Not Found", documentation_url: "https://docs.example.com" },
    message: "Not Found",
  },
  {
    shape: "list of resource, field and code",
    body: { message: "Validation Failed", errors: [{ resource: "Issue", field: "title", code: "missing_field" }] },
    message: "Validation Failed",
    fields: [["title", "missing field"]],
    code: "missing_field",
  },
  {
    shape: "error object with type, param and code",
    body: { error: { type: "card_error", code: "card_declined", message: "Your card was declined.", param: "number" } },
    message: "Your card was declined.",
    code: "card_declined",
    fields: [["number", "Your card was declined."]],
  },
  {
    shape: "problem details with invalid-params (RFC 9457)",
    body: {
      type: "https://example.com/probs/validation",
      title: "Your request is not valid",
      status: 400,
      detail: "Two fields are wrong",
      "invalid-params": [{ name: "age", reason: "must be positive" }],
    },
    message: "Your request is not valid: Two fields are wrong",
    code: "validation",
    fields: [["age", "must be positive"]],
  },
  {
    shape: "problem details about:blank",
    body: { type: "about:blank", title: "Gone", status: 410 },
    message: "Gone",
    code: undefined,
  },
  {
    shape: "title with a map of lists",
    body: {
      title: "One or more validation errors occurred.",
      status: 400,
      errors: { Email: ["The Email field is required."] },
    },
    message: "One or more validation errors occurred.",
    fields: [["Email", "The Email field is required."]],
  },
  {
    shape: "detail list with loc and msg",
    body: {
      detail: [{ loc: ["body", "email"], msg: "value is not a valid email address", type: "value_error.email" }],
    },
    message: "value is not a valid email address",
    code: "value_error.email",
    fields: [["body.email", "value is not a valid email address"]],
  },
  {
    shape: "detail string",
    body: { detail: "Authentication credentials were not provided." },
    message: "Authentication credentials were not provided.",
  },
  {
    shape: "JSON:API errors",
    body: {
      errors: [
        {
          status: "422",
          code: "blank",
          title: "Invalid",
          detail: "Email can't be blank",
          source: { pointer: "/data/attributes/email" },
        },
      ],
    },
    message: "Invalid: Email can't be blank",
    code: "blank",
    fields: [["/data/attributes/email", "Email can't be blank"]],
  },
  {
    shape: "OData error",
    body: {
      "odata.error": {
        code: "Request_ResourceNotFound",
        message: { lang: "en", value: "Resource 'x' does not exist." },
      },
    },
    message: "Resource 'x' does not exist.",
  },
  {
    shape: "error object with localised message",
    body: { error: { code: "BadRequest", message: { lang: "en-US", value: "The query is invalid." } } },
    message: "The query is invalid.",
    code: "BadRequest",
  },
  {
    shape: "error object with inner details and target",
    body: {
      error: {
        code: "InvalidParameter",
        message: "Bad value",
        details: [{ code: "Range", target: "size", message: "size is too big" }],
      },
    },
    message: "Bad value",
    code: "InvalidParameter",
    fields: [["size", "size is too big"]],
  },
  {
    shape: "status object with field violations",
    body: {
      error: {
        code: 400,
        message: "Invalid JSON payload",
        status: "INVALID_ARGUMENT",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: [{ field: "user.name", description: "Unknown name" }],
          },
        ],
      },
    },
    message: "Invalid JSON payload",
    code: "INVALID_ARGUMENT",
    fields: [["user.name", "Unknown name"]],
  },
  {
    shape: "name, message and details with issue",
    body: {
      name: "INVALID_REQUEST",
      message: "Request is not well-formed.",
      details: [{ field: "/purchase_units/0/amount", issue: "MISSING", description: "A required field is missing." }],
    },
    message: "Request is not well-formed.",
    code: "INVALID_REQUEST",
    fields: [["/purchase_units/0/amount", "A required field is missing."]],
  },
  {
    shape: "OAuth error",
    body: { error: "invalid_grant", error_description: "The refresh token has expired." },
    message: "The refresh token has expired.",
    code: "invalid_grant",
  },
  { shape: "error code alone", body: { ok: false, error: "channel_not_found" }, message: "channel_not_found" },
  { shape: "error sentence", body: { error: "Name has already been taken" }, message: "Name has already been taken" },
  {
    shape: "list of strings",
    body: { errors: ["Name is too long", "Age is missing"] },
    message: "Name is too long; Age is missing",
  },
  { shape: "string list under error", body: { error: ["first", "second"] }, message: "first; second" },
  {
    shape: "map of lists at the root",
    body: { email: ["Enter a valid email address."], non_field_errors: ["Passwords differ."] },
    message: "Passwords differ.",
    fields: [["email", "Enter a valid email address."]],
  },
  {
    shape: "map under error",
    body: { error: { name: ["is blank"], age: ["is not a number"] } },
    message: "name: is blank; age: is not a number",
    fields: [
      ["name", "is blank"],
      ["age", "is not a number"],
    ],
  },
  {
    shape: "nested map",
    body: { message: "The given data was invalid.", errors: { address: { zip: ["is invalid"] } } },
    message: "The given data was invalid.",
    fields: [["address.zip", "is invalid"]],
  },
  {
    shape: "default messages of a framework",
    body: {
      timestamp: "2026-01-01T00:00:00Z",
      status: 400,
      error: "Bad Request",
      message: "Validation failed",
      errors: [{ field: "email", defaultMessage: "must not be null", code: "NotNull" }],
    },
    message: "Validation failed",
    fields: [["email", "must not be null"]],
  },
  {
    shape: "issues with a path list",
    body: {
      success: false,
      error: { name: "ZodError", issues: [{ code: "too_small", path: ["items", 0, "qty"], message: "Too small" }] },
    },
    message: "Too small",
    code: "ZodError",
    fields: [["items.0.qty", "Too small"]],
  },
  {
    shape: "violations",
    body: { title: "Constraint Violation", violations: [{ propertyPath: "email", message: "taken" }] },
    message: "Constraint Violation",
    fields: [["email", "taken"]],
  },
  {
    shape: "code, summary and causes",
    body: {
      errorCode: "E0000001",
      errorSummary: "Api validation failed: login",
      errorCauses: [{ errorSummary: "login: exists" }],
    },
    message: "Api validation failed: login",
    code: "E0000001",
  },
  {
    shape: "status object in an envelope",
    body: { status: { error: "Quota exceeded for this project" }, time: 0.1 },
    message: "Quota exceeded for this project",
  },
  {
    shape: "meta object",
    body: { meta: { code: 400, error_type: "APINotFoundError", error_message: "invalid media id" } },
    message: "invalid media id",
  },
  {
    shape: "list at the root",
    body: [{ message: "Session expired", errorCode: "INVALID_SESSION_ID" }],
    message: "Session expired",
    code: "INVALID_SESSION_ID",
  },
  {
    shape: "GraphQL",
    body: {
      errors: [
        { message: "Cannot query field", path: ["user", "nme"], extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
      ],
    },
    message: "Cannot query field",
    code: "GRAPHQL_VALIDATION_FAILED",
  },
  { shape: "plain text", body: "upstream connect error\n", message: "upstream connect error" },
  {
    shape: "HTML page",
    body: "<!DOCTYPE html><html><head><title>502 Bad &amp; Gateway</title><script>alert(1)</script></head><body><p>x</p></body></html>",
    message: "502 Bad & Gateway",
  },
  {
    shape: "XML fault",
    body: '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
    message: "The specified key does not exist.",
  },
  {
    shape: "deep and unusual",
    body: { outcome: { info: { explanation: { message: "deep down" } } } },
    message: "deep down",
  },
  { shape: "empty object", body: {}, message: undefined },
  { shape: "null", body: null, message: undefined },
];

describe("readErrorDetails", () => {
  it.each(rows)("reads $shape", ({ body, message, code, fields, ...row }) => {
    const details = readErrorDetails(body);
    expect(details.message).toBe(message);
    if (code !== undefined || row.shape.includes("about:blank")) expect(details.code).toBe(code);
    if (fields) expect(details.fields.map((field) => [field.field, field.message])).toEqual(fields);
  });

  it("survives keys that are names of prototype members", () => {
    const body: JsonValue = JSON.parse(
      '{"__proto__":{"message":"hidden"},"constructor":{"message":"odd"},"toString":"x"}',
    );
    expect(() => readErrorDetails(body)).not.toThrow();
  });
});

describe("toArgumentErrors", () => {
  const operation: Operation = {
    id: "createContact",
    method: "POST",
    path: "/contacts",
    class: "write",
    idempotent: false,
    arguments: [
      { name: "email", in: "body", wire: "/data/attributes/email_address", schema: {} },
      { name: "address", in: "body", wire: "/data/attributes/address", schema: {} },
      { name: "page_size", in: "query", wire: "page[size]", schema: {} },
      { name: "body_id", in: "body", wire: "/id", schema: {} },
    ],
  };
  it.each([
    ["/data/attributes/email_address", "email"],
    ["data.attributes.emailAddress", "email"],
    ["body.email_address", "email"],
    ["EmailAddress", "email"],
    ["address.zip", "address.zip"],
    ["/data/attributes/address/lines/0", "address.lines.0"],
    ["page[size]", "page_size"],
    ["id", "body_id"],
    ["nothing.known", "nothing.known"],
  ])("names %s as %s", (field, expected) => {
    expect(toArgumentErrors([{ field, message: "x" }], operation)[0]?.field).toBe(expected);
  });
});
