/** What the files of a run were made from: recorded in the manifest, and compared when a check asks for causes. */
import path from "node:path";
import { hashText, MANIFEST } from "../write/manifest.js";
import type { Manifest, Origin } from "../write/types.js";
import { annotationsFile } from "../pipeline.js";
import type { PlacedFiles } from "./place-files.js";
import type { Session } from "./session.js";
import { readSurface } from "./surface.js";
import { packageName } from "./version.js";

export function describeOrigin({ result: { plan, specHash } }: Session, { files, annotations }: PlacedFiles): Origin {
  const own = annotations?.content ?? files.find((file) => file.path === annotationsFile)?.content;
  const surface = readSurface(files.find((file) => file.path === "tools.json")?.content ?? "");
  const tools = (surface?.tools ?? []).map((tool) => [tool.name, hashText(JSON.stringify(tool))] as const);
  return {
    ...(specHash !== undefined && { spec: specHash }),
    ...(own !== undefined && { annotations: hashText(own) }),
    tools: Object.fromEntries(tools),
    aliases: plan?.aliases ?? {},
  };
}

interface Runs {
  readonly before: Manifest | undefined;
  readonly after: Origin;
  readonly version: string;
}

/** Which of description, annotations and generator the changes of a project come from. */
export function explainCauses({ before, after, version }: Runs): readonly string[] {
  if (!before?.generator || !before.origin?.spec)
    return [`${path.basename(MANIFEST)} does not say what it was made from.`];
  const inputs = [
    ...(before.origin.spec === after.spec ? [] : ["the description"]),
    ...(before.origin.annotations === after.annotations ? [] : ["the annotation file"]),
  ];
  const changed =
    inputs.length === 0 ? "The description and the annotation file are unchanged" : `Changed: ${inputs.join(", ")}`;
  if (before.generator === version) {
    return [`${changed} since the last run; the generator is the same (${version}), so it is the cause of no change.`];
  }
  const generator = `the generator is ${version} and was ${before.generator}`;
  if (inputs.length === 0)
    return [`${changed} since the last run; ${generator}: every change comes from the generator.`];
  return [
    `${changed} since the last run; ${generator}: the changes may come from either.`,
    `Those of the API alone: check with the former generator, npm exec --package=${packageName}@${before.generator} -- openapi-to-mcp check`,
  ];
}
