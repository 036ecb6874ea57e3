import path from "node:path";
import { command, repository } from "../e2e/project.js";

/** Folder under `generated-examples` to the description it is generated from. */
export const examples: Readonly<Record<string, string>> = {
  crm: "specs/crm.yaml",
  inventory: "specs/inventory.yaml",
  billing: "specs/billing.yaml",
  library: "specs/library/openapi.yaml",
};

export const examplesFolder = path.join(repository, "generated-examples");

/** Arguments of node that run the command line on one example; `words` come before the description. */
export function exampleArguments(name: string, words: readonly string[] = []): readonly string[] {
  const spec = examples[name];
  if (spec === undefined) throw new Error(`There is no example ${name}.`);
  return [command, ...words, path.join("..", spec), "-o", name];
}
