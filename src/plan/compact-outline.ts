/** What a schema takes in a few words: where there is no room for it, or no single type that says it. */
import type { SchemaModel, UnionSchema } from "../model/types.js";
import { capitalise } from "../naming/words.js";
import { reduceString } from "./compact-scalars.js";
import { resolveSchema } from "./schemas.js";
import type { ResolvedSchema, Schemas } from "./schemas.js";
import { hasHiddenText } from "./text.js";

export interface Branch {
  readonly branch: SchemaModel;
  readonly resolved: ResolvedSchema;
}

/** The branches of a union; a union among them stands for its own. */
export function listBranches(union: UnionSchema, schemas: Schemas, above: readonly string[] = []): readonly Branch[] {
  return union.branches.flatMap((branch) => {
    const resolved = resolveSchema(branch, schemas);
    if (resolved.kind !== "union") return [{ branch, resolved }];
    if (branch.kind !== "ref") return listBranches(resolved, schemas, above);
    return above.includes(branch.target) ? [] : listBranches(resolved, schemas, [...above, branch.target]);
  });
}

/** `String or object with a, b.`; values keep their spelling. */
export function outlineAll(all: readonly ResolvedSchema[], schemas: Schemas, lead = ""): string {
  const text = endSentence(`${lead}${[...new Set(all.map((each) => outlineKind(each, schemas)))].join(" or ")}`);
  return all[0]?.kind === "enum" ? text : capitalise(text);
}

export function outlineKind(schema: ResolvedSchema, schemas: Schemas): string {
  switch (schema.kind) {
    case "object":
      return `object with ${listNames([...schema.properties.keys()]) || "any names"}`;
    case "array":
      return outlineArray(resolveSchema(schema.items, schemas).kind);
    case "enum":
      return listNames(schema.values.map(String));
    case "string":
      return String(reduceString(schema)["format"] ?? "string");
    case "any":
      return "any value";
    default:
      return schema.kind;
  }
}

function outlineArray(kind: ResolvedSchema["kind"]): string {
  const isPlain = kind === "string" || kind === "number" || kind === "boolean" || kind === "object";
  return isPlain ? `array of ${kind}s` : "array";
}

export function listNames(all: readonly string[]): string {
  const names = all.filter((name) => !hasHiddenText(name));
  const shown = names.slice(0, 12).join(", ").slice(0, 200);
  return names.length > 12 ? `${shown}, …` : shown;
}

/** An ellipsis ends a sentence as well. */
export function endSentence(text: string): string {
  return text.endsWith("…") ? text : `${text}.`;
}
