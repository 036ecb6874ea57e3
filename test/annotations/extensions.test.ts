import { expect, test } from "vitest";
import { defaultAnnotations } from "../../src/annotations/defaults.js";
import { mergeExtensions } from "../../src/annotations/extensions.js";
import { parseAnnotations } from "../../src/annotations/read.js";
import type { DiagnosticInput } from "../../src/diagnostics/types.js";
import type { Api, Operation } from "../../src/model/types.js";

const keys = ["GET /contacts", "POST /contacts", "DELETE /contacts/{id}"] as const;

/** An API of three operations with these extensions, in order; `root` is that of the document. */
function merge(extensions: readonly unknown[], { root, file }: { root?: unknown; file?: string } = {}) {
  const operations = keys.map((key, i): Operation => {
    const [method = "", path = ""] = key.split(" ");
    const at = { file: "crm.yaml", pointer: `/paths/${i}` };
    const extension = extensions[i];
    const fixed = { tags: [], deprecated: false, parameters: [], responses: [], security: [] };
    const given = extension === undefined ? {} : { extension };
    return { ...fixed, ...given, key, method, path, operationId: `op${i}`, at };
  });
  const empty = { servers: [], tags: [], schemas: new Map(), securitySchemes: [], skipped: [] };
  const given = root === undefined ? {} : { extension: root };
  const api: Api = { ...empty, ...given, title: "", version: "", specVersion: "3.1", operations };
  const found: DiagnosticInput[] = [];
  const report = (diagnostic: DiagnosticInput) => void found.push(diagnostic);
  const stated = file === undefined ? defaultAnnotations() : parseAnnotations(file, "a.yaml", report);
  if (!stated) throw new Error("The file is wrong.");
  const input = { annotations: stated, api, root: { file: "crm.yaml", pointer: "" } };
  return { annotations: mergeExtensions(input, report), found, stated };
}

test("without extensions nothing changes", () => {
  const { annotations, stated } = merge([]);
  expect(annotations).toEqual({ ...stated, operations: new Map() });
});

test("an operation is left out, put into a tool, or given settings", () => {
  const { annotations, found } = merge([
    { scopes: ["contacts:read"], pagination: false },
    { tool: "manage_contact", action: "create", confirm: true },
    false,
  ]);
  expect(found).toEqual([]);
  expect(annotations.skip).toEqual([{ method: "DELETE", path: "/contacts/{id}" }]);
  expect(annotations.tools.get("manage_contact")?.actions.get("create")).toMatchObject({
    operation: { kind: "key", key: "POST /contacts" },
    confirm: true,
  });
  expect(annotations.operations?.get("GET /contacts")).toMatchObject({ scopes: ["contacts:read"], pagination: false });
});

test("the file wins: over the tool, over settings, over false", () => {
  const { annotations } = merge([{ tool: "x", action: "y", summary: "S", confirm: true }, undefined, false], {
    file: "version: 1\ntools: { t: { actions: { list: { operation: op0, summary: Mine }, gone: 'DELETE /contacts/{key}' } } }\n",
  });
  expect([...annotations.tools.keys()]).toEqual(["t"]);
  expect(annotations.tools.get("t")?.actions.get("list")).toMatchObject({ summary: "Mine", confirm: true });
  expect(annotations.skip).toEqual([]);
});

test("root: settings like the file's, which wins key by key", () => {
  const root = {
    server: { title: "Theirs", name: "crm" },
    defaults: { split: "none", unassigned: "skip" },
    skip: ["GET /x"],
  };
  const file = "version: 1\nserver: { title: Mine }\ndefaults: { unassigned: group }\n";
  const { annotations } = merge([], { root, file });
  expect(annotations).toMatchObject({
    server: { title: "Mine", name: "crm" },
    defaults: { split: "none", unassigned: "group" },
    skip: [{ method: "GET", path: "/x" }],
  });
});

test("root false: only operations that ask for it are in", () => {
  const { annotations } = merge([true, { summary: "S" }], { root: false });
  expect(annotations.skip).toEqual([{ method: "DELETE", path: "/contacts/{id}" }]);
});

test("two operations that ask for one action", () => {
  const { found } = merge([
    { tool: "t", action: "a" },
    { tool: "t", action: "a" },
  ]);
  expect(found).toMatchObject([
    { code: "annotations/extension-conflict", at: { file: "crm.yaml", pointer: "/paths/1/x-mcp/action" } },
  ]);
});

test.each([
  [{ tol: "x" }, "annotations/unknown-key", "/paths/0/x-mcp/tol"],
  [{ tool: "No Name" }, "annotations/illegal-name", "/paths/0/x-mcp/tool"],
  [{ arguments: { id: { rename: "cursor" } } }, "annotations/reserved-name", "/paths/0/x-mcp/arguments/id/rename"],
  ["yes", "annotations/wrong-type", "/paths/0/x-mcp"],
])("%j is explained where it stands", (extension, code, pointer) => {
  expect(merge([extension]).found).toMatchObject([{ code, at: { file: "crm.yaml", pointer } }]);
});
