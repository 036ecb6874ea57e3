/** What the CRM API accepts; the same facts as `specs/crm.yaml`, stated independently of it. */
const text = (maxLength: number, minLength = 0) => ({ type: "string", minLength, maxLength });
const status = { type: "string", enum: ["lead", "active", "inactive", "blocked"] };
const nullableText = { type: "string", nullable: true };
const address = {
  type: "object",
  additionalProperties: false,
  properties: {
    street: text(500),
    city: text(500),
    postal_code: text(50),
    country: { type: "string", pattern: "^[A-Z]{2}$" },
  },
};
const contactFields = {
  name: text(200, 1),
  email: { type: "string", format: "email" },
  phone: nullableText,
  company_id: { type: "integer", nullable: true },
  address,
  tags: { type: "array", items: { type: "string" }, maxItems: 20 },
};
const page = { limit: { type: "integer", minimum: 1, maximum: 100 }, cursor: { type: "string" } };
const object = (properties: object, required: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  properties,
  required,
});

export const queries = {
  page: object(page),
  contacts: object({ ...page, status, company_id: { type: "integer" }, q: text(100) }),
  deals: object({ ...page, stage: { type: "string" }, contact_id: { type: "integer" } }),
};

export const bodies = {
  newContact: object(contactFields, ["name", "email"]),
  contactChange: { ...object(contactFields), minProperties: 1 },
  contactStatus: object({ status, reason: text(500) }, ["status"]),
  newNote: object({ text: text(5000, 1), pinned: { type: "boolean" } }, ["text"]),
  newCompany: object({ name: text(200, 1), domain: text(253), parent_id: { type: "integer", nullable: true } }, [
    "name",
  ]),
  newDeal: object(
    {
      title: text(200, 1),
      contact_id: { type: "integer" },
      amount: { type: "number", minimum: 0 },
      currency: { type: "string", pattern: "^[A-Z]{3}$" },
    },
    ["title", "contact_id"],
  ),
  dealChange: {
    ...object({
      title: text(200, 1),
      amount: { type: "number", minimum: 0 },
      stage: { type: "string", enum: ["new", "qualified", "proposal", "won", "lost"] },
    }),
    minProperties: 1,
  },
  closeDeal: object({ outcome: { type: "string", enum: ["won", "lost"] }, reason: text(500) }, ["outcome"]),
};
