import { existsSync } from "node:fs";
import path from "node:path";
import { annotationsFile } from "../pipeline.js";

/** What the user said about places. */
export interface Places {
  readonly spec?: string | undefined;
  readonly output?: string | undefined;
  readonly annotations?: string | undefined;
}

/** Where things are; the output is only known after planning when nothing says it. */
export interface Project {
  readonly spec: string | undefined;
  readonly annotations: string | ((serverName: string) => string);
  readonly output: string | undefined;
}

/** Finds the project that a command is about; a text when nothing names a description. */
export function locateProject({ spec, output: given, annotations }: Places): Project | string {
  const output = given ?? (isProject(".") ? "." : undefined);
  if (annotations !== undefined) {
    if (spec === undefined && !existsSync(annotations)) return `There is no annotation file ${annotations}.`;
    return { spec, annotations, output };
  }
  if (output !== undefined) {
    const file = path.join(output, annotationsFile);
    if (spec === undefined && !existsSync(file)) return `${file} does not exist, and no description is named.`;
    return { spec, annotations: file, output };
  }
  if (spec !== undefined) return { spec, annotations: (name) => path.join(`${name}-mcp`, annotationsFile), output };
  if (existsSync(annotationsFile)) return { spec, annotations: annotationsFile, output: "." };
  return `Name a description (a file or URL), or run this in a generated project: there is no ${annotationsFile} here.`;
}

function isProject(folder: string): boolean {
  return existsSync(path.join(folder, ".openapi-to-mcp", "manifest.json"));
}
