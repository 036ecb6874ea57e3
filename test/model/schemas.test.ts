import { describe, expect, test } from "vitest";
import { schema } from "./api.js";

const object = (properties: object, required: string[] = []) => ({
  kind: "object",
  properties: new Map(Object.entries(properties)),
  required: new Set(required),
});
const text = { kind: "string" };
const any = { kind: "any" };

describe("one schema", () => {
  test.each([
    [true, { kind: "any" }],
    [false, { kind: "never" }],
    [{}, { kind: "any" }],
    [{ type: ["string", "null"] }, { kind: "string", nullable: true }],
    [{ type: "null" }, { kind: "null" }],
    [
      { type: ["string", "integer"] },
      { kind: "union", exclusive: false, branches: [text, { kind: "number", integer: true }] },
    ],
    [{ const: "a" }, { kind: "enum", values: ["a"] }],
    [{ enum: ["a", null, "a"] }, { kind: "enum", values: ["a"], nullable: true }],
    [
      { type: "string", enum: [1, true] },
      { kind: "enum", values: ["1", "true"] },
    ],
    [{ enum: [true, false] }, { kind: "boolean" }],
    [{ enum: [{ a: 1 }], type: "object" }, object({})],
    [{ exclusiveMinimum: 3 }, { kind: "number", integer: false, exclusiveMinimum: 3 }],
    [{ properties: { a: { minLength: 1 } }, required: ["a"] }, object({ a: { kind: "string", minLength: 1 } }, ["a"])],
    [{ items: { type: "string" } }, { kind: "array", items: text }],
    [{ prefixItems: [{ type: "string" }] }, { kind: "array", items: { kind: "any" }, prefixItems: [text] }],
    [
      { type: "object", additionalProperties: false },
      { ...object({}), additional: false },
    ],
    [{ additionalProperties: { type: "string" } }, { ...object({}), additional: text }],
    [{ patternProperties: { "^x": { type: "string" } } }, { ...object({}), additional: text }],
    [
      { patternProperties: { "^x": { type: "string" }, "^n": { type: "integer" } }, additionalProperties: false },
      {
        ...object({}),
        additional: { kind: "union", exclusive: false, branches: [text, { kind: "number", integer: true }] },
      },
    ],
    [
      { patternProperties: { "^x": { type: "string" } }, additionalProperties: {} },
      { ...object({}), additional: any },
    ],
    [
      { type: "string", contentMediaType: "image/png" },
      { kind: "string", format: "binary", contentMediaType: "image/png" },
    ],
    [
      { type: "string", contentEncoding: "base64" },
      { kind: "string", format: "byte" },
    ],
    [{ oneOf: [{ type: "string" }, { type: "null" }] }, { kind: "string", nullable: true }],
    [
      { anyOf: [{ type: "string" }, { type: "string" }], title: "t" },
      { kind: "string", title: "t" },
    ],
    [
      { oneOf: [{ const: "a", description: "first" }, { const: "b" }] },
      { kind: "enum", values: ["a", "b"], description: "a: first" },
    ],
    [{ anyOf: [{}, { type: "string" }] }, { kind: "any" }],
    [
      { type: "string", default: "x", examples: ["y"], readOnly: true },
      { kind: "string", default: "x", examples: ["y"], readOnly: true },
    ],
    [{ type: "object", properties: { ["__proto__"]: { type: "string" } } }, object({ ["__proto__"]: text })],
    [{ properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] }, object({ a: text })],
  ])("%j", (given, want) => {
    expect(schema(given).model).toEqual(want);
  });

  test.each([
    ["string", 1, "1"],
    ["integer", "5", 5],
    ["integer", "abc", undefined],
    ["boolean", "true", true],
    ["boolean", "yes", undefined],
    ["array", "x", undefined],
    ["object", [], undefined],
  ])("the default of the type %s that is %j is %j", (type, given, want) => {
    const { model, diagnostics } = schema({ type, default: given });
    expect(model.default).toEqual(want);
    expect(diagnostics.map(({ code }) => code)).toEqual(want === undefined ? ["model/unusable-schema"] : []);
  });

  // As text: an object with a `then` is taken for a promise.
  test.each([
    [
      `{ "properties": { "k": { "type": "string" }, "n": { "type": "string" } }, "if": { "properties": { "k": { "const": "a" } } },
        "then": { "properties": { "x": { "type": "string" }, "n": { "maxLength": 3 } }, "required": ["x"] },
        "else": { "properties": { "y": { "type": "string" } } },
        "dependentSchemas": { "k": { "properties": { "z": { "type": "string" } } } }, "unevaluatedProperties": false }`,
      { ...object({ k: text, n: text, x: text, y: text, z: text }), additional: false },
    ],
    [
      `{ "type": "object", "properties": { "k": { "type": "string" } }, "allOf": [
        { "if": { "properties": { "k": { "const": "a" } } }, "then": { "properties": { "x": { "type": "string" } } } },
        { "if": { "properties": { "k": { "const": "b" } } }, "then": { "properties": { "x": { "type": "boolean" }, "k": {} } } }] }`,
      object({ k: text, x: { kind: "union", exclusive: false, branches: [text, { kind: "boolean" }] } }),
    ],
    [
      `{ "type": "object", "additionalProperties": false, "if": {}, "then": { "properties": { "x": {} } } }`,
      { ...object({}), additional: false },
    ],
  ])("properties that only a condition defines are optional: %s", (given, want) => {
    expect(schema(JSON.parse(given)).model).toEqual(want);
  });

  test.each([
    [
      { type: "number", minimum: 1, exclusiveMinimum: true },
      { kind: "number", integer: false, exclusiveMinimum: 1 },
    ],
    [
      { type: "string", nullable: true },
      { kind: "string", nullable: true },
    ],
  ])("in 3.0: %j", (given, want) => {
    expect(schema(given, { version: "3.0.3" }).model).toEqual(want);
  });
});

