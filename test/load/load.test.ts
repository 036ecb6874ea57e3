import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCollector } from "../../src/diagnostics/collector.js";
import { loadSpec } from "../../src/load/load.js";
import { loadTemplates } from "../../src/load/templates.js";
import type { LoadOptions } from "../../src/load/types.js";

let folder = "";
let server: Server;
let origin = "";
const minimal = { openapi: "3.0.3", info: { title: "t", version: "1" }, paths: {} };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "load-"));
  server = createServer((request, response) => {
    if (request.url === "/openapi.json") response.end(JSON.stringify(minimal));
    else if (request.url === "/docs") response.end("<!DOCTYPE html><html></html>");
    else response.writeHead(404).end("no");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

let count = 0;
async function load(files: Record<string, string | Buffer>, options: LoadOptions = {}) {
  const place = path.join(folder, `case-${count++}`);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(place, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const [root = ""] = Object.keys(files);
  const overlays = (options.overlays ?? []).map((name) => path.join(place, name));
  const result = await loadSource(path.join(place, root), { ...options, overlays });
  return { ...result, place };
}

async function loadSource(source: string, options: LoadOptions = {}) {
  const collector = createCollector();
  const spec = await loadSpec(source, options, collector.report);
  return { spec, diagnostics: collector.diagnostics };
}

function twice(code: string): string[] {
  return [code, code];
}

function at(diagnostic: { at?: unknown } | undefined): string {
  const place = diagnostic?.at;
  if (typeof place !== "object" || place === null || !("line" in place) || !("column" in place)) return "";
  return `${String(place.line)}:${String(place.column)}`;
}

const header = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n";

describe("a source that is no description gives one diagnostic", () => {
  test.each([
    ["broken YAML", { "a.yaml": `${header}paths:\n  /a: {\n  b: ]` }, "load/invalid-yaml", "5:6"],
    ["broken JSON", { "a.json": '{"openapi": "3.0.0",\n "paths": {"a" 1}}' }, "load/invalid-json", "2:16"],
    ["empty", { "a.yaml": " \n\n" }, "load/empty-document", "1:1"],
    ["HTML", { "a.yaml": "\n<!doctype html><p>" }, "load/html-document", "1:1"],
    ["null bytes", { "a.yaml": "openapi: 3.1.0\nx: \0" }, "load/not-text", ""],
    ["a ZIP archive", { "a.yaml": "PK\u0003\u0004" }, "load/not-text", ""],
    ["PDF", { "a.yaml": "%PDF-1.7" }, "load/not-text", ""],
    ["a list", { "a.yaml": "- a\n" }, "load/not-openapi", "1:1"],
    ["no version", { "a.yaml": "info: {}\n" }, "load/not-openapi", "1:1"],
    ["Swagger 1", { "a.yaml": 'info: {}\nswagger: "1.2"\n' }, "load/unsupported-version", "2:1"],
    ["OpenAPI 4", { "a.yaml": "openapi: 4.0.0\n" }, "load/unsupported-version", "1:1"],
    [
      "deep nesting",
      { "a.json": `{"openapi":"3.0.0","x":${"[".repeat(10_000)}${"]".repeat(10_000)}}` },
      "load/too-deep",
      "1:423",
    ],
    [
      "deep YAML",
      { "a.yaml": `openapi: 3.0.0\nx: ${"[".repeat(10_000)}${"]".repeat(10_000)}` },
      "load/too-deep",
      "2:403",
    ],
    ["an alias of itself", { "a.yaml": "openapi: 3.0.0\nx: &a [*a]\n" }, "load/alias-bomb", "2:8"],
  ])("%s", async (_name, files, code, place) => {
    const { spec, diagnostics } = await load(files);
    expect(spec).toBeUndefined();
    expect(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic.severity])).toEqual([[code, "error"]]);
    expect(at(diagnostics[0])).toBe(place);
  });

  test("aliases that explode", async () => {
    const levels = Array.from(
      { length: 12 },
      (_x, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(",")}]`,
    );
    const { diagnostics } = await load({ "a.yaml": `openapi: 3.0.0\nl0: &l0 [a]\n${levels.join("\n")}\n` });
    expect(diagnostics.map(({ code }) => code)).toEqual(["load/alias-bomb"]);
  });

  test("missing file, folder and network faults", async () => {
    const codes = async (source: string) => (await loadSource(source)).diagnostics.map(({ code }) => code);
    expect(await codes(path.join(folder, "none.yaml"))).toEqual(["load/file-not-found"]);
    expect(await codes(folder)).toEqual(["load/is-directory"]);
    expect(await codes(`${origin}/none`)).toEqual(["load/http-status"]);
    expect(await codes(`${origin}/docs`)).toEqual(["load/html-document"]);
    expect(await codes("http://127.0.0.1:1/x")).toEqual(["load/unreachable"]);
    expect((await loadSource(`${origin}/openapi.json`)).spec?.version).toBe("3.0");
  });
});

describe("what has one obvious meaning is read", () => {
  test.each([
    ["numeric version", "openapi: 3.1\npaths: {}\n", ["load/numeric-version"]],
    ["BOM and CRLF", "\uFEFFopenapi: 3.0.0\r\npaths: {}\r\n", []],
    ["tabs", "openapi: 3.0.0\npaths:\n\t/a:\n\t\tget: {}\n", ["load/tab-indentation"]],
    ["repeated keys", "openapi: 3.0.0\npaths: {}\npaths: {a: 1}\n", ["load/duplicate-key"]],
    ["repeated JSON keys", '{"openapi": "3.0.0", "paths": 1, "paths": {"a": ":"}}', ["load/duplicate-key"]],
    ["comments", '{\n // "a"\n "openapi": "3.0.0", /* ** */ "paths": {"a": "//"}}', ["load/lenient-json"]],
    ["trailing comma", '{"openapi": "3.0.0", "paths": {"a": 1,},}', ["load/lenient-json"]],
    ["foreign tags", "openapi: 3.0.0\npaths: {a: !Ref b}\n", []],
    ["several repeated keys", "openapi: 3.0.0\npaths: {a: 1, a: 2}\ninfo: 1\ninfo: 2\n", twice("load/duplicate-key")],
    ["merge keys are no repeated ones", "openapi: 3.0.0\npaths: {<<: {a: 1}, <<: {b: 1}}\n", []],
    [
      "repeated keys among tabs",
      "openapi: 3.0.0\npaths:\n\t/a: 1\n\t/a: 2\n",
      ["load/tab-indentation", "load/duplicate-key"],
    ],
    [
      "repeated keys beside a trailing comma",
      '{"openapi": "3.0.0", "paths": 1, "paths": {},}\n',
      ["load/lenient-json", "load/duplicate-key"],
    ],
    ["an empty second document", "---\nopenapi: 3.0.0\npaths: {}\n---\n", []],
    ["a second document", "openapi: 3.0.0\npaths: {}\n---\na: 1\n", ["load/several-documents"]],
    ["UTF-16 with its mark", Buffer.from("\uFEFFopenapi: 3.0.0\npaths: {}\n", "utf16le"), []],
    ["UTF-16 without it", Buffer.from("openapi: 3.0.0\npaths: {}\n", "utf16le"), []],
    ["UTF-16 without it, big end first", Buffer.from("openapi: 3.0.0\npaths: {}\n", "utf16le").swap16(), []],
    ["UTF-16, big end first", Buffer.from("\uFEFFopenapi: 3.0.0\npaths: {}\n", "utf16le").swap16(), []],
    ["Windows-1252", Buffer.from("openapi: 3.0.0\npaths: {\xe4: 1}\n", "latin1"), ["load/not-utf8"]],
    ["Swagger 3", "swagger: 3.0.0\npaths: {}\n", ["load/assumed-version"]],
    ["a later version", "openapi: 3.3.0\npaths: {}\n", ["load/assumed-version"]],
  ])("%s", async (_name, text, codes) => {
    const { spec, diagnostics } = await load({ "a.yaml": text });
    expect(spec?.root.value["paths"]).toBeDefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  test("letters come through every encoding", async () => {
    const text = "openapi: 3.0.0\npaths: {\u00e4: 1}\n";
    const forms = [
      Buffer.from(text),
      Buffer.from(text, "latin1"),
      Buffer.from(`\uFEFF${text}`, "utf16le"),
      Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
    ];
    for (const bytes of forms) {
      expect((await load({ "a.yaml": bytes })).spec?.root.value["paths"]).toEqual({ "\u00e4": 1 });
    }
    const { diagnostics } = await load({ "a.yaml": Buffer.from(text, "latin1") });
    expect(at(diagnostics[0])).toBe("2:9");
  });

  test("merge keys are applied and dates stay text", async () => {
    const { spec } = await load({ "a.yaml": "openapi: 3.0.0\nb: &b {x: 1}\npaths: {<<: *b, v: 2024-01-01}\n" });
    expect(spec?.root.value["paths"]).toEqual({ x: 1, v: "2024-01-01" });
  });
});

describe("references", () => {
  const refer = (ref: string) => `${header}paths: {}\ncomponents:\n  schemas:\n    A:\n      $ref: '${ref}'\n`;
  const from = (file: string) => ({ file, pointer: "/components/schemas/A" });

  test("lead through files, cycles, anchors, ids and other references", async () => {
    const { spec, place, diagnostics } = await load({
      "root.yaml": refer("sub/b.yaml#/B"),
      "sub/b.yaml":
        "B: {$ref: '../c.json#/C'}\nD: {$ref: '../root.yaml#/components/schemas/A'}\nI: {$ref: 'https://x.test/i'}\n",
      "c.json":
        '{"C": {"type": "object", "$anchor": "here"}, "x~/y": {"$id": "https://x.test/i"}, "R": {"$ref": "#/C"}}',
    });
    const root = from(`${place}/root.yaml`);
    expect(spec?.resolve("sub/b.yaml#/B", root)?.value).toEqual({ $ref: "../c.json#/C" });
    expect(spec?.resolve("c.json#here", root)?.at).toEqual({ file: `${place}/c.json`, pointer: "/C" });
    expect(spec?.resolve("c.json#/x~0~1y", root)?.at.pointer).toBe("/x~0~1y");
    expect(spec?.resolve("c.json#/R/type", root)?.at.pointer).toBe("/C/type");
    expect(spec?.resolve("https://x.test/i", root)?.at.pointer).toBe("/x~0~1y");
    expect(diagnostics).toEqual([]);
  });

  test.each([
    ["#/components/schemas/None", "load/ref-not-found"],
    ["none.yaml", "load/ref-not-found"],
    ["http://127.0.0.1:1/a.yaml", "load/remote-ref-refused"],
    ["/etc/passwd", "load/local-ref-refused"],
    ["../../../../../../etc/hostname", "load/local-ref-refused"],
  ])("%s is reported once, where it stands, when it is needed", async (ref, code) => {
    const { spec, place, diagnostics } = await load({ "root.yaml": refer(ref) });
    expect(diagnostics).toEqual([]);
    const place1 = from(`${place}/root.yaml`);
    expect(spec?.resolve(ref, place1)).toBeUndefined();
    expect(spec?.resolve(ref, place1)).toBeUndefined();
    expect(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic.at])).toEqual([[code, place1]]);
    expect(spec?.locate(place1)).toMatchObject({ line: 6, column: 5 });
  });

  test("below an $id are relative to it", async () => {
    const { spec, place, diagnostics } = await load({
      "root.yaml": `${header}paths: {}
components:
  schemas:
    Order:
      $id: https://x.test/schemas/order
      properties:
        address: { $ref: "#/$defs/address" }
        customer: { $ref: customer }
        name: { $ref: "customer#/properties/name" }
      $defs: { address: { type: string } }
    Customer: { $id: https://x.test/schemas/customer, properties: { name: { type: string } } }
`,
    });
    const within = { file: `${place}/root.yaml`, pointer: "/components/schemas/Order/properties/address" };
    const resolve = (ref: string) => spec?.resolve(ref, within)?.at.pointer;
    expect(resolve("#/$defs/address")).toBe("/components/schemas/Order/$defs/address");
    expect(resolve("customer")).toBe("/components/schemas/Customer");
    expect(resolve("customer#/properties/name")).toBe("/components/schemas/Customer/properties/name");
    expect(resolve("#/components/schemas/Customer")).toBe("/components/schemas/Customer");
    expect(diagnostics).toEqual([]);
    expect(spec?.resolve("#/$defs/address", from(within.file))).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(["load/ref-not-found"]);
  });

  test("to the address a document calls its own stay in it, and nothing is fetched", async () => {
    const self = `${origin}/openapi.json`;
    const text = `openapi: 3.2.0\n$self: ${self}\n${refer(`${self}#/info`).replace(/^openapi.*\n/, "")}`;
    const { spec, place, diagnostics } = await load({ "root.yaml": text }, { allowRemoteRefs: true });
    const target = spec?.resolve(`${self}#/info`, from(`${place}/root.yaml`));
    expect(target?.at).toEqual({ file: `${place}/root.yaml`, pointer: "/info" });
    expect(diagnostics).toEqual([]);
  });

  test("remote ones are followed when that is allowed", async () => {
    const { spec, place } = await load(
      { "root.yaml": refer(`${origin}/openapi.json#/info`) },
      { allowRemoteRefs: true },
    );
    expect(spec?.resolve(`${origin}/openapi.json#/info`, from(`${place}/root.yaml`))?.value).toEqual(minimal.info);
  });

  test("in data they are text", async () => {
    const { spec, place } = await load({
      "root.yaml": `${header}paths: {}\nx-a: {$ref: a.yaml}\ncomponents: {schemas: {default: {example: {$ref: a.yaml}, properties: {example: {$ref: b.yaml}}}}}\n`,
      "a.yaml": "a: 1",
      "b.yaml": "b: 1",
    });
    const root = from(`${place}/root.yaml`);
    expect(spec?.resolve("b.yaml", root)?.value).toEqual({ b: 1 });
    expect(spec?.resolve("a.yaml", root)).toBeUndefined();
  });
});

describe("positions", () => {
  const yaml =
    "# c\nopenapi: 3.0.0\npaths:\n  /a~b:\n    get:\n      tags: [x, y]\n      empty:\n      parameters:\n        - name: q\n          in: query\n  'q': &q {k: v, w: [1]}\n";
  const json = '{\n  "openapi": "3.0.0",\n  "paths": {"/a~b": {\n    "get": {"s": "}\\"{", "tags": ["x", "y"]}}}\n}';
  const flow = '{\n  "openapi": "3.0.0",\n  "paths": {"/a~b": {\n    "get": {"s": [{}, [ "x" ] ],},\n  }}\n}\n';
  test.each([
    ["a.yaml", yaml, "", "2:1"],
    ["a.yaml", yaml, "/paths/~1a~0b/get", "5:5"],
    ["a.yaml", yaml, "/paths/~1a~0b/get/tags/1", "6:17"],
    ["a.yaml", yaml, "/paths/~1a~0b/get/empty", "7:7"],
    ["a.yaml", yaml, "/paths/~1a~0b/get/parameters/0", "9:11"],
    ["a.yaml", yaml, "/paths/~1a~0b/get/parameters/0/in", "10:11"],
    ["a.yaml", yaml, "/paths/q/w/0", "11:22"],
    ["a.yaml", yaml, "/paths/~1a~0b/get/none/deeper", "5:5"],
    ["flow.json", flow, "/paths/~1a~0b/get", "4:5"],
    ["flow.json", flow, "/paths/~1a~0b/get/s/1/0", "4:25"],
    ["a.json", json, "/paths/~1a~0b", "3:13"],
    ["a.json", json, "/paths/~1a~0b/get/tags/1", "4:40"],
    ["a.json", json, "/paths/none", "3:3"],
  ])("%#: %s %s", async (name, text, pointer, expected) => {
    const { spec, place } = await load({ [name]: text });
    expect(at({ at: spec?.locate({ file: `${place}/${name}`, pointer }) })).toBe(expected);
  });

  test("lines are given for code frames", async () => {
    const { spec, place } = await load({ "a.yaml": yaml.replaceAll("\n", "\r\n") });
    expect(spec?.line(`${place}/a.yaml`, 5)).toBe("    get:");
    expect(spec?.line(`${place}/a.yaml`, 99)).toBeUndefined();
  });
});

describe("hash", () => {
  test("changes with content in any file, not with formatting, key order or place", async () => {
    const root = '{"openapi": "3.0.0", "paths": {}, "components": {"schemas": {"A": {"$ref": "b.yaml"}}}}';
    const one = await load({ "root.json": root, "b.yaml": "type: string\nformat: date" });
    const two = await load({ "root.json": `${root}\n`, "b.yaml": "{format: date, type: string}" });
    const three = await load({ "root.json": root, "b.yaml": "{format: time, type: string}" });
    expect(one.spec?.hash).toBe(two.spec?.hash);
    expect(one.spec?.hash).not.toBe(three.spec?.hash);
    expect(one.spec?.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("overlays", () => {
  const root =
    "openapi: 3.0.0\ninfo: {title: a}\npaths:\n  /a:\n    get: {tags: [a, b, c], x-old: 1}\n  /b:\n    get: {}\n";
  const overlay = (actions: string) => `overlay: 1.1.0\ninfo: {title: o, version: '1'}\nactions:\n${actions}`;

  test("update, remove and copy; each node is found where it came from", async () => {
    const { spec, diagnostics, place } = await load(
      {
        "a.yaml": root,
        "o.yaml": overlay(
          "  - target: $.info\n    update: {title: b, description: d}\n" +
            "  - target: $.paths['/a'].get.tags[?@ == 'b']\n    remove: true\n" +
            "  - target: $.paths['/a'].get['x-old']\n    remove: true\n" +
            "  - target: $.paths['/a'].get.tags\n    update: [d]\n" +
            "  - target: $.paths['/b']\n    copy: $.paths['/a']\n",
        ),
      },
      { overlays: ["o.yaml"] },
    );
    expect(diagnostics).toEqual([]);
    const { info, paths } = spec?.root.value ?? {};
    expect(info).toEqual({ title: "b", description: "d" });
    expect(paths).toEqual({ "/a": { get: { tags: ["a", "c", "d"] } }, "/b": { get: { tags: ["a", "c", "d"] } } });
    const locate = (pointer: string) => spec?.locate({ file: `${place}/a.yaml`, pointer });
    expect(locate("/info")).toEqual({ file: `${place}/a.yaml`, line: 2, column: 1 });
    expect(locate("/info/description")).toEqual({ file: `${place}/o.yaml`, line: 5, column: 24 });
    expect(locate("/paths/~1a/get/tags/1")).toEqual({ file: `${place}/a.yaml`, line: 5, column: 24 });
    expect(locate("/paths/~1a/get/tags/2")).toEqual({ file: `${place}/o.yaml`, line: 11, column: 14 });
  });

  test.each([
    ["  - target: $.none\n    remove: true\n", "load/overlay-without-match", true],
    ["  - target: '$.['\n    remove: true\n", "load/invalid-overlay", false],
    ["  - target: $.info\n", "load/invalid-overlay", false],
    ["  - target: $.info\n    copy: $.paths.*\n", "load/invalid-overlay", false],
  ])("%s gives %s", async (actions, code, usable) => {
    const { spec, diagnostics } = await load({ "a.yaml": root, "o.yaml": overlay(actions) }, { overlays: ["o.yaml"] });
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(spec !== undefined).toBe(usable);
  });
});

test("templates are keyed by their path below the folder", async () => {
  const templates = await loadTemplates();
  expect(templates.get("runtime/operation.ts")).toContain("export interface Operation");
});
