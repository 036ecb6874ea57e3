/** Descriptions nobody would write, and what somebody would to break a generator. */
import { hostileTexts } from "../fuzz/mutate.js";

interface Document {
  readonly [key: string]: unknown;
}

const ok = { "200": { description: "Fine." } };
const json = (schema: unknown) => ({ content: { "application/json": { schema } } });

function describe(title: string, paths: unknown, components: unknown = {}): Document {
  return {
    openapi: "3.1.0",
    info: { title, version: "1.0.0" },
    servers: [{ url: "https://api.example.com" }],
    paths,
    components,
  };
}

/** Each text in every place that takes one. */
export function hostileEverywhere(): Document {
  const pathOf = (text: string, i: number) => `/${text.replaceAll(/[\p{Cc}\u2028\u2029{}]/gu, "")}/r${i}/{id}`;
  const paths = hostileTexts.map((text, i) => [
    pathOf(text, i),
    {
      summary: text,
      get: { ...operation(text, i), operationId: `${text} get ${i}` },
      put: { ...operation(text, i), operationId: text, requestBody: json(bodyOf(text)) },
      delete: { ...operation(text, i), deprecated: false },
    },
  ]);
  const schemas = hostileTexts.map((text) => [text, { type: "object", title: text, properties: ownMember(text) }]);
  const schemes = hostileTexts.slice(0, 8).map((text) => [text, { type: "apiKey", in: "header", name: text }]);
  return {
    ...describe(hostileTexts.join(" "), fromEntries(paths), {
      schemas: fromEntries(schemas),
      securitySchemes: fromEntries(schemes),
    }),
    servers: [{ url: "https://api.example.com", description: hostileTexts.join("\n") }],
    tags: hostileTexts.map((text) => ({ name: text, description: text })),
  };
}

function operation(text: string, i: number): Document {
  return {
    tags: [text],
    summary: text,
    description: `${text}\n${text}`,
    security: [fromEntries([[hostileTexts[i % 8] ?? "", [text]]])],
    parameters: [
      { name: "id", in: "path", required: true, description: text, schema: { type: "string", example: text } },
      { name: text, in: "query", description: text, schema: { type: "string", enum: [text, "other"], default: text } },
      { name: `${text}-header`, in: "header", schema: { type: "string", pattern: text } },
    ],
    responses: { "200": { description: text, ...json({ $ref: `#/components/schemas/${encodeName(text)}` }) } },
  };
}

function bodyOf(text: string): Document {
  return {
    type: "object",
    title: text,
    required: [text],
    properties: {
      ...ownMember(text),
      nested: { type: "object", description: text, properties: ownMember(text) },
      list: { type: "array", items: { $ref: `#/components/schemas/${encodeName(text)}` } },
    },
    example: ownMember(text),
  };
}

function ownMember(text: string): Document {
  return fromEntries([[text, { type: "string", description: text, enum: [text, `${text}2`], examples: [text] }]]);
}

function encodeName(text: string): string {
  return encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** Own properties, `__proto__` among them. */
function fromEntries(entries: readonly (readonly unknown[])[]): Document {
  return Object.fromEntries(entries.map(([key, value]) => [String(key), value]));
}

/** References that lead back to themselves, by every way that there is one. */
export function cyclicEverything(): Document {
  const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
  const kinds = ["parameters", "requestBodies", "responses", "headers", "examples", "pathItems", "securitySchemes"];
  const circles = kinds.map((kind) => [kind, { A: ref(kind, "B"), B: ref(kind, "A") }]);
  return describe(
    "Circles",
    {
      "/a": ref("pathItems", "A"),
      "/b": {
        parameters: [ref("parameters", "A")],
        post: {
          operationId: "createB",
          parameters: [ref("parameters", "B")],
          requestBody: ref("requestBodies", "A"),
          responses: { "200": ref("responses", "A") },
          security: [{ A: [] }],
        },
      },
      "/c": {
        put: {
          operationId: "updateC",
          requestBody: json(ref("schemas", "Tree")),
          responses: { "200": { description: "Fine.", ...json(ref("schemas", "Pair")) } },
        },
      },
      "/d": { $ref: "#/paths/~1d" },
    },
    {
      ...fromEntries(circles),
      schemas: {
        Tree: {
          type: "object",
          allOf: [ref("schemas", "Tree"), ref("schemas", "Pair")],
          properties: { parent: ref("schemas", "Tree"), children: { type: "array", items: ref("schemas", "Tree") } },
          additionalProperties: ref("schemas", "Tree"),
        },
        Pair: { oneOf: [ref("schemas", "Tree"), ref("schemas", "Pair")], discriminator: { propertyName: "kind" } },
        Knot: { anyOf: [{ $ref: "#/components/schemas/Knot/anyOf/0" }], not: ref("schemas", "Knot") },
      },
    },
  );
}

/** A chain of schemas, each the property, the base or the item of the one before. */
export function longChains(length: number): Document {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const links = Array.from({ length }, (_, i) => [
    [`P${i}`, { type: "object", properties: { next: ref(`P${i + 1}`) } }],
    [`B${i}`, { allOf: [ref(`B${i + 1}`), { type: "object", properties: { [`b${i}`]: { type: "string" } } }] }],
    [`I${i}`, { type: "array", items: ref(`I${i + 1}`) }],
    [`R${i}`, ref(`R${i + 1}`)],
  ]);
  const properties = { p: ref("P0"), b: ref("B0"), i: ref("I0"), r: ref("R0") };
  const post = { operationId: "create", requestBody: json({ type: "object", properties }), responses: ok };
  return describe("Chains", { "/a": { post } }, { schemas: fromEntries(links.flat()) });
}

/** Megabytes where a description has a line: examples, enums, names, texts. */
export function megabytes(): Document {
  const long = "lorem ipsum ".repeat(200_000);
  const many = Array.from({ length: 50_000 }, (_, i) => `value-${i}`);
  const wide = fromEntries(many.slice(0, 5_000).map((name) => [name, { type: "string", description: name }]));
  const post = {
    operationId: "create",
    summary: long,
    description: long,
    parameters: [{ name: "kind", in: "query", schema: { type: "string", enum: many } }],
    requestBody: {
      content: {
        "application/json": {
          schema: { type: "object", properties: wide, example: { many } },
          examples: {
            one: { value: { long, many, nested: Array.from({ length: 20_000 }, (_, i) => ({ i, many: [i] })) } },
          },
        },
      },
    },
    responses: { "200": { description: long, content: { "application/json": { example: long } } } },
  };
  return describe("Megabytes", { "/a": { post } });
}
