import path from "node:path";
import type { GeneratedFile } from "../emit/types.js";
import { annotationsFile } from "../pipeline.js";
import type { Session } from "./session.js";

/** The files of a run and where they go. */
export interface PlacedFiles {
  readonly output: string;
  readonly files: readonly GeneratedFile[];
  /** The annotation file, where the user keeps it outside of the project. */
  readonly annotations?: { readonly path: string; readonly content: string };
}

/** Decides where files go; undefined when there is no plan. */
export function placeFiles({ project, result: { plan, files } }: Session): PlacedFiles | undefined {
  if (!plan) return undefined;
  const given = typeof project.annotations === "string" ? project.annotations : undefined;
  const output = project.output ?? project.chosen() ?? `${plan.name}-mcp`;
  if (given === undefined || path.resolve(given) === path.resolve(output, annotationsFile)) return { output, files };
  const own = files.find((file) => file.path === annotationsFile);
  const rest = files.filter((file) => file !== own);
  return own ? { output, files: rest, annotations: { path: given, content: own.content } } : { output, files: rest };
}
