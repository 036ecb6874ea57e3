/** What the files of a run were made from: recorded in the manifest, and compared when a check asks for causes. */
import path from "node:path";
import { hashText, MANIFEST } from "../write/manifest.js";
import type { Manifest, Origin } from "../write/types.js";
import { annotationsFile } from "../pipeline.js";
import type { PlacedFiles } from "./place-files.js";
import type { Session } from "./session.js";
import { THE_SERVER } from "./surface-server.js";
import { readSurface } from "./surface.js";
import type { PublishedSurface, SurfaceChange } from "./surface.js";
import { packageName } from "./version.js";

export function describeOrigin(
  { result: { plan, specHash, hashOperation } }: Session,
  { files, annotations }: PlacedFiles,
): Origin {
  const own = annotations?.content ?? files.find((file) => file.path === annotationsFile)?.content;
  const surface = readSurface(files.find((file) => file.path === "tools.json")?.content ?? "");
  const tools = (surface?.tools ?? []).map((tool) => [tool.name, hashText(JSON.stringify(tool))] as const);
  const offered = (plan?.tools ?? []).flatMap(({ actions }) =>
    actions.flatMap(({ operation: { key, twins = [] } }) => [key, ...twins]),
  );
  return {
    ...(specHash !== undefined && { spec: specHash }),
    ...(own !== undefined && { annotations: hashText(own) }),
    operations: Object.fromEntries(offered.map((key) => [key, hashOperation(key) ?? ""])),
    tools: Object.fromEntries(tools),
    aliases: plan?.aliases ?? {},
  };
}

interface Runs {
  readonly before: Manifest | undefined;
  readonly after: Origin;
  readonly version: string;
  readonly changes: readonly SurfaceChange[];
  /** The tools before and after, with the operations behind their actions. */
  readonly surfaces: readonly (PublishedSurface | undefined)[];
}

/** Which of description, annotations and generator the changes of a project come from. */
export function explainCauses(runs: Runs): readonly string[] {
  const { before, after, version } = runs;
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
    `${changed} since the last run; ${generator}.`,
    ...divideChanges(runs, before.origin),
    `Those of the API alone: check with the former generator, npm exec --package=${packageName}@${before.generator} -- openapi-to-mcp check`,
  ];
}

/** By tool: where nothing that it is made from changed, the generator did it. */
function divideChanges({ after, changes, surfaces }: Runs, before: Origin): readonly string[] {
  const { operations } = before;
  if (!operations)
    return ["The last run did not record what each tool was made from: the changes may come from either."];
  const tools = [...new Set(changes.map(({ tool }) => tool))].filter((tool) => tool !== THE_SERVER);
  const behind = new Map(
    tools.map((tool) => [tool, listChanged(tool, surfaces, [operations, after.operations ?? {}])]),
  );
  const isMade = (tool: string): boolean => (behind.get(tool) ?? []).length > 0;
  const made = tools.filter(isMade).map((tool) => `${tool} (${(behind.get(tool) ?? []).join(", ")})`);
  const others = tools.filter((tool) => !isMade(tool));
  const cause = before.annotations === after.annotations ? "the generator" : "the annotation file or the generator";
  return [
    ...(made.length === 0 ? [] : [`From the description, perhaps the generator too: ${made.join("; ")}.`]),
    ...(others.length === 0
      ? []
      : [`From ${cause}, as the description says the same of their operations: ${others.join(", ")}.`]),
  ];
}

type Hashes = Readonly<Record<string, string>>;

/** The operations of a tool, now or before, of which the description says something else today. */
function listChanged(
  name: string,
  surfaces: Runs["surfaces"],
  [before, after]: readonly [Hashes, Hashes],
): readonly string[] {
  const tools = surfaces.flatMap((surface) => surface?.tools.filter((tool) => tool.name === name) ?? []);
  const operations = tools.flatMap(({ actions }) => [...(actions?.values() ?? [])].map(({ operation }) => operation));
  return [...new Set(operations)].filter((key) => before[key] !== after[key]).sort();
}
