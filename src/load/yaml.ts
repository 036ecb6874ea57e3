import { CORE_SCHEMA, loadAll, type LoadOptions, Type, YAMLException } from "js-yaml";

/** Nesting that no description needs; deeper input is refused before it can exhaust the stack. */
export const maxDepth = 400;

/**
 * YAML 1.2 core, plus merge keys, without timestamps (`version: 2024-01-01` stays text); foreign tags are ignored.
 */
const kinds = ["scalar", "sequence", "mapping"] as const;
const schema = CORE_SCHEMA.extend({
  implicit: [
    new Type("tag:yaml.org,2002:merge", { kind: "scalar", resolve: (data) => data === "<<" || data === null }),
  ],
  explicit: kinds.flatMap((kind) => ["!", "tag:"].map((tag) => new Type(tag, { kind, multi: true }))),
});

export interface YamlProblem {
  readonly message: string;
  /** From 0. */
  readonly line: number;
  readonly column: number;
}

export interface YamlValue {
  readonly ok: true;
  readonly value: unknown;
  /** Further documents follow, and they are not empty. */
  readonly hasMore: boolean;
}

export type YamlResult = YamlValue | { readonly ok: false; readonly problem: YamlProblem };

/** Parses the first YAML document of a text. With `lenient`, of repeated keys the last one wins. */
export function parseYaml(text: string, lenient: boolean, listener?: LoadOptions["listener"]): YamlResult {
  const options = { schema, json: lenient, maxDepth, ...(listener && { listener }) };
  try {
    const [value, ...others]: readonly unknown[] = loadAll(text, null, options);
    return { ok: true, value, hasMore: others.some((other) => other !== null && other !== undefined) };
  } catch (error) {
    return { ok: false, problem: describeFailure(error) };
  }
}

function describeFailure(error: unknown): YamlProblem {
  if (error instanceof YAMLException) {
    // The position is missing where the text as a whole is wrong (a null byte).
    const mark: YAMLException["mark"] | undefined = error.mark;
    return { message: error.reason, line: mark?.line ?? 0, column: mark?.column ?? 0 };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, line: 0, column: 0 };
}
