import { createCollector } from "../../src/diagnostics/collector.js";
import type { Diagnostic } from "../../src/diagnostics/types.js";
import type { Located, LoadedSpec } from "../../src/load/types.js";
import { buildApi } from "../../src/model/build.js";
import type { Api, Operation, SchemaModel } from "../../src/model/types.js";

export interface Built {
  readonly api: Api;
  readonly diagnostics: readonly Diagnostic[];
}

/** The model of a document given as a value; `$ref`s within it are followed. */
export function build(stated: { [key: string]: unknown }, source = "api.yaml"): Built {
  const collector = createCollector();
  const document: { [key: string]: unknown } = { info: { title: "Test", version: "1" }, ...stated };
  const root = { value: document, at: { file: "api.yaml", pointer: "" } };
  const version = document["swagger"] ? "2.0" : String(document["openapi"]).startsWith("3.0") ? "3.0" : "3.1";
  const spec: LoadedSpec = {
    source,
    version,
    root,
    resolve: (ref) => find(root, ref),
    locate: () => undefined,
    line: () => undefined,
    texts: undefined,
    hashOperation: () => undefined,
    hash: "",
  };
  return { api: buildApi(spec, collector.report), diagnostics: collector.diagnostics };
}

function find(root: Located, ref: string): Located | undefined {
  let value: unknown = root.value;
  const pointer = ref.slice(1);
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value === undefined ? undefined : { value, at: { file: root.at.file, pointer } };
}

const ok = { responses: { "200": { description: "ok" } } };

/** A document with one operation. */
export function single(method: string, path: string, operation: object, rest: object = {}): Built {
  return build({ openapi: "3.1.0", paths: { [path]: { [method]: { ...ok, ...operation } } }, ...rest });
}

export function first({ api }: Built): Operation {
  const [operation] = api.operations;
  if (!operation) throw new Error("no operation");
  return operation;
}

/** The model of one schema, with the named ones. */
export function schema(
  value: unknown,
  options: { version?: string; schemas?: object } = {},
): { model: SchemaModel; named: Api["schemas"]; diagnostics: readonly Diagnostic[] } {
  const { version = "3.1.0", schemas = {} } = options;
  const content = { "application/json": { schema: value } };
  const paths = { "/a": { post: { requestBody: { content } } } };
  const built = build({ openapi: version, paths, components: { schemas } });
  const model = first(built).body?.content[0]?.schema;
  if (!model) throw new Error("no schema");
  return { model, named: built.api.schemas, diagnostics: built.diagnostics };
}