describe("named schemas", () => {
  const schemas = {
    Node: {
      type: "object",
      properties: { next: { $ref: "#/components/schemas/Node" }, id: { type: "string" } },
      required: ["id"],
    },
    Alias: { $ref: "#/components/schemas/Node" },
    Pet: {
      type: "object",
      properties: { kind: { type: "string" } },
      discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", dog: "Dog", hound: "Dog" } },
      oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
    },
    Cat: { allOf: [{ $ref: "#/components/schemas/Pet" }, { properties: { claws: { type: "integer" } } }] },
    Dog: { allOf: [{ $ref: "#/components/schemas/Pet" }, { properties: { barks: { type: "boolean" } } }] },
    Self: { allOf: [{ $ref: "#/components/schemas/Self" }, { type: "object", properties: { a: { type: "string" } } }] },
  };
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

  test("cycles stay references, and an alias is its target", () => {
    const { model, named } = schema(ref("Alias"), { schemas });
    expect(model).toEqual({ kind: "ref", target: "Node" });
    expect([...named.keys()]).toEqual(["Node"]);
    expect(named.get("Node")).toEqual(object({ next: { kind: "ref", target: "Node" }, id: text }, ["id"]));
  });

  test("allOf is merged; facts beside one reference keep it a reference", () => {
    expect(schema({ allOf: [ref("Node")], description: "d" }, { schemas }).model).toEqual({
      kind: "ref",
      target: "Node",
      description: "d",
    });
    const merged = schema(
      { allOf: [ref("Node"), { properties: { id: { maxLength: 3 }, b: {} }, required: ["b"] }] },
      { schemas },
    );
    expect(merged.model).toEqual(
      object({ next: { kind: "ref", target: "Node" }, id: { kind: "string", maxLength: 3 }, b: { kind: "any" } }, [
        "id",
        "b",
      ]),
    );
  });

  describe("a property that both parts of an allOf define", () => {
    const parts = {
      Meta: { required: ["x"], properties: { x: { type: "string" } } },
      More: { allOf: [ref("Meta"), { properties: { z: { type: "string" } } }] },
      Other: { properties: { w: { type: "string" } } },
      Loop: { properties: { next: ref("Loop"), a: { type: "string" } } },
      Ring: { properties: { next: ref("Ring"), b: { type: "string" } } },
      Either: { oneOf: [ref("Meta"), ref("Other")] },
      Level: { enum: ["low", "high"] },
    };
    const inline = { properties: { y: { type: "string" } } };
    test.each([
      ["inline after a reference", ref("Meta"), inline, object({ x: text, y: text }, ["x"])],
      ["a reference after inline", inline, ref("Meta"), object({ y: text, x: text }, ["x"])],
      ["two references", ref("Meta"), ref("Other"), object({ x: text, w: text }, ["x"])],
      ["a reference that contains the first", ref("Meta"), ref("More"), { kind: "ref", target: "More" }],
      ["one branch of a union", ref("Either"), ref("Other"), { kind: "ref", target: "Other" }],
      ["a value of an enum", ref("Level"), { type: "string", enum: ["low"] }, { kind: "enum", values: ["low"] }],
      ["what cannot both hold", ref("Meta"), { type: "string" }, text],
    ])("holds for both: %s", (_case, first, second, want) => {
      const given = { allOf: [{ properties: { meta: first } }, { properties: { meta: second } }] };
      const { model } = schema(given, { schemas: parts });
      expect(model).toEqual(object({ meta: want }));
    });

    test("ends where the two contain themselves", () => {
      const given = { allOf: [ref("Loop"), ref("Ring")] };
      const { model, diagnostics } = schema(given, { schemas: parts });
      const inner = object({ next: { kind: "ref", target: "Ring" }, a: text, b: text });
      expect(model).toEqual(object({ next: inner, a: text, b: text }));
      expect(diagnostics).toEqual([]);
    });
  });

  test("unions with bases that contain each other stay small, and it is said what is kept", () => {
    const names = Array.from({ length: 24 }, (_x, i) => `M${i}`);
    const mesh = Object.fromEntries(
      names.map((name) => [name, { allOf: [{ properties: { [name]: {} } }], oneOf: names.map(ref) }]),
    );
    const { named, diagnostics } = schema(ref("M0"), { schemas: mesh });
    expect(named.size).toBe(24);
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["model/unusable-schema"]));
  });

  test("children that extend a parent with a discriminator get its properties, and each value a branch", () => {
    const { named, diagnostics } = schema(ref("Pet"), { schemas });
    expect(named.get("Pet")).toMatchObject({
      kind: "union",
      branches: [{ target: "Cat" }, { target: "Dog" }, { target: "Dog" }],
      discriminator: { property: "kind", values: ["cat", "dog", "hound"] },
    });
    expect(named.get("Cat")).toEqual(object({ kind: text, claws: { kind: "number", integer: true } }));
    expect(diagnostics).toEqual([]);
  });

  test.each([
    ["its constant", [{ const: "cat" }, { enum: ["dog"] }], undefined, ["cat", "dog"]],
    ["each value of its enum", [{ enum: ["cat", "lion"] }, { const: 2 }], undefined, ["cat", "lion", 2]],
    [
      "its name among the values of all",
      [{ enum: ["Cat", "Dog"] }, { enum: ["Cat", "Dog"] }],
      undefined,
      ["Cat", "Dog"],
    ],
    ["its name where it says nothing", [text, text], undefined, ["Cat", "Dog"]],
    ["the mapping where it says nothing", [text, {}], { c: "Cat", d: "Dog" }, ["c", "d"]],
    ["what it allows before a mapping that it refuses", [{ const: "x" }, {}], { c: "Cat", d: "Dog" }, ["x", "d"]],
  ])("a branch is named by %s", (_case, [cat, dog], mapping, values) => {
    const branches = {
      Cat: { properties: { k: cat } },
      Dog: { allOf: [{ properties: { k: dog } }, { properties: { b: { type: "string" } } }] },
    };
    const given = {
      oneOf: [ref("Cat"), ref("Dog")],
      discriminator: { propertyName: "k", ...(mapping && { mapping }) },
    };
    expect(schema(given, { schemas: branches }).model).toMatchObject({ discriminator: { property: "k", values } });
  });

  test("schemas that are nothing but each other accept anything", () => {
    const loop = { A: { allOf: [ref("B")] }, B: { allOf: [ref("A")] } };
    const { named } = schema(ref("A"), { schemas: loop });
    expect([...named.values()].filter(({ kind }) => kind !== "ref")).toEqual([{ kind: "any" }]);
  });

  test("an allOf that contains itself is reported and left out", () => {
    const { named, diagnostics } = schema(ref("Self"), { schemas });
    expect(named.get("Self")).toMatchObject({ kind: "object" });
    expect(diagnostics.map(({ code }) => code)).toEqual(["model/unusable-schema"]);
  });

  test.each([
    ["3.0.3", { kind: "ref", target: "Node", description: "d" }],
    ["3.1.0", object({ next: { kind: "ref", target: "Node" }, id: text, b: text }, ["id"])],
  ])("keywords beside a reference in %s", (version, want) => {
    const given = { ...ref("Node"), description: "d", properties: { b: { type: "string" } } };
    expect(schema(given, { schemas, version }).model).toMatchObject(want);
  });

  test("a chain of thousands of references neither overflows nor hangs", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 5000 }, (_x, i) => [
        `S${i}`,
        { allOf: [ref(`S${i + 1}`), { type: "object", properties: { [`p${i}`]: {} } }] },
      ]),
    );
    expect(schema(ref("S0"), { schemas: { ...chain, S5000: { type: "object" } } }).model).toEqual({
      kind: "ref",
      target: "S0",
    });
  });
});
